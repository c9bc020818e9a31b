/** What the window shows of one patient. Voxels are not in here: each volume is fetched as a stream from app://volume/<id>. */
import { z } from './schema.ts'
import { analysisSchema } from './analysis.ts'
import { voxelDoseSummarySchema } from './doseMaps.ts'
import { imageGridSchema, imageQuantitySchema, instantSchema, patientIdentitySchema } from './domain.ts'
import { importProblemSchema } from './problems.ts'
import { protocolSchema } from './protocol.ts'

export const patientSummarySchema = z.strictObject({
  patientId: z.string(),
  identity: patientIdentitySchema,
  agent: z.string(),
  nuclide: z.string(),
  cycles: z.int(),
  timePoints: z.int(),
  lastStudy: z.string().nullable(),
  isDemonstration: z.boolean(),
})

/** A volume of little-endian float32, x fastest, `dimensions` of the grid. */
export const volumeRefSchema = z.strictObject({
  id: z.string(),
  grid: imageGridSchema,
  quantity: imageQuantitySchema,
  description: z.string(),
  modality: z.enum(['CT', 'NM', 'PT', 'MR', 'RTDOSE']),
  minimum: z.number(),
  maximum: z.number(),
  byteLength: z.int(),
})

export const timePointViewSchema = z.strictObject({
  id: z.string(),
  index: z.int(),
  label: z.string(),
  acquisitionStart: instantSchema.nullable(),
  hoursAfterInjection: z.number().nullable(),
  ct: volumeRefSchema.nullable(),
  emission: volumeRefSchema.nullable(),
  /** Row-major 4×4 from this time point's patient coordinates to the reference one's; null where registration is missing. */
  toReference: z.array(z.number()).length(16).nullable(),
  registration: z.string(),
})

export const stepStateSchema = z.enum(['empty', 'ready', 'running', 'done', 'stale', 'problem'])

export const cycleViewSchema = z.strictObject({
  index: z.int(),
  activityBq: z.number().nullable(),
  start: instantSchema.nullable(),
  state: stepStateSchema,
  referenceTimePointId: z.string().nullable(),
  timePoints: z.array(timePointViewSchema),
})

/** An administration of another nuclide than the therapy's, with its scans; its index is −1, −2 … */
export const diagnosticViewSchema = cycleViewSchema.extend({ nuclide: z.string(), agent: z.string() })

export const patientViewSchema = z.strictObject({
  summary: patientSummarySchema,
  cycles: z.array(cycleViewSchema),
  diagnostics: z.array(diagnosticViewSchema),
  problems: z.array(importProblemSchema),
  protocol: protocolSchema,
  analysis: analysisSchema.nullable(),
  /** stale: an input or the protocol changed after the analysis was made. */
  analysisState: stepStateSchema,
  /** What stands between the images and a dose, in words; '' if nothing does. */
  analysisBlockedBy: z.string(),
  /** Voxel doses that were computed, newest first; `dose.result` has their numbers. */
  voxelDoses: z.array(voxelDoseSummarySchema),
  report: z.strictObject({ reportId: z.string(), createdAt: z.string(), stale: z.boolean() }).nullable(),
})

export type PatientSummary = z.infer<typeof patientSummarySchema>
export type PatientView = z.infer<typeof patientViewSchema>
export type CycleView = z.infer<typeof cycleViewSchema>
export type DiagnosticView = z.infer<typeof diagnosticViewSchema>
export type TimePointView = z.infer<typeof timePointViewSchema>
export type VolumeRef = z.infer<typeof volumeRefSchema>
export type StepState = z.infer<typeof stepStateSchema>
