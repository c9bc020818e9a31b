/** The grid on which the frames of a segmentation lie. Frames without a segment are usually left out, so the lattice has gaps. */
import type { ImageGrid, Vec3 } from '../../../native-core/imaging/types.ts'
import { num, seq } from '../dicom-files/index.ts'
import { angleBetweenDeg, isFinding, readOrientation, readPixelSpacing, readPosition } from './planes.ts'
import { refused } from './problems.ts'
import type { Finding } from './problems.ts'
import { mergeGroups } from './slices.ts'
import { TAG } from './tags.ts'
import type { DicomFile } from './types.ts'
import { columnsToMat3, dot, length, scale, subtract } from './vectors.ts'

const SAME_POSITION_MM = 0.01
/** Departure from a whole number of slices, in slices. */
const LATTICE_TOLERANCE = 0.02
const SIDEWAYS_MM = 0.1
const SAME_ORIENTATION_DEG = 0.06
/** No patient has more slices: positions that far apart are wrong. */
const MOST_SLICES = 10_000

export interface SegFrame {
  readonly frame: number
  /** Index along the grid's third axis. */
  readonly slice: number
  /** null for a label map, where the voxels say it. */
  readonly segment: number | null
}

export interface SegLayout {
  readonly grid: ImageGrid
  readonly frames: readonly SegFrame[]
}

/** Places every frame of a segmentation, or says why that is impossible. */
export function segLayout(file: DicomFile, isLabelMap: boolean): SegLayout | Finding {
  const { header } = file
  const pixel = file.pixel!
  const shared = seq(header, TAG.sharedFunctionalGroupsSequence)[0]
  const perFrame = seq(header, TAG.perFrameFunctionalGroupsSequence)
  if (perFrame.length !== pixel.frames)
    return refused(
      'geometry.frame-count',
      `The segmentation has ${pixel.frames} frames, but functional groups for ${perFrame.length}.`,
      'Export the file again.',
    )
  const groups = perFrame.map((own) => mergeGroups(shared, own))
  const first = groups[0]!
  const orientation = readOrientation(first, `${TAG.planeOrientationSequence}.${TAG.imageOrientation}`)
  if (isFinding(orientation)) return orientation
  const pixelSpacing = readPixelSpacing(first, `${TAG.pixelMeasuresSequence}.${TAG.pixelSpacing}`)
  if (isFinding(pixelSpacing)) return pixelSpacing

  const positions: Vec3[] = []
  for (const group of groups) {
    const position = readPosition(group, `${TAG.planePositionSequence}.${TAG.imagePosition}`)
    if (isFinding(position)) return position
    const own = readOrientation(group, `${TAG.planeOrientationSequence}.${TAG.imageOrientation}`)
    if (isFinding(own)) return own
    if (angleBetweenDeg(orientation, own) > SAME_ORIENTATION_DEG)
      return refused(
        'geometry.orientations-differ',
        'The frames of the segmentation are not parallel.',
        'Export the segmentation in one orientation.',
      )
    positions.push(position)
  }
  const along = positions.map((position) => dot(position, orientation.normal))
  const lowest = along.indexOf(Math.min(...along))
  const sideways = positions.map((position) => {
    const step = subtract(position, positions[lowest]!)
    return length(subtract(step, scale(orientation.normal, dot(step, orientation.normal))))
  })
  if (Math.max(...sideways) > SIDEWAYS_MM)
    return refused(
      'geometry.gantry-tilt',
      'The frames of the segmentation are not stacked along their normal (tilted gantry).',
      'Export the segmentation on straight slices.',
    )
  const distances = along.map((d) => d - along[lowest]!)
  const measures = seq(first, TAG.pixelMeasuresSequence)[0]!
  const spacing = latticeSpacing(distances, num(measures, TAG.spacingBetweenSlices), num(measures, TAG.sliceThickness))
  if (typeof spacing === 'object') return spacing

  const frames: SegFrame[] = []
  for (const [frame, group] of groups.entries()) {
    const segment = isLabelMap
      ? null
      : num(group, `${TAG.segmentIdentificationSequence}.${TAG.referencedSegmentNumber}`)
    if (!isLabelMap && segment === null)
      return refused(
        'segmentation.frame-without-segment',
        `Frame ${frame + 1} of the segmentation names no segment.`,
        'Export the segmentation again.',
      )
    frames.push({ frame, slice: Math.round(distances[frame]! / spacing), segment })
  }
  const slices = Math.max(...frames.map(({ slice }) => slice)) + 1
  if (slices > MOST_SLICES)
    return refused(
      'geometry.non-uniform-spacing',
      `The frames of the segmentation are ${spacing} mm apart over ${(Math.max(...distances) / 1000).toFixed(1)} m: a position is wrong.`,
      'Export the segmentation again.',
    )
  return {
    grid: {
      dimensions: [pixel.columns, pixel.rows, slices],
      spacingMm: [pixelSpacing[0], pixelSpacing[1], spacing],
      originMm: positions[lowest]!,
      direction: columnsToMat3(orientation.x, orientation.y, orientation.normal),
    },
    frames,
  }
}

/** The slice spacing of which all distances are whole multiples: as stated, else the smallest gap. */
function latticeSpacing(
  distances: readonly number[],
  between: number | null,
  thickness: number | null,
): number | Finding {
  const sorted = [...new Set(distances)].sort((a, b) => a - b)
  const gaps = sorted.slice(1).flatMap((d, i) => (d - sorted[i]! > SAME_POSITION_MM ? [d - sorted[i]!] : []))
  if (gaps.length === 0) {
    const stated = [between, thickness].find((value) => value !== null && value > 0)
    return (
      stated ??
      refused(
        'geometry.no-slice-spacing',
        'All frames of the segmentation lie in one plane, and its thickness is not stated.',
        'Export the segmentation with its slice spacing.',
      )
    )
  }
  const candidates = [between === null ? null : Math.abs(between), Math.min(...gaps)]
  for (const spacing of candidates)
    if (
      spacing !== null &&
      spacing > 0 &&
      distances.every((d) => Math.abs(d / spacing - Math.round(d / spacing)) <= LATTICE_TOLERANCE)
    )
      return spacing
  return refused(
    'geometry.non-uniform-spacing',
    'The frames of the segmentation are not evenly spaced.',
    'Export the segmentation on a regular grid.',
  )
}
