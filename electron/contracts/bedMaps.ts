/**
 * Maps of biologically effective dose (BED) of a stored voxel dose: what is asked for, and what follows. `…Gy` is Gy of BED where no dose is named; the maps are
 * volumes, see `doseVolumeSchema`.
 */
import { biologyNumber as finite, biologyParameterSchema, evidenceSchema } from './biologyCommon.ts'
import { doseVolumeSchema, voxelDoseStructureSchema } from './doseMaps.ts'
import { z } from './schema.ts'

const key = z.string().min(1).max(200)

/** `voxel`: the curve of each voxel, where the dose has them, else as `structure`: each voxel has the time course of its structure. */
export const bedCurvesSchema = z.enum(['voxel', 'structure'])

/** Parameters that a person gives for voxels in no structure with parameters of its own. */
export const bedElsewhereSchema = z.strictObject({
  alphaBetaGy: z.number().positive().max(1000),
  repairHalfTimeH: z.number().positive().max(10000),
})

export const bedMapAskSchema = z.strictObject({
  patientId: key,
  doseId: key,
  curves: bedCurvesSchema.default('voxel'),
  /** null: voxels of tissue that nothing is known of get no BED. */
  elsewhere: bedElsewhereSchema.nullable().default(null),
})

/** What a structure is believed to answer with: the settings of the Biology step that are kept, else the defaults. */
export const bedTissueSchema = z.strictObject({
  structure: z.string(),
  kind: z.enum(['organ', 'lesion', 'other']),
  /** The named set of sensitivities; null where there is none. */
  set: z.strictObject({ id: z.string(), title: z.string() }).nullable(),
  parameters: z.array(biologyParameterSchema),
  evidence: evidenceSchema,
  /** Lea–Catcheside factor of the structure's own curve in this cycle; null without a curve or half-time. */
  g: finite.min(0).max(1).nullable(),
  /** Why the structure has no BED of its own parameters, for a person; '' if it has. */
  problem: z.string(),
})

export const bedStructureSchema = voxelDoseStructureSchema.omit({ massKg: true, statisticalSdGy: true }).extend({
  /** Mean absorbed dose, as the mean BED over the voxels by the part (volume) of each inside. */
  meanDoseGy: finite,
  meanEqd2Gy: finite,
  /** The even BED with the same survival of cells; null where α is not known. */
  eubedGy: finite.nullable(),
})

export const bedMapSchema = z.strictObject({
  bedId: z.string(),
  doseId: z.string(),
  cycle: z.int().positive(),
  version: z.string(),
  createdAt: z.string(),
  /** The dose is no longer the present one, or the parameters of a structure are others now; `staleBecause` says which. */
  stale: z.boolean(),
  staleBecause: z.string(),
  /** What was used. */
  curves: bedCurvesSchema,
  elsewhere: bedElsewhereSchema.nullable(),
  tissues: z.array(bedTissueSchema),
  bed: doseVolumeSchema,
  eqd2: doseVolumeSchema,
  g: doseVolumeSchema,
  /** All; those with a BED; of these those by a curve of their own; those with a dose and without parameters, which hold 0. */
  voxels: z.strictObject({ all: z.int(), withBed: z.int(), ownCurve: z.int(), unknown: z.int() }),
  /** All cells of a structure by its own parameters. `meanStandardUncertaintyGy` and bands are those of the absorbed dose; parameters count as exact. */
  structures: z.array(bedStructureSchema),
  remarks: z.array(z.string()),
})

const ofDose = z.strictObject({ patientId: key, doseId: key })

export const bedMapRequests = {
  /** What structures of a dose would be judged by. */
  'bedMap.tissues': { ask: ofDose, answer: z.array(bedTissueSchema) },
  /** Computes the maps of a dose as a job (`bed-map`). */
  'bedMap.compute': { ask: bedMapAskSchema, answer: z.strictObject({ jobId: key }) },
  /** The latest maps of a dose; null where there are none. */
  'bedMap.result': { ask: ofDose, answer: bedMapSchema.nullable() },
} as const

export type BedMapAsk = z.infer<typeof bedMapAskSchema>
export type BedElsewhere = z.infer<typeof bedElsewhereSchema>
export type BedTissue = z.infer<typeof bedTissueSchema>
export type BedStructure = z.infer<typeof bedStructureSchema>
export type BedMapResult = z.infer<typeof bedMapSchema>
