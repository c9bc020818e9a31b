/** When to scan: expected error of the TIA against the time of one scan or of two. */
import { CancelledError, InputError } from '../../errors/index.ts'
import { mapError, patientSample, ratioError, twoPointError } from './experiment.ts'
import type { PatientSample, ScanMethod } from './experiment.ts'
import { populationNodes } from './nodes.ts'
import type { CurveNode } from './nodes.ts'
import type { CurvePopulation, ExpectedError } from './types.ts'

export interface ScanTimeRequest {
  readonly population: CurvePopulation
  readonly physicalHalfLifeS: number
  /** One scan: any but `mono-exponential`; two: `mono-exponential`, `population-map`, `prior-cycles`. */
  readonly method: ScanMethod
  /** Times that can be chosen, s, ascending. */
  readonly timesS: readonly number[]
  /** Relative standard deviation of one measured activity. */
  readonly noise: number
  readonly scans: 1 | 2
  /** Patients of the experiment for methods that are no ratio. Default 400 for one scan, 300 for two. */
  readonly patients?: number
  /** Asked before each time or pair; true ends the work. */
  readonly cancelled?: () => boolean
}

export interface ScanTimeEntry {
  /** One time or two, s. */
  readonly timesS: readonly number[]
  readonly error: ExpectedError
}

export interface ScanTimeAdvice {
  readonly entries: readonly ScanTimeEntry[]
  readonly best: ScanTimeEntry
  /** Around the best, each time alone: where the root mean square error is within 10 % of the best one, s. */
  readonly windows: readonly { readonly fromS: number; readonly toS: number }[]
  /** Patients of the sample; null where the errors are integrals over the population. */
  readonly patients: number | null
}

/** An expected error of this times the best still counts as good. */
export const NEARLY_BEST = 1.1
const PATIENTS = { 1: 400, 2: 300 } as const
const MOST_TIMES = { 1: 500, 2: 40 } as const

/**
 * Expected error (root mean square, bias, shares above 10 % and 20 %) at each time, or at each pair of times, and the best. Rules that
 * are a ratio are integrated over the population; the most probable curve and the curve through two points are tried on a fixed sample
 * of patients with log-normal noise, the same for every time.
 *
 * @throws InputError `kinetics.scan-time` for times, noise or a method that cannot be; CancelledError
 */
export function scanTimeAdvice(request: ScanTimeRequest): ScanTimeAdvice {
  check(request)
  const { population, method, timesS, noise, scans } = request
  const isRatio = scans === 1 && method !== 'population-map'
  const nodes = isRatio ? populationNodes(population) : []
  const patients = request.patients ?? PATIENTS[scans]
  const sample = isRatio ? null : patientSample(population, patients)
  const choices =
    scans === 1 ? timesS.map((t) => [t]) : timesS.flatMap((a, i) => timesS.slice(i + 1).map((b) => [a, b]))
  const entries = choices.map((own) => {
    if (request.cancelled?.()) throw new CancelledError('The advice on scan times')
    return { timesS: own, error: errorAt(request, own, nodes, sample, noise) }
  })
  const best = entries.reduce((b, entry) => (entry.error.rms < b.error.rms ? entry : b))
  return {
    entries,
    best,
    windows: best.timesS.map((_, k) => windowAround(entries, best, k)),
    patients: sample ? patients : null,
  }
}

function errorAt(
  { population, method, physicalHalfLifeS }: ScanTimeRequest,
  timesS: readonly number[],
  nodes: readonly CurveNode[],
  sample: PatientSample | null,
  noise: number,
): ExpectedError {
  const [first = 0, second] = timesS
  if (method === 'mono-exponential' && sample && second !== undefined)
    return twoPointError([first, second], physicalHalfLifeS, population, sample, noise)
  if (sample) return mapError(timesS, population, sample, noise)
  const error = method === 'mono-exponential' ? null : ratioError(method, first, population, nodes, noise)
  if (error) return error
  throw new InputError(
    'kinetics.scan-time',
    `"${method}" has no half-life to take from the population "${population.id}".`,
    'Choose a population whose curve is a sum of exponentials.',
  )
}

/** The times next to each other around the best one, the other time of a pair being the best, that are nearly as good. */
function windowAround(
  entries: readonly ScanTimeEntry[],
  best: ScanTimeEntry,
  k: number,
): { fromS: number; toS: number } {
  const line = entries
    .filter(({ timesS }) => timesS.every((t, i) => i === k || t === best.timesS[i]))
    .sort((a, b) => (a.timesS[k] ?? 0) - (b.timesS[k] ?? 0))
  const at = line.indexOf(best)
  const isGood = (i: number): boolean => (line[i]?.error.rms ?? Infinity) <= NEARLY_BEST * best.error.rms
  let [from, to] = [at, at]
  while (isGood(from - 1)) from--
  while (isGood(to + 1)) to++
  return { fromS: line[from]?.timesS[k] ?? 0, toS: line[to]?.timesS[k] ?? 0 }
}

function check({ method, timesS, noise, scans, patients = 1000 }: ScanTimeRequest): void {
  const refuse = (message: string, hint: string): never => {
    throw new InputError('kinetics.scan-time', message, hint)
  }
  const takesTwo = method === 'mono-exponential' || method === 'population-map' || method === 'prior-cycles'
  if (scans === 1 ? method === 'mono-exponential' : !takesTwo)
    refuse(
      `"${method}" takes ${scans === 1 ? 'two scans' : 'one scan'}.`,
      scans === 1 ? 'Ask for two scans.' : 'Choose mono-exponential, population-map or prior-cycles for two scans.',
    )
  if (timesS.length < scans || timesS.length > MOST_TIMES[scans])
    refuse(
      `There are ${timesS.length} times to choose ${scans === 1 ? 'one scan' : 'two scans'} from.`,
      `Give ${scans} to ${MOST_TIMES[scans]} times.`,
    )
  if (timesS.some((t, i) => !(t > (timesS[i - 1] ?? 0) && Number.isFinite(t))))
    refuse(
      'The times to choose from are not positive and ascending.',
      'Give each time once, in order, after the administration.',
    )
  if (!(noise >= 0 && noise < 1)) refuse(`The noise of one measurement is ${noise}.`, 'Give 0 to below 1 (0.05 = 5 %).')
  if (!(patients >= 50 && patients <= 20_000)) refuse(`The sample has ${patients} patients.`, 'Give 50 to 20 000.')
}
