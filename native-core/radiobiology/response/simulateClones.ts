/** Clones cell by cell, drawn: how courses compare where few cells decide. */
import { InputError } from '../../errors/index.ts'
import { RandomStream } from '../../statistics/index.ts'
import { courseParts } from '../doseRate/hazard.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import type { RepairModel } from '../repair/types.ts'
import { checkClones } from './clones.ts'
import type { Clone } from './clones.ts'

export interface CloneRun {
  /** Cells of each clone at each time: [time][clone]. */
  readonly cells: readonly (readonly number[])[]
  readonly eradicated: boolean
}

export interface CloneSimulation {
  readonly runs: readonly CloneRun[]
  readonly eradicatedShare: number
}

export interface SimulationOptions {
  readonly seed: number
  readonly runs: number
  /** Largest expected change of a clone in a step; smaller is finer. */
  readonly stepShare?: number
  /** Takes the place of birth and death of every clone. */
  readonly growth?: CloneGrowth
}

/** Growth of every cell by the number of all cells: births less deaths, 1/s, and the share of births that deaths take back while they grow. */
export interface CloneGrowth {
  readonly perS: (cells: number) => number
  readonly cellLoss: number
}

/**
 * Draws `runs` histories of the clones at `timesS` (ascending, on the clock of the course) by leaps in which rates hardly change: deaths binomial, births Poisson,
 * daughters of the next clone binomial. Run k uses stream k of `seed`: equal input, equal result. The exact probability of leaving none is
 * `eradicationProbability`; with a `growth` by the number of cells they are not independent, and only the histories tell.
 *
 * @throws InputError `biology.clones`; that of the growth where it is no number.
 */
export function simulateClones(
  clones: readonly Clone[],
  course: DoseRateCourse,
  repair: RepairModel,
  timesS: readonly number[],
  { seed, runs, stepShare = 0.02, growth }: SimulationOptions,
): CloneSimulation {
  checkClones(clones)
  if (growth && !(growth.cellLoss >= 0 && growth.cellLoss < 1))
    throw new InputError('biology.clones', `The cell loss is ${growth.cellLoss}.`, 'It lies from 0 to below 1.')
  if (!(runs >= 1) || !(stepShare > 0 && stepShare <= 0.2) || timesS.length === 0)
    throw new InputError(
      'biology.clones',
      `The simulation has ${runs} runs and steps of ${stepShare}.`,
      'Give at least one run and time, and steps from 0 to 0.2.',
    )
  const start = clones.reduce((sum, { cells }) => sum + cells, 0)
  const turnover = growth ? fastestTurnover(growth, start) : null
  const plan = leaps(clones, course, repair, timesS.at(-1) as number, stepShare, turnover)
  const done = Array.from({ length: runs }, (_, run) =>
    oneRun(clones, plan, timesS, new RandomStream(seed, run), growth ?? null),
  )
  return { runs: done, eradicatedShare: done.filter((run) => run.eradicated).length / runs }
}

/** Births and deaths of a cell among `cells`, 1/s. One that shrinks has no births. */
function turnoverOf(
  { perS, cellLoss }: CloneGrowth,
  cells: number,
): { readonly birth: number; readonly death: number } {
  const grow = perS(cells)
  if (grow < 0) return { birth: 0, death: -grow }
  const birth = grow / (1 - cellLoss)
  return { birth, death: cellLoss * birth }
}

/** Sizes at which a growth law is looked at for the length of steps: from one cell to this many times those at the start. Designed. */
const SIZES = { count: 60, beyond: 100 }

function fastestTurnover(growth: CloneGrowth, start: number): number {
  const largest = Math.max(1, start) * SIZES.beyond
  const rates = Array.from({ length: SIZES.count }, (_, k) => turnoverOf(growth, largest ** (k / (SIZES.count - 1))))
  return Math.max(...rates.map(({ birth, death }) => birth + death))
}

/** One step of time, the same in every run: chances of each clone. */
interface Leap {
  readonly endS: number
  readonly lengthS: number
  /** Expected kills of a cell. */
  readonly kill: readonly number[]
  readonly lost: readonly number[]
  /** Divisions of each cell that lives. */
  readonly births: readonly number[]
}

function leaps(
  clones: readonly Clone[],
  course: DoseRateCourse,
  repair: RepairModel,
  untilS: number,
  stepShare: number,
  /** Of a growth by the number of cells; null: births and deaths are those of the clones. */
  turnoverPerS: number | null,
): Leap[] {
  return courseParts(course, repair, untilS).flatMap((part) => {
    const killAt = (x: number): number[] => {
      const { rateGyPerS: r, unrepairedGy: s } = part.at(x)
      return clones.map(({ alphaPerGy, alphaBetaGy }) => alphaPerGy * r * (1 + (2 * s) / alphaBetaGy))
    }
    const othersOf = ({ birthPerS, deathPerS }: Clone): number => turnoverPerS ?? birthPerS + deathPerS
    const plan: Leap[] = []
    for (let t = part.startS; t < part.endS;) {
      const fastest = Math.max(...killAt(t - part.startS).map((kill, i) => kill + othersOf(clones[i] as Clone)))
      const step = Math.min(fastest > 0 ? stepShare / fastest : Infinity, part.endS - t, stepLimit(part, t))
      // Rates in the middle of the step: second order in its length.
      const kill = killAt(t + step / 2 - part.startS).map((perS) => perS * step)
      const lost = kill.map((killed, i) => -Math.expm1(-killed - (clones[i] as Clone).deathPerS * step))
      t = part.endS - t <= step ? part.endS : t + step
      plan.push({ endS: t, lengthS: step, kill, lost, births: clones.map(({ birthPerS }) => birthPerS * step) })
    }
    return plan
  })
}

function oneRun(
  clones: readonly Clone[],
  plan: readonly Leap[],
  timesS: readonly number[],
  random: RandomStream,
  growth: CloneGrowth | null,
): CloneRun {
  const cells = clones.map((clone) => Math.round(clone.cells))
  const seen: number[][] = []
  let time = 0
  const look = (untilS: number): void => {
    for (; time < timesS.length && (timesS[time] as number) < untilS; time++) seen.push([...cells])
  }
  for (const { endS, lengthS, kill, lost, births } of plan) {
    look(endS)
    const added = clones.map(() => 0)
    const all = growth
      ? turnoverOf(
          growth,
          cells.reduce((sum, n) => sum + n, 0),
        )
      : null
    clones.forEach(({ mutation }, i) => {
      const n = cells[i] as number
      if (n === 0) return
      const left =
        n - binomial(random, n, all ? -Math.expm1(-(kill[i] as number) - all.death * lengthS) : (lost[i] as number))
      // Mothers live half of the step on average.
      const born = poisson(random, (all ? all.birth * lengthS : (births[i] as number)) * ((n + left) / 2))
      const next = mutation > 0 ? binomial(random, born, mutation) : 0
      cells[i] = left
      added[i] = (added[i] as number) + born - next
      if (next > 0) added[i + 1] = (added[i + 1] as number) + next
    })
    added.forEach((more, i) => (cells[i] = (cells[i] as number) + more))
    if (cells.every((n) => n === 0)) break
  }
  look(Infinity)
  return { cells: seen, eradicated: cells.every((n) => n === 0) }
}

/** A part of the course is seen in at least 200 steps, finer at its start: rates move within it. */
const stepLimit = (part: { readonly startS: number; readonly endS: number }, t: number): number =>
  Math.max((part.endS - part.startS) / 200, 1) *
  Math.min(1, 0.05 + (20 * (t - part.startS)) / (part.endS - part.startS))

function poisson(random: RandomStream, mean: number): number {
  if (!(mean > 0)) return 0
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()))
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++
  return count
}

function binomial(random: RandomStream, n: number, p: number): number {
  if (!(p > 0) || n === 0) return 0
  if (p >= 1) return n
  if (n <= 64) {
    let count = 0
    for (let k = 0; k < n; k++) if (random.uniform() < p) count++
    return count
  }
  const variance = n * p * (1 - p)
  if (variance > 50) return Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(variance) * random.normal())))
  if (p > 0.5) return n - binomial(random, n, 1 - p)
  // Waiting times between successes (Devroye 1986, X.4.3): exact, quick where n·p is small.
  const log = Math.log1p(-p)
  let count = 0
  for (
    let at = Math.floor(Math.log(random.uniform()) / log);
    at < n;
    at += 1 + Math.floor(Math.log(random.uniform()) / log)
  )
    count++
  return count
}
