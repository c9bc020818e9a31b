import { describe, expect, it } from 'vitest'
import { codes, ctSlice, makeFile, read } from './fixtures.ts'
import type { Elements } from './fixtures.ts'
import type { Interpretation } from './interpret.ts'
import { TAG } from './tags.ts'

const square = (z: number, size = 10): number[] => [0, 0, z, size, 0, z, size, size, z, 0, size, z]

function contour(data: readonly number[], more: Elements = {}): Elements {
  return {
    [TAG.contourGeometricType]: 'CLOSED_PLANAR',
    [TAG.numberOfContourPoints]: String(data.length / 3),
    [TAG.contourData]: data.map(String),
    ...more,
  }
}

interface Roi {
  readonly name: string
  readonly contours: readonly Elements[]
}

function rtstruct(rois: readonly Roi[], more: Elements = {}): ReturnType<typeof makeFile> {
  return makeFile({
    name: 'rs',
    elements: {
      [TAG.patientId]: 'P1',
      [TAG.studyInstanceUid]: '1.2.3',
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.481.3',
      [TAG.sopInstanceUid]: '1.2.3.8.1',
      [TAG.seriesInstanceUid]: '1.2.3.8',
      [TAG.modality]: 'RTSTRUCT',
      [TAG.structureSetLabel]: 'SET',
      [TAG.referencedFrameOfReferenceSequence]: [
        {
          [TAG.frameOfReferenceUid]: '1.2.3.9',
          [TAG.rtReferencedStudySequence]: [
            { [TAG.rtReferencedSeriesSequence]: [{ [TAG.seriesInstanceUid]: '1.2.3.4' }] },
          ],
        },
      ],
      [TAG.structureSetRoiSequence]: rois.map(({ name }, i) => ({
        [TAG.roiNumber]: String(i + 1),
        [TAG.roiName]: name,
      })),
      [TAG.roiContourSequence]: rois.map(({ contours }, i) => ({
        [TAG.referencedRoiNumber]: String(i + 1),
        [TAG.roiDisplayColor]: ['255', '128', '0'],
        [TAG.contourSequence]: contours,
      })),
      [TAG.rtRoiObservationsSequence]: rois.map((_, i) => ({
        [TAG.referencedRoiNumber]: String(i + 1),
        [TAG.rtRoiInterpretedType]: 'GTV',
      })),
      ...more,
    },
  })
}

const ct = [0, 5, 10, 15].map((z, i) => ctSlice(i, z))

function names(result: Interpretation): string[] {
  return result.folder.patients.flatMap(({ structureSets }) =>
    structureSets.flatMap(({ structures }) => structures.map(({ name }) => name)),
  )
}

describe('RTSTRUCT', () => {
  it('gives names, numbers, types, colours and contours in the frame and on the series it names', async () => {
    const result = await read([
      ...ct,
      rtstruct([{ name: 'KIDNEY', contours: [contour(square(5)), contour(square(10))] }]),
    ])
    const set = result.folder.patients[0]!.structureSets[0]!
    expect(set).toMatchObject({
      origin: 'RTSTRUCT',
      label: 'SET',
      frameOfReferenceUid: '1.2.3.9',
      referencedSeriesUid: '1.2.3.4',
    })
    expect(set.structures[0]).toMatchObject({ number: 1, name: 'KIDNEY', type: 'GTV', colourRgb: [255, 128, 0] })
    expect(set.structures[0]!.shape).toMatchObject({ kind: 'contours' })
    expect(codes(result, 'warning')).toEqual([])
  })

  it('drops a repeated last point, and notes points, open and flat contours', async () => {
    const closed = [...square(5), 0, 0, 5]
    const roi = {
      name: 'A',
      contours: [
        contour(closed),
        contour([1, 1, 5], { [TAG.contourGeometricType]: 'POINT' }),
        contour(square(5), { [TAG.contourGeometricType]: 'OPEN_PLANAR' }),
        contour([0, 0, 5, 1, 0, 5, 2, 0, 5]),
      ],
    }
    const result = await read([...ct, rtstruct([roi])])
    const { shape } = result.folder.patients[0]!.structureSets[0]!.structures[0]!
    expect(shape.kind === 'contours' && shape.contours.map(({ pointsMm }) => Array.from(pointsMm))).toEqual([square(5)])
    expect(result.folder.problems.find(({ code }) => code === 'structure.contours-skipped')?.message).toMatch(
      /POINT.*OPEN_PLANAR.*no area/,
    )
  })

  it('refuses structures with broken data one by one', async () => {
    const fine = { name: 'FINE', contours: [contour(square(5))] }
    const cases: readonly (readonly [string, Elements])[] = [
      ['structure.odd-point-count', contour(square(5).slice(0, 11))],
      ['structure.bad-numbers', contour(square(5), { [TAG.contourData]: ['1', '2', 'x'] })],
      ['structure.point-count', contour(square(5), { [TAG.numberOfContourPoints]: '50' })],
      ['structure.not-planar', contour([0, 0, 5, 10, 0, 5, 10, 10, 5.5, 0, 10, 5])],
    ]
    for (const [code, broken] of cases) {
      const result = await read([...ct, rtstruct([{ name: 'BROKEN', contours: [contour(square(10)), broken] }, fine])])
      expect(codes(result, 'refused')).toEqual([code])
      expect(names(result)).toEqual(['FINE'])
    }
    const mixed = { name: 'MIXED', contours: [contour(square(5)), contour([0, 5, 0, 10, 5, 0, 10, 5, 10, 0, 5, 10])] }
    expect(codes(await read([...ct, rtstruct([mixed, fine])]), 'refused')).toEqual(['structure.mixed-planes'])
  })

  it('keeps structures of one name apart, whatever their case, and leaves empty ones out', async () => {
    const rois = [
      { name: 'Kidney', contours: [contour(square(5))] },
      { name: 'KIDNEY ', contours: [contour(square(10))] },
      { name: 'Empty', contours: [] },
    ]
    const result = await read([...ct, rtstruct(rois)])
    expect(names(result)).toEqual(['Kidney (ROI 1)', 'KIDNEY (ROI 2)'])
    expect(codes(result, 'warning')).toEqual(['structure.duplicate-name'])
    expect(codes(result, 'note')).toContain('structure.empty')
  })

  it('warns of contours that cross themselves, not of keyholes, slips or touching edges', async () => {
    const eight = [0, 0, 5, 10, 8, 5, 10, 0, 5, 0, 10, 5]
    // A ring cut open: out along one edge, back along the same one.
    const outer = [0, 0, 5, 10, 0, 5, 10, 10, 5, 0, 10, 5, 0, 0, 5]
    const keyhole = [...outer, 2, 2, 5, 2, 8, 5, 8, 8, 5, 8, 2, 5, 2, 2, 5]
    const slip = [0, 0, 5, 10, 0, 5, 10.1, 0.1, 5, 10.1, 0, 5, 10, 0.1, 5, 10, 10, 5, 0, 10, 5]
    const result = await read([
      ...ct,
      rtstruct([
        { name: 'EIGHT', contours: [contour(square(0)), contour(eight)] },
        { name: 'RING', contours: [contour(keyhole)] },
        { name: 'SLIP', contours: [contour(slip)] },
      ]),
    ])
    expect(codes(result, 'warning')).toEqual(['structure.contour-crosses-itself'])
    expect(result.folder.problems.find(({ code }) => code === 'structure.contour-crosses-itself')?.message).toMatch(
      /"EIGHT".* 1 of 2/,
    )
  })

  it('warns of a structure that is drawn in lines only, which nothing is measured in', async () => {
    const lines = [contour(square(5), { [TAG.contourGeometricType]: 'OPEN_PLANAR' })]
    const result = await read([...ct, rtstruct([{ name: 'LESION', contours: lines }])])
    expect(names(result)).toEqual([])
    const found = result.folder.problems.find(({ code }) => code === 'structure.no-closed-contour')
    expect(found).toMatchObject({ severity: 'warning' })
    expect(found?.message).toContain('"LESION"')
  })

  it('warns of a slice without a contour between others, not of structures in parts or drawn on every second slice', async () => {
    const slices = [0, 5, 10, 15, 20, 25, 30, 35, 40].map((z, i) => ctSlice(i, z))
    const drawn = (name: string, at: readonly number[]) => ({ name, contours: at.map((z) => contour(square(z))) })
    const result = await read([
      ...slices,
      rtstruct([
        drawn('LOST', [40, 30, 25, 20, 15, 10, 5, 0]),
        drawn('WHOLE', [0, 5, 10, 15, 20, 25]),
        drawn('PARTS', [0, 5, 10, 30, 35, 40]),
        drawn('SPARSE', [0, 10, 20, 30, 40]),
        drawn('SPINE', [0, 5, 15, 20, 30, 35, 40]),
      ]),
    ])
    expect(codes(result, 'warning')).toEqual(['structure.contour-missing'])
    const message = result.folder.problems.find(({ code }) => code === 'structure.contour-missing')?.message
    expect(message).toContain('"LOST" (at 35.0 mm)')
    expect(message).not.toMatch(/WHOLE|PARTS|SPARSE|SPINE/)
  })

  it('warns of contours between slices and beyond them, by the image it refers to', async () => {
    const between = await read([
      ...ct,
      rtstruct([{ name: 'A', contours: [contour(square(5)), contour(square(11.3))] }]),
    ])
    expect(codes(between, 'warning')).toEqual(['structure.contours-between-slices'])
    const beyond = await read([...ct, rtstruct([{ name: 'A', contours: [contour(square(40))] }])])
    expect(codes(beyond, 'warning')).toEqual(['structure.outside-image'])
  })

  it("warns where its frame of reference is not that of its image, and takes the image's where it names none", async () => {
    const series = {
      [TAG.rtReferencedStudySequence]: [{ [TAG.rtReferencedSeriesSequence]: [{ [TAG.seriesInstanceUid]: '1.2.3.4' }] }],
    }
    const roi = [{ name: 'A', contours: [contour(square(5))] }]
    const other = await read([
      ...ct,
      rtstruct(roi, { [TAG.referencedFrameOfReferenceSequence]: [{ [TAG.frameOfReferenceUid]: '9.9', ...series }] }),
    ])
    expect(codes(other, 'warning')).toEqual(['structure.frame-mismatch'])
    expect(other.folder.patients[0]!.structureSets[0]!.frameOfReferenceUid).toBe('9.9')
    const none = await read([...ct, rtstruct(roi, { [TAG.referencedFrameOfReferenceSequence]: [series] })])
    expect(none.folder.patients[0]!.structureSets[0]!.frameOfReferenceUid).toBe('1.2.3.9')
  })

  it('becomes one set for each frame of reference that its structures lie in', async () => {
    const roi = (name: string): Roi => ({ name, contours: [contour(square(5))] })
    const result = await read([
      rtstruct([roi('A'), roi('B')], {
        [TAG.structureSetRoiSequence]: [
          { [TAG.roiNumber]: '1', [TAG.roiName]: 'A', [TAG.referencedFrameOfReferenceUid]: '1.1' },
          { [TAG.roiNumber]: '2', [TAG.roiName]: 'B', [TAG.referencedFrameOfReferenceUid]: '2.2' },
        ],
      }),
    ])
    const sets = result.folder.patients[0]!.structureSets
    expect(sets.map(({ frameOfReferenceUid, structures }) => [frameOfReferenceUid, structures[0]!.name])).toEqual([
      ['1.1', 'A'],
      ['2.2', 'B'],
    ])
    expect(new Set(sets.map(({ key }) => key)).size).toBe(2)
  })
})
