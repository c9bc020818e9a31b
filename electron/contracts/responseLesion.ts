/** A lesion's response over time: growth and kill fitted to its volumes over the cycles, or predicted from parameters. */
import { biologyParameterSchema, evidenceSchema } from './biologyCommon.ts'
import { finite, local, name, positive, relative, text } from './responseCommon.ts'
import { z } from './schema.ts'

export const builtInLawSchema = z.enum(['exponential', 'gompertz', 'logistic'])
/** A version of a local formula of growth: "local:<name>@<version>". */
export const localLawSchema = z.templateLiteral(['local:', z.string().regex(/[a-z][a-z0-9-]{0,39}@[1-9][0-9]{0,5}/)])
export const responseLawSchema = z.union([builtInLawSchema, localLawSchema])

export const RESPONSE_PARAMETERS = [
  'alphaPerGy',
  'alphaBetaGy',
  'initialVolumeMl',
  'doublingTimeS',
  'gompertzRatePerS',
  'logisticRatePerS',
  'capacityMl',
  'clearanceHalfTimeS',
] as const
/** Of the model; of a local formula of growth, whichever version: "own:<name of the formula>/<parameter>". */
export const modelParameterNameSchema = z.enum(RESPONSE_PARAMETERS)
export const ownParameterNameSchema = z.templateLiteral([
  'own:',
  z.string().regex(/[a-z][a-z0-9-]{0,39}\/[A-Za-z][A-Za-z0-9_]{0,30}/),
])
export const responseParameterNameSchema = z.union([modelParameterNameSchema, ownParameterNameSchema])

/** What a person says of one parameter. */
export const responseChoiceSchema = z.strictObject({
  /** Held at it; of what is fitted, where the search starts. Left out: that of the lesion's set, or none. A clearance half-time of 0: at once. */
  value: z.number().nonnegative().optional(),
  isFitted: z.boolean().default(false),
  /** Log-normal, of what is fitted. */
  prior: z
    .strictObject({ median: positive, sdOfLog: z.number().positive().max(5) })
    .nullable()
    .default(null),
  /** Of what is held: relative standard uncertainty, drawn in the band. */
  relativeUncertainty: z.number().min(0).max(2).optional(),
  /** Where the value is from. */
  source: text,
})

export const typedVolumeSchema = z.strictObject({
  at: local,
  volumeMl: positive,
  relativeUncertainty: relative,
  note: text,
})

/** A cycle that is thought of: like the lesion's last one, with another activity. */
export const thoughtCycleSchema = z.strictObject({ at: local, activityBq: positive })

export const lesionResponseSettingsSchema = z.strictObject({
  /** Growth laws that are fitted; the one of the smallest AICc is shown. Without a fit the first one counts. */
  laws: z.array(responseLawSchema).min(1).max(8).default(['exponential']),
  parameters: z.partialRecord(responseParameterNameSchema, responseChoiceSchema).default({}),
  typedVolumes: z.array(typedVolumeSchema).max(200).default([]),
  /** Volumes of outlines that do not count, by their id. */
  leftOut: z.array(name).max(200).default([]),
  /** Relative standard uncertainty of outlining beside that of the edge's place, of every outline. */
  outliningUncertainty: z.number().min(0).max(1).default(0),
  furtherCycles: z.array(thoughtCycleSchema).max(20).default([]),
  /** How far the prediction goes after the last volume or cycle, s. */
  horizonS: positive.max(20 * 365 * 86400).default(180 * 86400),
  reason: text,
})

export const doseRateCurveSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('exponentials'),
    startS: finite,
    terms: z.array(z.strictObject({ rateGyPerS: finite, decayPerS: finite })),
  }),
  z.strictObject({
    kind: z.literal('sampled'),
    timesS: z.array(finite),
    rateGyPerS: z.array(finite),
    tailDecayPerS: finite.nullable(),
  }),
])

export const lesionCycleSchema = z.strictObject({
  /** null of a cycle that is thought of. */
  index: z.int().positive().nullable(),
  startS: finite,
  activityBq: finite,
  doseGy: z.strictObject({ value: finite, standardUncertainty: finite.nonnegative() }),
  /** Photons of its own and of other organs that `doseGy` and `curves` have beside its charged radiation, where the settings of biology count them. */
  sources: z.array(z.strictObject({ source: z.string(), doseGy: finite })).default([]),
  /** On the clock of the first administration; what comes together is added. */
  curves: z.array(doseRateCurveSchema),
})

export const lesionVolumeSchema = z.strictObject({
  id: name,
  timeS: finite,
  /** Local date and time, to be read. */
  at: z.string(),
  cycle: z.int().nullable(),
  volumeMl: positive,
  relativeUncertainty: relative,
  origin: z.enum(['outline', 'typed']),
  /** The outline or the note. */
  what: z.string(),
})

export const responseLesionSchema = z.strictObject({
  /** Identity of the lesion where a person gave one, else the name of its structure. */
  identity: name,
  /** A person said which it is in every cycle. */
  confirmed: z.boolean(),
  volumes: z.array(lesionVolumeSchema),
  cycles: z.array(lesionCycleSchema),
  /** α/β, repair half-time and α that the settings of biology give it. */
  parameters: z.array(biologyParameterSchema.extend({ relativeUncertainty: finite.nonnegative().optional() })),
})

/** A local formula of growth that a response rests on, for a person. */
export const responseFormulaSchema = z.strictObject({
  law: localLawSchema,
  title: z.string(),
  version: z.int().positive(),
  expression: z.string(),
  source: z.string(),
  testedMl: z.tuple([finite, finite]),
  retired: z.boolean(),
  /** A version that was saved since and is in use; null: none. */
  newerVersion: z.int().positive().nullable(),
})

export const responseParameterSchema = z.strictObject({
  name: responseParameterNameSchema,
  title: z.string(),
  /** '1/Gy', 'Gy', 's', '1/s' or 'mL'; of a local formula the one that it declares. */
  unit: z.string(),
  value: finite,
  standardUncertainty: finite.nonnegative().nullable(),
  cv: finite.nullable(),
  /** 95 %; null for what is held, and at the end of the range. */
  interval: z.tuple([finite, finite]).nullable(),
  isFitted: z.boolean(),
  source: z.string(),
  evidence: z.enum([...evidenceSchema.options, 'fitted']),
})

export const responseBandSchema = z.strictObject({
  timeS: z.array(finite),
  /** With the best parameters. */
  volumeMl: z.array(finite),
  /** 95 % of the volume, and of what a scan shows. */
  lowMl: z.array(finite),
  highMl: z.array(finite),
  scanLowMl: z.array(finite),
  scanHighMl: z.array(finite),
})

export const lesionResponseSchema = z.strictObject({
  algorithm: z.strictObject({ name: z.literal('theratwin.lesion-response'), version: z.string() }),
  analysisKey: z.string().nullable(),
  identity: name,
  settings: lesionResponseSettingsSchema,
  /** Whether volumes decided on anything, or all of it follows from parameters. */
  kind: z.enum(['fit', 'prediction']),
  law: responseLawSchema,
  startS: finite,
  /** null where no dose was given and none is thought of. */
  repairHalfTimeS: positive.nullable(),
  volumes: z.array(
    lesionVolumeSchema.extend({
      isUsed: z.boolean(),
      /** (ln V − ln model)/σ; null where it was not used. */
      residual: finite.nullable(),
    }),
  ),
  cycles: z.array(lesionCycleSchema),
  parameters: z.array(responseParameterSchema),
  /** Of the fitted parameters. */
  correlation: z.strictObject({ names: z.array(responseParameterNameSchema), values: z.array(z.array(finite)) }),
  chiSquare: finite.nullable(),
  degreesOfFreedom: z.int().nullable(),
  aicc: finite.nullable(),
  laws: z.array(z.strictObject({ law: responseLawSchema, weight: finite.nullable(), problem: z.string() })),
  formulas: z.array(responseFormulaSchema).default([]),
  /** Relative growth by a local formula, 1/s at ascending volumes, as the curve has it; null of a law that is built in. */
  growth: z
    .strictObject({ volumeMl: z.array(positive), perS: z.array(finite) })
    .nullable()
    .default(null),
  band: responseBandSchema,
  /** Smallest volume of the curve, and when it is back at its first volume after that; null where not by the end. */
  nadir: z.strictObject({ timeS: finite, volumeMl: finite }),
  regrowthS: finite.nullable(),
  evidence: responseParameterSchema.shape.evidence,
  remarks: z.array(z.string()),
  assumptions: z.array(z.string()),
})

export type BuiltInLaw = z.infer<typeof builtInLawSchema>
export type LocalLaw = z.infer<typeof localLawSchema>
export type ResponseLaw = z.infer<typeof responseLawSchema>
export type ModelParameterName = z.infer<typeof modelParameterNameSchema>
export type OwnParameterName = z.infer<typeof ownParameterNameSchema>
export type ResponseFormula = z.output<typeof responseFormulaSchema>
export type ResponseParameterName = z.infer<typeof responseParameterNameSchema>
export type ResponseChoice = z.output<typeof responseChoiceSchema>
export type LesionResponseSettings = z.output<typeof lesionResponseSettingsSchema>
export type ResponseLesion = z.output<typeof responseLesionSchema>
export type LesionVolume = z.output<typeof lesionVolumeSchema>
export type LesionCycle = z.output<typeof lesionCycleSchema>
export type ResponseParameter = z.output<typeof responseParameterSchema>
export type LesionResponse = z.output<typeof lesionResponseSchema>
