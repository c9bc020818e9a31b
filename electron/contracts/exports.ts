/** What the window asks to have written as files. Main asks the person for a folder; the window cannot name one. */
import { z } from './schema.ts'

const id = z.string().min(1).max(200)

/** seg-…: DICOM SEG with parts of voxels, or with voxels at least half of which lie inside; masks: a NIfTI file of each structure. */
export const structureFormSchema = z.enum(['seg-fractional', 'seg-binary', 'rtstruct', 'masks'])

export const exportAskSchema = z.discriminatedUnion('kind', [
  /** RT Dose (dose only) and NIfTI. */
  z.strictObject({ kind: z.literal('dose'), patientId: id, doseId: id }),
  /** BED and EQD2 of a dose as RT Dose (DoseType EFFECTIVE) and NIfTI, its G as NIfTI. */
  z.strictObject({ kind: z.literal('bed-map'), patientId: id, doseId: id }),
  z.strictObject({ kind: z.literal('bed-sum'), patientId: id, doseId: id }),
  /** A stored set, on the voxels of one of the time point's images. */
  z.strictObject({
    kind: z.literal('structures'),
    patientId: id,
    timePointId: id,
    setId: id,
    image: z.enum(['ct', 'emission']),
    forms: z.array(structureFormSchema).min(1).max(4),
  }),
  /** DICOM REG, and Deformable REG where it deforms. */
  z.strictObject({ kind: z.literal('registration'), patientId: id, registrationId: id }),
  /** The emission image in Bq/mL at the start of its acquisition, as parametric map. */
  z.strictObject({ kind: z.literal('activity'), patientId: id, timePointId: id }),
  /** The document of a population of curves, for another site (`populationDocumentSchema`). */
  z.strictObject({ kind: z.literal('population'), populationId: id }),
])

export const exportedSchema = z.strictObject({
  /** Empty where the person chose no folder. */
  savedTo: z.array(z.string()),
  /** Of what the files do not hold, and what a reader has to know. */
  remarks: z.array(z.string()),
})

export type ExportAsk = z.infer<typeof exportAskSchema>
export type StructureForm = z.infer<typeof structureFormSchema>
export type Exported = z.infer<typeof exportedSchema>
