/** What the window asks and hears about structures: which sets a time point has, editing, semi-automatic tools, propagation. */
import { z } from './schema.ts'
import { imageGridSchema, vec3Schema } from './domain.ts'

const id = z.string().min(1).max(200)
const name = z.string().trim().min(1).max(200)
const colour = z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)])

export const structureMethodKindSchema = z.enum([
  'imported',
  'drawn',
  'threshold',
  'relative-threshold',
  'adaptive-threshold',
  'gradient',
  'region-growing',
  'random-walker',
  'level-set',
  'lesion-finding',
  'combined',
  'propagated',
  'network',
])

/** How a structure was made, as it is told in the list, the report and exported objects. */
export const structureMethodSchema = z.strictObject({
  kind: structureMethodKindSchema,
  /** In words, with the numbers and their units: "41 % of the maximum of 812 kBq/mL inside a box". */
  description: z.string().max(2000),
  /** Each name ends with its unit. */
  parameters: z.record(z.string().max(100), z.union([z.number(), z.string().max(500), z.boolean()])).default({}),
})

/** 'to-review': made by the program and not yet looked at by a person. */
export const structureReviewSchema = z.enum(['none', 'to-review', 'reviewed'])

export const structureOriginSchema = z.enum(['RTSTRUCT', 'SEG', 'drawn', 'computed'])

/** Fractions 0–255 (uint8, 255 = wholly inside) of the voxels of a box of the grid, x fastest inside the box. */
export const maskRefSchema = z.strictObject({
  /** Bytes at app://mask/<id>. */
  id: z.string(),
  structureId: z.string(),
  name: z.string(),
  kind: z.enum(['organ', 'lesion', 'other']),
  /** RT ROI interpreted type, or segmented property; '' if none. */
  type: z.string(),
  colourRgb: z.tuple([z.number(), z.number(), z.number()]),
  /** In words: `RTSTRUCT "Organs"`. */
  origin: z.string(),
  method: structureMethodSchema,
  review: structureReviewSchema,
  /** The same in every cycle for what is the same lesion; null where it was not followed. */
  identity: z.string().nullable(),
  volumeMl: z.number(),
  grid: imageGridSchema,
  boxStart: vec3Schema,
  boxSize: vec3Schema,
})

export const structureSetViewSchema = z.strictObject({
  setId: id,
  label: z.string(),
  origin: structureOriginSchema,
  structures: z.int(),
  toReview: z.int(),
  /** The one that this time point's numbers are made from. */
  inUse: z.boolean(),
})

const timePoint = { patientId: id, timePointId: id }

/** Coverage of the voxels of a box: zlib-deflated bytes 0–255, x fastest, as base64. */
export const uploadedMaskSchema = z.strictObject({
  /** On the voxels of which of the time point's images. */
  image: z.enum(['ct', 'emission']),
  boxStart: z.tuple([z.int(), z.int(), z.int()]),
  boxSize: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
  deflatedBase64: z.base64(),
})

const described = {
  name,
  type: z.string().max(100).default(''),
  colourRgb: colour.nullable(),
  review: structureReviewSchema,
  identity: z.string().max(200).nullable().default(null),
}

/** A structure of the set to store: as it is in another set (its geometry to the bit), or new voxels. */
export const structureToSaveSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kept'), structureId: id, ...described }),
  z.strictObject({ kind: z.literal('voxels'), mask: uploadedMaskSchema, method: structureMethodSchema, ...described }),
])

export const structuresSaveSchema = z.strictObject({
  ...timePoint,
  label: name,
  /** Make the time point's numbers from the new set. */
  use: z.boolean(),
  structures: z.array(structureToSaveSchema).min(1).max(500),
})

export const structuresPropagateSchema = z.strictObject({
  patientId: id,
  sourceTimePointId: id,
  targetTimePointId: id,
  /** Of the source; null: the set in use. */
  setId: id.nullable(),
  /** null: all of the set. */
  structureIds: z.array(id).min(1).max(500).nullable(),
  /** An accepted one between the two; null: the newest deformable one, else the shortest chain of linear ones. */
  registrationId: id.nullable().default(null),
  /** Each of these is registered once more, rigidly, in a box around it; linear registrations only. */
  refine: z
    .strictObject({
      structureIds: z.array(id).min(1).max(500),
      marginMm: z.number().min(0).max(200),
      image: z.enum(['ct', 'emission']),
    })
    .nullable(),
  label: name.nullable(),
})

/** What came of a structure that was carried over. */
export const propagatedStructureSchema = z.strictObject({
  structureId: id,
  name: z.string(),
  volumeBeforeMl: z.number(),
  volumeAfterMl: z.number(),
  /** How far its centre was moved by its own registration; null where it had none. */
  refinedByMm: z.number().nullable(),
  remarks: z.array(z.string()),
})

export const structureRequests = {
  /** The sets that a time point could be measured with. */
  'structures.sets': { ask: z.strictObject(timePoint), answer: z.array(structureSetViewSchema) },
  /** Masks of the set in use, or of the one named. */
  'structures.list': {
    ask: z.strictObject({ ...timePoint, setId: id.optional() }),
    answer: z.array(maskRefSchema),
  },
  /** Stores a new set; nothing is overwritten. */
  'structures.save': { ask: structuresSaveSchema, answer: z.strictObject({ setId: id }) },
  /** Carries structures to another time point or cycle, as a new set to review (job result `propagation`). */
  'structures.propagate': { ask: structuresPropagateSchema, answer: z.strictObject({ jobId: id }) },
  /** null: by the protocol's rule again. */
  'structures.use': {
    ask: z.strictObject({ ...timePoint, setId: id.nullable() }),
    answer: z.array(structureSetViewSchema),
  },
} as const

export type MaskRef = z.infer<typeof maskRefSchema>
export type StructureMethod = z.infer<typeof structureMethodSchema>
export type StructureMethodKind = z.infer<typeof structureMethodKindSchema>
export type StructureReview = z.infer<typeof structureReviewSchema>
export type StructureSetView = z.infer<typeof structureSetViewSchema>
export type StructuresSave = z.output<typeof structuresSaveSchema>
export type StructuresPropagate = z.output<typeof structuresPropagateSchema>
export type PropagatedStructure = z.infer<typeof propagatedStructureSchema>
export type StructureToSave = z.output<typeof structureToSaveSchema>
export type UploadedMask = z.infer<typeof uploadedMaskSchema>
