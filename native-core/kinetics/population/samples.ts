/** Samples of one patient's posterior. */
import { choleskyFactor, RandomStream } from '../../statistics/index.ts'
import { checkCurvePoints, checkPrior } from './checkCurve.ts'
import { bestMode, curvatureOf } from './conditionalMode.ts'
import { dataCost } from './dataCost.ts'
import { dot, timesVector } from './matrices.ts'
import type { IndividualRequest } from './types.ts'

export interface PosteriorSamples {
  readonly phi: readonly (readonly number[])[]
  /** In the unit of the values times s. */
  readonly tiaBqS: readonly number[]
  /** How many independent samples the TIAs are worth, by their autocorrelation (Geyer 1992, initial positive sequence). */
  readonly effectiveSampleSize: number
}

/** Steps of the chain for each sample that is kept, and before the first. */
const THINNED = 5
const WARMED = 60
/** The normal distribution that the ellipses are drawn from is this much wider than Laplace's: its tails must reach over the posterior's. */
const WIDENED = 2

/**
 * Equally weighted samples of the exact posterior of φ and of the TIA: elliptical slice sampling (Murray, Adams & MacKay 2010) in the
 * generalised form (Nishihara, Murray & Adams 2014), with Laplace's approximation in b (φ = μ + C b), widened, as the normal distribution.
 * Nothing is tuned and no step is refused. The same seed and stream (of Philox) give the same samples.
 *
 * @throws InputError as `estimateIndividual`
 */
export function posteriorSamples(
  request: IndividualRequest,
  { count, seed, stream = 0 }: { readonly count: number; readonly seed: number; readonly stream?: number },
): PosteriorSamples {
  const { curve, prior, timesS, values, residual, sigma } = request
  checkCurvePoints(request)
  const factor = checkPrior(prior, curve)
  const data = { curve, timesS, values, residual, sigma }
  const mode = bestMode(data, prior.mean, factor)
  const root = choleskyFactor(curvatureOf(mode.data.information, factor))
  if (!root) throw new Error('I + CᵀKC is positive definite')
  const random = new RandomStream(seed, stream)
  const at = (w: readonly number[]): { phi: number[]; log: number } => {
    const b = backSubstituted(root, w).map((v, k) => (mode.b[k] ?? 0) + v * WIDENED)
    const phi = timesVector(factor, b).map((v, k) => v + (prior.mean[k] ?? 0))
    return { phi, log: -(dataCost(data, phi).cost + dot(b, b) - mode.cost) / 2 + dot(w, w) / 2 }
  }
  let w = mode.b.map(() => 0)
  let now = at(w)
  const phi: number[][] = []
  for (let step = 1; phi.length < count; step++) {
    const other = w.map(() => random.normal())
    const level = now.log + Math.log(random.uniform())
    let angle = 2 * Math.PI * random.uniform()
    let low = angle - 2 * Math.PI
    let high = angle
    for (;;) {
      const next = w.map((v, k) => v * Math.cos(angle) + (other[k] ?? 0) * Math.sin(angle))
      const point = at(next)
      if (point.log >= level || high - low < 1e-12) {
        w = next
        now = point
        break
      }
      if (angle < 0) low = angle
      else high = angle
      angle = low + (high - low) * random.uniform()
    }
    if (step > WARMED && (step - WARMED) % THINNED === 0) phi.push(now.phi)
  }
  const tiaBqS = phi.map((own) => curve.integral(own))
  return { phi, tiaBqS, effectiveSampleSize: effectiveSize(tiaBqS) }
}

export interface PosteriorTia {
  /** Mean and standard deviation over the posterior. */
  readonly tiaBqS: number
  readonly tiaUncertaintyBqS: number
  /** 2.5 and 97.5 percentiles. */
  readonly lowerBqS: number
  readonly upperBqS: number
  readonly effectiveSampleSize: number
}

const DEFAULT_TIA_SAMPLES = { count: 2000, seed: 1 }

/**
 * TIA over the whole posterior, by `posteriorSamples`. Where points leave a parameter open this is more than the first order of
 * `estimateIndividual` shows: with one point of a mono-exponential at t the TIA is least at λ = 1/t, so that near there the mode has the
 * smallest TIA of all curves through the point, and a slope of zero.
 *
 * @throws InputError as `estimateIndividual`
 */
export function posteriorTia(
  request: IndividualRequest,
  options: { readonly count: number; readonly seed: number; readonly stream?: number } = DEFAULT_TIA_SAMPLES,
): PosteriorTia {
  const { tiaBqS, effectiveSampleSize } = posteriorSamples(request, options)
  const sorted = [...tiaBqS].sort((a, b) => a - b)
  const mean = sorted.reduce((s, v) => s + v, 0) / sorted.length
  const variance = sorted.reduce((s, v) => s + (v - mean) ** 2, 0) / (sorted.length - 1)
  const percentile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * sorted.length - 0.5)))] ?? mean
  return {
    tiaBqS: mean,
    tiaUncertaintyBqS: Math.sqrt(variance),
    lowerBqS: percentile(0.025),
    upperBqS: percentile(0.975),
    effectiveSampleSize,
  }
}

/** n/(1 + 2 Σ ρ_k), the sum of pairs of neighbouring correlations ending at the first that is not positive. */
function effectiveSize(values: readonly number[]): number {
  const n = values.length
  const mean = values.reduce((s, v) => s + v, 0) / n
  const covariance = (lag: number): number => {
    let s = 0
    for (let i = 0; i + lag < n; i++) s += ((values[i] ?? 0) - mean) * ((values[i + lag] ?? 0) - mean)
    return s / n
  }
  const variance = covariance(0)
  if (!(variance > 0)) return n
  let sum = -1
  for (let k = 0; k + 1 < n; k += 2) {
    const pair = (covariance(k) + covariance(k + 1)) / variance
    if (pair <= 0) break
    sum += 2 * pair
  }
  return Math.min(n, n / Math.max(sum, 1e-9))
}

/** L⁻ᵀ z: of covariance (L Lᵀ)⁻¹. */
function backSubstituted(l: readonly (readonly number[])[], z: readonly number[]): number[] {
  const x = [...z]
  for (let i = z.length - 1; i >= 0; i--) {
    let s = x[i] ?? 0
    for (let k = i + 1; k < z.length; k++) s -= (l[k]?.[i] ?? 0) * (x[k] ?? 0)
    x[i] = s / (l[i]?.[i] ?? 1)
  }
  return x
}
