/** Calculations of volume effects and outcome: gEUD, TCP, NTCP. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  bedForTcp,
  eubed,
  geud,
  lkbNtcp,
  logitNtcp,
  lognormalEubed,
  meanOf,
  parallelNtcp,
  poissonTcp,
  relativeSerialityNtcp,
  setValue,
  zaiderMinerboTcp,
} from '../../../native-core/radiobiology/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import {
  basisOf,
  basisOutput,
  courseField,
  courseOf,
  distributionFrom,
  histogramField,
  repairFields,
  repairOf,
  setField,
  setFrom,
  volumeTotalField,
} from './biologyFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity, shareQuantity } from './fields.ts'

export const geudCalc = defineCalc({
  name: 'geud',
  title: 'Equivalent uniform dose',
  description:
    'Generalised equivalent uniform dose of a histogram; with α also EUBED (the doses are then BED); with a spread of cell uptake the EUBED of one mean dose.',
  input: z.strictObject({
    histogram: histogramField,
    total: volumeTotalField,
    a: quantity('1', 'gEUD parameter: 1 mean, large maximum, negative for tumours').default(1),
    alphaPerGy: positiveQuantity('1/Gy', 'α, for EUBED').optional(),
    cells: z
      .strictObject({
        cv: nonNegativeQuantity('1', 'Coefficient of variation of dose between cells, log-normal'),
        alphaBetaGy: positiveQuantity('Gy', 'α/β'),
        g: shareQuantity('Lea–Catcheside factor'),
      })
      .optional()
      .meta({ description: 'Uneven uptake of cells in each bin; the doses are then absorbed doses' }),
  }),
  output: z.strictObject({
    geudGy: quantity('Gy', 'Generalised equivalent uniform dose'),
    meanGy: quantity('Gy', 'Mean'),
    eubedGy: quantity('Gy', 'Equivalent uniform BED').nullable(),
  }),
  run: ({ histogram, total, a, alphaPerGy, cells }) => {
    const dose = distributionFrom(histogram, total)
    if (cells && alphaPerGy === undefined)
      throw new InputError('biology.alpha', 'Cells of uneven dose need α.', 'Give alphaPerGy.')
    const bed =
      cells && alphaPerGy !== undefined
        ? distributionFrom(
            histogram.map(({ doseGy, volume }) => ({
              doseGy: lognormalEubed(doseGy, cells.cv, { alphaPerGy, alphaBetaGy: cells.alphaBetaGy, g: cells.g }),
              volume,
            })),
            total,
          )
        : dose
    return {
      geudGy: geud(dose, a),
      meanGy: meanOf(dose),
      eubedGy: alphaPerGy === undefined ? null : eubed(bed, alphaPerGy),
    }
  },
})

const tcpInput = z.strictObject({
  model: z.enum(['poisson', 'zaider-minerbo']).default('poisson'),
  histogram: histogramField.optional().meta({ description: 'Poisson: differential histogram of BED' }),
  total: volumeTotalField,
  bedGy: nonNegativeQuantity('Gy', 'Poisson: one BED everywhere').optional(),
  set: setField,
  clonogens: positiveQuantity('1', 'Clonogenic cells').optional(),
  alphaPerGy: positiveQuantity('1/Gy', 'α').optional(),
  alphaSdPerGy: nonNegativeQuantity('1/Gy', 'Poisson: spread of α between patients (normal, cut at zero)').optional(),
  alphaBetaGy: positiveQuantity('Gy', 'Zaider–Minerbo: α/β').optional(),
  curves: courseField.optional(),
  ...repairFields,
  atH: positiveQuantity('h', 'Zaider–Minerbo: time of the answer on the clock of the course').optional(),
  doublingTimeH: positiveQuantity('h', 'Zaider–Minerbo: potential doubling time').optional(),
  cellLossFactor: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .meta({ unit: '1', description: 'Zaider–Minerbo: death over birth rate; default 0' }),
})

const POISSON_ONLY = ['histogram', 'bedGy', 'alphaSdPerGy'] as const
const ZAIDER_MINERBO_ONLY = [
  ...(['curves', 'repairHalfTimeH', 'repairComponents', 'secondOrderHalfTimeH'] as const),
  ...(['atH', 'doublingTimeH', 'cellLossFactor', 'alphaBetaGy'] as const),
] as const

/** A field that the model does not use is refused: whoever gave it believes that it counts. @throws InputError `calc.unused` */
function refuseOthers(model: string, input: Readonly<Record<string, unknown>>, others: readonly string[]): void {
  const given = others.filter((name) => input[name] !== undefined)
  if (given.length > 0)
    throw new InputError(
      'calc.unused',
      `${model} does not use ${given.join(', ')}.`,
      'Leave it out, or choose the model that uses it.',
    )
}

export const tcp = defineCalc({
  name: 'tcp',
  title: 'Tumour control probability',
  description:
    'Poisson TCP of a BED distribution, averaged over patients where α is spread; or Zaider and Minerbo’s birth-and-death TCP under dose rates over several cycles.',
  input: tcpInput,
  output: z.strictObject({
    tcp: shareQuantity('Tumour control probability'),
    bedForHalfGy: quantity('Gy', 'Uniform BED with a Poisson TCP of 50 % at this α').nullable(),
    basis: basisOutput,
  }),
  run: (input, resources) => {
    const set = setFrom(input.set, resources)
    const clonogens = required(input.clonogens, set, 'clonogens')
    const alphaPerGy = required(input.alphaPerGy, set, 'alphaPerGy')
    const used: Record<string, { value: number; unit: string }> = {
      clonogens: { value: clonogens, unit: '1' },
      alphaPerGy: { value: alphaPerGy, unit: '1/Gy' },
    }
    refuseOthers(`The ${input.model} model`, input, input.model === 'poisson' ? ZAIDER_MINERBO_ONLY : POISSON_ONLY)
    if (input.model === 'poisson') {
      if (input.histogram && input.bedGy !== undefined)
        throw new InputError('calc.dose', 'There are both a histogram and one BED.', 'Give histogram or bedGy.')
      const dose = input.histogram ?? (input.bedGy === undefined ? undefined : [{ doseGy: input.bedGy, volume: 1 }])
      if (!dose) throw new InputError('calc.dose', 'There is no BED.', 'Give histogram (of BED) or bedGy.')
      const bed = distributionFrom(dose, input.histogram ? input.total : 'sum')
      const alphaSdPerGy = input.alphaSdPerGy ?? 0
      if (alphaSdPerGy > 0) used['alphaSdPerGy'] = { value: alphaSdPerGy, unit: '1/Gy' }
      return {
        tcp: poissonTcp(bed, { clonogens, alphaPerGy, alphaSdPerGy }),
        bedForHalfGy: bedForTcp(0.5, { clonogens, alphaPerGy }),
        basis: basisOf(set, used),
      }
    }
    if (!input.curves || input.atH === undefined || input.doublingTimeH === undefined)
      throw new InputError(
        'calc.tcp',
        'The birth-and-death model needs dose rates, a time and a doubling time.',
        'Give curves, atH and doublingTimeH.',
      )
    const alphaBetaGy = required(input.alphaBetaGy, set, 'alphaBetaGy')
    used['alphaBetaGy'] = { value: alphaBetaGy, unit: 'Gy' }
    used['doublingTimeS'] = { value: hoursToSeconds(input.doublingTimeH), unit: 's' }
    return {
      tcp: zaiderMinerboTcp(courseOf(input.curves), repairOf(input, set), hoursToSeconds(input.atH), {
        clonogens,
        alphaPerGy,
        alphaBetaGy,
        doublingTimeS: hoursToSeconds(input.doublingTimeH),
        cellLossFactor: input.cellLossFactor ?? 0,
      }),
      bedForHalfGy: null,
      basis: basisOf(set, used),
    }
  },
})

function required(value: number | undefined, set: BiologySet | null, name: string): number {
  if (value !== undefined) return value
  if (set) return setValue(set, name)
  throw new InputError('calc.parameter', `No ${name} is given.`, `Give ${name}, or a set that has it.`)
}

/** Parameters of each complication model beside TD50. */
const NTCP_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  lkb: ['m', 'n'],
  logit: ['gamma50', 'a'],
  'relative-seriality': ['gamma', 's'],
  parallel: ['k', 'v50', 'sigma'],
}
const OWN_NTCP_PARAMETERS = Object.values(NTCP_PARAMETERS).flat()

export const ntcp = defineCalc({
  name: 'ntcp',
  title: 'Normal-tissue complication probability',
  description:
    'Lyman–Kutcher–Burman, log-logistic, relative seriality or parallel model on a histogram. Its doses are the quantity that the parameters are stated in (absorbed dose, EQD2, BED).',
  input: z.strictObject({
    model: z
      .enum(['lkb', 'logit', 'relative-seriality', 'parallel'])
      .optional()
      .meta({ description: 'Default: that of the set' }),
    histogram: histogramField,
    total: volumeTotalField,
    set: setField,
    td50Gy: positiveQuantity('Gy', 'Uniform dose with 50 %').optional(),
    m: positiveQuantity('1', 'LKB: slope').optional(),
    n: positiveQuantity('1', 'LKB: volume exponent').optional(),
    gamma50: positiveQuantity('1', 'Log-logistic: slope').optional(),
    a: quantity('1', 'Log-logistic: gEUD parameter').optional(),
    gamma: positiveQuantity('1', 'Relative seriality: slope').optional(),
    s: positiveQuantity('1', 'Relative seriality').optional(),
    k: positiveQuantity('1', 'Parallel: exponent of the subunits’ response').optional(),
    v50: positiveQuantity('1', 'Parallel: lost share with 50 %').optional(),
    sigma: positiveQuantity('1', 'Parallel: spread of that share').optional(),
  }),
  output: z.strictObject({
    ntcp: shareQuantity('Complication probability'),
    model: z.string(),
    geudGy: quantity('Gy', 'Equivalent uniform dose of the model').nullable(),
    quantity: z.string().meta({ description: 'What the doses are taken as' }),
    basis: basisOutput,
  }),
  run: (input, resources) => {
    const set = setFrom(input.set, resources)
    const model = input.model ?? set?.model
    const uses = model === undefined ? undefined : NTCP_PARAMETERS[model]
    const dose = distributionFrom(input.histogram, input.total)
    const used: Record<string, { value: number; unit: string }> = {}
    const take = (name: 'td50Gy' | 'm' | 'n' | 'gamma50' | 'a' | 'gamma' | 's' | 'k' | 'v50' | 'sigma'): number => {
      // Sets of models of subunits name the dose of these.
      const own = name === 'td50Gy' && uses?.every((one) => one !== 'm' && one !== 'a') ? 'd50Gy' : name
      const value = required(input[name], set, own)
      used[name] = { value, unit: name === 'td50Gy' ? 'Gy' : '1' }
      return value
    }
    const answer = (value: number, geudGy: number | null) => ({
      ntcp: value,
      model: model as string,
      geudGy,
      quantity: set?.quantity ?? 'as given',
      basis: basisOf(set, used),
    })
    if (uses)
      refuseOthers(
        `The ${model} model`,
        input,
        OWN_NTCP_PARAMETERS.filter((name) => !uses.includes(name)),
      )
    const td50Gy = take('td50Gy')
    switch (model) {
      case 'lkb': {
        const n = take('n')
        return answer(lkbNtcp(dose, { td50Gy, m: take('m'), n }), geud(dose, 1 / n))
      }
      case 'logit': {
        const a = take('a')
        return answer(logitNtcp(dose, { td50Gy, gamma50: take('gamma50'), a }), geud(dose, a))
      }
      case 'relative-seriality':
        return answer(relativeSerialityNtcp(dose, { d50Gy: td50Gy, gamma: take('gamma'), s: take('s') }), null)
      case 'parallel':
        return answer(parallelNtcp(dose, { d50Gy: td50Gy, k: take('k'), v50: take('v50'), sigma: take('sigma') }), null)
      default:
        throw new InputError(
          'calc.ntcp',
          model === undefined ? 'No model is given.' : `"${set?.id}" is no complication model but "${model}".`,
          'Give model, or a set such as "kidney-lkb".',
        )
    }
  },
})
