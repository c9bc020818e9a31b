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
}

/**
 * Draws `runs` histories of the clones at `timesS` (ascending, on the clock of the course) by leaps in which rates hardly change: deaths binomial, births Poisson,
 * daughters of the next clone binomial. Run k uses stream k of `seed`: equal input, equal result. The exact probability of leaving none is
 * `eradicationProbability`.
 *
 * @throws InputError `biology.clones`
 */
export function simulateClones(
  clones: readonly Clone[],
  course: DoseRateCourse,
  repair: RepairModel,
  timesS: readonly number[],
  { seed, runs, stepShare = 0.02 }: SimulationOptions,
): CloneSimulation {
  checkClones(clones)
  if (!(runs >= 1) || !(stepShare > 0 && stepShare <= 0.2) || timesS.length === 0)
    throw new InputError(
      'biology.clones',
      `The simulation has ${runs} runs and steps of ${stepShare}.`,
      'Give at least one run and time, and steps from 0 to 0.2.',
    )
  const plan = leaps(clones, course, repair, timesS.at(-1) as number, stepShare)
  const done = Array.from({ length: runs }, (_, run) => oneRun(clones, plan, timesS, new RandomStream(seed, run)))
  return { runs: done, eradicatedShare: done.filter((run) => run.eradicated).length / runs }
}

/** One step of time, the same in every run: chances of each clone. */
interface Leap {
  readonly endS: number
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
): Leap[] {
  return courseParts(course, repair, untilS).flatMap((part) => {
    const deathAt = (x: number): number[] => {
      const { rateGyPerS: r, unrepairedGy: s } = part.at(x)
      return clones.map(
        ({ deathPerS, alphaPerGy, alphaBetaGy }) => deathPerS + alphaPerGy * r * (1 + (2 * s) / alphaBetaGy),
      )
    }
    const plan: Leap[] = []
    for (let t = part.startS; t < part.endS;) {
      const fastest = Math.max(...deathAt(t - part.startS).map((death, i) => death + (clones[i] as Clone).birthPerS))
      const step = Math.min(fastest > 0 ? stepShare / fastest : Infinity, part.endS - t, stepLimit(part, t))
      // Rates in the middle of the step: second order in its length.
      const lost = deathAt(t + step / 2 - part.startS).map((death) => -Math.expm1(-death * step))
      t = part.endS - t <= step ? part.endS : t + step
      plan.push({ endS: t, lost, births: clones.map(({ birthPerS }) => birthPerS * step) })
    }
    return plan
  })
}

function oneRun(
  clones: readonly Clone[],
  plan: readonly Leap[],
  timesS: readonly number[],
  random: RandomStream,
): CloneRun {
  const cells = clones.map((clone) => Math.round(clone.cells))
  const seen: number[][] = []
  let time = 0
  const look = (untilS: number): void => {
    for (; time < timesS.length && (timesS[time] as number) < untilS; time++) seen.push([...cells])
  }
  for (const { endS, lost, births } of plan) {
    look(endS)
    const added = clones.map(() => 0)
    clones.forEach(({ mutation }, i) => {
      const n = cells[i] as number
      if (n === 0) return
      const left = n - binomial(random, n, lost[i] as number)
      // Mothers live half of the step on average.
      const born = poisson(random, (births[i] as number) * ((n + left) / 2))
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
