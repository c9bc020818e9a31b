/** Parts of an organ, doses from other organs, and cycles that could follow: what may be asked of the biological effect, and what it answers. */
import { biologyNumber as finite, biologyParameterSchema, biologyUncertain, evidenceSchema } from './biologyCommon.ts'
import { z } from './schema.ts'

const id = z.string().min(1).max(100)
const partName = z.string().min(1).max(100)

/** A person's own table of substructures with S values between them, such as that of the nephron: `theratwin.suborgan/1` of the core. */
export const suborganTableSchema = z.strictObject({
  schema: z.literal('theratwin.suborgan/1'),
  name: z.string().min(1).max(200),
  organ: z.string().min(1).max(200),
  nuclide: z.string().min(1).max(50),
  provenance: z.strictObject({
    source: z.string().min(1).max(500),
    citation: z.string().min(1).max(500),
    evidence: z.enum(['verified', 'transcribed', 'designed', 'unverified']),
  }),
  parts: z
    .array(z.strictObject({ name: partName, massKg: z.number().positive().nullable().default(null) }))
    .min(1)
    .max(30),
  fractions: z
    .array(z.strictObject({ part: partName, fraction: z.number().min(0).max(1) }))
    .min(1)
    .max(30),
  sValues: z
    .array(z.strictObject({ target: partName, source: partName, sGyPerBqS: z.number().nonnegative() }))
    .min(1)
    .max(900),
})

/** A model of the program by id, with a person's own shares of activity by part where given; or a table of one's own. */
export const partsChoiceSchema = z.union([
  z.strictObject({ model: id, activityShares: z.record(partName, z.number().min(0).max(1)).optional() }),
  z.strictObject({ table: suborganTableSchema }),
])

/**
 * none: the dose of a structure is what the analysis has for it, its self-dose by local energy deposition. organ-s-values: photons of its own and of all other
 * structures and the remainder of the body are added by the S values of the reference phantom, each with the time course of its source.
 */
export const crossDoseSchema = z.enum(['none', 'organ-s-values'])

/** A cycle that is not delivered, with the kinetics of the last one. */
export const furtherCycleSchema = z.strictObject({
  /** Bq; left out: that of the last cycle times `relativeActivity`. */
  activityBq: z.number().positive().max(1e13).optional(),
  relativeActivity: z.number().positive().max(10).default(1),
  /** Start by the clock of the patient's site, yyyy-mm-dd or with hh:mm; left out: `afterDays` after the cycle before it. */
  date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/)
    .optional(),
  /** 56: eight weeks, the usual interval (designed). */
  afterDays: z.number().positive().max(3650).default(56),
})

/** A share of a structure's dose by where the radiation comes from. */
export const doseContributionSchema = z.strictObject({
  /** Name of the source structure, or "Remainder of body". */
  source: z.string(),
  /** self: as the analysis has it; own-photons: those of the structure itself; cross: of another source. */
  kind: z.enum(['self', 'own-photons', 'cross']),
  doseGy: finite,
  /** S value to the structure, Gy/(Bq·s), of the last cycle; null for the self-dose of the analysis. */
  sGyPerBqS: finite.nullable(),
})

export const partEffectSchema = z.strictObject({
  name: z.string(),
  /** Of the organ's mass; null where the table does not say. */
  massShare: finite.nullable(),
  /** Of the organ's decays. */
  activityShare: finite,
  doseGy: biologyUncertain,
  /** Largest dose rate, Gy/s, of the times drawn. */
  largestRateGyPerS: finite,
  /** Lea–Catcheside factor of all cycles on one clock. */
  g: finite,
  bedGy: biologyUncertain,
  /** With external beam, as the EQD2. */
  totalBedGy: biologyUncertain,
  totalEqd2Gy: finite,
})

export const partsEffectSchema = z.strictObject({
  title: z.string(),
  validity: z.string(),
  parts: z.array(partEffectSchema),
  /** Mean over the masses of the parts; null where one is not known. */
  meanDoseGy: finite.nullable(),
  /** One value that stands for all parts by their masses; null where a mass or the parameter is not known. */
  equivalent: z.strictObject({
    /** gEUD of the doses and of the BED with external beam, with a = 1/n of the model of complication. */
    a: finite.nullable(),
    geudGy: finite.nullable(),
    gebedGy: finite.nullable(),
    /** EUBED with α of the sensitivity: the even BED with the same surviving share of cells. */
    alphaPerGy: finite.nullable(),
    eubedGy: finite.nullable(),
  }),
  /** Shares of mass and activity with their source. */
  parameters: z.array(biologyParameterSchema),
  evidence: evidenceSchema,
  remarks: z.array(z.string()),
})

/** A model of an organ's parts as the window lists it. */
export const partsModelSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  organ: z.string(),
  validity: z.string(),
  parts: z.array(z.strictObject({ name: z.string(), massShare: finite, activityShare: finite })),
  evidence: evidenceSchema,
})

export type PartsChoice = z.output<typeof partsChoiceSchema>
export type FurtherCycle = z.output<typeof furtherCycleSchema>
export type DoseContribution = z.infer<typeof doseContributionSchema>
export type PartEffect = z.infer<typeof partEffectSchema>
export type PartsEffect = z.infer<typeof partsEffectSchema>
export type PartsModel = z.infer<typeof partsModelSchema>
