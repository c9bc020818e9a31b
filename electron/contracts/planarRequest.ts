/** The request of planar images: which files, what the camera is, and the regions. The command line takes it as JSON; the window draws it. */
import { z } from './schema.ts'

/** A number, or one with its standard uncertainty (k = 1) in the same unit. */
export const measured = (unit: string, description: string) =>
  z
    .union([
      z.number().meta({ unit }),
      z.strictObject({
        value: z.number().meta({ unit }),
        standardUncertainty: z.number().nonnegative().default(0).meta({ unit }),
      }),
    ])
    .meta({ unit, description: `${description}; a number, or { value, standardUncertainty }` })

export type MeasuredField = z.output<ReturnType<typeof measured>>

const pointMm = z.tuple([z.number(), z.number()])
const edgesMm = z.tuple([z.number(), z.number(), z.number(), z.number()])

/** A region on a planar frame, in mm from the centre of the first pixel: a polygon, or a rectangle or ellipse by its edges [x0, y0, x1, y1]. */
export const regionShape = {
  polygonMm: z.array(pointMm).min(3).max(10000).optional(),
  rectangleMm: edgesMm.optional(),
  ellipseMm: edgesMm.optional(),
}

/** A time–activity model of the fit, or the automatic choice. */
export const modelField = z
  .enum(['auto', 'mono-exponential', 'uptake-washout', 'bi-exponential', 'tri-exponential'])
  .meta({ description: 'Model of the time–activity curve' })

const attenuation = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('thickness'),
    muPerCm: measured('1/cm', 'Effective attenuation coefficient; broad-beam without a scatter correction'),
    bodyThicknessMm: measured('mm', 'Thickness of the body along the view'),
  }),
  z.strictObject({
    kind: z.literal('transmission'),
    openCounts: measured('1', 'Counts of the region without the patient'),
    openDurationS: z.number().positive(),
    attenuatedCounts: measured('1', 'Counts of the region through the patient'),
    attenuatedDurationS: z.number().positive(),
    sourceDecayFactor: z.number().positive().default(1),
    muRatio: z
      .number()
      .positive()
      .default(1)
      .meta({ description: 'μ at the emission energy over μ at that of the flood source' }),
  }),
  z.strictObject({
    kind: z.literal('ct'),
    firstPixelMm: z.tuple([z.number(), z.number()]).meta({
      unit: 'mm',
      description:
        "The patient's x and z (LPS) of the centre of the first pixel of the anterior view, where no scan is shifted",
    }),
    ctEnergyKev: z.number().positive().optional(),
    relativeUncertainty: z
      .number()
      .nonnegative()
      .default(0)
      .meta({ description: 'Of the line integral of μ: relation of CT number and μ, table, breathing' }),
  }),
])

const background = z.strictObject({
  ...regionShape,
  method: z.enum(['full', 'thickness', 'attenuated']),
  sourceThicknessMm: measured('mm', 'Thickness of the source').optional(),
  bodyThicknessMm: measured('mm', 'Thickness of the body').optional(),
  depthMm: measured('mm', 'From the anterior surface of the body to the front of the source').optional(),
  muPerCm: z.number().nonnegative().optional(),
})

const overlap = z.strictObject({
  free: z.strictObject(regionShape).meta({ description: 'The part of the region that nothing overlaps' }),
  share: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('area'), relativeUncertainty: z.number().nonnegative() }),
    z.strictObject({
      kind: z.literal('thickness'),
      freeVolumeMl: measured('mL', 'Volume of the free part, on CT'),
      wholeVolumeMl: measured('mL', 'Volume of the organ'),
    }),
    z.strictObject({
      kind: z.literal('contralateral'),
      part: z.strictObject(regionShape).meta({ description: 'The same part of the other organ of the pair' }),
      whole: z.strictObject(regionShape).meta({ description: 'The other organ' }),
    }),
  ]),
})

const region = z.strictObject({
  name: z.string().min(1).max(100),
  ...regionShape,
  attenuation: attenuation.optional(),
  sourceThicknessMm: measured('mm', 'Thickness of the source, for its self-attenuation').optional(),
  sourceMuPerCm: measured('1/cm', 'Attenuation coefficient of the source').optional(),
  background: background.optional(),
  overlap: overlap.optional(),
})

export const planarRequestSchema = z.strictObject({
  nuclide: z.string().min(1).max(20),
  peakKev: z.number().positive().meta({ unit: 'keV', description: 'Energy of the photopeak: its window holds it' }),
  scatter: z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('none') }),
      z.strictObject({ method: z.literal('triple'), interpolation: z.enum(['ogawa', 'linear']).default('ogawa') }),
      z.strictObject({
        method: z.literal('dual'),
        ratio: measured('1', 'Scatter in the peak window over counts in the window below'),
      }),
    ])
    .default({ method: 'none' }),
  sensitivityCpsPerMbq: measured('counts/(s·MBq)', 'Of a source in air, for this collimator and window'),
  posteriorMirrored: z
    .boolean()
    .default(true)
    .meta({ description: 'The posterior view is as seen from behind; regions are drawn on the anterior one' }),
  alignReachPixels: z.int().min(0).max(50).default(0).meta({ description: '0: the two views lie on one another' }),
  fieldOfViewLengthMm: z
    .number()
    .positive()
    .optional()
    .meta({ unit: 'mm', description: 'Of the detector along the sweep: a point is in view so long over the speed' }),
  attenuation: attenuation.optional().meta({ description: 'Of all regions that have none of their own' }),
  regions: z.array(region).max(200).default([]),
  wholeBody: z
    .strictObject({
      administeredActivityMbq: measured('MBq', 'Net administered activity'),
      background: z.strictObject(regionShape).optional().meta({ description: 'Beside the patient' }),
    })
    .optional()
    .meta({ description: 'Whole-body activity relative to the first scan, before the first void' }),
  scans: z
    .array(
      z.strictObject({
        timeH: z
          .number()
          .nonnegative()
          .meta({ unit: 'h', description: 'Start, after the start of the administration' }),
        images: z
          .string()
          .min(1)
          .meta({ description: 'Folder, file or zip with the anterior and posterior images of this time' }),
        anteriorDetector: z.int().positive().optional().meta({ description: 'Where the files do not name the views' }),
        shiftMm: pointMm.optional().meta({
          unit: 'mm',
          description: 'By which all regions are moved on this scan, along a row and down: the patient lay elsewhere',
        }),
        posteriorShiftMm: pointMm.optional().meta({
          unit: 'mm',
          description:
            'By which they are moved further on its mirrored posterior view, in the place of alignReachPixels',
        }),
      }),
    )
    .min(1)
    .max(50),
  fit: modelField.optional(),
})

export type PlanarRequest = z.output<typeof planarRequestSchema>
/** As it is written: what has a default may be left out. */
export type PlanarRequestInput = z.input<typeof planarRequestSchema>
export type PlanarRegion = PlanarRequest['regions'][number]
export type PlanarAttenuation = z.output<typeof attenuation>
