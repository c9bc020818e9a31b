/** Parametric images by linear relations: Logan and Patlak plots, MA1, MRTM1, MRTM2 in each voxel. */
import { InputError } from '../../errors/index.ts'
import { midFrameTimeS } from '../../imaging/pet/index.ts'
import { checkK2Reference } from './graphical.ts'
import type { FramedReference } from './graphical.ts'
import { parametricMaps, voxelWeights } from './voxels.ts'
import type { ParametricMaps, VoxelFrames } from './voxels.ts'
import type { FrameWeighting } from './types.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** Frames from t* on. @throws InputError `dynamic.t-star`. */
function firstFrame({ schedule }: VoxelFrames, tStarS: number, fewest: number): number {
  const first = schedule.frames.findIndex((frame) => midFrameTimeS(frame) >= tStarS)
  if (first >= 0 && schedule.frames.length - first >= fewest) return first
  throw new InputError(
    'dynamic.t-star',
    `${first < 0 ? 0 : schedule.frames.length - first} frames are left from ${tStarS} s on; ${fewest} are needed.`,
    'Give an earlier t*.',
  )
}

/** Writes the integrals of one voxel's curve at the frames, as `frameIntegrals` does. */
function integrator({ schedule }: VoxelFrames): (curve: Float64Array, integral: Float64Array) => void {
  const durations = schedule.frames.map(({ durationS }) => durationS)
  const gaps = schedule.frames.map(({ startS }, i) => {
    const before = schedule.frames[i - 1]
    return Math.max(0, startS - (before ? before.startS + before.durationS : 0))
  })
  return (curve, integral) => {
    let [sum, before] = [0, 0]
    for (let i = 0; i < curve.length; i++) {
      const value = at(curve, i)
      sum += (at(gaps, i) * (before + value)) / 2
      integral[i] = sum + (at(durations, i) * value) / 2
      sum += at(durations, i) * value
      before = value
    }
  }
}

/** Ordinary least squares of y on x over the first `n` places; NaN where x does not vary. */
function line(x: Float64Array, y: Float64Array, n: number): readonly [slope: number, intercept: number] {
  let [sx, sy] = [0, 0]
  for (let i = 0; i < n; i++) {
    sx += at(x, i)
    sy += at(y, i)
  }
  const [mx, my] = [sx / n, sy / n]
  let [sxx, sxy] = [0, 0]
  for (let i = 0; i < n; i++) {
    sxx += (at(x, i) - mx) ** 2
    sxy += (at(x, i) - mx) * (at(y, i) - my)
  }
  const slope = sxx > 0 ? sxy / sxx : NaN
  return [slope, my - slope * mx]
}

/**
 * Logan's slope in each voxel: V_T with plasma, DVR with a reference region (then also BP_ND). Noise of single voxels lowers it; MA1, MRTM1 or
 * the basis functions of SRTM are less biased.
 *
 * @param against plasma or reference on the frames
 * @param k2ReferencePerS only for a reference; null leaves its term out
 * @throws InputError `dynamic.t-star`, `dynamic.voxels`, `dynamic.k2-reference`, CancelledError.
 */
export function voxelLogan(
  scan: VoxelFrames,
  against: FramedReference,
  kind: { readonly kind: 'plasma' } | { readonly kind: 'reference'; readonly k2ReferencePerS: number | null },
  tStarS: number,
): ParametricMaps {
  const first = firstFrame(scan, tStarS, 3)
  const k2 = kind.kind === 'reference' ? kind.k2ReferencePerS : null
  if (k2 !== null) checkK2Reference(k2)
  const above = against.integral.map((v, i) => v + (k2 === null ? 0 : at(against.average, i) / k2))
  const integrate = integrator(scan)
  const n = scan.frames.length
  const [integral, x, y] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  const isReference = kind.kind === 'reference'
  return parametricMaps(
    scan,
    isReference
      ? [
          { name: 'DVR', title: 'Ratio of distribution volumes', unit: '1' },
          { name: 'BP_ND', title: 'Binding potential', unit: '1' },
        ]
      : [{ name: 'V_T', title: 'Distribution volume', unit: 'mL/mL' }],
    (curve, out) => {
      integrate(curve, integral)
      let count = 0
      for (let i = first; i < n; i++) {
        const own = at(curve, i)
        if (!(own > 0)) continue
        x[count] = at(above, i) / own
        y[count] = at(integral, i) / own
        count++
      }
      if (count < 3) return false
      const [slope] = line(x, y, count)
      out[0] = slope
      if (isReference) out[1] = slope - 1
      return true
    },
  )
}

/**
 * Patlak's slope and intercept in each voxel: K_i with plasma, K_ref (1/s) with a reference region.
 *
 * @throws InputError `dynamic.t-star`, `dynamic.voxels`, CancelledError.
 */
export function voxelPatlak(
  scan: VoxelFrames,
  against: FramedReference,
  kind: 'plasma' | 'reference',
  tStarS: number,
): ParametricMaps {
  const first = firstFrame(scan, tStarS, 3)
  const counted = scan.frames.flatMap((_, i) => (i >= first && at(against.average, i) > 0 ? [i] : []))
  const x = Float64Array.from(counted, (i) => at(against.integral, i) / at(against.average, i))
  const below = counted.map((i) => at(against.average, i))
  const y = new Float64Array(counted.length)
  return parametricMaps(
    scan,
    kind === 'plasma'
      ? [
          { name: 'K_i', title: 'Net influx', unit: 'mL/(mL·s)' },
          { name: 'V', title: 'Intercept', unit: 'mL/mL' },
        ]
      : [
          { name: 'K_ref', title: 'Net influx relative to the reference', unit: '1/s' },
          { name: 'V', title: 'Intercept', unit: '1' },
        ],
    (curve, out) => {
      if (counted.length < 3) return false
      for (let k = 0; k < counted.length; k++) y[k] = at(curve, at(counted, k)) / at(below, k)
      const [slope, intercept] = line(x, y, counted.length)
      out[0] = slope
      out[1] = intercept
      return true
    },
  )
}

/**
 * MA1, MRTM1 or MRTM2 in each voxel (formulas: `multilinear.ts`), by normal equations of columns that are scaled to one length. Voxels whose γ2 is not
 * negative have no answer.
 *
 * @param method `ma1` with plasma; `mrtm1`, `mrtm2` with a reference region
 * @throws InputError `dynamic.t-star`, `dynamic.voxels`, `dynamic.k2-reference`, CancelledError.
 */
export function voxelMultilinear(
  scan: VoxelFrames,
  against: FramedReference,
  method: { readonly kind: 'ma1' | 'mrtm1' } | { readonly kind: 'mrtm2'; readonly k2ReferencePerS: number },
  options: { readonly weighting: FrameWeighting; readonly tStarS: number },
): ParametricMaps {
  const columns = method.kind === 'mrtm1' ? 3 : 2
  const first = firstFrame(scan, options.tStarS, columns + 1)
  if (method.kind === 'mrtm2') checkK2Reference(method.k2ReferencePerS)
  const w = voxelWeights(scan, options.weighting)
  const n = scan.frames.length
  const scaleFixed = (values: readonly number[]): { readonly column: Float64Array; readonly scale: number } => {
    const column = Float64Array.from(values, (v, i) => (i < first ? 0 : v * at(w, i)))
    const scale = Math.sqrt(column.reduce((s, v) => s + v * v, 0)) || 1
    return { column: column.map((v) => v / scale), scale }
  }
  const lead = scaleFixed(
    method.kind === 'mrtm2'
      ? against.integral.map((v, i) => v + at(against.average, i) / method.k2ReferencePerS)
      : against.integral,
  )
  const own = scaleFixed(against.average)
  const cross = lead.column.reduce((s, v, i) => s + v * at(own.column, i), 0)
  const integrate = integrator(scan)
  const integral = new Float64Array(n)
  return parametricMaps(scan, MULTILINEAR_MAPS[method.kind], (curve, out) => {
    integrate(curve, integral)
    let [lt, tt, rt, ly, ty, ry] = [0, 0, 0, 0, 0, 0]
    for (let i = first; i < n; i++) {
      const [tissue, target] = [at(integral, i) * at(w, i), at(curve, i) * at(w, i)]
      const [l, r] = [at(lead.column, i), at(own.column, i)]
      lt += l * tissue
      tt += tissue * tissue
      rt += r * tissue
      ly += l * target
      ty += tissue * target
      ry += r * target
    }
    if (!(tt > 0)) return false
    const s = Math.sqrt(tt)
    lt /= s
    rt /= s
    ty /= s
    if (columns === 2) {
      const det = 1 - lt * lt
      if (!(det > 1e-13)) return false
      const [g1, g2] = [(ly - lt * ty) / det / lead.scale, (ty - lt * ly) / det / s]
      if (!(g2 < 0)) return false
      out[0] = method.kind === 'ma1' ? -g1 / g2 : -g1 / g2 - 1
      if (method.kind === 'mrtm2') out[1] = g1 / method.k2ReferencePerS
      return true
    }
    // Unit columns l, t, r with products lt, cross = l·r, rt.
    const det = 1 + 2 * lt * rt * cross - lt * lt - rt * rt - cross * cross
    if (!(det > 1e-13)) return false
    const g1 = (ly * (1 - rt * rt) + ty * (cross * rt - lt) + ry * (lt * rt - cross)) / det / lead.scale
    const g2 = (ly * (cross * rt - lt) + ty * (1 - cross * cross) + ry * (cross * lt - rt)) / det / s
    const g3 = (ly * (lt * rt - cross) + ty * (cross * lt - rt) + ry * (1 - lt * lt)) / det / own.scale
    if (!(g2 < 0)) return false
    out[0] = -g1 / g2 - 1
    out[1] = g3
    return true
  })
}

const BINDING = { name: 'BP_ND', title: 'Binding potential', unit: '1' } as const
const DELIVERY = { name: 'R1', title: 'Delivery relative to the reference', unit: '1' } as const
const MULTILINEAR_MAPS = {
  ma1: [{ name: 'V_T', title: 'Distribution volume', unit: 'mL/mL' }],
  mrtm1: [BINDING, DELIVERY],
  mrtm2: [BINDING, DELIVERY],
} as const
