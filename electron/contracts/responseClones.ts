/** Sensitive and resistant cells of a lesion under schedules of administrations. */
import { finite, name, positive, text } from './responseCommon.ts'
import { localLawSchema, responseFormulaSchema } from './responseLesion.ts'
import { z } from './schema.ts'

export const scheduleSchema = z.strictObject({
  name,
  cycles: z
    .array(
      z.strictObject({
        day: z
          .number()
          .min(0)
          .max(20 * 365),
        activityBq: positive,
      }),
    )
    .min(1)
    .max(30),
})

/** Sensitive and resistant cells of a lesion. */
export const clonesSettingsSchema = z.strictObject({
  lesion: name,
  /** Clonogenic cells in all at the start, and the share of them that is resistant then. */
  cells: z.number().positive().max(1e14),
  resistantShare: z.number().min(0).max(1),
  /** Probability that a daughter of a division is resistant. */
  mutation: z.number().min(0).max(1),
  /** A local formula gives the growth of all cells by the volume that they make up; null: the doubling time does, at every size. */
  law: localLawSchema.nullable().default(null),
  /** Needed where no formula gives the growth. */
  doublingTimeS: positive.nullable(),
  /** Volume of the cells at the start, for a formula; null: the last volume of the lesion. */
  startVolumeMl: positive.nullable().default(null),
  /** Share of the births that deaths take back; what is left is the growth. */
  cellLoss: z.number().min(0).lt(1),
  alphaPerGy: z.number().nonnegative().max(10),
  alphaBetaGy: positive.max(1000),
  repairHalfTimeS: positive,
  /** α of the resistant cells over that of the sensitive ones. */
  resistantAlphaShare: z.number().min(0).max(1),
  /** Counted from the first administration of each schedule. */
  horizonS: positive.max(20 * 365 * 86400),
  schedules: z.array(scheduleSchema).min(1).max(6),
  source: text,
})

export const scheduleOutcomeSchema = z.strictObject({
  name,
  totalActivityBq: finite,
  totalDoseGy: finite,
  eradication: finite,
  regrownShare: finite,
  medianRegrowthS: finite.nullable(),
  cells: z.strictObject({
    timeS: z.array(finite),
    low: z.array(finite),
    median: z.array(finite),
    high: z.array(finite),
    medianResistant: z.array(finite),
  }),
})

export const clonesResultSchema = z.strictObject({
  settings: clonesSettingsSchema,
  runs: z.int(),
  seed: z.int(),
  /** Where not, eradication is a share of the drawn histories. */
  eradicationIsExact: z.boolean().default(true),
  formula: responseFormulaSchema.nullable().default(null),
  schedules: z.array(scheduleOutcomeSchema),
  assumptions: z.array(z.string()),
})

export type ClonesSettings = z.output<typeof clonesSettingsSchema>
export type ClonesResult = z.output<typeof clonesResultSchema>
