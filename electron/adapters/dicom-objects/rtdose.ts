/** RT Dose (PS3.3 C.8.8.3): a dose grid whose frames are placed by Grid Frame Offset Vector. */
import type { ImageQuantity } from '../../contracts/domain.ts'
import type { ImageGrid } from '../../../native-core/imaging/types.ts'
import { num, nums, str } from '../dicom-files/index.ts'
import { isFinding, readOrientation, readPixelSpacing, readPosition } from './planes.ts'
import { question, refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import type { DicomFile } from './types.ts'
import { add, columnsToMat3, scale } from './vectors.ts'

/** Relative unevenness of the frames that is rounding. */
const SPACING_TOLERANCE = 0.02

export interface DoseReading {
  readonly grid: ImageGrid
  /** Frames in the order of the grid's third axis. */
  readonly frames: readonly number[]
  readonly slope: number
  readonly quantity: ImageQuantity
  readonly findings: readonly Finding[]
}

/** Reads a dose object into a grid in Gy, or says why not. */
export function readDose(file: DicomFile): DoseReading | Finding {
  const { header, pixel } = file
  if (!pixel)
    return refused(
      'pixel.missing',
      'The dose object has no dose grid (no pixel data).',
      'Export the dose with its grid.',
    )
  const unit = str(header, TAG.doseUnits)?.toUpperCase() ?? ''
  if (unit !== 'GY')
    return refused(
      'dose.unit',
      `The dose is not in Gy: Dose Units (3004,0002) is "${unit}".`,
      'Export the dose in absolute units.',
    )
  const slope = num(header, TAG.doseGridScaling)
  if (slope === null || !(slope > 0))
    return refused(
      'dose.scaling-missing',
      'Dose Grid Scaling (3004,000E) is missing or not positive: the values have no meaning.',
      'Export the dose again.',
    )
  const position = readPosition(header)
  if (isFinding(position)) return position
  const orientation = readOrientation(header)
  if (isFinding(orientation)) return orientation
  const pixelSpacing = readPixelSpacing(header)
  if (isFinding(pixelSpacing)) return pixelSpacing
  const offsets = offsetsOf(file, position[2], orientation.normal[2])
  if (!Array.isArray(offsets)) return offsets

  const order = offsets.map((_, i) => i).sort((a, b) => offsets[a]! - offsets[b]!)
  const first = offsets[order[0]!]!
  const count = offsets.length
  const findings: Finding[] = []
  let spacing: number
  if (count === 1) {
    const thickness = num(header, TAG.sliceThickness)
    if (thickness === null || !(thickness > 0))
      return refused(
        'geometry.single-slice',
        'The dose grid has a single frame without a thickness: it is no volume.',
        'Export the whole dose grid.',
      )
    spacing = thickness
    findings.push(
      warning(
        'geometry.single-slice',
        `The dose grid has a single frame (${thickness} mm).`,
        'Export the whole dose grid if there is more of it.',
      ),
    )
  } else {
    spacing = (offsets[order[count - 1]!]! - first) / (count - 1)
    const uneven = order.some(
      (frame, i) => Math.abs(offsets[frame]! - first - i * spacing) > SPACING_TOLERANCE * Math.abs(spacing),
    )
    if (!(spacing > 0) || uneven)
      return refused(
        'geometry.non-uniform-spacing',
        'The frames of the dose grid are not evenly spaced (Grid Frame Offset Vector (3004,000C)).',
        'Export the dose on a regular grid.',
      )
  }
  const doseType = str(header, TAG.doseType)?.toUpperCase() ?? ''
  const physical = doseType === 'PHYSICAL' || doseType === ''
  if (!physical)
    findings.push(
      question(
        'dose.type',
        `Dose Type (3004,0004) is ${doseType}: the values are not physical absorbed dose.`,
        'Use a physical dose; this one can be looked at.',
      ),
    )
  return {
    grid: {
      dimensions: [pixel.columns, pixel.rows, count],
      spacingMm: [pixelSpacing[0], pixelSpacing[1], spacing],
      originMm: add(position, scale(orientation.normal, first)),
      direction: columnsToMat3(orientation.x, orientation.y, orientation.normal),
    },
    frames: order,
    slope,
    quantity: physical ? { kind: 'absorbed-dose', unit: 'Gy' } : { kind: 'arbitrary', unit: `${unit} ${doseType}` },
    findings,
  }
}

/**
 * Offset of each frame from the Image Position along the normal. The vector either starts at 0 and holds such offsets, or, for transverse
 * grids, holds z coordinates and starts at that of the Image Position (C.8.8.3.2).
 */
function offsetsOf(file: DicomFile, firstZ: number, normalZ: number): number[] | Finding {
  const frames = file.pixel!.frames
  const vector = nums(file.header, TAG.gridFrameOffsetVector)
  if (frames === 1 && (vector === null || vector.length <= 1)) return [0]
  if (vector === null || vector.length !== frames)
    return refused(
      'geometry.dose-offsets',
      `Grid Frame Offset Vector (3004,000C) does not give a number for each of the ${frames} frames.`,
      'Export the dose again.',
    )
  const start = vector[0]!
  if (Math.abs(start) < 1e-6) return vector
  const transverse = Math.abs(Math.abs(normalZ) - 1) < 1e-3
  if (transverse && Math.abs(start - firstZ) < 1e-2) return vector.map((z) => (z - start) * Math.sign(normalZ))
  return refused(
    'geometry.dose-offsets',
    `Grid Frame Offset Vector (3004,000C) starts at ${start}: neither at 0 nor at the z of the Image Position (${firstZ}).`,
    'Export the dose again.',
  )
}
