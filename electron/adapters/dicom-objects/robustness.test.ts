import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DicomDataSet, DicomElement, ReadFile } from '../dicom-files/index.ts'
import { ctSlice, makeFile, nmFile, ptSlice, read } from './fixtures.ts'
import { TAG } from './tags.ts'

const frames = [0, 5, 10].map((z) => ({
  [TAG.planePositionSequence]: [{ [TAG.imagePosition]: ['0', '0', String(z)] }],
  [TAG.segmentIdentificationSequence]: [{ [TAG.referencedSegmentNumber]: 1 }],
}))

const others = [
  makeFile({
    name: 'rs',
    elements: {
      [TAG.patientId]: 'P1',
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.481.3',
      [TAG.sopInstanceUid]: '7.1',
      [TAG.seriesInstanceUid]: '7',
      [TAG.referencedFrameOfReferenceSequence]: [{ [TAG.frameOfReferenceUid]: '1.2.3.9' }],
      [TAG.structureSetRoiSequence]: [{ [TAG.roiNumber]: '1', [TAG.roiName]: 'A' }],
      [TAG.roiContourSequence]: [
        {
          [TAG.referencedRoiNumber]: '1',
          [TAG.contourSequence]: [
            {
              [TAG.contourGeometricType]: 'CLOSED_PLANAR',
              [TAG.contourData]: ['0', '0', '5', '9', '0', '5', '0', '9', '5'],
              [TAG.contourImageSequence]: [{ [TAG.referencedSopInstanceUid]: '1.2.3.4.1' }],
            },
          ],
        },
      ],
    },
  }),
  makeFile({
    name: 'seg',
    frames: 3,
    elements: {
      [TAG.patientId]: 'P1',
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.66.4',
      [TAG.sopInstanceUid]: '8.1',
      [TAG.seriesInstanceUid]: '8',
      [TAG.segmentationType]: 'FRACTIONAL',
      [TAG.maximumFractionalValue]: 255,
      [TAG.segmentSequence]: [{ [TAG.segmentNumber]: 1, [TAG.segmentLabel]: 'A', [TAG.recommendedCieLab]: [1, 2, 3] }],
      [TAG.sharedFunctionalGroupsSequence]: [
        {
          [TAG.planeOrientationSequence]: [{ [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'] }],
          [TAG.pixelMeasuresSequence]: [{ [TAG.pixelSpacing]: ['3', '2'], [TAG.sliceThickness]: '5' }],
        },
      ],
      [TAG.perFrameFunctionalGroupsSequence]: frames,
    },
    pixels: Array.from({ length: 18 }, (_, i) => i),
  }),
  makeFile({
    name: 'reg',
    elements: {
      [TAG.patientId]: 'P1',
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.66.1',
      [TAG.sopInstanceUid]: '9.1',
      [TAG.seriesInstanceUid]: '9',
      [TAG.frameOfReferenceUid]: '1',
      [TAG.registrationSequence]: [
        {
          [TAG.frameOfReferenceUid]: '2',
          [TAG.matrixRegistrationSequence]: [
            {
              [TAG.matrixSequence]: [
                {
                  [TAG.transformationMatrix]: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1].map(String),
                  [TAG.transformationMatrixType]: 'RIGID',
                },
              ],
            },
          ],
        },
      ],
    },
  }),
  makeFile({
    name: 'dose',
    frames: 2,
    elements: {
      [TAG.patientId]: 'P1',
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.481.2',
      [TAG.sopInstanceUid]: '10.1',
      [TAG.seriesInstanceUid]: '10',
      [TAG.imagePosition]: ['0', '0', '0'],
      [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'],
      [TAG.pixelSpacing]: ['1', '1'],
      [TAG.gridFrameOffsetVector]: ['0', '2'],
      [TAG.doseGridScaling]: '1',
      [TAG.doseUnits]: 'GY',
    },
    pixels: Array.from({ length: 12 }, (_, i) => i),
  }),
]

const wholesome: readonly ReadFile[] = [0, 5, 10]
  .map((z, i) => ctSlice(i, z))
  .concat(
    [0, 1, 2].map((i) => ptSlice(i)),
    nmFile(),
    others,
  )

/** What a careless writer, a broken export or an attacker may put in the place of an element. */
const nonsense: fc.Arbitrary<DicomElement | null> = fc.oneof(
  fc.constant(null),
  fc.constant<DicomElement>({ vr: 'LO' }),
  fc.constant<DicomElement>({ vr: 'SQ', items: [] }),
  fc.constant<DicomElement>({ vr: 'SQ', items: [{ elements: {} }] }),
  fc.constant<DicomElement>({ vr: 'OB', bytes: new Uint8Array(3) }),
  fc.constant<DicomElement>({ vr: 'OD', array: new Float64Array(40) }),
  fc
    .array(
      fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.double(),
        fc.integer().map(String),
        fc.constantFrom('0', '-1', '1e308', 'NaN', '\\'),
      ),
      { maxLength: 7 },
    )
    .map((values): DicomElement => ({ vr: 'UN', values })),
)

/** Puts nonsense in the place of the element that `pick` (0 to 1) chooses among all elements of all levels. */
function damage(dataSet: DicomDataSet, pick: number, by: DicomElement | null): DicomDataSet {
  const tags = Object.keys(dataSet.elements)
  if (tags.length === 0) return dataSet
  const at = Math.min(tags.length - 1, Math.floor(pick * tags.length))
  const tag = tags[at]!
  const rest = pick * tags.length - at
  const { items } = dataSet.elements[tag]!
  const elements: Record<string, DicomElement> = { ...dataSet.elements }
  if (items && items.length > 0 && rest > 0.3)
    elements[tag] = { vr: 'SQ', items: [damage(items[0]!, (rest - 0.3) / 0.7, by), ...items.slice(1)] }
  else if (by === null) delete elements[tag]
  else elements[tag] = by
  return { elements }
}

describe('any damage to any element', () => {
  it('the undamaged files give their images, structures and registration', async () => {
    const { folder } = await read(wholesome)
    const [patient] = folder.patients
    expect(patient!.images.map(({ modality }) => modality).sort()).toEqual(['CT', 'NM', 'PT', 'RTDOSE'])
    expect([patient!.structureSets.length, patient!.registrations.length]).toEqual([2, 1])
  })

  it('never throws, never gives a grid that is no grid, and loses no file without a word', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(wholesome.length - 1), fc.double({ min: 0, max: 0.999, noNaN: true }), nonsense), {
          minLength: 1,
          maxLength: 4,
        }),
        async (damages) => {
          const files = [...wholesome]
          for (const [index, pick, by] of damages) {
            const file = files[index]!
            if (file.outcome.kind !== 'dicom') continue
            const header = { ...file.outcome.header, ...damage(file.outcome.header, pick, by) }
            files[index] = { ...file, outcome: { ...file.outcome, header } }
          }
          const { folder } = await read(files)
          for (const { images } of folder.patients)
            for (const { grid } of images) {
              expect(grid.dimensions.every((n) => Number.isInteger(n) && n > 0)).toBe(true)
              expect(grid.spacingMm.every((s) => Number.isFinite(s) && s > 0)).toBe(true)
              expect([...grid.originMm, ...grid.direction].every(Number.isFinite)).toBe(true)
            }
          const used = new Set(
            folder.patients.flatMap((p) =>
              [...p.images, ...p.structureSets, ...p.registrations, ...p.kept].flatMap((o) =>
                o.files.map(({ displayPath }) => displayPath),
              ),
            ),
          )
          const told = new Set(folder.problems.flatMap(({ filePaths }) => filePaths))
          for (const { displayPath } of files)
            expect([displayPath, used.has(displayPath) || told.has(displayPath)]).toEqual([displayPath, true])
        },
      ),
      { numRuns: 400, seed: 20260117 },
    )
  })
})
