/**
 * A lesion's response over time: growth and kill fitted to its volumes over the cycles or predicted from parameters, a serum marker, sensitive and resistant cells.
 * SI (Gy, s, Bq) but for volumes (mL); times are seconds after the start of the first administration.
 */
import { biologyParameterSchema, evidenceSchema } from './biology.ts'
import { instantSchema } from './domain.ts'
import { z } from './schema.ts'

const finite = z.number()
const positive = z.number().positive()
const name = z.string().min(1).max(200)
const text = z.string().max(300).default('')
const local = z.string().regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/)
const relative = z.number().positive().max(1)

export const responseLawSchema = z.enum(['exponential', 'gompertz', 'logistic'])

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
export const responseParameterNameSchema = z.enum(RESPONSE_PARAMETERS)

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
  laws: z.array(responseLawSchema).min(1).max(3).default(['exponential']),
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

const markerChoiceSchema = z.strictObject({ value: z.number().nonnegative(), isFitted: z.boolean().default(false) })

/** A serum marker's model; rates in 1/s and per Bq and second, of the activity in all lesions together. */
export const markerSettingsSchema = z.strictObject({
  /** As the stored series names it: "PSA". */
  marker: name,
  /** Relative standard uncertainty of values that state none. */
  valueUncertainty: relative.optional(),
  growthPerS: markerChoiceSchema,
  directPerBqS: markerChoiceSchema,
  delayedPerBqS: markerChoiceSchema,
  effectPerS: markerChoiceSchema,
  /** Left out: fitted, from the first value. */
  baseline: positive.optional(),
  horizonS: positive.max(20 * 365 * 86400).default(180 * 86400),
  source: text,
})

/** null: not stated. */
export const markerValueSchema = z.strictObject({
  at: local,
  value: positive,
  relativeUncertainty: relative.nullable(),
})

/** Values of a marker, as they are typed. */
export const seriesOfMarkerSchema = z.strictObject({
  marker: name,
  unit: z.string().min(1).max(40),
  values: z.array(markerValueSchema).min(1).max(500),
})

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
  doublingTimeS: positive,
  /** Share of the births that deaths take back: the growth that is left is ln 2 over the doubling time. */
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

export const responseSettingsSchema = z.strictObject({
  byLesion: z.record(name, lesionResponseSettingsSchema).default({}),
  marker: markerSettingsSchema.nullable().default(null),
  clones: clonesSettingsSchema.nullable().default(null),
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

export const responsePatientSchema = z.strictObject({
  /** null where there is no analysis: volumes alone. */
  analysisKey: z.string().nullable(),
  stale: z.boolean(),
  /** Zero of all times. */
  firstAdministration: instantSchema,
  lesions: z.array(responseLesionSchema),
  markers: z.array(
    z.strictObject({ marker: name, unit: z.string(), values: z.array(markerValueSchema.extend({ timeS: finite })) }),
  ),
  settings: responseSettingsSchema,
  remarks: z.array(z.string()),
})

export const responseParameterSchema = z.strictObject({
  name: responseParameterNameSchema,
  title: z.string(),
  unit: z.enum(['1/Gy', 'Gy', 's', '1/s', 'mL']),
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
  band: responseBandSchema,
  /** Smallest volume of the curve, and when it is back at its first volume after that; null where not by the end. */
  nadir: z.strictObject({ timeS: finite, volumeMl: finite }),
  regrowthS: finite.nullable(),
  evidence: responseParameterSchema.shape.evidence,
  remarks: z.array(z.string()),
  assumptions: z.array(z.string()),
})

export const markerResponseSchema = z.strictObject({
  marker: name,
  unit: z.string(),
  kind: z.enum(['fit', 'prediction']),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      unit: z.string(),
      value: finite,
      cv: finite.nullable(),
      interval: z.tuple([finite, finite]).nullable(),
      isFitted: z.boolean(),
    }),
  ),
  correlation: z.array(z.array(finite)),
  chiSquare: finite.nullable(),
  degreesOfFreedom: z.int().nullable(),
  values: z.array(
    z.strictObject({ at: local, timeS: finite, value: positive, relativeUncertainty: relative, residual: finite }),
  ),
  curve: z.strictObject({
    timeS: z.array(finite),
    value: z.array(finite),
    low: z.array(finite).nullable(),
    high: z.array(finite).nullable(),
  }),
  cycleStartsS: z.array(finite),
  remarks: z.array(z.string()),
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
  schedules: z.array(scheduleOutcomeSchema),
  assumptions: z.array(z.string()),
})

const patient = { patientId: name }

export const biologyResponseRequests = {
  /** The lesions with their volumes and dose rates, marker values, and the settings that are kept. */
  'biologyResponse.of': { ask: z.strictObject(patient), answer: responsePatientSchema },
  /** Fits or predicts one lesion with the settings that are kept or with others that are tried. Nothing is stored. */
  'biologyResponse.fit': {
    ask: z.strictObject({
      ...patient,
      identity: name,
      settings: lesionResponseSettingsSchema.nullable().default(null),
    }),
    answer: lesionResponseSchema,
  },
  'biologyResponse.marker': {
    ask: z.strictObject({ ...patient, settings: markerSettingsSchema }),
    answer: markerResponseSchema,
  },
  /** Compares schedules of administrations, each cycle like the lesion's last one. */
  'biologyResponse.clones': {
    ask: z.strictObject({ ...patient, settings: clonesSettingsSchema }),
    answer: clonesResultSchema,
  },
  /** Keeps settings as a decision of a person; earlier ones stay in the history, and the report shows what is kept. */
  'biologyResponse.save': {
    ask: z.strictObject({ ...patient, settings: responseSettingsSchema }),
    answer: responseSettingsSchema,
  },
} as const

export type ResponseLaw = z.infer<typeof responseLawSchema>
export type ResponseParameterName = z.infer<typeof responseParameterNameSchema>
export type ResponseChoice = z.output<typeof responseChoiceSchema>
export type LesionResponseSettings = z.output<typeof lesionResponseSettingsSchema>
export type ResponseSettings = z.output<typeof responseSettingsSchema>
export type ResponseLesion = z.output<typeof responseLesionSchema>
export type LesionVolume = z.output<typeof lesionVolumeSchema>
export type LesionCycle = z.output<typeof lesionCycleSchema>
export type ResponsePatient = z.output<typeof responsePatientSchema>
export type ResponseParameter = z.output<typeof responseParameterSchema>
export type LesionResponse = z.output<typeof lesionResponseSchema>
export type MarkerSettings = z.output<typeof markerSettingsSchema>
export type MarkerResponse = z.output<typeof markerResponseSchema>
export type ClonesSettings = z.output<typeof clonesSettingsSchema>
export type ClonesResult = z.output<typeof clonesResultSchema>
