/** The frames of planar NM files: which view, window and time each one is (PS3.3 C.8.4.8 to C.8.4.14). */
import type { EnergyWindow, PlanarView } from '../../../native-core/imaging/planar/index.ts'
import type { PlanarImage } from '../../services/ports/planarSource.ts'
import { num, nums, seq, str, strs } from '../dicom-files/index.ts'
import type { DicomDataSet, LoadedPixels, ReadFile } from '../dicom-files/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import { codeOf } from './codes.ts'
import { removeDuplicates } from './duplicates.ts'
import { sortFiles } from './files.ts'
import type { HalfLifeLookup } from './nuclide.ts'
import { isFinding, readPixelSpacing } from './planes.ts'
import { note, refused, toProblem, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { readRadiopharmaceutical } from './radiopharmaceutical.ts'
import { readRescale } from './rescale.ts'
import type { PixelLoader } from './seg.ts'
import { seriesName } from './seriesNames.ts'
import { kindOfSopClass } from './sopClasses.ts'
import { TAG } from './tags.ts'
import { acquisitionStart, plusSeconds } from './times.ts'
import type { DicomFile } from './types.ts'

const KINDS: Readonly<Record<string, PlanarImage['kind']>> = {
  STATIC: 'static',
  'WHOLE BODY': 'whole-body',
  DYNAMIC: 'dynamic',
}

/** The kind of a planar NM file by the third value of Image Type; null for all others (tomographic, gated, transmission). */
export function planarKind(root: DicomDataSet): PlanarImage['kind'] | null {
  const imageType = strs(root, TAG.imageType).map((value) => value.toUpperCase())
  return imageType[3] === 'TRANSMISSION' ? null : (KINDS[imageType[2] ?? ''] ?? null)
}

export interface PlanarReading {
  readonly images: readonly PlanarImage[]
  readonly findings: readonly Finding[]
}

/**
 * The frames of one planar file with their counts (stored value · slope + intercept). A vector that does not number all frames is refused;
 * one that is missing leaves view or window unknown where there is more than one to choose from.
 */
export function planarImages(file: DicomFile, pixels: LoadedPixels, knownHalfLifeS: HalfLifeLookup): PlanarReading {
  const { header } = file
  const kind = planarKind(header)
  const refuse = (finding: Finding): PlanarReading => ({ images: [], findings: [finding] })
  if (kind === null || pixels.samplesPerPixel !== 1)
    return refuse(
      refused('planar.kind', 'The file holds no planar counts.', 'Give static, whole-body or dynamic images.'),
    )
  const spacing = readPixelSpacing(header)
  if (isFinding(spacing)) return refuse(spacing)
  const rescale = readRescale(header)
  if (rescale.kind === 'bad')
    return refuse(refused('quantity.slope-missing', `The counts cannot be scaled: ${rescale.why}.`, 'Export it again.'))
  const { slope, intercept } = rescale.kind === 'given' ? rescale.rescale : { slope: 1, intercept: 0 }
  const vectors = readVectors(header, pixels.frames)
  if ('severity' in vectors) return refuse(vectors)
  const times = frameTimes(header, kind, vectors, pixels.frames)
  const start = acquisitionStart(header)?.start ?? null
  const injection = readRadiopharmaceutical(header, 'NM', knownHalfLifeS)
  const findings: Finding[] = [...injection.findings]
  if (pixels.lossy)
    findings.push(
      warning(
        'pixel.lossy',
        'The file is compressed with loss: its values are not those that were counted.',
        'Use the uncompressed file for quantitative work.',
      ),
    )
  const size = pixels.rows * pixels.columns
  const images = Array.from({ length: pixels.frames }, (_, frame): PlanarImage => {
    const view = viewOf(header, vectors.detector?.[frame] ?? null)
    const time = times[frame] ?? { offsetS: 0, durationS: null }
    const stored = pixels.data.subarray(frame * size, (frame + 1) * size)
    return {
      columns: pixels.columns,
      rows: pixels.rows,
      pixelSpacingMm: [spacing[0], spacing[1]],
      counts: Float32Array.from(stored, (value) => value * slope + intercept),
      source: file.source,
      seriesDescription: str(header, TAG.seriesDescription) ?? '',
      frameNumber: frame + 1,
      kind,
      ...view,
      detector: vectors.detector?.[frame] ?? null,
      window: windowOf(header, vectors.window?.[frame] ?? null),
      durationS: time.durationS,
      start: start === null ? null : plusSeconds(start, time.offsetS),
      scanVelocityMmPerS: kind === 'whole-body' ? positiveOrNull(num(header, TAG.scanVelocity)) : null,
      radiopharmaceutical: injection.value,
    }
  })
  if (images.some(({ view }) => view === null))
    findings.push(
      warning(
        'planar.view-unknown',
        `The file does not say clearly from which side every frame is seen (${[...new Set(images.map(({ viewText }) => `"${viewText}"`))].join(', ')}).`,
        'Name the detector of each view.',
      ),
    )
  return { images, findings }
}

interface Vectors {
  readonly window: readonly number[] | null
  readonly detector: readonly number[] | null
  readonly phase: readonly number[] | null
  readonly timeSlice: readonly number[] | null
}

function readVectors(root: DicomDataSet, frames: number): Vectors | Finding {
  const found: Record<string, readonly number[] | null> = {}
  for (const [key, tag, name] of [
    ['window', TAG.energyWindowVector, 'Energy Window Vector (0054,0010)'],
    ['detector', TAG.detectorVector, 'Detector Vector (0054,0020)'],
    ['phase', TAG.phaseVector, 'Phase Vector (0054,0030)'],
    ['timeSlice', TAG.timeSliceVector, 'Time Slice Vector (0054,0100)'],
  ] as const) {
    const isThere = str(root, tag) !== null || num(root, tag) !== null
    const vector = isThere ? nums(root, tag) : null
    if (isThere && (vector === null || vector.length !== frames))
      return refused(
        'planar.frame-vector',
        `${name} does not give a number for each of the ${frames} frames: it is not certain which frame is which.`,
        'Export the image again.',
      )
    found[key] = vector
  }
  const only = (tag: string): readonly number[] | null =>
    seq(root, tag).length === 1 ? new Array<number>(frames).fill(1) : null
  return {
    window: found['window'] ?? only(TAG.energyWindowInformationSequence),
    detector: found['detector'] ?? only(TAG.detectorInformationSequence),
    phase: found['phase'] ?? null,
    timeSlice: found['timeSlice'] ?? null,
  }
}

/** View of a detector: View Code Sequence of its item, else Image ID of the file where all is one view. */
function viewOf(root: DicomDataSet, detector: number | null): Pick<PlanarImage, 'view' | 'viewText'> {
  const detectors = seq(root, TAG.detectorInformationSequence)
  const item = detector === null ? undefined : detectors[detector - 1]
  const code = item ? codeOf(item, TAG.viewCodeSequence) : codeOf(root, TAG.viewCodeSequence)
  const texts = [code?.meaning ?? '', detectors.length <= 1 ? (str(root, TAG.imageId) ?? '') : '']
  const viewText = texts.find((text) => text !== '') ?? ''
  return { view: viewOfText(viewText), viewText }
}

/** "ANT", "Anterior view", "WB_POST"; an oblique, a lateral, or the direction of a beam ("antero-posterior") is neither. */
export function viewOfText(text: string): PlanarView | null {
  const words = text.toLowerCase().split(/[^a-z]+/)
  const has = (...wanted: readonly string[]): boolean => wanted.some((word) => words.includes(word))
  if (has('oblique', 'lateral', 'antero', 'postero', 'lao', 'rao', 'lpo', 'rpo')) return null
  const [anterior, posterior] = [has('ant', 'anterior'), has('post', 'posterior')]
  if (anterior === posterior) return null
  return anterior ? 'anterior' : 'posterior'
}

function windowOf(root: DicomDataSet, number: number | null): PlanarImage['window'] {
  const item = number === null ? undefined : seq(root, TAG.energyWindowInformationSequence)[number - 1]
  if (!item) return null
  const ranges = seq(item, TAG.energyWindowRangeSequence).flatMap((range): EnergyWindow[] => {
    const lowKev = num(range, TAG.energyWindowLowerLimit)
    const highKev = num(range, TAG.energyWindowUpperLimit)
    return lowKev === null || highKev === null ? [] : [{ lowKev, highKev }]
  })
  return { name: str(item, TAG.energyWindowName) ?? '', ranges }
}

interface FrameTiming {
  readonly offsetS: number
  readonly durationS: number | null
}

/** Start (after that of the file) and duration of each frame. Dynamic frames follow one another by phases (C.8.4.14). */
function frameTimes(
  root: DicomDataSet,
  kind: PlanarImage['kind'],
  vectors: Vectors,
  frames: number,
): readonly FrameTiming[] {
  const secondsOf = (dataSet: DicomDataSet, tag: string): number | null => {
    const ms = num(dataSet, tag)
    return ms === null ? null : ms / 1000
  }
  if (kind !== 'dynamic')
    return new Array<FrameTiming>(frames).fill({
      offsetS: 0,
      durationS: positiveOrNull(secondsOf(root, TAG.actualFrameDurationMs)),
    })
  const phases = seq(root, TAG.phaseInformationSequence).map((item) => ({
    delayS: secondsOf(item, TAG.phaseDelayMs) ?? 0,
    durationS: positiveOrNull(secondsOf(item, TAG.actualFrameDurationMs)),
    pauseS: secondsOf(item, TAG.pauseBetweenFramesMs) ?? 0,
    count: num(item, TAG.framesInPhase),
  }))
  const starts: number[] = []
  let clock = 0
  for (const phase of phases) {
    clock += phase.delayS
    starts.push(clock)
    clock += phase.count === null || phase.durationS === null ? NaN : phase.count * (phase.durationS + phase.pauseS)
  }
  return Array.from({ length: frames }, (_, frame) => {
    const index = (vectors.phase?.[frame] ?? 1) - 1
    const phase = phases[index]
    const slice = vectors.timeSlice?.[frame]
    if (phase === undefined || phase.durationS === null || slice === undefined) return { offsetS: 0, durationS: null }
    const offsetS = (starts[index] ?? NaN) + (slice - 1) * (phase.durationS + phase.pauseS)
    return Number.isFinite(offsetS) ? { offsetS, durationS: phase.durationS } : { offsetS: 0, durationS: null }
  })
}

const positiveOrNull = (value: number | null): number | null => (value !== null && value > 0 ? value : null)

/** The planar NM files among those that were read, each object once; what else there is, with the reason. */
export async function planarFilesOf(
  read: readonly ReadFile[],
  loadPixels: PixelLoader,
): Promise<{ readonly files: readonly DicomFile[]; readonly problems: readonly ImportProblem[] }> {
  const sorted = sortFiles(read)
  const unique = await removeDuplicates(sorted.files, loadPixels)
  const problems: ImportProblem[] = [...sorted.problems, ...unique.problems]
  const files: DicomFile[] = []
  for (const file of unique.files) {
    const sop = kindOfSopClass(file.sopClassUid)
    if (sop.kind === 'NM' && planarKind(file.header) !== null && file.pixel !== null) {
      files.push(file)
      continue
    }
    const what =
      sop.kind === 'KEPT'
        ? sop.reason
        : sop.kind === 'NM'
          ? 'NM image that is not planar emission'
          : `${sop.kind} object`
    problems.push(planarProblem(note('planar.other', `Left aside: ${what}.`), file))
  }
  return { files, problems }
}

/** A finding on one file as a problem. */
export function planarProblem(finding: Finding, file: DicomFile): ImportProblem {
  return toProblem(finding, {
    item: seriesName([file]),
    seriesUid: file.seriesUid,
    filePaths: [file.read.displayPath],
  })
}
