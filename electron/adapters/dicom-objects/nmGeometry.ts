/** Where the slices of a reconstructed NM file lie (PS3.3 C.8.4.11 NM Detector, C.8.4.15 NM Reconstruction). */
import type { ImageGrid, Vec3 } from '../../../native-core/imaging/types.ts'
import { has, num, seq } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { codeOf } from './codes.ts'
import { isFinding, readOrientation, readPixelSpacing, readPosition } from './planes.ts'
import type { Orientation } from './planes.ts'
import { note, refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import type { DirectionDoubt } from './types.ts'
import { add, columnsToMat3, dot, scale } from './vectors.ts'

export interface NmGeometry {
  readonly grid: ImageGrid
  /** Frames in the order of the grid's third axis, which runs along the normal. */
  readonly frames: readonly number[]
  readonly directionDoubt: DirectionDoubt | null
  readonly findings: readonly Finding[]
}

/** Relative difference of slice thickness and spacing worth a word. */
const THICKNESS_TOLERANCE = 0.01

/**
 * The grid of a volume whose frames, in slice order, start at the Image Position and go along the normal by Spacing Between Slices:
 * forward for a positive one, backward for a negative one (C.8.4.15.1.1). The grid's third axis always runs along the normal; frames
 * that go backward are reversed.
 */
export function nmGeometry(
  root: DicomDataSet,
  size: { readonly rows: number; readonly columns: number },
  frames: readonly number[],
  detector: number,
): NmGeometry | Finding {
  const findings: Finding[] = []
  const place = placeOf(root, detector)
  const position = readPosition(place)
  if (isFinding(position))
    return refused(
      'geometry.no-position',
      'The reconstruction has no Image Position (Patient) (0020,0032), neither in the detector sequence nor in the file: it cannot be placed in the patient.',
      'Export the reconstruction again with its geometry.',
    )
  const orientation = orientationOf(place, root, findings)
  if (isFinding(orientation)) return orientation
  const pixelSpacing = readPixelSpacing(root)
  if (isFinding(pixelSpacing)) return pixelSpacing
  const spacing = spacingOf(root, frames.length, findings)
  if (typeof spacing === 'object') return spacing

  const backward = spacing < 0
  const count = frames.length
  const step = Math.abs(spacing)
  const origin = backward ? add(position, scale(orientation.normal, -(count - 1) * step)) : position
  return {
    grid: {
      dimensions: [size.columns, size.rows, count],
      spacingMm: [pixelSpacing[0], pixelSpacing[1], step],
      originMm: origin,
      direction: columnsToMat3(orientation.x, orientation.y, orientation.normal),
    },
    frames: backward ? [...frames].reverse() : frames,
    directionDoubt: doubtOf(orientation, position, (count - 1) * step, backward),
    findings,
  }
}

/** The data set that holds position and orientation: the item of the volume's detector, else the file itself. */
function placeOf(root: DicomDataSet, detector: number): DicomDataSet {
  const detectors = seq(root, TAG.detectorInformationSequence)
  const placed = detectors.filter((item) => has(item, TAG.imagePosition))
  return detectors.length >= detector && placed.includes(detectors[detector - 1]!)
    ? detectors[detector - 1]!
    : (placed[0] ?? root)
}

function orientationOf(place: DicomDataSet, root: DicomDataSet, findings: Finding[]): Orientation | Finding {
  if (has(place, TAG.imageOrientation) || has(root, TAG.imageOrientation))
    return readOrientation(has(place, TAG.imageOrientation) ? place : root)
  if (!isSupineHeadFirst(root))
    return refused(
      'geometry.no-orientation',
      'The reconstruction has no Image Orientation (Patient) (0020,0037), and its patient orientation codes do not say supine and head first: left and right, front and back are not certain.',
      'Export the reconstruction again with its geometry.',
    )
  findings.push(
    warning(
      'geometry.orientation-from-codes',
      'The reconstruction has no Image Orientation (Patient); transaxial slices of a patient who lies supine and head first were taken, as its orientation codes say.',
      'Compare left and right, front and back with the CT.',
    ),
  )
  return { x: [1, 0, 0], y: [0, 1, 0], normal: [0, 0, 1] }
}

/** Patient Orientation (recumbent, supine) and Patient Gantry Relationship (headfirst) codes, SNOMED CT and SNOMED-RT. */
function isSupineHeadFirst(root: DicomDataSet): boolean {
  const modifier = seq(root, TAG.patientOrientationCodeSequence).flatMap(
    (item) => codeOf(item, TAG.patientOrientationModifierCodeSequence) ?? [],
  )[0]
  const relationship = codeOf(root, TAG.patientGantryRelationshipCodeSequence)
  const supine =
    modifier !== undefined && (['40199007', 'F-10340'].includes(modifier.value) || /^supine$/i.test(modifier.meaning))
  const headFirst =
    relationship !== null &&
    (['102540008', 'F-10470'].includes(relationship.value) || /^head\s?-?first$/i.test(relationship.meaning))
  return supine && headFirst
}

function spacingOf(root: DicomDataSet, count: number, findings: Finding[]): number | Finding {
  const between = num(root, TAG.spacingBetweenSlices)
  const thickness = num(root, TAG.sliceThickness)
  if (between !== null && between !== 0) {
    if (thickness !== null && thickness > 0 && Math.abs(Math.abs(between) / thickness - 1) > THICKNESS_TOLERANCE)
      findings.push(
        note(
          'geometry.thickness-differs',
          `Spacing Between Slices is ${between} mm, Slice Thickness ${thickness} mm; the spacing was used.`,
        ),
      )
    return between
  }
  if (thickness !== null && thickness > 0) {
    if (count > 1)
      findings.push(
        warning(
          'geometry.nm-spacing-from-thickness',
          `Spacing Between Slices (0018,0088) is ${between === null ? 'missing' : '0'}; Slice Thickness (${thickness} mm) was taken, and slices stacked along the normal.`,
          'Compare the length and the direction of the volume with the CT.',
        ),
      )
    return thickness
  }
  return refused(
    'geometry.no-slice-spacing',
    'Spacing Between Slices (0018,0088) and Slice Thickness (0018,0050) are missing: the distance of the slices is unknown.',
    'Export the reconstruction again with its geometry.',
  )
}

/**
 * A positive spacing is right by the standard, and is also what writers leave whose slices run the other way; a negative one may be left
 * beside a position that was moved to the other end. Stacked from where it starts, the volume is suspicious if the other reading would lie
 * closer to the origin of the frame of reference; nmDirection.ts asks other images of that frame before it speaks.
 */
function doubtOf(
  orientation: Orientation,
  first: Vec3,
  lengthMm: number,
  isAgainstNormal: boolean,
): DirectionDoubt | null {
  if (!(lengthMm > 0)) return null
  const direction = isAgainstNormal ? scale(orientation.normal, -1) : orientation.normal
  const start = dot(first, direction)
  const stated = Math.abs(start + lengthMm / 2)
  const other = Math.abs(start - lengthMm / 2)
  return { direction, isAgainstNormal, firstPositionMm: first, lengthMm, otherReadingIsCentral: other < stated }
}
