/**
 * The real files of shared/dicom-corpus, of many makers and writers: what each folder must give, written from its manifest and from what
 * pydicom shows of the files, never from this program's output; values and geometry are compared with pydicom.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import type { DicomSource, ScannedFolder } from '../../electron/services/ports/dicomSource.ts'
import { askPydicom, compareObjects, compareVolume, findPydicom, sharedFolder } from './support/dicomOracle.ts'

const corpus = join(sharedFolder, 'dicom-corpus')
const present = existsSync(corpus)

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

/** 'CT accept 512×512×2', 'RTSTRUCT 4', 'kept US', 'refused dose.unit': everything a scan gives, but not its notes. */
function summary(scan: ScannedFolder): string[] {
  const lines: string[] = []
  for (const { images, structureSets, kept } of scan.patients) {
    for (const image of images) lines.push(`${image.modality} ${image.verdict} ${image.grid.dimensions.join('×')}`)
    for (const set of structureSets) lines.push(`${set.origin} ${set.structures.length}`)
    for (const one of kept) lines.push(`kept ${one.modality || '?'} ${one.files.length}`)
  }
  for (const { severity, code } of scan.problems)
    if (severity === 'refused' || severity === 'ignored') lines.push(`${severity} ${code}`)
  return lines.sort()
}

function sorted(lines: readonly string[]): string[] {
  return [...lines].sort()
}

const folders: readonly { readonly folder: string; readonly why: string; readonly gives: readonly string[] }[] = [
  {
    folder: 'digital-phantoms',
    why: '64 slices of 48 rows × 32 columns, 2 mm each way, named in no order',
    gives: ['CT accept 32×48×64'],
  },
  {
    folder: 'petct-sts',
    why: 'CT, PET in SUV (GML: looked at, not computed with), MR and a contour on each of them',
    gives: [
      'CT accept 154×158×51',
      'MR accept 121×138×47',
      'PT ask 29×30×51',
      'RTSTRUCT 1',
      'RTSTRUCT 1',
      'RTSTRUCT 1',
    ],
  },
  {
    folder: 'nm',
    why: 'whole-body sweep as secondary capture: a picture',
    gives: ['kept NM 1'],
  },
  {
    folder: 'pt',
    why: 'one slice of a dynamic PET (45 frames), and one of a static PET without the day of injection',
    gives: ['PT ask 168×168×1', 'kept PT 1'],
  },
  {
    folder: 'charsets',
    why: 'pictures with names in many scripts, and a fragment without pixels',
    gives: ['kept ? 1', 'kept CR 1', 'kept OT 1', 'kept OT 1', 'kept OT 1', 'kept OT 1', 'refused pixel.missing'],
  },
  {
    folder: 'rt',
    why: 'one CT slice, and doses in relative units (several encodings under one UID)',
    gives: ['CT warn 512×512×1', 'ignored file.text', 'kept RTDOSE 1', 'refused dose.unit'],
  },
  {
    folder: 'ct-rtstruct',
    why: 'two CT slices with two structure sets of MIM and rt-utils (copies under one UID differ); three lone slices without thickness',
    gives: [
      'CT accept 512×512×2',
      'RTSTRUCT 1',
      'RTSTRUCT 4',
      'kept CT 1',
      'kept CT 1',
      'kept CT 1',
      'refused geometry.single-slice',
      'refused geometry.single-slice',
      'refused geometry.single-slice',
    ],
  },
]

describe.skipIf(!present)('dicom-corpus (skipped without ../shared/dicom-corpus)', () => {
  const source: DicomSource = createDicomSource({ threads: 2 })
  const python = findPydicom()
  afterAll(() => source.close())

  it.each(folders)('$folder: $why', async ({ folder, gives }) => {
    expect(summary(await source.scan([join(corpus, folder)], {}))).toEqual(sorted(gives))
  })

  it('broken: nothing becomes an image; what is cut off or contradicts itself is refused with a reason', async () => {
    const scan = await source.scan([join(corpus, 'broken')], {})
    expect(scan.patients.flatMap(({ images }) => images)).toEqual([])
    const refused = scan.problems.filter(({ severity }) => severity === 'refused').flatMap(({ filePaths }) => filePaths)
    expect(sorted(refused.map((path) => path.split('/').at(-1)!))).toEqual([
      'MR_truncated.dcm',
      'UN_sequence.dcm',
      'badVR.dcm',
    ])
    for (const { hint, severity } of scan.problems) if (severity === 'refused') expect(hint).not.toBe('')
  })

  it('enhanced: the multi-frame MR is a volume of 8 frames along its normal, SEG in five encodings have equal voxels', async () => {
    const scan = await source.scan([join(corpus, 'enhanced')], {})
    const mr = scan.patients.flatMap(({ images }) => images)
    expect(mr.map(({ modality, grid }) => [modality, grid.dimensions])).toEqual([['MR', [256, 256, 8]]])
    const livers = scan.patients.flatMap(({ structureSets }) => structureSets.flatMap(({ structures }) => structures))
    expect(livers.length).toBeGreaterThanOrEqual(4)
    const shapes = livers.map(({ shape }) =>
      shape.kind === 'voxels' ? shape.mask.fractions.reduce((a, b) => a + b, 0) : -1,
    )
    expect(new Set(shapes).size).toBe(1)
  })

  it('transfer-syntaxes: one slice in many lossless encodings is one object; the lossy ones are not taken for it', async () => {
    const folder = join(corpus, 'transfer-syntaxes/cornerstonejs+cornerstoneWADOImageLoader')
    const lossless = filesBelow(folder).filter((path) =>
      /CTImage\.dcm$|BigEnd|Deflated|Implicit|RLE|\.4\.90\./.test(path),
    )
    expect(lossless.length).toBeGreaterThanOrEqual(6)
    const scan = await source.scan(lossless, {})
    expect(scan.patients.flatMap(({ images }) => images)).toHaveLength(1)
    expect(scan.problems.find(({ code }) => code === 'file.duplicate')?.filePaths).toHaveLength(lossless.length - 1)

    const lossy = await source.scan(
      filesBelow(folder).filter((path) => /2_4Transfer/.test(path)),
      {},
    )
    const image = lossy.patients[0]!.images[0]!
    expect(image.lossyCompressed).toBe(true)
    expect(lossy.problems.some(({ code, severity }) => code === 'pixel.lossy' && severity === 'warning')).toBe(true)
  })

  it('seg-sr-rwv: segmentations of slides and radiographs, reports and value mappings are kept, never structures', async () => {
    const scan = await source.scan([join(corpus, 'seg-sr-rwv')], {})
    const kept = scan.patients.flatMap((patient) =>
      patient.kept.flatMap(({ files, modality }) =>
        files.map((file) => `${modality} ${file.displayPath.split('/').at(-1)}`),
      ),
    )
    expect(sorted(kept)).toEqual([
      'RWV sr-example__rwvm.dcm',
      'SEG test_files__seg_image_cr_binary.dcm',
      'SEG test_files__seg_image_sm_control_labelmap_palette_color.dcm',
      'SEG test_files__seg_image_sm_numbers.dcm',
      'SR test_files__sr_document.dcm',
    ])
    // CT whose rescale type is "US" states no Hounsfield units.
    for (const { quantity, verdict } of scan.patients.flatMap(({ images }) => images))
      expect(quantity.kind === 'HU' || verdict === 'ask').toBe(true)
  })

  it.skipIf(python === null)(
    'agrees with pydicom on every image, structure and segment that both read (skipped without pydicom)',
    async () => {
      let [volumes, sets] = [0, 0]
      for (const folder of ['digital-phantoms', 'petct-sts', 'ct-rtstruct', 'pt', 'rt', 'seg-sr-rwv', 'enhanced']) {
        const scan = await source.scan([join(corpus, folder)], {})
        const oracle = askPydicom(python!, join(corpus, folder))
        for (const image of scan.patients.flatMap(({ images }) => images)) {
          const expected = oracle.volumes[image.seriesUid]
          // A series that the program parts into several volumes is one to the oracle.
          if (!expected || expected.dimensions.join() !== image.grid.dimensions.join()) continue
          await compareVolume(source, image, expected)
          volumes++
        }
        sets += compareObjects(scan, oracle).sets
      }
      expect(volumes).toBeGreaterThanOrEqual(8)
      expect(sets).toBeGreaterThanOrEqual(10)
    },
  )

  it('every file alone: no crash; an image only where there is a volume class with pixels; always something said', async () => {
    const classes = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(2|2\.1|2\.2|4|4\.1|4\.4|20|128|128\.1|130|481\.2)$/
    for (const path of filesBelow(corpus)) {
      const scan = await source.scan([path], {})
      const name = relative(corpus, path)
      const images = scan.patients.flatMap((patient) => patient.images)
      for (const image of images)
        for (const file of image.files) expect([name, classes.test(file.sopClassUid)]).toEqual([name, true])
      // A lone slice of many is never a silent volume.
      for (const image of images)
        if (image.grid.dimensions[2] === 1) expect([name, image.verdict]).not.toEqual([name, 'accept'])
      const found = scan.patients.reduce(
        (sum, p) => sum + p.images.length + p.structureSets.length + p.registrations.length + p.kept.length,
        0,
      )
      expect([name, found + scan.problems.length > 0]).toEqual([name, true])
    }
  })
})
