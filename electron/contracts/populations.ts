/**
 * Populations of time–activity curves of the site's own patients: what is asked to fit one, and what is stored. A stored one is never
 * changed; a fit under the same name is its next version.
 */
import { fewScansMethodSchema } from './fewScans.ts'
import { z } from './schema.ts'

const id = z.string().min(1).max(200)
const finite = z.number()
const text = z.string().max(1000)
const name = z.string().trim().min(1).max(200)

/**
 * What the values of the curves are: activity over administered activity (unit 1), or that over the mass of the structure (1/kg), for
 * structures whose size differs much, as lesions' does.
 */
export const normalisationSchema = z.enum(['administered', 'administered-per-kg'])
export const residualFormSchema = z.enum(['additive', 'proportional', 'combined'])
export const omegaStructureSchema = z.union([
  z.enum(['diagonal', 'full']),
  z.strictObject({
    blocks: z
      .array(z.array(z.int().min(0).max(20)).min(1).max(20))
      .min(1)
      .max(20),
  }),
])
export const populationAlgorithmSchema = z.enum(['foce-interaction', 'lindstrom-bates'])

const estimated = z.strictObject({ value: finite, standardError: finite.nullable() })
const matrix = z.array(z.array(finite).min(1).max(20)).min(1).max(20)

/** The curve and what it needs beside its parameters. */
export const populationCurveSchema = z.strictObject({
  /** Of the core's functions (`EXPONENTIAL_FORMS`). */
  id,
  physicalHalfLifeS: finite.positive().meta({ unit: 's' }),
  /** Rate of what the circulation brings, for the curves that hold it; left out: the core's default. */
  circulationRatePerS: finite.positive().meta({ unit: '1/s' }).optional(),
})

/** Population-based model selection: the curves that were tried, best first. */
export const populationCandidateSchema = z.strictObject({
  curveId: id,
  parameterCount: z.int(),
  minusTwoLogLikelihood: finite,
  aicc: finite.nullable(),
  difference: finite.nullable(),
  weight: finite.min(0).max(1),
  refusal: z.string().nullable(),
})

/** φ ~ N(mu, omega), residual standard deviation additive + proportional·f; values as `normalisation` says, rates in 1/s. */
export const populationPriorSchema = z.strictObject({
  agent: text,
  /** "Lu-177". */
  nuclide: text,
  /** What of the body, in words. */
  structure: text,
  curve: populationCurveSchema,
  normalisation: normalisationSchema,
  /** Of the curve's working parameters, in their order: how they follow from the natural ones. */
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        unit: z.string(),
        scale: z.enum(['log', 'logit', 'linear']),
      }),
    )
    .min(1)
    .max(20),
  mu: z.array(estimated).min(1).max(20),
  covariateEffects: z.array(
    z.strictObject({
      parameter: z.int().min(0),
      covariate: z.string().min(1),
      reference: finite,
      value: finite,
      standardError: finite.nullable(),
    }),
  ),
  omega: matrix,
  omegaStandardErrors: z.array(z.array(finite.nullable())),
  residual: z.strictObject({ form: residualFormSchema, additive: estimated, proportional: estimated }),
  patientCount: z.int().positive(),
  /** Curves: a patient may have given several. */
  curveCount: z.int().positive(),
  pointCount: z.int().positive(),
  minusTwoLogLikelihood: finite,
  aic: finite,
  aicc: finite.nullable(),
  bic: finite,
  shrinkage: z.array(finite.nullable()),
  conditionNumber: finite.nullable(),
  converged: z.boolean(),
  /** One entry where one curve was fitted. */
  candidates: z.array(populationCandidateSchema).min(1),
  algorithm: z.strictObject({
    name: z.string(),
    version: z.string(),
    method: populationAlgorithmSchema,
    objective: text,
  }),
  /** SHA-256 over points, options and version: the same data give the same hash. */
  dataHash: z.string(),
  evidence: z.enum(['site', 'imported']),
  source: text,
  /** Analyses that the curves are from, by key (none of an imported one). */
  from: z.array(z.strictObject({ analysisKey: z.string(), cycle: z.int(), structure: z.string() })),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  note: text,
})

export const populationViewSchema = z.strictObject({
  populationId: id,
  name,
  version: z.int().positive(),
  /** A later version of the name is in use. */
  superseded: z.boolean(),
  addedAt: z.string(),
  addedBy: z.string(),
  content: populationPriorSchema,
})

/** Which curves of the stored analyses are meant. */
export const populationSelectionSchema = z.strictObject({
  /** Case-insensitive regular expression of the agent. */
  agent: z.string().min(1).max(200),
  nuclide: z.string().min(1).max(20),
  /** Case-insensitive regular expression of the structure's name. */
  structure: z.string().min(1).max(200),
  /** 'first': of each patient the earliest cycle that has such a curve. 'all': every cycle, as if of different patients. */
  cycles: z.enum(['first', 'all']).default('first'),
  normalisation: normalisationSchema.default('administered'),
  /** Curves with fewer points in use are left out. */
  minimumPoints: z.int().min(1).max(100).default(2),
  excluded: z
    .array(z.strictObject({ patientId: id, cycle: z.int().positive(), structure: z.string().min(1).max(200) }))
    .max(1000)
    .default([]),
})

/** A curve that fits the selection. */
export const gatheredCurveSchema = z.strictObject({
  patientId: id,
  patientName: z.string(),
  analysisKey: z.string(),
  cycle: z.int(),
  structure: z.string(),
  points: z.array(z.strictObject({ timeS: finite, activityBq: finite })),
  administeredBq: finite,
  massKg: finite,
  /** Why it is left out; '' if it is used. */
  leftOut: z.string(),
})

export const populationFitAskSchema = z.strictObject({
  name,
  selection: populationSelectionSchema,
  /** The best by AICc is stored, with the weights of all. */
  curves: z.array(id).min(1).max(8),
  circulationRatePerS: finite.positive().optional(),
  residual: residualFormSchema.default('proportional'),
  omega: omegaStructureSchema.default('diagonal'),
  algorithm: populationAlgorithmSchema.default('foce-interaction'),
  /** Starts that are followed for each curve. */
  starts: z.int().min(1).max(10).default(2),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
  note: text.default(''),
})

export const populationDocumentSchema = z.strictObject({
  schema: z.literal('theratwin-population/1'),
  name,
  version: z.int().positive(),
  exportedAt: z.string(),
  content: populationPriorSchema,
})

export const populationResultSchema = z.strictObject({
  kind: z.literal('population'),
  populationId: id,
  /** False where the same data had been fitted to the same end before: nothing was added. */
  added: z.boolean(),
})

/** A protocol that names a population for its estimates from few scans. */
export const populationUseSchema = z.strictObject({
  populationId: id,
  patientId: id,
  patientName: z.string(),
  /** null: all structures without a choice of their own. */
  structure: z.string().nullable(),
  method: fewScansMethodSchema,
})

const views = z.array(populationViewSchema)
const added = z.strictObject({ populationId: id })

export const populationRequests = {
  /** By name, the newest version first. */
  'populations.list': { ask: z.strictObject({}), answer: views },
  /** Where protocols name populations, those of the program's own tables among them. */
  'populations.uses': { ask: z.strictObject({}), answer: z.array(populationUseSchema) },
  /** The curves that a fit would take, and those it would leave out. */
  'populations.gather': { ask: populationSelectionSchema, answer: z.array(gatheredCurveSchema) },
  'populations.fit': { ask: populationFitAskSchema, answer: z.strictObject({ jobId: id }) },
  /** It is no longer offered; what was made with it keeps its numbers. */
  'populations.retire': { ask: added, answer: views },
  'populations.export': { ask: added, answer: populationDocumentSchema },
  /** Stored as the next version of its name. */
  'populations.import': { ask: z.strictObject({ document: populationDocumentSchema }), answer: added },
} as const

export type Normalisation = z.infer<typeof normalisationSchema>
export type PopulationPrior = z.infer<typeof populationPriorSchema>
export type PopulationView = z.infer<typeof populationViewSchema>
export type PopulationUse = z.infer<typeof populationUseSchema>
export type PopulationSelection = z.infer<typeof populationSelectionSchema>
export type GatheredCurve = z.infer<typeof gatheredCurveSchema>
export type PopulationFitAsk = z.infer<typeof populationFitAskSchema>
export type PopulationDocument = z.infer<typeof populationDocumentSchema>
