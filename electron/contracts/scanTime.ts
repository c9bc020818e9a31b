/** When to scan: populations of time–activity curves, and the expected error of the time-integrated activity (TIA) against the time of scans. */
import { z } from './schema.ts'

const finite = z.number()
const timesS = z.array(finite.positive()).min(1).max(2)

/** mono-exponential: the curve through two scans. */
export const scanMethodSchema = z.enum([
  'population-map',
  'population-half-life',
  'hanscheid',
  'madsen',
  'mono-exponential',
])

/** A population of curves as the window lists it. */
export const scanPopulationSchema = z.strictObject({
  populationId: z.string(),
  title: z.string(),
  agent: z.string(),
  nuclide: z.string(),
  /** null where the source does not say. */
  patients: z.int().nullable(),
  /** Of the weakest of its numbers; `site` and `imported`: fitted to patients, here or elsewhere. */
  evidence: z.enum(['verified', 'transcribed', 'designed', 'unverified', 'site', 'imported']),
  sources: z.array(z.string()),
  note: z.string(),
  /** Whether it is of the agent, the nuclide and the structure that were asked about. */
  fits: z.boolean(),
})

export const scanTimesSchema = z.strictObject({
  timesS,
  /** Root mean square and mean of (estimate − true)/true of the TIA. */
  rms: finite.nonnegative(),
  bias: finite,
  /** Share of patients with an error of more than 10 % and 20 % in size. */
  shareOver10: finite.nonnegative(),
  shareOver20: finite.nonnegative(),
})

export const scanAdviceSchema = z.strictObject({
  method: scanMethodSchema,
  /** By the times tried; of two scans the earlier one first. */
  entries: z.array(scanTimesSchema),
  best: scanTimesSchema,
  /** Around each time of the best one, where the error is nearly as small (`NEARLY_BEST` of the core). */
  windows: z.array(z.strictObject({ fromS: finite, toS: finite })),
  /** Patients of the sample; null where the errors are integrals over the population. */
  patients: z.int().nullable(),
})

export const scanTimeRequests = {
  /** Those that fit first. */
  'scanTime.populations': {
    ask: z.strictObject({
      agent: z.string().max(200),
      nuclide: z.string().max(50),
      structure: z.strictObject({ name: z.string().max(200), isLesion: z.boolean() }),
    }),
    answer: z.array(scanPopulationSchema),
  },
  /** For each method that takes so many scans. A later ask replaces an earlier one, which then ends as cancelled. */
  'scanTime.advice': {
    ask: z.strictObject({
      populationId: z.string().min(1).max(200),
      scans: z.union([z.literal(1), z.literal(2)]),
      /** Relative standard deviation of one measured activity. */
      noise: z.number().min(0).max(0.5),
    }),
    answer: z.strictObject({ physicalHalfLifeS: finite.positive(), methods: z.array(scanAdviceSchema).min(1) }),
  },
  /** Gives up the advice that is being made, if there is one. */
  'scanTime.cancel': { ask: z.strictObject({}), answer: z.strictObject({}) },
} as const

export type ScanMethod = z.infer<typeof scanMethodSchema>
export type ScanPopulation = z.infer<typeof scanPopulationSchema>
export type ScanTimes = z.infer<typeof scanTimesSchema>
export type ScanAdvice = z.infer<typeof scanAdviceSchema>
