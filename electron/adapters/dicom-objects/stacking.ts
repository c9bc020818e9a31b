/**
 * From single planes to a regular grid. Slices are ordered by their position along the normal, never by name or number, so that
 * head- or feet-first and either direction of the table give the same volume. What is not a right prism of evenly spaced slices
 * is refused with what was found; nothing is resampled here.
 */
import type { ImageGrid, Vec3 } from '../../../native-core/imaging/types.ts'
import type { Orientation } from './planes.ts'
import { refused, shortList, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { columnsToMat3, dot, scale, subtract, length } from './vectors.ts'

export interface Plane {
  readonly positionMm: Vec3
  /** Display path, for messages. */
  readonly name: string
}

export interface StackShape {
  readonly orientation: Orientation
  readonly columns: number
  readonly rows: number
  /** [between columns, between rows]. */
  readonly pixelSpacingMm: readonly [number, number]
  /** Slice thickness or spacing by the file; what a single slice has. */
  readonly nominalSpacingMm: number | null
}

export type Stack =
  | {
      readonly kind: 'grid'
      readonly grid: ImageGrid
      /** Indices of the planes in slice order. */ readonly order: readonly number[]
      readonly findings: readonly Finding[]
    }
  | { readonly kind: 'duplicates'; readonly pairs: readonly (readonly [number, number])[] }
  | { readonly kind: 'refused'; readonly finding: Finding }

/** Positions are written with rounding: closer than this (mm) along the normal is the same slice. */
const SAME_POSITION_MM = 0.01
/** Departure of a slice from its even place, as a part of the spacing, that rounding and table encoders explain. */
const SPACING_TOLERANCE = 0.02
/** Sideways drift over the whole stack that is of no consequence: the larger of this (mm) and this part of a pixel. */
const DRIFT_MM = 0.1
const DRIFT_PIXELS = 0.05

/** Orders planes of one orientation into a grid, or says why that is impossible. */
export function stackPlanes(planes: readonly Plane[], shape: StackShape): Stack {
  const { normal } = shape.orientation
  const along = planes.map((plane) => dot(plane.positionMm, normal))
  const order = planes.map((_, i) => i).sort((a, b) => along[a]! - along[b]!)
  const pairs = samePositions(order, along)
  if (pairs.length > 0) return { kind: 'duplicates', pairs }

  const first = planes[order[0]!]!
  const count = order.length
  if (count === 1) return singleSlice(first, shape, order)

  const last = planes[order[count - 1]!]!
  const spacing = (along[order[count - 1]!]! - along[order[0]!]!) / (count - 1)
  const uneven = order.some(
    (plane, i) => Math.abs(along[plane]! - along[order[0]!]! - i * spacing) > SPACING_TOLERANCE * spacing + 1e-3,
  )
  if (uneven)
    return {
      kind: 'refused',
      finding: unevenSpacing(
        order.map((i) => along[i]!),
        order.map((i) => planes[i]!.name),
      ),
    }
  const shear = sidewaysDrift(
    order.map((i) => planes[i]!),
    normal,
    spacing,
  )
  if (shear.worstMm > Math.max(DRIFT_MM, DRIFT_PIXELS * Math.min(...shape.pixelSpacingMm)))
    return { kind: 'refused', finding: tilted(shear, subtract(last.positionMm, first.positionMm), normal) }
  return { kind: 'grid', grid: gridOf(shape, first.positionMm, spacing, count), order, findings: [] }
}

function gridOf(shape: StackShape, originMm: Vec3, sliceSpacingMm: number, slices: number): ImageGrid {
  return {
    dimensions: [shape.columns, shape.rows, slices],
    spacingMm: [shape.pixelSpacingMm[0], shape.pixelSpacingMm[1], sliceSpacingMm],
    originMm,
    direction: columnsToMat3(shape.orientation.x, shape.orientation.y, shape.orientation.normal),
  }
}

function singleSlice(plane: Plane, shape: StackShape, order: readonly number[]): Stack {
  const thickness = shape.nominalSpacingMm
  if (thickness === null || !(thickness > 0))
    return {
      kind: 'refused',
      finding: refused(
        'geometry.single-slice',
        'The series has a single slice without a thickness: it is no volume.',
        'Import the whole series.',
      ),
    }
  const finding = warning(
    'geometry.single-slice',
    `The series has a single slice (${thickness} mm): it can be looked at, but no structure is whole in it.`,
    'Import the whole series if there is more of it.',
  )
  return { kind: 'grid', grid: gridOf(shape, plane.positionMm, thickness, 1), order, findings: [finding] }
}

function samePositions(order: readonly number[], along: readonly number[]): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  for (let i = 1; i < order.length; i++) {
    const [a, b] = [order[i - 1]!, order[i]!]
    if (along[b]! - along[a]! < SAME_POSITION_MM) pairs.push([a, b])
  }
  return pairs
}

function unevenSpacing(along: readonly number[], names: readonly string[]): Finding {
  const gaps = along.slice(1).map((d, i) => d - along[i]!)
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!
  const odd = gaps.flatMap((gap, i) => (Math.abs(gap - usual) > SPACING_TOLERANCE * usual ? [{ gap, i }] : []))
  const missing =
    odd.length > 0 &&
    odd.every(({ gap }) => {
      const times = gap / usual
      return Math.round(times) >= 2 && Math.abs(times - Math.round(times)) < 2 * SPACING_TOLERANCE * Math.round(times)
    })
  const where = shortList(
    odd.map(({ gap, i }) => `${gap.toFixed(2)} mm after ${names[i]!}`),
    3,
  )
  if (missing) {
    const slices = odd.reduce((sum, { gap }) => sum + Math.round(gap / usual) - 1, 0)
    return refused(
      'geometry.missing-slices',
      `${slices} slice(s) are missing: slices are ${usual.toFixed(2)} mm apart, but ${where}.`,
      'Import the complete series. Gaps are not filled with invented slices.',
    )
  }
  return refused(
    'geometry.non-uniform-spacing',
    odd.length > 0
      ? `Slices are not evenly spaced: mostly ${usual.toFixed(2)} mm apart, but ${where}.`
      : `Slices are not evenly spaced: gaps from ${Math.min(...gaps).toFixed(3)} to ${Math.max(...gaps).toFixed(3)} mm.`,
    'Import a series with even spacing, or one series for each part of the scan. A resampled reconstruction can be made on the scanner.',
  )
}

interface Drift {
  readonly worstMm: number
  /** Whether it grows evenly from slice to slice, as with a tilted gantry. */
  readonly isShear: boolean
}

function sidewaysDrift(planes: readonly Plane[], normal: Vec3, spacing: number): Drift {
  const origin = planes[0]!.positionMm
  const sideways = planes.map((plane) => {
    const step = subtract(plane.positionMm, origin)
    return subtract(step, scale(normal, dot(step, normal)))
  })
  const perSlice = scale(sideways.at(-1)!, 1 / (planes.length - 1))
  const worstMm = Math.max(...sideways.map(length))
  const fromLine = Math.max(...sideways.map((shift, i) => length(subtract(shift, scale(perSlice, i)))))
  return { worstMm, isShear: fromLine < Math.max(DRIFT_MM, SPACING_TOLERANCE * spacing) }
}

function tilted(drift: Drift, wholeStep: Vec3, normal: Vec3): Finding {
  if (!drift.isShear)
    return refused(
      'geometry.slices-shifted',
      `Slices are shifted sideways against each other by up to ${drift.worstMm.toFixed(2)} mm.`,
      'Import a series whose slices lie straight above each other.',
    )
  const angle = (Math.acos(Math.min(1, Math.abs(dot(wholeStep, normal)) / length(wholeStep))) * 180) / Math.PI
  return refused(
    'geometry.gantry-tilt',
    `The stack is sheared by ${angle.toFixed(1)}°: slices are not stacked along their normal (tilted gantry), shifting by ${drift.worstMm.toFixed(1)} mm over the series.`,
    'Let the scanner reconstruct the series without tilt (or resample it to straight slices), and import that.',
  )
}
