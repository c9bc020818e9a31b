/** What the window asks and hears about networks that the site has installed, and structures that they find. */
import { z } from './schema.ts'

const id = z.string().min(1).max(200)
const text = z.string().trim().min(1).max(500)
const direction = z.enum(['L', 'R', 'A', 'P', 'S', 'I'])
const modality = z.enum(['CT', 'PT', 'NM', 'other'])

export const installedNetworkSchema = z.strictObject({
  networkId: id,
  name: z.string(),
  version: z.string(),
  /** Where it comes from, and on what terms. */
  source: z.string(),
  licence: z.string(),
  /** Of the .onnx file. */
  sha256: z.string(),
  /** One for each image that it takes. */
  channels: z.array(z.strictObject({ name: z.string(), modality })),
  structures: z.array(z.strictObject({ name: z.string(), kind: z.enum(['organ', 'lesion', 'other']) })),
  /** Along its tensor axes. */
  spacingMm: z.tuple([z.number(), z.number(), z.number()]),
  /** It was trained with mirror images, which can be averaged. */
  hasMirrors: z.boolean(),
})

/** What the plans.json and dataset.json of nnU-Net leave open. */
export const networkOriginSchema = z.strictObject({
  name: text,
  version: text,
  source: text,
  licence: text,
  /** null: 3d_fullres. */
  configuration: text.nullable().default(null),
  /** Directions in which the indices z, y, x of the training images grow; null: as the plans' reader turns them. */
  axes: z.tuple([direction, direction, direction]).nullable().default(null),
  modality: modality.nullable().default(null),
  mirrorAxes: z.array(z.int().min(0).max(2)).max(3).default([]),
})

export const networkRunSchema = z.strictObject({
  patientId: id,
  timePointId: id,
  networkId: id,
  image: z.enum(['ct', 'emission']),
  /** null: all that it knows. */
  structures: z.array(text).min(1).max(500).nullable().default(null),
  mirrors: z.boolean().default(true),
  label: z.string().trim().max(200).default(''),
})

/** What a run found, told with the job's end; the structures themselves are a set of the time point, to be reviewed. */
export const networkResultSchema = z.strictObject({
  kind: z.literal('network-segmentation'),
  patientId: id,
  timePointId: id,
  setId: id,
  structures: z.array(z.strictObject({ name: z.string(), volumeMl: z.number(), isCut: z.boolean() })),
  /** In words: what computed it. */
  runtime: z.string(),
  remarks: z.array(z.string()),
})

const networkList = z.strictObject({
  networks: z.array(installedNetworkSchema),
  /** Folders of networks that cannot be read. */
  damaged: z.array(z.string()),
})

export const networkRequests = {
  'networks.list': { ask: z.strictObject({}), answer: networkList },
  /** Copies an .onnx file and its description into the store, after a check of its hash and shapes. `origin` is for files of nnU-Net. */
  'networks.add': {
    ask: z.strictObject({ path: z.string().min(1).max(4096), origin: networkOriginSchema.nullable().default(null) }),
    answer: z.strictObject({ networkId: id, isNew: z.boolean() }),
  },
  'networks.remove': { ask: z.strictObject({ networkId: id }), answer: networkList },
  'networks.run': { ask: networkRunSchema, answer: z.strictObject({ jobId: id }) },
} as const

export type InstalledNetworkView = z.infer<typeof installedNetworkSchema>
export type NetworkRunAsk = z.output<typeof networkRunSchema>
export type NetworkOriginAsk = z.output<typeof networkOriginSchema>
