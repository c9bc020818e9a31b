/** What a schedule of administrations does to sensitive and resistant clones: how likely none is left, and when they grow back. */
import { orderStatistic } from '../../statistics/index.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import type { RepairModel } from '../repair/types.ts'
import { eradicationProbability } from './clones.ts'
import type { Clone } from './clones.ts'
import { simulateClones } from './simulateClones.ts'
import type { SimulationOptions } from './simulateClones.ts'

export interface ScheduleOutcome {
  /** Probability that no cell of any clone is left at the last time: exact, by the branching process; with a growth by the number of cells the share of histories. */
  readonly eradication: number
  /** Share of the drawn histories in which the cells reached their number at the start again by the last time. */
  readonly regrownShare: number
  /** Median time of that over all histories, s; null where less than half of them grow back by the last time. */
  readonly medianRegrowthS: number | null
  /** At each time over the histories: 5 %, median and 95 % of all cells, and the median of those that are not of the first clone. */
  readonly cells: readonly {
    readonly timeS: number
    readonly low: number
    readonly median: number
    readonly high: number
    readonly medianOfOthers: number
  }[]
}

/**
 * Draws `runs` histories (`simulateClones`) at `timesS` (ascending, the first one before any dose counts as the start). Growing back: the first of the times at which all
 * cells are at least as many as at the start, after they have been fewer.
 *
 * @throws InputError `biology.clones`
 */
export function scheduleOutcome(
  clones: readonly Clone[],
  course: DoseRateCourse,
  repair: RepairModel,
  timesS: readonly number[],
  options: SimulationOptions,
): ScheduleOutcome {
  const { runs, eradicatedShare } = simulateClones(clones, course, repair, timesS, options)
  const total = (cells: readonly number[]): number => cells.reduce((sum, n) => sum + n, 0)
  const start = clones.reduce((sum, { cells }) => sum + Math.round(cells), 0)
  const regrowthsS = runs.map(({ cells }) => {
    const fewer = cells.findIndex((now) => total(now) < start)
    const back = fewer < 0 ? -1 : cells.findIndex((now, at) => at > fewer && total(now) >= start)
    return back < 0 ? Infinity : (timesS[back] as number)
  })
  const median = quantile(regrowthsS, 0.5)
  return {
    eradication: options.growth
      ? eradicatedShare
      : eradicationProbability(clones, course, repair, timesS.at(-1) as number),
    regrownShare: regrowthsS.filter(Number.isFinite).length / runs.length,
    medianRegrowthS: Number.isFinite(median) ? median : null,
    cells: timesS.map((timeS, i) => {
      const totals = runs.map(({ cells }) => total(cells[i] as readonly number[]))
      const others = runs.map(({ cells }) => total((cells[i] as readonly number[]).slice(1)))
      return {
        timeS,
        low: quantile(totals, 0.05),
        median: quantile(totals, 0.5),
        high: quantile(totals, 0.95),
        medianOfOthers: quantile(others, 0.5),
      }
    }),
  }
}

function quantile(values: readonly number[], p: number): number {
  // Infinite ones, which never grew again, are equal and not apart by NaN.
  return orderStatistic(
    [...values].sort((a, b) => (a === b ? 0 : a - b)),
    p,
  )
}
