/** Parametric images of the simplified reference tissue model by basis functions (Gunn et al., NeuroImage 6 (1997) 279). */
import { convolve } from './convolution.ts'
import type { FramedCurve } from './convolution.ts'
import { checkK2Reference } from './graphical.ts'
import { K2A_RANGE_PER_S } from './simplifiedReference.ts'
import { parametricMaps, voxelWeights } from './voxels.ts'
import type { ParametricMaps, VoxelFrames } from './voxels.ts'
import type { FrameWeighting } from './types.ts'

export interface BasisOptions {
  readonly weighting: FrameWeighting
  /** Basis functions between 0.0005 and 2 /min, evenly in the logarithm. Between them the best is interpolated by a parabola. */
  readonly basisCount: number
}

/** As in Gunn et al. 1997, who take 100. */
export const DEFAULT_BASIS_OPTIONS: BasisOptions = { weighting: { kind: 'counts' }, basisCount: 100 }

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

interface Grid {
  readonly logRates: readonly number[]
  readonly step: number
  /** Weighted frame averages of C_R ⊗ e^(−k2a·t). */
  readonly bases: readonly Float64Array[]
  readonly reference: Float64Array
  readonly weights: readonly number[]
}

function gridOf(scan: VoxelFrames, reference: FramedCurve, options: BasisOptions): Grid {
  const weights = voxelWeights(scan, options.weighting)
  const [low, high] = K2A_RANGE_PER_S.map(Math.log) as [number, number]
  const step = (high - low) / (options.basisCount - 1)
  const logRates = Array.from({ length: options.basisCount }, (_, g) => low + g * step)
  const weigh = (values: Float64Array): Float64Array => values.map((v, i) => v * at(weights, i))
  return {
    logRates,
    step,
    bases: logRates.map((logRate) => weigh(convolve(reference, Math.exp(logRate)).average)),
    reference: weigh(reference.average),
    weights,
  }
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i)
  return sum
}

/** The grid's place of the largest gain, refined by a parabola through it and its neighbours; null on an edge. */
function largest(gains: Float64Array): { readonly index: number; readonly shift: number } | null {
  let index = 0
  for (let g = 1; g < gains.length; g++) if (at(gains, g) > at(gains, index)) index = g
  if (index === 0 || index === gains.length - 1) return null
  const [before, here, after] = [at(gains, index - 1), at(gains, index), at(gains, index + 1)]
  const bend = before - 2 * here + after
  return { index, shift: bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0 }
}

/** A basis between grid places, by Lagrange's parabola over three. */
function between(bases: readonly Float64Array[], index: number, shift: number, out: Float64Array): void {
  const [a, b, c] = [(shift * (shift - 1)) / 2, 1 - shift * shift, (shift * (shift + 1)) / 2]
  const [before, here, after] = [bases[index - 1], bases[index], bases[index + 1]] as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let i = 0; i < out.length; i++) out[i] = a * at(before, i) + b * at(here, i) + c * at(after, i)
}

/**
 * SRTM in each voxel: BP_ND, R1, k2 (1/s). Voxels whose best k2a lies on an edge of the grid have no answer.
 *
 * @param reference the reference region cut along the frames (`referenceCurve`)
 * @throws InputError `dynamic.voxels`, CancelledError.
 */
export function voxelSrtm(
  scan: VoxelFrames,
  reference: FramedCurve,
  options: Partial<BasisOptions> = {},
): ParametricMaps {
  const grid = gridOf(scan, reference, { ...DEFAULT_BASIS_OPTIONS, ...options })
  const { bases, logRates, step, weights } = grid
  const n = reference.frameCount
  const length = Math.sqrt(dot(grid.reference, grid.reference))
  const unit = grid.reference.map((v) => v / length)
  // What each basis adds to the reference itself.
  const added = bases.map((basis) => {
    const share = dot(unit, basis)
    const rest = basis.map((v, i) => v - share * at(unit, i))
    const size = Math.sqrt(dot(rest, rest))
    return rest.map((v) => v / size)
  })
  const [y, basis, gains] = [new Float64Array(n), new Float64Array(n), new Float64Array(bases.length)]
  return parametricMaps(
    scan,
    [
      { name: 'BP_ND', title: 'Binding potential', unit: '1' },
      { name: 'R1', title: 'Delivery relative to the reference', unit: '1' },
      { name: 'k2', title: 'Efflux', unit: '1/s' },
    ],
    (curve, out) => {
      for (let i = 0; i < n; i++) y[i] = at(curve, i) * at(weights, i)
      for (let g = 0; g < added.length; g++) gains[g] = dot(added[g] as Float64Array, y) ** 2
      const best = largest(gains)
      if (!best) return false
      between(bases, best.index, best.shift, basis)
      const k2a = Math.exp(at(logRates, best.index) + best.shift * step)
      const share = dot(unit, basis)
      let [rest, target] = [0, 0]
      for (let i = 0; i < n; i++) {
        const own = at(basis, i) - share * at(unit, i)
        rest += own * own
        target += own * at(y, i)
      }
      const phi = target / rest
      const r1 = (dot(unit, y) - phi * share) / length
      const k2 = phi + r1 * k2a
      out[0] = k2 / k2a - 1
      out[1] = r1
      out[2] = k2
      return true
    },
  )
}

/**
 * SRTM2 in each voxel with one k2′ for all: BP_ND, R1. Voxels whose best k2a lies on an edge of the grid have no answer.
 *
 * @throws InputError `dynamic.voxels`, `dynamic.k2-reference`, CancelledError.
 */
export function voxelSrtm2(
  scan: VoxelFrames,
  reference: FramedCurve,
  k2ReferencePerS: number,
  options: Partial<BasisOptions> = {},
): ParametricMaps {
  checkK2Reference(k2ReferencePerS)
  const {
    bases,
    logRates,
    step,
    weights,
    reference: own,
  } = gridOf(scan, reference, { ...DEFAULT_BASIS_OPTIONS, ...options })
  const n = reference.frameCount
  const columns = bases.map((basis, g) => {
    const factor = k2ReferencePerS - Math.exp(at(logRates, g))
    return own.map((v, i) => v + factor * at(basis, i))
  })
  const units = columns.map((column) => {
    const size = Math.sqrt(dot(column, column))
    return column.map((v) => v / size)
  })
  const [y, column, gains] = [new Float64Array(n), new Float64Array(n), new Float64Array(bases.length)]
  return parametricMaps(
    scan,
    [
      { name: 'BP_ND', title: 'Binding potential', unit: '1' },
      { name: 'R1', title: 'Delivery relative to the reference', unit: '1' },
    ],
    (curve, out) => {
      for (let i = 0; i < n; i++) y[i] = at(curve, i) * at(weights, i)
      for (let g = 0; g < units.length; g++) {
        const product = dot(units[g] as Float64Array, y)
        gains[g] = product > 0 ? product * product : 0
      }
      const best = largest(gains)
      if (!best || !(at(gains, best.index) > 0)) return false
      between(columns, best.index, best.shift, column)
      const k2a = Math.exp(at(logRates, best.index) + best.shift * step)
      const r1 = dot(column, y) / dot(column, column)
      out[0] = (r1 * k2ReferencePerS) / k2a - 1
      out[1] = r1
      return true
    },
  )
}
