/** Schedules compared where few cells decide: sensitive and resistant clones of a lesion. */
import { InputError } from '../../../native-core/errors/index.ts'
import { scheduleOutcome } from '../../../native-core/radiobiology/index.ts'
import type { Clone, RepairModel } from '../../../native-core/radiobiology/index.ts'
import { SECONDS_PER_DAY } from '../../../native-core/units/index.ts'
import type { ClonesResult, ClonesSettings, ResponseLesion } from '../../contracts/biologyResponse.ts'
import { furtherCycle } from './responseVolumes.ts'

export interface ClonesTask {
  readonly lesion: ResponseLesion
  readonly settings: ClonesSettings
}

const RUNS = 60
/** Coarser than that of the core: the error of a step is of second order, far below the spread of so many histories. Designed. */
const STEP_SHARE = 0.05
const SEED = 20_261_128
const POINTS = 120

/** Births b and deaths d of a clone with b − d = ln 2/T and d/b the cell loss. */
function turnover(doublingTimeS: number, cellLoss: number): { readonly birthPerS: number; readonly deathPerS: number } {
  const birthPerS = Math.LN2 / doublingTimeS / (1 - cellLoss)
  return { birthPerS, deathPerS: cellLoss * birthPerS }
}

/**
 * Each schedule's probability of leaving no cell by the horizon (exact), and drawn histories: how the cells fall and grow back.
 *
 * @throws InputError `biology.response-cycle` where the lesion has no cycle with a dose, and those of `scheduleOutcome`.
 */
export function clonesOf({ lesion, settings }: ClonesTask): ClonesResult {
  const template = lesion.cycles.at(-1)
  if (!template || !(template.activityBq > 0))
    throw new InputError(
      'biology.response-cycle',
      `"${lesion.identity}" has no cycle with a dose that those of a schedule could be like.`,
      'Run the analysis of a cycle first.',
    )
  const { cells, resistantShare, mutation, doublingTimeS, cellLoss, alphaPerGy, alphaBetaGy } = settings
  const common = { ...turnover(doublingTimeS, cellLoss), alphaBetaGy }
  const clones: Clone[] = [
    { name: 'sensitive', cells: Math.round(cells * (1 - resistantShare)), ...common, alphaPerGy, mutation },
    {
      name: 'resistant',
      cells: Math.round(cells * resistantShare),
      ...common,
      alphaPerGy: alphaPerGy * settings.resistantAlphaShare,
      mutation: 0,
    },
  ]
  const repair: RepairModel = {
    kind: 'exponential',
    components: [{ halfTimeS: settings.repairHalfTimeS, fraction: 1 }],
  }
  return {
    settings,
    runs: RUNS,
    seed: SEED,
    schedules: settings.schedules.map(({ name, cycles }) => {
      const zeroDay = Math.min(...cycles.map(({ day }) => day))
      const given = cycles.map(({ day, activityBq }) =>
        furtherCycle(template, (day - zeroDay) * SECONDS_PER_DAY, activityBq),
      )
      const lastS = Math.max(...given.map(({ startS }) => startS))
      if (!(settings.horizonS > lastS))
        throw new InputError(
          'biology.response-cycle',
          `The schedule "${name}" gives its last cycle on day ${lastS / SECONDS_PER_DAY}, after the end of the comparison.`,
          `Compare until later than day ${lastS / SECONDS_PER_DAY}.`,
        )
      const timesS = Array.from({ length: POINTS + 1 }, (_, k) => (settings.horizonS * k) / POINTS)
      const outcome = scheduleOutcome(
        clones,
        given.flatMap(({ curves }) => curves),
        repair,
        timesS,
        { seed: SEED, runs: RUNS, stepShare: STEP_SHARE },
      )
      return {
        name,
        totalActivityBq: given.reduce((sum, { activityBq }) => sum + activityBq, 0),
        totalDoseGy: given.reduce((sum, { doseGy }) => sum + doseGy.value, 0),
        eradication: outcome.eradication,
        regrownShare: outcome.regrownShare,
        medianRegrowthS: outcome.medianRegrowthS,
        cells: {
          timeS: timesS,
          low: outcome.cells.map(({ low }) => low),
          median: outcome.cells.map(({ median }) => median),
          high: outcome.cells.map(({ high }) => high),
          medianResistant: outcome.cells.map(({ medianOfOthers }) => medianOfOthers),
        },
      }
    }),
    assumptions: [
      'Every cycle of a schedule has the uptake, the clearance and the mass of the lesion’s last one, by its activity.',
      'Cells are independent (branching process); sensitive ones become resistant by a mutation at a division and never turn back.',
      `Eradication is exact; the curves and the time of regrowth are of ${RUNS} drawn histories.`,
      'Growing back: as many cells as at the start again.',
    ],
  }
}
