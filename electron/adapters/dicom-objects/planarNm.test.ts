import { describe, expect, it } from 'vitest'
import { codes, makeFile, pixelsOf, read } from './fixtures.ts'
import type { Elements } from './fixtures.ts'
import { planarFilesOf, planarImages, viewOfText } from './planarNm.ts'
import { TAG } from './tags.ts'

const detector = (view: string | null): Elements =>
  view === null ? {} : { [TAG.viewCodeSequence]: [{ [TAG.codeValue]: 'X', [TAG.codeMeaning]: view }] }
const energyWindow = (name: string, low: string, high: string): Elements => ({
  [TAG.energyWindowName]: name,
  [TAG.energyWindowRangeSequence]: [{ [TAG.energyWindowLowerLimit]: low, [TAG.energyWindowUpperLimit]: high }],
})

/** Two views in two windows, 2 × 3 pixels; frame f holds 10·f … 10·f + 5. */
function planarFile(more: Elements = {}, frames = 4) {
  return makeFile({
    name: 'planar',
    frames,
    elements: {
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.20',
      [TAG.sopInstanceUid]: '1.2.3.7.1',
      [TAG.seriesInstanceUid]: '1.2.3.7',
      [TAG.patientId]: 'P1',
      [TAG.modality]: 'NM',
      [TAG.imageType]: ['ORIGINAL', 'PRIMARY', 'STATIC', 'EMISSION'],
      [TAG.acquisitionDate]: '20240109',
      [TAG.acquisitionTime]: '091500',
      [TAG.actualFrameDurationMs]: '300000',
      [TAG.pixelSpacing]: ['4', '2'],
      [TAG.energyWindowVector]: [1, 1, 2, 2],
      [TAG.detectorVector]: [1, 2, 1, 2],
      [TAG.energyWindowInformationSequence]: [
        energyWindow('208 keV', '187.2', '228.8'),
        energyWindow('Lower', '166', '187'),
      ],
      [TAG.detectorInformationSequence]: [detector('Anterior'), detector('POST')],
      ...more,
    },
    pixels: Array.from({ length: 6 * frames }, (_, i) => 10 * Math.floor(i / 6) + (i % 6)),
  })
}

async function images(file = planarFile()) {
  const { files } = await planarFilesOf([file], pixelsOf)
  return planarImages(files[0]!, await pixelsOf(file), () => 574_300.8)
}

describe('planar NM', () => {
  it('each frame has its view, window, time and counts', async () => {
    const { images: found } = await images()
    expect(found.map(({ view }) => view)).toEqual(['anterior', 'posterior', 'anterior', 'posterior'])
    expect(found.map(({ window }) => window?.name)).toEqual(['208 keV', '208 keV', 'Lower', 'Lower'])
    expect(found[0]).toMatchObject({
      columns: 3,
      rows: 2,
      pixelSpacingMm: [2, 4],
      kind: 'static',
      durationS: 300,
      start: { local: '2024-01-09T09:15:00', utcOffsetMin: null },
      scanVelocityMmPerS: null,
      window: { ranges: [{ lowKev: 187.2, highKev: 228.8 }] },
    })
    expect([...found[3]!.counts]).toEqual([30, 31, 32, 33, 34, 35])
  })

  it('scales counts where the file says so, and takes the speed of a sweep', async () => {
    const { images: found } = await images(
      planarFile({
        [TAG.imageType]: ['ORIGINAL', 'PRIMARY', 'WHOLE BODY', 'EMISSION'],
        [TAG.rescaleSlope]: '0.5',
        [TAG.rescaleIntercept]: '1',
        [TAG.scanVelocity]: '1.5',
      }),
    )
    expect([...found[1]!.counts]).toEqual([6, 6.5, 7, 7.5, 8, 8.5])
    expect(found[1]).toMatchObject({ kind: 'whole-body', scanVelocityMmPerS: 1.5 })
  })

  it('dynamic frames start one after the other, phase after phase', async () => {
    const { images: found } = await images(
      planarFile({
        [TAG.imageType]: ['ORIGINAL', 'PRIMARY', 'DYNAMIC', 'EMISSION'],
        [TAG.detectorVector]: [1, 1, 1, 1],
        [TAG.energyWindowVector]: [1, 1, 1, 1],
        [TAG.phaseVector]: [1, 1, 2, 2],
        [TAG.timeSliceVector]: [1, 2, 1, 2],
        [TAG.phaseInformationSequence]: [
          { [TAG.actualFrameDurationMs]: '10000', [TAG.framesInPhase]: 2, [TAG.pauseBetweenFramesMs]: '1000' },
          { [TAG.actualFrameDurationMs]: '60000', [TAG.framesInPhase]: 2, [TAG.phaseDelayMs]: '5000' },
        ],
      }),
    )
    expect(found.map(({ start }) => start?.local.slice(11))).toEqual(['09:15:00', '09:15:11', '09:15:27', '09:16:27'])
    expect(found.map(({ durationS }) => durationS)).toEqual([10, 10, 60, 60])
  })

  it('does not guess: views that are not clear, a window vector that is missing', async () => {
    const { images: found, findings } = await images(
      planarFile({
        [TAG.detectorInformationSequence]: [detector('Left anterior oblique'), detector(null)],
        [TAG.energyWindowVector]: null,
      }),
    )
    expect(found.every(({ view, window }) => view === null && window === null)).toBe(true)
    expect(findings.map(({ code }) => code)).toContain('planar.view-unknown')
    expect(['antero-posterior', 'ANT/POST', '', 'LAO', 'anterior pituitary view posterior'].map(viewOfText)).toEqual(
      new Array(5).fill(null),
    )
    expect(['ANT', 'WB_POST', 'Anterior view'].map(viewOfText)).toEqual(['anterior', 'posterior', 'anterior'])
  })

  it('refuses a vector of another length, and a slope without intercept', async () => {
    for (const [more, code] of [
      [{ [TAG.detectorVector]: [1, 2] }, 'planar.frame-vector'],
      [{ [TAG.rescaleSlope]: '2' }, 'quantity.slope-missing'],
    ] as const) {
      const { images: found, findings } = await images(planarFile(more))
      expect(found).toEqual([])
      expect(findings.map((finding) => finding.code)).toEqual([code])
    }
  })

  it('leaves aside what is no planar emission; the import keeps planar files as before', async () => {
    const tomo = planarFile({ [TAG.imageType]: ['ORIGINAL', 'PRIMARY', 'TOMO', 'EMISSION'] })
    const transmission = planarFile({
      [TAG.imageType]: ['ORIGINAL', 'PRIMARY', 'STATIC', 'TRANSMISSION'],
      [TAG.sopInstanceUid]: '1.2.3.7.2',
    })
    const { files, problems } = await planarFilesOf([tomo, transmission], pixelsOf)
    expect(files).toEqual([])
    expect(problems.map(({ code }) => code)).toEqual(['planar.other', 'planar.other'])
    const imported = await read([planarFile()])
    expect(imported.folder.patients[0]?.kept.map(({ reason }) => reason)).toEqual(['static planar image: no volume'])
    expect(codes(imported, 'note')).toEqual(['object.kept'])
  })
})
