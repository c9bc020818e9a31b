/** DICOM files made in memory, for the tests of this folder: only the elements that a test is about need to be named. */
import type {
  DicomDataSet,
  DicomElement,
  DicomHeader,
  LoadedPixels,
  PixelDescriptor,
  ReadFile,
} from '../dicom-files/index.ts'
import { interpret } from './interpret.ts'
import type { Interpretation } from './interpret.ts'
import { TAG } from './tags.ts'
import { assembleVoxels } from './voxels.ts'

/** A value, several, or the items of a sequence; null takes an element away. */
export type Value = string | number | readonly (string | number)[] | readonly Elements[] | null
export interface Elements {
  readonly [tag: string]: Value
}

/** A data set of such values. Numbers are kept as numbers, as the binary VRs give them. */
export function dataSet(elements: Elements): DicomDataSet {
  const made: Record<string, DicomElement> = {}
  for (const [tag, value] of Object.entries(elements)) if (value !== null) made[tag] = element(value)
  return { elements: made }
}

function element(value: Exclude<Value, null>): DicomElement {
  if (!Array.isArray(value))
    return value === ''
      ? { vr: 'LO' }
      : { vr: typeof value === 'number' ? 'FD' : 'LO', values: [value as string | number] }
  if (value.length > 0 && typeof value[0] === 'object')
    return { vr: 'SQ', items: (value as readonly Elements[]).map(dataSet) }
  return { vr: 'DS', values: value as readonly (string | number)[] }
}

export interface FileParts {
  readonly name: string
  readonly elements: Elements
  /** Stored values of all frames; a file without them has no pixel data. */
  readonly pixels?: readonly number[]
  readonly frames?: number
  readonly rows?: number
  readonly columns?: number
  readonly lossy?: boolean
}

const stored = new Map<string, LoadedPixels>()

/** A file as the reader of files gives it. */
export function makeFile(parts: FileParts): ReadFile {
  const { name, frames = 1, rows = 2, columns = 3 } = parts
  const header: DicomHeader = {
    ...dataSet(parts.elements),
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    charset: 'ISO_IR 192',
    notes: [],
  }
  const pixel: PixelDescriptor = {
    rows,
    columns,
    frames,
    samplesPerPixel: 1,
    bitsAllocated: 16,
    bitsStored: 16,
    highBit: 15,
    signed: false,
    tag: '7fe00010',
    photometricInterpretation: 'MONOCHROME2',
    planarConfiguration: 0,
    encapsulated: false,
    lossy: parts.lossy ?? false,
  }
  const sha256 = `${name}:${JSON.stringify(parts.elements)}:${parts.pixels?.join() ?? ''}`
  if (parts.pixels) {
    const data = new Float64Array(new SharedArrayBuffer(8 * parts.pixels.length))
    data.set(parts.pixels)
    stored.set(sha256, { frames, rows, columns, samplesPerPixel: 1, data, lossy: pixel.lossy, notes: [] })
  }
  return {
    displayPath: name,
    path: `/${name}`,
    sizeBytes: 1000,
    sha256,
    outcome: { kind: 'dicom', header, pixel: parts.pixels ? pixel : null },
  }
}

export function pixelsOf(file: ReadFile): Promise<LoadedPixels> {
  return Promise.resolve(stored.get(file.sha256)!)
}

/** Half-lives of the tests, in s. */
export const HALF_LIVES: Readonly<Record<string, number>> = {
  'Lu-177': 574_300.8,
  'F-18': 6586.2,
  'Tc-99m': 21_624,
  'Y-90': 230_400,
  'I-131': 692_902,
}

/** Interprets made files. */
export function read(files: readonly ReadFile[]): Promise<Interpretation> {
  return interpret(files, { knownHalfLifeS: (nuclide) => HALF_LIVES[nuclide] ?? null, loadPixels: pixelsOf })
}

/** Values of the image of that key. */
export async function voxelsOf(interpretation: Interpretation, key: string): Promise<number[]> {
  const recipe = interpretation.recipes.get(key)!
  return Array.from(await assembleVoxels(recipe, (files) => Promise.all(files.map(pixelsOf))))
}

/** Codes of the problems of one severity, sorted. */
export function codes({ folder }: Interpretation, severity: string): string[] {
  return folder.problems
    .filter((problem) => problem.severity === severity)
    .map(({ code }) => code)
    .sort()
}

const CLASS = '1.2.840.10008.5.1.4.1.1.'

const patient: Elements = {
  [TAG.patientId]: 'P1',
  [TAG.patientName]: 'Doe^Jane',
  [TAG.patientBirthDate]: '19600229',
  [TAG.studyInstanceUid]: '1.2.3',
  [TAG.frameOfReferenceUid]: '1.2.3.9',
  [TAG.studyDescription]: 'Study',
}

/** One CT slice at a position along z: 2 rows × 3 columns whose values are 100·index + 0 … 5. */
export function ctSlice(index: number, z: number, more: Elements = {}): ReadFile {
  return makeFile({
    name: `ct${String(index).padStart(3, '0')}`,
    elements: {
      ...patient,
      [TAG.sopClassUid]: `${CLASS}2`,
      [TAG.sopInstanceUid]: `1.2.3.4.${index}`,
      [TAG.seriesInstanceUid]: '1.2.3.4',
      [TAG.modality]: 'CT',
      [TAG.imageType]: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      [TAG.imagePosition]: ['-10', '-20', String(z)],
      [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'],
      [TAG.pixelSpacing]: ['3', '2'],
      [TAG.sliceThickness]: '5',
      [TAG.rescaleSlope]: '1',
      [TAG.rescaleIntercept]: '-1024',
      [TAG.rescaleType]: 'HU',
      ...more,
    },
    pixels: Array.from({ length: 6 }, (_, i) => 100 * index + i),
  })
}

/** Lu-177 with everything in order, given at 2024-01-08 09:05. */
export const injection: Elements = {
  [TAG.radiopharmaceutical]: 'Lutetium-177 DOTATATE',
  [TAG.radionuclideHalfLife]: '574300.8',
  [TAG.radiopharmaceuticalStartDateTime]: '20240108090500',
  [TAG.radionuclideCodeSequence]: [
    { [TAG.codeValue]: '447553000', [TAG.codingScheme]: 'SCT', [TAG.codeMeaning]: '^177^Lutetium' },
  ],
}

/** One PT slice, Bq/mL, acquired 2024-01-09 09:15:00 for 600 s, decay-corrected to the start. */
export function ptSlice(index: number, more: Elements = {}, injected: Elements = {}): ReadFile {
  return makeFile({
    name: `pt${String(index).padStart(3, '0')}`,
    elements: {
      ...patient,
      [TAG.sopClassUid]: `${CLASS}128`,
      [TAG.sopInstanceUid]: `1.2.3.5.${index}`,
      [TAG.seriesInstanceUid]: '1.2.3.5',
      [TAG.modality]: 'PT',
      [TAG.imageType]: ['ORIGINAL', 'PRIMARY'],
      [TAG.seriesType]: ['WHOLE BODY', 'IMAGE'],
      [TAG.seriesDate]: '20240109',
      [TAG.seriesTime]: '091500',
      [TAG.acquisitionDate]: '20240109',
      [TAG.acquisitionTime]: '091500',
      [TAG.actualFrameDurationMs]: '600000',
      [TAG.imagePosition]: ['0', '0', String(4 * index)],
      [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'],
      [TAG.pixelSpacing]: ['4', '4'],
      [TAG.sliceThickness]: '4',
      [TAG.rescaleSlope]: String(index + 1),
      [TAG.rescaleIntercept]: '0',
      [TAG.units]: 'BQML',
      [TAG.decayCorrection]: 'START',
      [TAG.correctedImage]: ['DECY', 'ATTN'],
      [TAG.radiopharmaceuticalInformationSequence]: [
        { ...injection, [TAG.radionuclideTotalDose]: '7400000000', ...injected },
      ],
      ...more,
    },
    pixels: [1, 2, 3, 4, 5, 6],
  })
}

/** A reconstructed NM file of four slices, 5 mm apart from z = −10, values 0 … 23 times 2 Bq/mL by real-world value mapping. */
export function nmFile(more: Elements = {}, injected: Elements = {}, frames = 4): ReadFile {
  return makeFile({
    name: 'nm',
    frames,
    elements: {
      ...patient,
      [TAG.sopClassUid]: `${CLASS}20`,
      [TAG.sopInstanceUid]: '1.2.3.6.1',
      [TAG.seriesInstanceUid]: '1.2.3.6',
      [TAG.modality]: 'NM',
      [TAG.imageType]: ['DERIVED', 'PRIMARY', 'RECON TOMO', 'EMISSION'],
      [TAG.acquisitionDate]: '20240109',
      [TAG.acquisitionTime]: '091500',
      [TAG.frameIncrementPointer]: [TAG.sliceVector],
      [TAG.sliceVector]: Array.from({ length: frames }, (_, i) => i + 1),
      [TAG.pixelSpacing]: ['4', '4'],
      [TAG.sliceThickness]: '5',
      [TAG.spacingBetweenSlices]: '5',
      [TAG.correctedImage]: ['DECY', 'ATTN'],
      [TAG.decayCorrection]: 'START',
      [TAG.detectorInformationSequence]: [
        { [TAG.imagePosition]: ['0', '0', '-10'], [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'] },
      ],
      [TAG.rotationInformationSequence]: [{ [TAG.actualFrameDurationMs]: '10000', [TAG.framesInRotation]: 60 }],
      [TAG.realWorldValueMappingSequence]: [
        {
          [TAG.realWorldSlope]: 2,
          [TAG.realWorldIntercept]: 0,
          [TAG.measurementUnitsCodeSequence]: [{ [TAG.codeValue]: 'Bq/ml', [TAG.codingScheme]: 'UCUM' }],
        },
      ],
      [TAG.radiopharmaceuticalInformationSequence]: [
        { ...injection, [TAG.radionuclideTotalDose]: '7400', ...injected },
      ],
      ...more,
    },
    pixels: Array.from({ length: 6 * frames }, (_, i) => i),
  })
}
