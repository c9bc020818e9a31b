/** Biological effect of a patient's courses: what is asked for, and what follows. SI inside (Gy, s); times of day in h where the name says so. */
import {
  biologyNumber as finite,
  biologyParameterSchema,
  biologyUncertain as uncertain,
  evidenceSchema,
} from './biologyCommon.ts'
import {
  crossDoseSchema,
  doseContributionSchema,
  furtherCycleSchema,
  partsChoiceSchema,
  partsEffectSchema,
  partsModelSchema,
} from './biologyParts.ts'
import { z } from './schema.ts'

export { biologyParameterSchema, evidenceSchema }

/** Parameters of one structure that a person chose instead of the defaults; what is left out is as the defaults have it. */
export const structureBiologySchema = z.strictObject({
  /** Set of sensitivities (α/β, repair half-time, α) by id. */
  sensitivity: z.string().min(1).max(100).optional(),
  alphaBetaGy: z.number().positive().max(1000).optional(),
  repairHalfTimeH: z.number().positive().max(10000).optional(),
  alphaPerGy: z.number().positive().max(10).optional(),
  /** Limits by id of their sets; an empty list: none. */
  limits: z.array(z.string().min(1).max(100)).max(20).optional(),
  /** Complication model by id; null: none. */
  complication: z.string().min(1).max(100).nullable().optional(),
  /** Control model by id; null: none. */
  control: z.string().min(1).max(100).nullable().optional(),
  clonogens: z.number().positive().optional(),
  /** Parts of the organ; left out: none. */
  parts: partsChoiceSchema.optional(),
  /** Region of the reference phantom that the structure stands for in doses from organ to organ; null: none. Left out: by its name. */
  phantomRegion: z.string().min(1).max(100).nullable().optional(),
  /** Why, for the report. */
  reason: z.string().max(300).default(''),
})

export const externalBeamCourseSchema = z.strictObject({
  structure: z.string().min(1).max(200),
  fractions: z.int().positive().max(200),
  dosePerFractionGy: z.number().positive().max(100),
  note: z.string().max(300).default(''),
})

export const biologySettingsSchema = z.strictObject({
  byStructure: z.record(z.string().min(1).max(200), structureBiologySchema).default({}),
  /** Earlier external-beam courses, mean dose of the structure. */
  externalBeam: z.array(externalBeamCourseSchema).max(100).default([]),
  crossDose: crossDoseSchema.default('none'),
  /** Cycles that could follow, in their order. */
  furtherCycles: z.array(furtherCycleSchema).max(20).default([]),
})

/** A probability with what it rests on. */
export const outcomeSchema = z.strictObject({
  set: z.string(),
  title: z.string(),
  model: z.string(),
  endpoint: z.string(),
  population: z.string(),
  validity: z.string(),
  /** What the doses of the model are, and the value that went in (gEUD of the uniform dose: this value itself), Gy. */
  quantity: z.string(),
  doseGy: finite,
  probability: finite,
  /** From 5 % to 95 % of the draws over the uncertainty of the dose and of those parameters that state one. */
  low: finite,
  high: finite,
  /** Which uncertainties the band is over, for a person; results of earlier versions do not say. */
  bandOver: z.string().optional(),
  /** Some of those draws, for charts: the dose of the model, Gy, and the probability. */
  draws: z.strictObject({ doseGy: z.array(finite), probability: z.array(finite) }).optional(),
  parameters: z.array(biologyParameterSchema),
  evidence: evidenceSchema,
})

export const limitUseSchema = z.strictObject({
  set: z.string(),
  title: z.string(),
  endpoint: z.string(),
  population: z.string(),
  validity: z.string(),
  quantity: z.string(),
  /** One cycle (the largest), or all of them with the external beam. */
  scope: z.enum(['cycle', 'total']),
  limitGy: finite,
  valueGy: uncertain,
  /** Value over limit. */
  share: finite,
  /** Probability that the true value lies above the limit, by its uncertainty alone (normal). */
  probabilityAbove: finite,
  evidence: evidenceSchema,
  source: z.string(),
})

/** The same structure with the cycles of `furtherCycles` after those that were delivered. */
export const furtherEffectSchema = z.strictObject({
  cycles: z.array(
    z.strictObject({
      /** Start by the clock of the last administration. */
      start: z.string(),
      activityBq: finite,
      doseGy: finite,
      bedGy: finite,
    }),
  ),
  /** Delivered and further cycles together. */
  doseGy: uncertain,
  totalBedGy: uncertain,
  totalEqd2Gy: finite,
  limits: z.array(limitUseSchema),
  complication: outcomeSchema.nullable(),
  control: outcomeSchema.nullable(),
})

export const structureEffectSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['organ', 'lesion', 'other']),
  /** Sensitivities that were used; empty where there are none, which `problem` says. */
  parameters: z.array(biologyParameterSchema),
  evidence: evidenceSchema,
  cycles: z.array(
    z.strictObject({
      index: z.int().positive(),
      doseGy: uncertain,
      /** Lea–Catcheside factor of the cycle alone. */
      g: finite,
      bedGy: uncertain,
      eqd2Gy: finite,
    }),
  ),
  doseGy: uncertain,
  /** All cycles on one clock, with what one leaves unrepaired for the next. */
  bedGy: uncertain,
  /** How much of it is there because repair is not complete between cycles. */
  incompleteRepairGy: finite,
  externalBeamBedGy: finite,
  totalBedGy: uncertain,
  totalEqd2Gy: finite,
  limits: z.array(limitUseSchema),
  complication: outcomeSchema.nullable(),
  control: outcomeSchema.nullable(),
  /**
   * Cumulative volume histogram of the BED of all cycles and external beam: share of the volume with at least `bedGy`. Only where voxel doses say how uneven
   * the dose is; `source` names them.
   */
  bvh: z.strictObject({ bedGy: z.array(finite), volumeFraction: z.array(finite), source: z.string() }).optional(),
  /** Where the dose comes from, all cycles together; only with doses from other organs. */
  contributions: z.array(doseContributionSchema).optional(),
  /** Parts of the organ, where they are asked for. */
  parts: partsEffectSchema.optional(),
  /** With further cycles, where they are asked for. */
  further: furtherEffectSchema.optional(),
  /** The dose rate for charts: from the first administration, s and Gy/s. */
  doseRate: z.strictObject({ timeS: z.array(finite), rateGyPerS: z.array(finite), cumulatedBedGy: z.array(finite) }),
  /** Why there is no effect, or part of it, for a person; '' if there is. */
  problem: z.string(),
})

export const biologyResultSchema = z.strictObject({
  algorithm: z.strictObject({ name: z.literal('theratwin.biological-effect'), version: z.string() }),
  /** Key of the analysis that it was made from. */
  analysisKey: z.string(),
  settings: biologySettingsSchema,
  structures: z.array(structureEffectSchema),
  /** Probability of control of all lesions without any complication that is modelled; null where there is no lesion with a model. */
  uncomplicatedControl: finite.nullable(),
  assumptions: z.array(z.string()),
})

/** A set of parameters as the window lists it. */
export const biologySetSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  tissue: z.string(),
  kind: z.enum(['organ', 'tumour']),
  model: z.string(),
  quantity: z.string(),
  endpoint: z.string(),
  population: z.string(),
  validity: z.string(),
  evidence: evidenceSchema,
  parameters: z.array(biologyParameterSchema),
})

const patient = { patientId: z.string().min(1).max(200) }

export const biologyRequests = {
  /** All sets of sensitivities, limits and models that the program has, with their evidence. */
  'biology.sets': { ask: z.strictObject({}), answer: z.array(biologySetSchema) },
  /** Models of an organ's parts that the program has. */
  'biology.parts': { ask: z.strictObject({}), answer: z.array(partsModelSchema) },
  /** Effect of the newest analysis, with the stored settings or with others that are tried; null where there is no analysis yet. */
  'biology.effects': {
    ask: z.strictObject({ ...patient, settings: biologySettingsSchema.nullable().default(null) }),
    answer: z.strictObject({ result: biologyResultSchema, stale: z.boolean() }).nullable(),
  },
  /** Keeps settings as a decision of a person; earlier ones stay in the history. */
  'biology.save': {
    ask: z.strictObject({ ...patient, settings: biologySettingsSchema }),
    answer: biologySettingsSchema,
  },
} as const

export type StructureBiology = z.infer<typeof structureBiologySchema>
export type BiologySettings = z.output<typeof biologySettingsSchema>
export type BiologyResult = z.infer<typeof biologyResultSchema>
export type StructureEffect = z.infer<typeof structureEffectSchema>
export type FurtherEffect = z.infer<typeof furtherEffectSchema>
export type EffectOutcome = z.infer<typeof outcomeSchema>
export type LimitUse = z.infer<typeof limitUseSchema>
export type BiologyParameterView = z.infer<typeof biologyParameterSchema>
export type BiologySetView = z.infer<typeof biologySetSchema>
