/** Whether the law of propagation may be used: the chain's curvature, measured. */
import { sumsBySource } from './between.ts'
import { chainMoments } from './chainMoments.ts'
import type { CurveSensitivity } from './curveSensitivity.ts'
import type { LinearValidity, SourceLoading, UncertaintyChain, UncertaintyTermId } from './types.ts'

/** The bar of agreement with Monte Carlo. */
const LARGEST_DIFFERENCE = 0.05
/** From here on ±2 standard uncertainties are no interval of 95 %. Designed for this program. */
const LARGEST_SKEWNESS = 1
/**
 * Relative standard uncertainties of the slowest and of the other rates of a curve from which on points that move together change the TIA otherwise than
 * each alone does. Designed for this program by repetitions of simulated curves (`tests/validation/uncertainty.refit.test.ts`).
 */
const LARGEST_RATE_CV = { slowest: 0.3, other: 0.5 } as const

/** Larger ones are not told apart: a recovery curve with wide parameters has moments without bound. */
const LARGEST_TOLD = { ratio: 10, skewness: 100 } as const

type Curvature = Pick<LinearValidity, 'nonlinearRatio' | 'skewness'>

/**
 * Standard uncertainty of the dose with the curvature of the chain over that by the law of propagation, and its skewness. Moments of what the points
 * share are sums over their distributions (`chainMoments`); the TIA adds up from its points, whose moments were measured (`CurveSensitivity`). Moments of
 * independent factors multiply.
 */
export function chainValidity(
  chain: UncertaintyChain,
  loadings: readonly SourceLoading[],
  curve: CurveSensitivity | null,
): LinearValidity {
  const shared = chainMoments(chain, curve)
  const total = (key: 'meanShift' | 'variance' | 'thirdMoment'): number =>
    (curve?.points ?? []).reduce((sum, point) => sum + point[key], 0)
  const mean = 1 + total('meanShift')
  const variance = total('variance') / mean ** 2
  const points = { second: 1 + variance, third: 1 + 3 * variance + total('thirdMoment') / mean ** 3 }
  const found = curvatureOf(shared.second * points.second, shared.third * points.third, linearOf(loadings))
  const curveReasons = [
    ...(curve?.problems ?? []),
    ...(curve?.fit.parameters.some(({ atBound }) => atBound)
      ? ['A parameter of the curve is at its bound, where the fit does not follow the points evenly up and down.']
      : []),
    ...(curve ? looseRates(curve) : []),
    ...(curve && !curve.fit.converged ? ['The fit of the curve did not converge.'] : []),
  ]
  return judged(found, curveReasons)
}

function looseRates({ fit }: CurveSensitivity): string[] {
  const rates = fit.parameters.filter(({ unit }) => unit === '1/s')
  const slowest = Math.min(...rates.map(({ value }) => value))
  return rates.flatMap(({ title, value, cv }) => {
    const bar = value === slowest ? LARGEST_RATE_CV.slowest : LARGEST_RATE_CV.other
    if (cv === null || cv <= bar) return []
    return [`${title} of the curve is uncertain by ${percent(cv)}: its TIA does not follow the points linearly.`]
  })
}

/**
 * The validity of a budget whose uncertainties were multiplied, without its chain: factors of a product are log-normal, a source of loading l has the second
 * moment exp(l²) and the third exp(3l²). What a recovery curve and the fit of the points brought beside that grows with the square of their
 * uncertainties, their skewness with their first power. What was said of the curve stays true: its points have not moved.
 */
export function rescaledValidity(
  before: { readonly loadings: readonly SourceLoading[]; readonly validity: LinearValidity },
  loadings: readonly SourceLoading[],
): LinearValidity {
  const [known, own] = [productCurvature(before.loadings), productCurvature(loadings)]
  const size = (list: readonly SourceLoading[]): number => linearOf(list.filter(({ term }) => isCurved(term)))
  const scale = size(before.loadings) > 0 ? size(loadings) / size(before.loadings) : 1
  const excess = before.validity.nonlinearRatio / known.nonlinearRatio - 1
  return judged(
    {
      nonlinearRatio: own.nonlinearRatio * (1 + excess * scale * scale),
      skewness: own.skewness + (before.validity.skewness - known.skewness) * scale,
    },
    before.validity.curveReasons,
  )
}

function productCurvature(loadings: readonly SourceLoading[]): Curvature {
  const isPoint = ({ term }: SourceLoading): boolean => POINTS.includes(term)
  const pointVariance = linearOf(loadings.filter(isPoint)) ** 2
  let [second, third] = [1 + pointVariance, 1 + 3 * pointVariance]
  for (const dose of sumsBySource(
    loadings.filter((loading) => !isPoint(loading)),
    'dose',
  ).values()) {
    const growth = Math.exp(dose * dose)
    second *= growth
    third *= growth ** 3
  }
  return curvatureOf(second, third, linearOf(loadings))
}

/** @param second E[D²]/E[D]²  @param third E[D³]/E[D]³  @param linear relative standard uncertainty by the law of propagation */
function curvatureOf(second: number, third: number, linear: number): Curvature {
  const variance = second - 1
  if (!(variance > 0 && linear > 0)) return { nonlinearRatio: 1, skewness: 0 }
  const skewness = (third - 3 * second + 2) / variance ** 1.5
  return {
    nonlinearRatio: Math.min(LARGEST_TOLD.ratio, Math.sqrt(variance) / linear),
    skewness: Math.max(-LARGEST_TOLD.skewness, Math.min(LARGEST_TOLD.skewness, skewness)),
  }
}

function judged({ nonlinearRatio, skewness }: Curvature, curveReasons: readonly string[]): LinearValidity {
  const reasons = [
    ...(Math.abs(nonlinearRatio - 1) > LARGEST_DIFFERENCE
      ? [
          `The chain is not linear over these uncertainties: its curvature changes the standard uncertainty by ${nonlinearRatio < LARGEST_TOLD.ratio ? percent(nonlinearRatio - 1) : `more than a factor ${LARGEST_TOLD.ratio}`}.`,
        ]
      : []),
    ...(Math.abs(skewness) > LARGEST_SKEWNESS
      ? [
          `The dose is skewed (${skewness.toFixed(Math.abs(skewness) < 10 ? 2 : 0)}): two standard uncertainties up and down are no interval of 95 %.`,
        ]
      : []),
  ]
  return { isValid: reasons.length + curveReasons.length === 0, nonlinearRatio, skewness, reasons, curveReasons }
}

const linearOf = (loadings: readonly SourceLoading[]): number => Math.hypot(...sumsBySource(loadings, 'dose').values())

const POINTS: readonly UncertaintyTermId[] = ['counts', 'registration', 'points']
const isCurved = (term: UncertaintyTermId): boolean => term === 'recovery' || term === 'volume' || POINTS.includes(term)

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
