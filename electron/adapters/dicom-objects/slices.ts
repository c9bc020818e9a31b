/**
 * The slices of a series, one record each, whether the file is a single-frame or an enhanced multi-frame one (PS3.3 C.7.6.16): the
 * steps after this one need not know the difference.
 */
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import { num, seq, str, strs } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { isFinding, readOrientation, readPixelSpacing, readPosition } from './planes.ts'
import type { Orientation } from './planes.ts'
import { refused } from './problems.ts'
import type { Finding } from './problems.ts'
import { readRealWorldMappings, readRescale } from './rescale.ts'
import type { RealWorldMapping, RescaleReading } from './rescale.ts'
import { TAG } from './tags.ts'
import { acquisitionStart, frameDurationS } from './times.ts'
import type { AcquisitionStart } from './times.ts'
import type { DicomFile } from './types.ts'

export interface Slice {
  readonly file: DicomFile
  readonly frame: number
  /** Functional groups of the frame, shared and its own; undefined for single-frame files. */
  readonly groups: DicomDataSet | undefined
  readonly positionMm: Vec3
  readonly orientation: Orientation
  readonly pixelSpacingMm: readonly [number, number]
  readonly rows: number
  readonly columns: number
  readonly thicknessMm: number | null
  readonly frameOfReferenceUid: string | null
  /** Image Type, or Frame Type of an enhanced frame. */
  readonly imageType: readonly string[]
  readonly rescale: RescaleReading
  readonly realWorld: readonly RealWorldMapping[]
  readonly acquisition: AcquisitionStart | null
  readonly durationS: number | null
}

/** What keeps a file from giving slices. */
export interface SliceFailure {
  readonly file: DicomFile
  readonly finding: Finding
}

export interface SliceReading {
  readonly slices: readonly Slice[]
  readonly failures: readonly SliceFailure[]
}

/** Reads the slices of all files of a series. */
export function readSlices(files: readonly DicomFile[]): SliceReading {
  const slices: Slice[] = []
  const failures: SliceFailure[] = []
  for (const file of files)
    for (const made of slicesOfFile(file))
      if (isFinding(made)) {
        failures.push({ file, finding: made })
        break
      } else slices.push(made)
  return { slices, failures }
}

function* slicesOfFile(file: DicomFile): Generator<Slice | Finding> {
  const { pixel, header } = file
  if (!pixel) {
    yield refused('pixel.missing', 'The file has no pixel data.', 'Export the file again.')
    return
  }
  if (pixel.samplesPerPixel !== 1) {
    yield refused(
      'pixel.colour',
      'The file holds a colour picture, not measured values.',
      'Import the original series.',
    )
    return
  }
  const shared = seq(header, TAG.sharedFunctionalGroupsSequence)[0]
  const perFrame = seq(header, TAG.perFrameFunctionalGroupsSequence)
  if (!shared && perFrame.length === 0) {
    if (pixel.frames > 1)
      yield refused(
        'geometry.frames-without-groups',
        `The file has ${pixel.frames} frames but no functional groups that place them.`,
        'Export the series again as single slices or as an enhanced object.',
      )
    else yield sliceOf(file, 0, undefined)
    return
  }
  if (perFrame.length !== pixel.frames) {
    yield refused(
      'geometry.frame-count',
      `The file has ${pixel.frames} frames, but functional groups for ${perFrame.length}.`,
      'Export the file again; it may be incomplete.',
    )
    return
  }
  for (let frame = 0; frame < pixel.frames; frame++) yield sliceOf(file, frame, mergeGroups(shared, perFrame[frame]!))
}

/** A frame's functional groups: its own before the shared ones. */
export function mergeGroups(shared: DicomDataSet | undefined, own: DicomDataSet): DicomDataSet {
  return { elements: { ...shared?.elements, ...own.elements } }
}

function sliceOf(file: DicomFile, frame: number, groups: DicomDataSet | undefined): Slice | Finding {
  const { header, pixel } = file
  const position = groups
    ? readPosition(groups, `${TAG.planePositionSequence}.${TAG.imagePosition}`)
    : readPosition(header)
  if (isFinding(position)) return position
  const orientation = groups
    ? readOrientation(groups, `${TAG.planeOrientationSequence}.${TAG.imageOrientation}`)
    : readOrientation(header)
  if (isFinding(orientation)) return orientation
  const spacing = groups
    ? readPixelSpacing(groups, `${TAG.pixelMeasuresSequence}.${TAG.pixelSpacing}`)
    : readPixelSpacing(header)
  if (isFinding(spacing)) return spacing
  const measures = groups ? seq(groups, TAG.pixelMeasuresSequence)[0] : header
  const transformation = groups ? seq(groups, TAG.pixelValueTransformationSequence)[0] : header
  const inGroups = groups ? readRealWorldMappings(groups) : []
  return {
    file,
    frame,
    groups,
    positionMm: position,
    orientation,
    pixelSpacingMm: spacing,
    rows: pixel!.rows,
    columns: pixel!.columns,
    thicknessMm: measures
      ? (positive(num(measures, TAG.sliceThickness)) ?? positive(num(measures, TAG.spacingBetweenSlices)))
      : null,
    frameOfReferenceUid: str(header, TAG.frameOfReferenceUid),
    imageType: groups ? frameType(groups, header) : strs(header, TAG.imageType),
    rescale: transformation ? readRescale(transformation) : { kind: 'absent' },
    realWorld: inGroups.length > 0 ? inGroups : readRealWorldMappings(header),
    acquisition: acquisitionStart(header, groups),
    durationS: frameDurationS(header, groups),
  }
}

function frameType(groups: DicomDataSet, root: DicomDataSet): string[] {
  for (const sequence of [TAG.ctImageFrameTypeSequence, TAG.mrImageFrameTypeSequence, TAG.petFrameTypeSequence]) {
    const item = seq(groups, sequence)[0]
    if (item) return strs(item, TAG.frameType)
  }
  return strs(root, TAG.imageType)
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}
