/** Fields that the calculations of biological effect share: dose rates, repair, histograms, sets of parameters. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  distributionOf,
  findBiologySet,
  parseBiologySets,
  weakestEvidence,
} from '../../../native-core/radiobiology/index.ts'
import type {
  BiologyParameter,
  BiologySet,
  DoseDistribution,
  DoseRateCourse,
  RepairModel,
} from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds, SECONDS_PER_HOUR } from '../../../native-core/units/index.ts'
import type { Resources } from '../ports/resources.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'

const exponentialCurve = z.strictObject({
  startH: quantity('h', 'Start on the clock of the course').default(0),
  terms: z
    .array(
      z.strictObject({
        rateGyPerH: quantity('Gy/h', 'Dose rate of the term at its start; negative for uptake'),
        halfLifeH: positiveQuantity('h', 'Effective half-life of the term'),
      }),
    )
    .min(1)
    .max(50),
})

const doseCurve = z.strictObject({
  startH: quantity('h', 'Start on the clock of the course').default(0),
  doseGy: nonNegativeQuantity('Gy', 'Absorbed dose after complete decay'),
  effectiveHalfLifeH: positiveQuantity('h', 'Effective half-life of the dose rate'),
  uptakeHalfLifeH: positiveQuantity(
    'h',
    'Half-life of an uptake phase before it; not longer than the other',
  ).optional(),
})

const sampledCurve = z.strictObject({
  timesH: z.array(quantity('h', 'Time on the clock of the course')).min(2).max(100000),
  rateGyPerH: z.array(nonNegativeQuantity('Gy/h', 'Dose rate, linear in between')).min(2).max(100000),
  tailHalfLifeH: positiveQuantity('h', 'Half-life after the last sample; null: nothing follows')
    .nullable()
    .default(null),
})

/** One curve for each administration; their dose rates are added. */
export const courseField = z
  .array(z.union([exponentialCurve, doseCurve, sampledCurve]))
  .min(1)
  .max(100)
  .meta({ description: 'Dose rates, one curve for each administration; added on one clock' })

export function courseOf(curves: z.output<typeof courseField>): DoseRateCourse {
  return curves.map((curve): DoseRateCourse[number] => {
    if ('timesH' in curve)
      return {
        kind: 'sampled',
        timesS: curve.timesH.map(hoursToSeconds),
        rateGyPerS: curve.rateGyPerH.map((rate) => rate / SECONDS_PER_HOUR),
        tailDecayPerS: curve.tailHalfLifeH === null ? null : Math.LN2 / hoursToSeconds(curve.tailHalfLifeH),
      }
    const startS = hoursToSeconds(curve.startH)
    if ('terms' in curve)
      return {
        kind: 'exponentials',
        startS,
        terms: curve.terms.map(({ rateGyPerH, halfLifeH }) => ({
          rateGyPerS: rateGyPerH / SECONDS_PER_HOUR,
          decayPerS: Math.LN2 / hoursToSeconds(halfLifeH),
        })),
      }
    return { kind: 'exponentials', startS, terms: termsOfDose(curve) }
  })
}

/** Relative distances of the rates of uptake and washout, all above rounding, from which nearer ones are interpolated. */
const RATE_DISTANCES = [0.03, 0.06, 0.09, 0.12] as const

/**
 * A dose with one effective half-life, with or without an uptake phase, as terms of its dose rate, l·m·(e^(−l·t) − e^(−m·t))/(m − l) for 1 Gy. Where l and m
 * are (nearly) the same the terms would cancel; at one mean of both rates the curve is a smooth function of the square of their distance, and is interpolated
 * in it: G is then right to some 1e-11.
 */
function termsOfDose({ doseGy, effectiveHalfLifeH, uptakeHalfLifeH }: z.output<typeof doseCurve>) {
  const washout = Math.LN2 / hoursToSeconds(effectiveHalfLifeH)
  if (uptakeHalfLifeH === undefined) return [{ rateGyPerS: doseGy * washout, decayPerS: washout }]
  if (uptakeHalfLifeH > effectiveHalfLifeH)
    throw new InputError(
      'calc.uptake',
      `The uptake half-life, ${uptakeHalfLifeH} h, is longer than the effective one, ${effectiveHalfLifeH} h.`,
      'Exchange them, or leave the uptake out.',
    )
  const uptake = Math.LN2 / hoursToSeconds(uptakeHalfLifeH)
  const mean = (washout + uptake) / 2
  const distance = (uptake - washout) / mean
  if (distance >= RATE_DISTANCES[0]) return uptakeTerms(doseGy, washout, uptake)
  return RATE_DISTANCES.flatMap((node) => {
    const others = RATE_DISTANCES.filter((other) => other !== node)
    const weight = others.reduce((product, d) => (product * (distance ** 2 - d ** 2)) / (node ** 2 - d ** 2), 1)
    return uptakeTerms(weight * doseGy, mean * (1 - node / 2), mean * (1 + node / 2))
  })
}

function uptakeTerms(doseGy: number, washoutPerS: number, uptakePerS: number) {
  const rate = (doseGy * washoutPerS * uptakePerS) / (uptakePerS - washoutPerS)
  return [
    { rateGyPerS: rate, decayPerS: washoutPerS },
    { rateGyPerS: -rate, decayPerS: uptakePerS },
  ]
}

export const repairFields = {
  repairHalfTimeH: positiveQuantity('h', 'Repair half-time of sublethal damage').optional(),
  repairComponents: z
    .array(
      z.strictObject({
        halfTimeH: positiveQuantity('h', 'Repair half-time'),
        fraction: z.number().min(0).max(1).meta({ unit: '1', description: 'Share; they add to 1' }),
      }),
    )
    .min(1)
    .max(10)
    .optional(),
  secondOrderHalfTimeH: positiveQuantity(
    'h',
    'Second-order repair: the unrepaired share falls as 1/(1 + t/half-time) (unverified)',
  ).optional(),
}

/** Exactly one way of giving repair; from a set where none is given. @throws InputError `calc.repair` */
export function repairOf(
  given: {
    repairHalfTimeH?: number | undefined
    repairComponents?: readonly { halfTimeH: number; fraction: number }[] | undefined
    secondOrderHalfTimeH?: number | undefined
  },
  set: BiologySet | null = null,
): RepairModel {
  const { repairHalfTimeH, repairComponents, secondOrderHalfTimeH } = given
  const ways = [repairHalfTimeH, repairComponents, secondOrderHalfTimeH].filter((one) => one !== undefined)
  if (ways.length > 1 || (ways.length === 0 && !set?.parameters['repairHalfTimeS']))
    throw new InputError(
      'calc.repair',
      ways.length > 1 ? 'Repair is given in more than one way.' : 'No repair half-time is given.',
      'Give one of repairHalfTimeH, repairComponents and secondOrderHalfTimeH, or a set that has a repair half-time.',
    )
  if (secondOrderHalfTimeH !== undefined) return { kind: 'reciprocal', halfTimeS: hoursToSeconds(secondOrderHalfTimeH) }
  if (repairComponents)
    return {
      kind: 'exponential',
      components: repairComponents.map(({ halfTimeH, fraction }) => ({
        halfTimeS: hoursToSeconds(halfTimeH),
        fraction,
      })),
    }
  const halfTimeS =
    repairHalfTimeH === undefined
      ? (set?.parameters['repairHalfTimeS']?.value as number)
      : hoursToSeconds(repairHalfTimeH)
  return { kind: 'exponential', components: [{ halfTimeS, fraction: 1 }] }
}

export const histogramField = z
  .array(
    z.strictObject({
      doseGy: nonNegativeQuantity('Gy', 'Dose of the bin (or BED, EQD2: what the model asks for)'),
      volume: nonNegativeQuantity('1', 'Volume of the bin'),
    }),
  )
  .min(1)
  .max(100000)
  .meta({ description: 'Differential histogram' })

export const volumeTotalField = z
  .union([z.literal('sum'), z.number().positive()])
  .default(1)
  .meta({
    description:
      'What the volumes add to: 1 (fractions), 100 (percent), the volume in mL, or "sum" for whatever they do',
  })

export const distributionFrom = (
  bins: z.output<typeof histogramField>,
  total: z.output<typeof volumeTotalField>,
): DoseDistribution =>
  distributionOf(
    bins.map(({ doseGy }) => doseGy),
    bins.map(({ volume }) => volume),
    total,
  )

export const setField = z
  .string()
  .max(100)
  .optional()
  .meta({ description: 'Set of parameters from the program’s data (resources/models/biology), such as "kidney-lkb"' })

export const setFrom = (id: string | undefined, resources: Resources): BiologySet | null =>
  id === undefined ? null : findBiologySet(resources.biologySets().flatMap(parseBiologySets), id)

/** What a result rests on: given by the caller, or a set with its evidence, parameter by parameter. */
export const basisOutput = z.strictObject({
  set: z.string().nullable(),
  evidence: z.enum(['given', 'verified', 'transcribed', 'designed', 'unverified']).meta({
    description: 'given: the caller’s own parameters; else the weakest evidence of those of the set',
  }),
  endpoint: z.string(),
  validity: z.string(),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      source: z.string(),
      evidence: z.enum(['given', 'verified', 'transcribed', 'designed', 'unverified']),
    }),
  ),
})

/** `used`: the values that took part, by name, with their unit; one that differs from the set's was given. */
export function basisOf(
  set: BiologySet | null,
  used: Readonly<Record<string, { readonly value: number; readonly unit: string }>>,
): z.input<typeof basisOutput> {
  const fromSet: Record<string, BiologyParameter> = {}
  const parameters = Object.entries(used).map(([name, { value, unit }]) => {
    const known = set?.parameters[name]
    if (known && Math.abs(known.value - value) <= 1e-12 * Math.abs(value)) {
      fromSet[name] = known
      return { name, value, unit, source: known.source, evidence: known.evidence }
    }
    return { name, value, unit, source: 'given', evidence: 'given' as const }
  })
  return {
    set: set?.id ?? null,
    evidence: Object.keys(fromSet).length > 0 ? weakestEvidence(fromSet) : 'given',
    endpoint: set?.endpoint ?? '',
    validity: set?.validity ?? '',
    parameters,
  }
}
