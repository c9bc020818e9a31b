/** What the window asks and hears about lesions: candidates to judge, burden, and lesions followed over time points and cycles. */
import { LESION_DEFAULTS, MATCH_DEFAULTS } from '../../native-core/imaging/segmentation/lesions/defaults.ts'
import { z } from './schema.ts'
import { instantSchema, vec3Schema } from './domain.ts'
import { structureReviewSchema } from './structures.ts'

const id = z.string().min(1).max(200)
const label = z.string().trim().min(1).max(200)
const started = z.strictObject({ jobId: id })
const timePoint = { patientId: id, timePointId: id }
const positive = z.number().positive()
const volume = z.number().nonnegative()

export const lesionThresholdSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), valueBqPerMl: positive }),
  /** meanFactor · mean + sdFactor · standard deviation in a structure (liver, blood pool), which is shrunk first. */
  z.strictObject({
    kind: z.literal('reference'),
    structureId: id,
    meanFactor: z.number().min(0).max(100),
    sdFactor: z.number().min(0).max(100),
    shrinkMm: z.number().min(0).max(50),
  }),
])

export const lesionsFindSchema = z.strictObject({
  ...timePoint,
  threshold: lesionThresholdSchema,
  /** Whose structures are meant; null: the set in use. */
  setId: id.nullable(),
  /** Structures of that set where uptake is expected; null: all its organs. */
  physiologic: z.array(id).max(500).nullable(),
  marginMm: z.number().min(0).max(200).default(LESION_DEFAULTS.marginMm.value),
  physiologicShare: z.number().min(0).max(1).default(LESION_DEFAULTS.physiologicShare.value),
  minimumVolumeMl: volume.default(LESION_DEFAULTS.minimumVolumeMl.value),
  splitDepth: z.number().min(0).max(1).default(LESION_DEFAULTS.splitDepth.value),
  localPart: z.number().gt(0).lt(1).nullable().default(null),
  label: label.default('Lesion candidates'),
})

export const lesionFlagSchema = z.enum([
  'physiologic',
  'beyond-physiologic',
  'split',
  'cut-by-image',
  'local-below-threshold',
  'shoulder-left-out',
])

export const lesionCandidateSchema = z.strictObject({
  structureId: id,
  name: z.string(),
  volumeMl: volume,
  meanBqPerMl: z.number(),
  maximumBqPerMl: z.number(),
  /** Of 1 mL; null where no ball of 1 mL lies in the image. */
  peakBqPerMl: z.number().nullable(),
  totalBq: z.number(),
  /** LPS. */
  centreMm: vec3Schema,
  thresholdBqPerMl: z.number(),
  /** Part of it in the widened physiologic structures. */
  physiologicShare: z.number(),
  flags: z.array(lesionFlagSchema),
  /** The flags in words. */
  reasons: z.string(),
  /** "12 mm from LIVER, left, above"; '' without structures. */
  place: z.string(),
  side: z.enum(['left', 'right', 'middle']).nullable(),
  review: structureReviewSchema,
})

/** The candidates of one search, by total activity. */
export const lesionCandidatesSchema = z.strictObject({
  setId: id,
  label: z.string(),
  thresholdBqPerMl: z.number(),
  /** The settings in words. */
  description: z.string(),
  tooSmall: z.strictObject({ count: z.int(), volumeMl: volume }),
  candidates: z.array(lesionCandidateSchema),
})

/** Of accepted lesions only. */
export const tumourBurdenSchema = z.strictObject({
  count: z.int(),
  /** Not judged yet, and not counted. */
  toReview: z.int(),
  volumeMl: volume,
  /** Σ mean · volume: the activity in tumour. */
  totalBq: z.number(),
  largestMl: volume,
})

export const lesionsAcceptSchema = z.strictObject({
  ...timePoint,
  /** The set of candidates. */
  setId: id,
  /** Those that a person took for lesions, and as what; the others are left out of the new set. */
  accepted: z
    .array(z.strictObject({ structureId: id, name: label, identity: z.string().max(200).nullable().default(null) }))
    .max(500),
  /** A set whose structures the new one takes along (organs); null: lesions alone. */
  withSetId: id.nullable(),
  label,
  use: z.boolean(),
})

export const lesionEventSchema = z.strictObject({
  kind: z.enum(['same', 'appeared', 'disappeared', 'merged', 'split', 'uncertain']),
  /** Identities of earlier lesions. */
  previous: z.array(z.string()),
  /** Structure ids of this time point. */
  current: z.array(z.string()),
  /** `identity`: a person had said so. */
  by: z.enum(['overlap', 'distance', 'identity']).nullable(),
  overlap: z.number().nullable(),
  distanceMm: z.number().nullable(),
  reason: z.string(),
})

export const lesionCellSchema = z.strictObject({
  structureId: id,
  name: z.string(),
  review: structureReviewSchema,
  volumeMl: volume,
  /** Of the image as it is, at the start of the acquisition; null where it could not be measured. */
  meanBqPerMl: z.number().nullable(),
  totalBq: z.number().nullable(),
  /** Of the cycle, where this time point's outline is what the present analysis is made from. */
  dose: z.strictObject({ doseGy: z.number(), standardUncertaintyGy: z.number(), method: z.string() }).nullable(),
  event: lesionEventSchema.shape.kind,
  /** Why it could not be measured; '' if it could. */
  problem: z.string(),
})

export const lesionFollowUpSchema = z.strictObject({
  timePoints: z.array(
    z.strictObject({
      timePointId: id,
      cycle: z.int(),
      hoursAfterInjection: z.number(),
      start: instantSchema,
      /** null where the time point has no structures. */
      setId: z.string().nullable(),
      label: z.string(),
      /** How its lesions were brought to the first time point. */
      registration: z.string(),
      burden: tumourBurdenSchema,
      events: z.array(lesionEventSchema),
    }),
  ),
  /** One row a lesion; a cell for each time point, null where it is not there. */
  lesions: z.array(
    z.strictObject({
      identity: z.string(),
      /** False where the program proposes it and nobody has confirmed it. */
      confirmed: z.boolean(),
      /** Other lesions that merged into it, or that it is a part of. */
      ancestors: z.array(z.string()),
      cells: z.array(lesionCellSchema.nullable()),
    }),
  ),
  /** Of which a person must say which they are. */
  undecided: z.array(
    z.strictObject({ timePointId: id, cell: lesionCellSchema, candidates: z.array(z.string()), reason: z.string() }),
  ),
  remarks: z.array(z.string()),
})

export const lesionsFollowSchema = z.strictObject({
  patientId: id,
  /** In the order of time; null: the reference time point of each cycle. */
  timePointIds: z.array(id).min(1).max(50).nullable().default(null),
  maximumDistanceMm: z.number().min(0).max(500).default(MATCH_DEFAULTS.maximumDistanceMm.value),
  minimumOverlap: z.number().min(0).max(1).default(MATCH_DEFAULTS.minimumOverlap.value),
  clearFactor: z.number().min(1).max(100).default(MATCH_DEFAULTS.clearFactor.value),
})

export const lesionsIdentifySchema = z.strictObject({
  patientId: id,
  sets: z
    .array(
      z.strictObject({
        timePointId: id,
        setId: id,
        identities: z
          .array(z.strictObject({ structureId: id, identity: label.nullable() }))
          .min(1)
          .max(500),
      }),
    )
    .min(1)
    .max(50),
  label: label.default('Lesions identified'),
  use: z.boolean(),
})

export const lesionsRenameSchema = z.strictObject({
  patientId: id,
  /** As it is now. */
  identity: label,
  newIdentity: label,
  use: z.boolean(),
})

const newSets = z.array(z.strictObject({ timePointId: id, setId: id }))

export const lesionRequests = {
  /** Looks for lesions; they are stored as a set of structures to review (job result `lesions`). */
  'lesions.find': { ask: lesionsFindSchema, answer: started },
  'lesions.candidates': { ask: z.strictObject({ ...timePoint, setId: id }), answer: lesionCandidatesSchema },
  /** Stores what a person accepted as a new set. */
  'lesions.accept': { ask: lesionsAcceptSchema, answer: z.strictObject({ setId: id, burden: tumourBurdenSchema }) },
  /** Which lesion is which over time (job result `lesion-follow-up`). */
  'lesions.follow': { ask: lesionsFollowSchema, answer: started },
  /** Stores what a person confirmed: new sets of the same geometry with identities. */
  'lesions.identify': { ask: lesionsIdentifySchema, answer: newSets },
  /** A new set for each time point whose structures in use hold the lesion; none where nobody has stored that identity. */
  'lesions.rename': { ask: lesionsRenameSchema, answer: newSets },
} as const

export type LesionsFind = z.output<typeof lesionsFindSchema>
export type LesionCandidateView = z.infer<typeof lesionCandidateSchema>
export type LesionCandidates = z.infer<typeof lesionCandidatesSchema>
export type LesionsAccept = z.output<typeof lesionsAcceptSchema>
export type LesionsFollow = z.output<typeof lesionsFollowSchema>
export type LesionFollowUp = z.infer<typeof lesionFollowUpSchema>
export type LesionCell = z.infer<typeof lesionCellSchema>
export type LesionEventView = z.infer<typeof lesionEventSchema>
export type LesionsIdentify = z.output<typeof lesionsIdentifySchema>
export type LesionsRename = z.output<typeof lesionsRenameSchema>
export type TumourBurdenView = z.infer<typeof tumourBurdenSchema>
