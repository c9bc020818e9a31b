/** BED maps of several cycles added up on the reference time point of one of them. */
import { bedElsewhereSchema, bedStructureSchema, bedTissueSchema } from './bedMaps.ts'
import { doseVolumeSchema } from './doseMaps.ts'
import { z } from './schema.ts'

const key = z.string().min(1).max(200)

export const bedSumAskSchema = z.strictObject({
  patientId: key,
  /** The dose whose grid and patient coordinates the sum has; one of `doseIds`. */
  referenceId: key,
  /** One dose of each cycle, all with BED maps that are current. */
  doseIds: z.array(key).min(2).max(50),
})

export const bedSumSchema = z.strictObject({
  bedId: z.string(),
  referenceId: z.string(),
  parts: z.array(
    z.strictObject({
      doseId: z.string(),
      bedId: z.string(),
      cycle: z.int().positive(),
      /** How it was brought to the reference, in words, with who accepted it. */
      registration: z.string(),
    }),
  ),
  version: z.string(),
  createdAt: z.string(),
  /** A map that was added is no longer the present one of its dose; `staleBecause` says which. */
  stale: z.boolean(),
  staleBecause: z.string(),
  /** Of the reference cycle; those of the others have the same parameters. */
  tissues: z.array(bedTissueSchema),
  elsewhere: bedElsewhereSchema.nullable(),
  /** Σ of the parts, Gy; what a part does not reach counts as 0. */
  bed: doseVolumeSchema,
  eqd2: doseVolumeSchema,
  /** Share of the voxels that all parts reach. */
  coveredShare: z.number().min(0).max(1),
  /** By the outlines of the reference cycle, each with its own parameters throughout; no bands. */
  structures: z.array(bedStructureSchema),
  remarks: z.array(z.string()),
})

const ofDose = z.strictObject({ patientId: key, doseId: key })

export const bedSumRequests = {
  /** The doses of other cycles that could be added to this one, the newest BED map of each; with this one itself. */
  'bedSum.available': {
    ask: ofDose,
    answer: z.array(z.strictObject({ doseId: key, cycle: z.int().positive(), engine: z.string() })),
  },
  /** Adds maps up as a job (`bed-sum`). */
  'bedSum.compute': { ask: bedSumAskSchema, answer: z.strictObject({ jobId: key }) },
  /** The latest sum on the grid of a dose; null where there is none. */
  'bedSum.result': { ask: ofDose, answer: bedSumSchema.nullable() },
} as const

export type BedSumAsk = z.infer<typeof bedSumAskSchema>
export type BedSum = z.infer<typeof bedSumSchema>
