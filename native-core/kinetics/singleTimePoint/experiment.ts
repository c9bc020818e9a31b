/** Errors of methods over the patients of a population: by quadrature where a method is a ratio, else over a fixed sample. */
import { RandomStream } from '../../statistics/index.ts'
import { fastMode } from './fastMode.ts'
import { centredPrior } from './map.ts'
import { samplePopulation } from './nodes.ts'
import type { CurveNode } from './nodes.ts'
import { methodRatioS, populationRatios } from './single.ts'
import type { CurvePopulation, ExpectedError, FewScansMethod } from './types.ts'
import { expectedError } from './weighted.ts'

/** mono-exponential: the curve through two points, not slower than physical decay. */
export type ScanMethod = FewScansMethod | 'mono-exponential'

/** Patients with the noise of their measurements: the same for every method and time, so that these can be compared. */
export interface PatientSample {
  readonly curves: readonly (readonly number[])[]
  readonly tia: readonly number[]
  /** Standard normal numbers, one for each patient and scan. */
  readonly noise: readonly (readonly number[])[]
}

const SAMPLE_SEED = 20_261_128
const MOST_SCANS = 3

export function patientSample(population: CurvePopulation, count: number, seed = SAMPLE_SEED): PatientSample {
  const curves = samplePopulation(population, count, new RandomStream(seed, 0))
  const stream = new RandomStream(seed, 1)
  return {
    curves,
    tia: curves.map((phi) => population.curve.integral(phi)),
    noise: curves.map(() => Array.from({ length: MOST_SCANS }, () => stream.normal())),
  }
}

/**
 * Expected error of a method with one scan that is a ratio TIA/activity, over the population's curves, with the relative noise of one
 * measurement; null for methods that are no ratio.
 */
export function ratioError(
  method: FewScansMethod,
  timeS: number,
  population: CurvePopulation,
  nodes: readonly CurveNode[],
  noise: number,
): ExpectedError | null {
  const ratioS = methodRatioS(method, timeS, population, nodes)
  if (ratioS === null) return null
  const truth = populationRatios(nodes, timeS, population)
  return expectedError({ values: truth.values.map((own) => ratioS / own), weights: truth.weights }, noise)
}

/**
 * Expected error of the most probable curve from these scans over a sample of patients whose activities have log-normal noise. The
 * standard deviation of a share p from the sample is √(p(1−p)/n).
 */
export function mapError(
  timesS: readonly number[],
  population: CurvePopulation,
  sample: PatientSample,
  noise: number,
): ExpectedError {
  return sampleError(timesS, population, sample, noise, (logValues) => {
    const prior = centredPrior(population, timesS, logValues.map(Math.exp))
    return population.curve.integral(fastMode(population, prior, timesS, logValues, Math.max(noise, SMALLEST_NOISE)))
  })
}

/** A posterior needs some noise to be one. */
const SMALLEST_NOISE = 1e-3

/** Expected error of the mono-exponential curve through two scans over a sample, its rate not below the physical one. */
export function twoPointError(
  timesS: readonly [number, number],
  physicalHalfLifeS: number,
  population: CurvePopulation,
  sample: PatientSample,
  noise: number,
): ExpectedError {
  const [first, second] = timesS
  const slowest = Math.LN2 / physicalHalfLifeS
  return sampleError(timesS, population, sample, noise, ([a = 0, b = 0]) => {
    const rate = Math.max(slowest, (a - b) / (second - first))
    // On the bound the two points share their size: the mean of both extrapolations.
    const logSize = rate > slowest ? a + rate * first : (a + b + rate * (first + second)) / 2
    return Math.exp(logSize) / rate
  })
}

function sampleError(
  timesS: readonly number[],
  { curve }: CurvePopulation,
  { curves, tia, noise: scores }: PatientSample,
  noise: number,
  estimate: (logValues: readonly number[]) => number,
): ExpectedError {
  const spread = Math.sqrt(Math.log1p(noise * noise))
  const values = curves.map((phi, i) => {
    const logValues = timesS.map((t, j) => Math.log(curve.value(phi, t)) + spread * (scores[i]?.[j] ?? 0))
    return estimate(logValues) / (tia[i] ?? 1)
  })
  const weights = values.map(() => 1 / values.length)
  return expectedError({ values, weights }, 0)
}

/** Share of the population's curves whose slowest effective half-life T has t/T within a window. */
export function shareWithin(
  nodes: readonly CurveNode[],
  halfLife: (node: CurveNode) => number | null,
  timeS: number,
  window: { readonly from: number; readonly to: number },
): number {
  return nodes.reduce((sum, node) => {
    const halfLifeS = halfLife(node)
    const x = halfLifeS === null ? NaN : timeS / halfLifeS
    return x > window.from && x < window.to ? sum + node.weight : sum
  }, 0)
}
