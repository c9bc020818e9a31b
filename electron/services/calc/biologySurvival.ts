/** Calculation of cell survival: uneven doses, oxygen, phases of the cell cycle, spectra of specific energy. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  DEFAULT_OXYGEN_EFFECT,
  hypoxicSensitivity,
  logLognormalSurvival,
  oer,
  phasedLogSurvival,
  spectrumSurvival,
} from '../../../native-core/radiobiology/index.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity, shareQuantity } from './fields.ts'

const input = z.strictObject({
  doseGy: nonNegativeQuantity('Gy', 'Mean absorbed dose of an exposure; left out with a spectrum').optional(),
  g: shareQuantity('Lea–Catcheside factor'),
  alphaPerGy: positiveQuantity('1/Gy', 'α of well-oxygenated cells; left out with phases').optional(),
  alphaBetaGy: positiveQuantity('Gy', 'α/β; left out with phases').optional(),
  phases: z
    .array(
      z.strictObject({
        name: z.string().max(50).default('').meta({ description: 'Such as "G1", "S", "G2/M"' }),
        fraction: shareQuantity('Share of the cells; the shares add to 1'),
        alphaPerGy: positiveQuantity('1/Gy', 'α of the phase'),
        alphaBetaGy: positiveQuantity('Gy', 'α/β of the phase'),
      }),
    )
    .min(1)
    .max(20)
    .optional()
    .meta({
      description: 'Phases of the cell cycle, each with its own sensitivity, instead of alphaPerGy and alphaBetaGy',
    }),
  redistribution: z.enum(['none', 'between-exposures', 'continuous']).optional().meta({
    description:
      'Assumption that phases need: cells stay in their phase throughout; all phases are full again before each exposure; or phases change fast against the dose rate',
  }),
  exposures: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .meta({ unit: '1', description: 'Equal exposures, fully repaired between' }),
  cv: nonNegativeQuantity('1', 'Coefficient of variation of dose between cells, log-normal').default(0),
  spectrum: z
    .strictObject({
      stepGy: positiveQuantity('Gy', 'Distance of the points of z'),
      perGy: z
        .array(z.number().nonnegative().meta({ unit: '1/Gy' }))
        .min(1)
        .max(100000)
        .meta({ description: 'f at 0, stepGy, 2·stepGy, …: the multi-event spectrum of calc microdosimetry' }),
    })
    .optional()
    .meta({
      description: 'Specific energy of the nuclei of single cells instead of doseGy: survival is averaged over it',
    }),
  oxygenMmHg: nonNegativeQuantity('mmHg', 'Partial pressure of oxygen; default: well supplied').optional(),
  oxygenEffect: z
    .strictObject({
      maximum: z.number().min(1).meta({ unit: '1', description: 'Largest enhancement' }),
      halfMmHg: positiveQuantity('mmHg', 'Pressure with half of it'),
    })
    .default(DEFAULT_OXYGEN_EFFECT)
    .meta({ description: 'Default m = 3 at 3 mmHg: unverified' }),
})
type Input = z.output<typeof input>

export const cellSurvival = defineCalc({
  name: 'cell-survival',
  title: 'Cell survival',
  description:
    'Linear–quadratic survival of a dose with its Lea–Catcheside factor, with uneven doses from cell to cell (log-normal, or a spectrum of specific energy), lack of oxygen, and phases of the cell cycle.',
  input,
  output: z.strictObject({
    survival: quantity('1', 'Surviving fraction'),
    logSurvival: quantity('1', 'Its natural logarithm'),
    bedGy: quantity('Gy', '−ln(survival)/α of well-oxygenated cells; with phases their mean α'),
    oer: quantity('1', 'Loss of effect by lack of oxygen, as a ratio of doses'),
    meanDoseGy: quantity('Gy', 'Mean dose of all exposures'),
    phases: z
      .array(
        z.strictObject({
          name: z.string(),
          fraction: quantity('1', 'Share at first'),
          logSurvival: quantity('1', 'ln(survival) of its cells in one exposure'),
          shareOfSurvivors: quantity('1', 'Share of the survivors of one exposure'),
        }),
      )
      .nullable(),
    assumptions: z.array(z.string()),
  }),
  run: (given) => {
    const { exposures, oxygenMmHg, oxygenEffect } = given
    const phases = phasesOf(given)
    const { meanDoseGy, logSurvivalOf, words } = exposureOf(given)
    const loss = oxygenMmHg === undefined ? 1 : oxygenEffect.maximum / oer(oxygenMmHg, oxygenEffect)
    const effects = phases.map(({ name, fraction, alphaPerGy, alphaBetaGy }) => {
      const cells = hypoxicSensitivity(alphaPerGy, alphaPerGy / alphaBetaGy, loss)
      return { name, fraction, logSurvival: Math.min(0, logSurvivalOf(cells.alphaPerGy, cells.betaPerGy2)) }
    })
    const redistribution = given.redistribution ?? 'none'
    const logSurvival = phasedLogSurvival(effects, redistribution, exposures)
    const once = phasedLogSurvival(effects, 'none')
    const meanAlpha = phases.reduce((sum, { fraction, alphaPerGy }) => sum + fraction * alphaPerGy, 0)
    return {
      survival: Math.exp(logSurvival),
      logSurvival,
      bedGy: -logSurvival / meanAlpha,
      oer: loss,
      meanDoseGy: exposures * meanDoseGy,
      phases: given.phases
        ? effects.map((one) => ({ ...one, shareOfSurvivors: one.fraction * Math.exp(one.logSurvival - once) }))
        : null,
      assumptions: [
        ...words,
        ...(exposures > 1 ? ['All sublethal damage is repaired between exposures.'] : []),
        ...(given.phases ? [REDISTRIBUTION[redistribution]] : []),
      ],
    }
  },
})

const REDISTRIBUTION = {
  none: 'Every cell stays in its phase throughout all exposures.',
  'between-exposures':
    'Every cell stays in its phase during an exposure; before the next one the phases are as full as at first.',
  continuous: 'Cells change phases so fast against the dose rate that each meets the mean effect of all phases.',
} as const

/** Cells by sensitivity: those of the phases, or all alike. @throws InputError `calc.cell-survival` */
function phasesOf({ phases, redistribution, alphaPerGy, alphaBetaGy, exposures }: Input) {
  const own = alphaPerGy !== undefined || alphaBetaGy !== undefined
  if (phases) {
    if (own || redistribution === undefined)
      throw new InputError(
        'calc.cell-survival',
        own
          ? 'There are both phases of the cell cycle and one sensitivity for all cells.'
          : 'Phases of the cell cycle are given without what becomes of them during the exposure.',
        own
          ? 'Leave alphaPerGy and alphaBetaGy out, or phases.'
          : 'Give redistribution: "none", "between-exposures" or "continuous"; the first and last are the limits.',
      )
    return phases
  }
  if (alphaPerGy === undefined || alphaBetaGy === undefined || redistribution !== undefined)
    throw new InputError(
      'calc.cell-survival',
      redistribution === undefined
        ? 'The sensitivity of the cells is missing.'
        : `A redistribution over ${exposures} exposures is given without phases.`,
      'Give alphaPerGy with alphaBetaGy, or phases with redistribution.',
    )
  return [{ name: '', fraction: 1, alphaPerGy, alphaBetaGy }]
}

/** What one exposure does to cells of a sensitivity. @throws InputError `calc.cell-survival`, `biology.spectrum` */
function exposureOf({ doseGy, cv, g, spectrum }: Input): {
  readonly meanDoseGy: number
  readonly logSurvivalOf: (alphaPerGy: number, betaPerGy2: number) => number
  readonly words: string[]
} {
  if ((doseGy === undefined) === (spectrum === undefined) || (spectrum && cv > 0))
    throw new InputError(
      'calc.cell-survival',
      'The dose is missing, or the doses of the cells are given in two ways.',
      'Give doseGy, with cv where cells differ; or spectrum alone.',
    )
  if (doseGy !== undefined)
    return {
      meanDoseGy: doseGy,
      logSurvivalOf: (alphaPerGy, betaPerGy2) =>
        logLognormalSurvival(doseGy, cv, { alphaPerGy, alphaBetaGy: alphaPerGy / betaPerGy2, g }),
      words: cv > 0 ? ['Doses of the cells are log-normal.'] : [],
    }
  const { stepGy, perGy } = spectrum as NonNullable<typeof spectrum>
  const probability = perGy.map((density) => density * stepGy)
  return {
    meanDoseGy: probability.reduce((sum, p, k) => sum + p * k * stepGy, 0),
    logSurvivalOf: (alphaPerGy, betaPerGy2) =>
      Math.log(spectrumSurvival({ stepGy, probability }, alphaPerGy, g * betaPerGy2)),
    words: ['Survival is averaged over the specific energies of single cells; G of the quadratic term is that of all.'],
  }
}
