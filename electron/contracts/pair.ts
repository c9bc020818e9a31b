/**
 * The theranostic pair of a patient: a diagnostic scan re-decayed to the therapy's nuclide. A prediction, stored apart from all measured doses; no dose,
 * sum or effect rests on it.
 */
import { tacModelSchema } from './protocol.ts'
import { z } from './schema.ts'

const id = z.string().min(1).max(200)
const name = z.string().trim().min(1).max(200)
const measured = z.strictObject({ value: z.number(), standardUncertainty: z.number() })

/** Retention of the therapy's agent over that of the diagnostic one, at all times. */
export const agentFactorSchema = z.strictObject({
  value: z.number().gt(0).max(100),
  standardUncertainty: z.number().min(0).max(100),
  /** "Own patients 2021–2024, 14 pairs". */
  source: name,
  evidence: z.enum(['verified', 'transcribed', 'designed', 'unverified']),
})

export const pairSettingsSchema = z.strictObject({
  /** "Lu-177": what the therapy is given with. */
  therapyNuclide: z.string().trim().min(1).max(20),
  /** Of all structures without one of their own; null: both agents are taken to be retained alike, which is marked. */
  agentFactor: agentFactorSchema.nullable().default(null),
  agentFactorByStructure: z.record(name, agentFactorSchema).default({}),
  model: tacModelSchema.default('auto'),
  /** Largest share of the therapy's TIA after the last diagnostic scan. 0.2: a rule of pharmacokinetics (EMA 2010), unverified here. */
  largestShareAfter: z.number().min(0).max(1).default(0.2),
  /** Whether the report prints it. */
  isReported: z.boolean().default(true),
  /** Why, for the record. */
  reason: z.string().trim().max(500).default(''),
})

/** An administration whose scans a prediction can be made from. */
export const pairSourceSchema = z.strictObject({
  /** "Ga-68|2023-12-11T10:00:00". */
  sourceId: id,
  /** Of the view: −1, −2 … for diagnostic administrations, 1, 2 … for cycles. */
  index: z.int(),
  nuclide: z.string(),
  agent: z.string(),
  activityBq: z.number(),
  startLocal: z.string(),
  scanHours: z.array(z.number()),
})

export const pairStructureSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['organ', 'lesion', 'other']),
  massKg: measured,
  /** The factor that was used; null: 1, without uncertainty. */
  agentFactor: agentFactorSchema.nullable(),
  points: z.array(
    z.strictObject({
      hoursAfterInjection: z.number(),
      /** As measured, Bq of the diagnostic nuclide. */
      diagnosticBq: measured,
      /** Share of what was given, without decay. */
      retention: measured,
      /** Of the therapy, for each Bq of it. */
      therapyShare: measured,
    }),
  ),
  /** The curve of the therapy's share: Σ coefficient · e^(−rate · t). Empty where it is none of exponentials. */
  curve: z.array(z.strictObject({ coefficient: z.number(), ratePerS: z.number() })),
  model: z.string(),
  /** Of the slowest phase; null where the curve is none of exponentials. */
  effectiveHalfLifeS: measured.nullable(),
  /** Time-integrated activity for each activity given, s. */
  tiaPerActivityS: measured.nullable(),
  /** Share of it after the last diagnostic scan. */
  shareAfterLastScan: z.number().nullable(),
  dosePerActivityGyPerBq: measured.nullable(),
  /** Why there is no prediction; '' if there is. */
  problem: z.string(),
  remarks: z.array(z.string()),
})

export const pairPredictionSchema = z.strictObject({
  algorithm: z.strictObject({ name: z.literal('theratwin.theranostic-pair'), version: z.string() }),
  source: pairSourceSchema,
  settings: pairSettingsSchema,
  structures: z.array(pairStructureSchema),
  remarks: z.array(z.string()),
})

export const pairStoredSchema = z.strictObject({
  computedAt: z.string(),
  /** An input changed after it was computed. */
  stale: z.boolean(),
  prediction: pairPredictionSchema,
})

export const pairRequests = {
  /** Administrations that can be used, and what was predicted from each. */
  'pair.of': {
    ask: z.strictObject({ patientId: id }),
    answer: z.strictObject({
      /** Of the patient's course; '' while it is not known. */
      therapyNuclide: z.string(),
      sources: z.array(pairSourceSchema),
      predictions: z.array(pairStoredSchema),
    }),
  },
  /** Keeps the settings as a decision, measures the diagnostic scans and stores the prediction. */
  'pair.predict': {
    ask: z.strictObject({ patientId: id, sourceId: id, settings: pairSettingsSchema }),
    answer: z.strictObject({ jobId: id }),
  },
} as const

export type AgentFactor = z.infer<typeof agentFactorSchema>
export type PairSettings = z.infer<typeof pairSettingsSchema>
export type PairSource = z.infer<typeof pairSourceSchema>
export type PairStructure = z.infer<typeof pairStructureSchema>
export type PairPrediction = z.infer<typeof pairPredictionSchema>
export type PairStored = z.infer<typeof pairStoredSchema>
