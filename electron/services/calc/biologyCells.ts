/** Calculations of radiation quality and response in time. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  mixedBed,
  mkmAlphaPerGy,
  mkmSurvival,
  rbeAtDose,
  tumourResponse,
} from '../../../native-core/radiobiology/index.ts'
import type { TumourModel } from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds, secondsToHours } from '../../../native-core/units/index.ts'
import { courseField, courseOf, repairFields, repairOf } from './biologyFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity, shareQuantity } from './fields.ts'
import { checkCapacity, growthField, growthOf } from './growthFields.ts'

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
        g: shareQuantity('Lea–Catcheside factor'),
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
        doseGy: positiveQuantity('Gy', 'Dose of dense ionisation, for the RBE and the survival').optional(),
        g: shareQuantity('Lea–Catcheside factor of that dose, for the survival').optional(),
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
        rbe: quantity('1', 'RBE at doseGy, both acute').nullable(),
        survival: quantity('1', 'exp(−αD − GβD²) at doseGy').nullable(),
      })
      .nullable(),
  }),
  run: ({ mixed, microdosimetricKinetic: mkm }) => {
    if (!mixed && !mkm)
      throw new InputError('calc.rbe', 'Nothing is asked.', 'Give mixed, microdosimetricKinetic, or both.')
    if (mkm?.g !== undefined && mkm.doseGy === undefined)
      throw new InputError('calc.rbe', 'There is a Lea–Catcheside factor without its dose.', 'Give doseGy, too.')
    const model = mkm
      ? {
          alpha0PerGy: mkm.alpha0PerGy,
          betaPerGy2: mkm.betaPerGy2,
          domainDoseMeanGy: mkm.domainDoseMeanGy,
          ...(mkm.nucleusDoseMeanGy === undefined ? {} : { nucleusDoseMeanGy: mkm.nucleusDoseMeanGy }),
        }
      : null
    const alpha = model ? mkmAlphaPerGy(model) : null
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
              survival:
                model === null || mkm.doseGy === undefined || mkm.g === undefined
                  ? null
                  : mkmSurvival(model, mkm.doseGy, mkm.g),
            }
          : null,
    }
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
    checkCapacity(input.growth, input.volumeMl)
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
