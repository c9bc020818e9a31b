/** Schedules compared where few cells decide: sensitive and resistant clones of a lesion. */
import { InputError } from '../../../native-core/errors/index.ts'
import { growthPerS, scheduleOutcome } from '../../../native-core/radiobiology/index.ts'
import type { Clone, RepairModel } from '../../../native-core/radiobiology/index.ts'
import { SECONDS_PER_DAY } from '../../../native-core/units/index.ts'
import type { LocalFormula } from '../../contracts/biologyFormulas.ts'
import type { ClonesResult, ClonesSettings, ResponseLesion } from '../../contracts/biologyResponse.ts'
import { formulaGrowth } from './formulas.ts'
import { chosenLaws, formulaRemarks, formulasOfLaws } from './responseLaws.ts'
import { furtherCycle } from './responseVolumes.ts'

export interface ClonesTask {
  readonly lesion: ResponseLesion
  readonly settings: ClonesSettings
  /** Local formulas that the settings may name; left out: none. */
  readonly formulas?: readonly LocalFormula[]
}

const RUNS = 60
/** Where eradication is their share. Designed: its standard error is 3.5 % at most. */
const RUNS_OF_FORMULA = 200
/** Coarser than that of the core: the error of a step is of second order, far below the spread of so many histories. Designed. */
const STEP_SHARE = 0.05
const SEED = 20_261_128
const POINTS = 120

/** Births b and deaths d of a clone with b − d = ln 2/T and d/b the cell loss. */
function turnover(doublingTimeS: number, cellLoss: number): { readonly birthPerS: number; readonly deathPerS: number } {
  const birthPerS = Math.LN2 / doublingTimeS / (1 - cellLoss)
  return { birthPerS, deathPerS: cellLoss * birthPerS }
}

/** @throws InputError `biology.response-parameter` */
function doublingOf({ lesion, doublingTimeS }: ClonesSettings): number {
  if (doublingTimeS !== null) return doublingTimeS
  throw new InputError(
    'biology.response-parameter',
    `Nothing is said of the growth of the cells of "${lesion}".`,
    'Give a doubling time, or choose a local formula of growth.',
  )
}

/** Growth of all cells by a local formula, the volume being in proportion to their number; null where none is chosen. */
function ownGrowth({ lesion, settings, formulas = [] }: ClonesTask) {
  const { cells, cellLoss, law: id } = settings
  if (!id) return null
  const laws = chosenLaws({ laws: [id] }, formulas)
  const [formula] = formulasOfLaws(laws, formulas)
  const [chosen] = laws
  const volumeMl = settings.startVolumeMl ?? lesion.volumes.at(-1)?.volumeMl
  if (!chosen?.formula || !formula) throw new Error('a local law has a formula')
  if (volumeMl === undefined)
    throw new InputError(
      'biology.response-parameter',
      `"${lesion.identity}" has no volume, which the growth “${formula.title}” needs.`,
      'Give the volume at the start.',
    )
  const law = formulaGrowth(chosen.formula)
  const mlPerCell = volumeMl / cells
  return {
    formula,
    growth: { perS: (n: number) => growthPerS(law, n * mlPerCell), cellLoss },
    remarks: [
      `${cells} cells at the start make up ${volumeMl.toPrecision(3)} mL, and fewer or more in proportion; dead tissue takes no part.`,
      ...formulaRemarks(id, [formula], [mlPerCell, volumeMl]),
    ],
  }
}

/**
 * Each schedule's probability of leaving no cell by the horizon (exact; with a local formula of growth the share of the histories, as cells are not independent then),
 * and drawn histories: how the cells fall and grow back.
 *
 * @throws InputError `biology.response-cycle` where the lesion has no cycle with a dose, `biology.response-parameter` without growth or a volume for it,
 *   `biology.response-formula`, and those of `scheduleOutcome`.
 */
export function clonesOf({ lesion, settings, formulas = [] }: ClonesTask): ClonesResult {
  const template = lesion.cycles.at(-1)
  if (!template || !(template.activityBq > 0))
    throw new InputError(
      'biology.response-cycle',
      `"${lesion.identity}" has no cycle with a dose that those of a schedule could be like.`,
      'Run the analysis of a cycle first.',
    )
  const { cells, resistantShare, mutation, cellLoss, alphaPerGy, alphaBetaGy } = settings
  const own = ownGrowth({ lesion, settings, formulas })
  const common = { ...(own ? { birthPerS: 0, deathPerS: 0 } : turnover(doublingOf(settings), cellLoss)), alphaBetaGy }
  const runs = own ? RUNS_OF_FORMULA : RUNS
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
    runs,
    seed: SEED,
    eradicationIsExact: own === null,
    formula: own?.formula ?? null,
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
        { seed: SEED, runs, stepShare: STEP_SHARE, ...(own ? { growth: own.growth } : {}) },
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
      `${own ? 'All cells grow by the volume that they make up together' : 'Cells are independent (branching process)'}; sensitive ones become resistant by a mutation at a division and never turn back.`,
      own
        ? `Eradication, the curves and the time of regrowth are of ${runs} drawn histories.`
        : `Eradication is exact; the curves and the time of regrowth are of ${runs} drawn histories.`,
      ...(own?.remarks ?? []),
      'Growing back: as many cells as at the start again.',
    ],
  }
}
