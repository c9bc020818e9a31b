/** The words of the domain that every side shares. Units are part of the names; see native-core/README.md. */
import { z } from './schema.ts'

export const vec3Schema = z.tuple([z.number(), z.number(), z.number()])

export const imageGridSchema = z.strictObject({
  dimensions: vec3Schema,
  spacingMm: vec3Schema,
  originMm: vec3Schema,
  direction: z.tuple([
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
  ]),
})

/**
 * A moment as a file states it: local date and time (ISO 8601 without zone) and, where the file says it, the offset from UTC.
 * Two instants are subtracted in UTC where both know their offset, else as local times of one place.
 */
export const instantSchema = z.strictObject({
  local: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?$/),
  utcOffsetMin: z.number().nullable(),
})

export const patientIdentitySchema = z.strictObject({
  /** PatientID and issuer; unique for a patient in a store. */
  key: z.string(),
  mrn: z.string(),
  issuer: z.string(),
  /** As to show on screen: "Family, Given", ideographic form behind it where there is one. */
  name: z.string(),
  /** The DICOM PN as in the file, decoded to Unicode. */
  dicomName: z.string(),
  birthDate: z.string().nullable(),
  sex: z.enum(['M', 'F', 'O']).nullable(),
  weightKg: z.number().nullable(),
  heightM: z.number().nullable(),
})

export const imageQuantitySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('HU') }),
  z.strictObject({
    kind: z.literal('activity-concentration'),
    unit: z.literal('Bq/mL'),
    /** How the file gives the unit: real-world value mapping, rescale with stated units, PT Units BQML, or as a map made of an image. */
    origin: z.enum(['real-world-value-mapping', 'rescale-units', 'pt-units', 'parametric-map']),
    /** What was done to bring the voxels to the activity at acquisition start: factor applied to the stored values, and why. */
    decayCorrectionInFile: z.enum(['START', 'ADMIN', 'NONE', 'UNKNOWN']),
    factorToAcquisitionStart: z.number(),
  }),
  z.strictObject({
    kind: z.literal('counts'),
    /** Time over which the counts of the whole volume were collected; null if the file does not say. */
    acquisitionDurationS: z.number().nullable(),
  }),
  z.strictObject({ kind: z.literal('absorbed-dose'), unit: z.literal('Gy') }),
  z.strictObject({ kind: z.literal('arbitrary'), unit: z.string() }),
])

export const radiopharmaceuticalSchema = z.strictObject({
  /** Free text or coded meaning, e.g. "Lutetium-177 DOTATATE"; '' if the file has none. */
  agent: z.string(),
  /** "Lu-177"; null if the file does not say or it cannot be recognised. */
  nuclide: z.string().nullable(),
  halfLifeS: z.number().nullable(),
  administeredActivityBq: z.number().nullable(),
  administrationStart: instantSchema.nullable(),
  administrationStop: instantSchema.nullable(),
})

/** The camera or scanner as the files of an emission image name it, '' where they don't. Its maker stands beside it, with the series. */
export const imageCameraSchema = z.strictObject({
  /** Manufacturer's Model Name (0008,1090). */
  model: z.string().max(500),
  /** Station Name (0008,1010). */
  stationName: z.string().max(500),
  /** Device Serial Number (0018,1000). */
  serialNumber: z.string().max(500),
  /** Collimator/Grid Name (0018,1180) of the detectors, with " / " between different ones. */
  collimatorName: z.string().max(500),
  /** Collimator Type (0018,1181), likewise: PARA, FANB, PINH … */
  collimatorType: z.string().max(500),
})

export type Instant = z.infer<typeof instantSchema>
export type PatientIdentity = z.infer<typeof patientIdentitySchema>
export type ImageQuantity = z.infer<typeof imageQuantitySchema>
export type ImageCamera = z.infer<typeof imageCameraSchema>
export type Radiopharmaceutical = z.infer<typeof radiopharmaceuticalSchema>
