/** Calculations of radiation quality, cell survival and response in time. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  DEFAULT_OXYGEN_EFFECT,
  hypoxicSensitivity,
  logLognormalSurvival,
  mixedBed,
  mkmAlphaPerGy,
  oer,
  rbeAtDose,
  tumourResponse,
} from '../../../native-core/radiobiology/index.ts'
import type { TumourModel } from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds, secondsToHours } from '../../../native-core/units/index.ts'
import { courseField, courseOf, repairFields, repairOf } from './biologyFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'
import { growthField, growthOf } from './growthFields.ts'

const share = (description: string) => z.number().min(0).max(1).meta({ unit: '1', description })

export const rbe = defineCalc({
  name: 'rbe',
  title: 'Radiation quality: RBE and the BED of a mixed dose',
  description:
    'BED of alpha and electron dose by a stated choice (RBE-weighted dose, or RBE_max in the linear–quadratic model); α of dense ionisation from specific energies (microdosimetric–kinetic); RBE at a dose.',
  input: z.strictObject({
    mixed: z
      .strictObject({
        highLetGy: nonNegativeQuantity('Gy', 'Dose of alphas'),
        lowLetGy: nonNegativeQuantity('Gy', 'Dose of electrons and photons'),
        g: share('Lea–Catcheside factor'),
        alphaBetaGy: positiveQuantity('Gy', 'α/β of low-LET radiation'),
        choice: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('weighted-dose'), rbe: positiveQuantity('1', 'RBE') }),
          z.strictObject({
            kind: z.literal('rbe-max'),
            rbeMax: positiveQuantity('1', 'RBE of the linear term'),
            rbeMin: positiveQuantity('1', 'RBE of the quadratic term, squared there'),
          }),
        ]),
      })
      .optional(),
    microdosimetricKinetic: z
      .strictObject({
        alpha0PerGy: nonNegativeQuantity('1/Gy', 'α in the limit of sparse ionisation'),
        betaPerGy2: nonNegativeQuantity('1/Gy²', 'β'),
        domainDoseMeanGy: nonNegativeQuantity('Gy', 'z̄1D of a domain'),
        nucleusDoseMeanGy: positiveQuantity(
          'Gy',
          'Dose-mean of single events in the nucleus, for few events',
        ).optional(),
        alphaReferencePerGy: positiveQuantity('1/Gy', 'α of low-LET reference radiation, for the RBE').optional(),
        doseGy: positiveQuantity('Gy', 'Dose of dense ionisation, for the RBE').optional(),
      })
      .optional(),
  }),
  output: z.strictObject({
    mixed: z
      .strictObject({
        bedGy: quantity('Gy', 'BED of low-LET reference radiation'),
        weightedDoseGy: quantity('Gy', 'Weighted dose'),
        words: z.string(),
      })
      .nullable(),
    microdosimetricKinetic: z
      .strictObject({
        alphaPerGy: quantity('1/Gy', 'α of dense ionisation'),
        rbeMax: quantity('1', 'α over that of the reference').nullable(),
        rbe: quantity('1', 'RBE at doseGy').nullable(),
      })
      .nullable(),
  }),
  run: ({ mixed, microdosimetricKinetic: mkm }) => {
    if (!mixed && !mkm)
      throw new InputError('calc.rbe', 'Nothing is asked.', 'Give mixed, microdosimetricKinetic, or both.')
    const alpha = mkm
      ? mkmAlphaPerGy({
          alpha0PerGy: mkm.alpha0PerGy,
          betaPerGy2: mkm.betaPerGy2,
          domainDoseMeanGy: mkm.domainDoseMeanGy,
          ...(mkm.nucleusDoseMeanGy === undefined ? {} : { nucleusDoseMeanGy: mkm.nucleusDoseMeanGy }),
        })
      : null
    return {
      mixed: mixed ? mixedBed(mixed, mixed.choice, mixed.alphaBetaGy) : null,
      microdosimetricKinetic:
        mkm && alpha !== null
          ? {
              alphaPerGy: alpha,
              rbeMax: mkm.alphaReferencePerGy === undefined ? null : alpha / mkm.alphaReferencePerGy,
              rbe:
                mkm.alphaReferencePerGy === undefined || mkm.doseGy === undefined
                  ? null
                  : rbeAtDose(
                      mkm.doseGy,
                      { alphaHighPerGy: alpha, betaHighPerGy2: mkm.betaPerGy2 },
                      { alphaPerGy: mkm.alphaReferencePerGy, betaPerGy2: mkm.betaPerGy2 },
                    ),
            }
          : null,
    }
  },
})

export const cellSurvival = defineCalc({
  name: 'cell-survival',
  title: 'Cell survival',
  description:
    'Linear–quadratic survival of a dose with its Lea–Catcheside factor, with uneven doses from cell to cell (log-normal) and lack of oxygen.',
  input: z.strictObject({
    doseGy: nonNegativeQuantity('Gy', 'Mean absorbed dose'),
    g: share('Lea–Catcheside factor'),
    alphaPerGy: positiveQuantity('1/Gy', 'α of well-oxygenated cells'),
    alphaBetaGy: positiveQuantity('Gy', 'α/β'),
    cv: nonNegativeQuantity('1', 'Coefficient of variation of dose between cells').default(0),
    oxygenMmHg: nonNegativeQuantity('mmHg', 'Partial pressure of oxygen; default: well supplied').optional(),
    oxygenEffect: z
      .strictObject({
        maximum: z.number().min(1).meta({ unit: '1', description: 'Largest enhancement' }),
        halfMmHg: positiveQuantity('mmHg', 'Pressure with half of it'),
      })
      .default(DEFAULT_OXYGEN_EFFECT)
      .meta({ description: 'Default m = 3 at 3 mmHg: unverified' }),
  }),
  output: z.strictObject({
    survival: quantity('1', 'Surviving fraction'),
    logSurvival: quantity('1', 'Its natural logarithm'),
    bedGy: quantity('Gy', '−ln(survival)/α of well-oxygenated cells'),
    oer: quantity('1', 'Loss of effect by lack of oxygen, as a ratio of doses'),
  }),
  run: ({ doseGy, g, alphaPerGy, alphaBetaGy, cv, oxygenMmHg, oxygenEffect }) => {
    const loss = oxygenMmHg === undefined ? 1 : oxygenEffect.maximum / oer(oxygenMmHg, oxygenEffect)
    const cells = hypoxicSensitivity(alphaPerGy, alphaPerGy / alphaBetaGy, loss)
    const logSurvival = logLognormalSurvival(doseGy, cv, {
      alphaPerGy: cells.alphaPerGy,
      alphaBetaGy: cells.alphaPerGy / cells.betaPerGy2,
      g,
    })
    return { survival: Math.exp(logSurvival), logSurvival, bedGy: -logSurvival / alphaPerGy, oer: loss }
  },
})

export const growth = defineCalc({
  name: 'growth',
  title: 'Tumour response in time',
  description:
    'Volume of a tumour under dose rates over several cycles: exponential, Gompertz or logistic growth, linear–quadratic kill with repair, dying tissue that takes its time to go, hypoxic cells with reoxygenation.',
  input: z.strictObject({
    growth: growthField,
    volumeMl: positiveQuantity('mL', 'Volume at the first time'),
    alphaPerGy: nonNegativeQuantity('1/Gy', 'α'),
    alphaBetaGy: positiveQuantity('Gy', 'α/β'),
    curves: courseField.optional().meta({ description: 'Left out: the tumour is left alone' }),
    ...repairFields,
    clearanceHalfTimeH: nonNegativeQuantity('h', 'Half-time with which dead tissue goes; 0: at once').default(0),
    hypoxia: z
      .strictObject({
        fraction: z.number().min(0).lt(1).meta({ unit: '1', description: 'Share of hypoxic cells at the first time' }),
        oerAlpha: z.number().min(1).meta({ unit: '1', description: 'Divides α' }),
        oerBeta: z.number().min(1).meta({ unit: '1', description: 'Its square divides β' }),
        reoxygenationHalfTimeH: positiveQuantity('h', 'Half-time; null: never').nullable().default(null),
      })
      .optional(),
    timesH: z.array(quantity('h', 'Time')).min(1).max(10000),
  }),
  output: z.strictObject({
    states: z.array(
      z.strictObject({
        timeH: quantity('h', 'Time'),
        volumeMl: quantity('mL', 'What a scan sees'),
        livingMl: quantity('mL', 'Living tissue'),
        hypoxicMl: quantity('mL', 'of it hypoxic'),
        dyingMl: quantity('mL', 'Dying tissue'),
        logSurvival: quantity('1', 'ln(living/initial)'),
      }),
    ),
  }),
  run: (input) => {
    const model: TumourModel = {
      growth: growthOf(input.growth),
      alphaPerGy: input.alphaPerGy,
      alphaBetaGy: input.alphaBetaGy,
      repair: input.curves ? repairOf(input) : { kind: 'exponential', components: [{ halfTimeS: 3600, fraction: 1 }] },
      clearanceHalfTimeS: hoursToSeconds(input.clearanceHalfTimeH),
      ...(input.hypoxia
        ? {
            hypoxia: {
              fraction: input.hypoxia.fraction,
              oerAlpha: input.hypoxia.oerAlpha,
              oerBeta: input.hypoxia.oerBeta,
              reoxygenationHalfTimeS:
                input.hypoxia.reoxygenationHalfTimeH === null
                  ? null
                  : hoursToSeconds(input.hypoxia.reoxygenationHalfTimeH),
            },
          }
        : {}),
    }
    const course = input.curves ? courseOf(input.curves) : []
    return {
      states: tumourResponse(model, course, input.volumeMl, input.timesH.map(hoursToSeconds)).map((state) => ({
        timeH: secondsToHours(state.timeS),
        volumeMl: state.volume,
        livingMl: state.living,
        hypoxicMl: state.hypoxic,
        dyingMl: state.dying,
        logSurvival: state.logSurvival,
      })),
    }
  },
})
