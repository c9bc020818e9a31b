/** Fields of requests about dynamic PET. Frames and samples are in s, rates of results and options in 1/min, as the field writes them. */
import { z } from 'zod'

export const GRAPHICAL_METHODS = [
  'logan',
  'logan-reference',
  'patlak',
  'patlak-reference',
  'ma1',
  'mrtm1',
  'mrtm2',
] as const
export const TISSUE_MODELS = ['1tcm', '2tcm-irreversible', '2tcm', 'compare', 'srtm', 'srtm2'] as const
export type AnalysisMethod = (typeof GRAPHICAL_METHODS)[number] | (typeof TISSUE_MODELS)[number]

const seconds = (description: string) => z.number().meta({ unit: 's', description })
const concentrations = (description: string) =>
  z
    .array(z.number().meta({ unit: 'Bq/mL' }))
    .min(1)
    .max(10000)
    .meta({ description })

export const framesField = z
  .array(
    z.strictObject({
      startS: seconds('After the start of the administration'),
      durationS: z.number().positive().meta({ unit: 's' }),
    }),
  )
  .min(3)
  .max(1000)

export const decayStateField = z.enum(['frame-average', 'frame-start', 'administration']).meta({
  description:
    'What the values of frames are: the average of the frame as it decayed, at its start, or decay-corrected to the administration',
})

export const curveField = concentrations('Mean of the structure in each frame')

const overTimeField = z.union([
  z.number().nonnegative().meta({ unit: '1' }),
  z.strictObject({
    timesS: z.array(seconds('After the start of the administration')).min(1).max(1000),
    values: z.array(z.number().nonnegative()).min(1).max(1000),
  }),
])

/** What blood is beside whole blood: shared by sampled and image-derived inputs. */
const bloodFields = {
  plasmaToBlood: overTimeField.default(1).meta({
    description:
      'Concentration in plasma over whole blood: a number, or a table of straight lines. 1 is said in a remark',
  }),
  parentFraction: z
    .union([
      overTimeField,
      z.strictObject({
        hill: z.strictObject({
          finalFraction: z.number().min(0).max(1),
          halfTimeS: z.number().positive().meta({ unit: 's' }),
          exponent: z.number().positive(),
        }),
      }),
    ])
    .default(1)
    .meta({
      description:
        'Unchanged agent over all activity in plasma: a number, a table, or 1 − (1 − f)·tⁿ/(tⁿ + t½ⁿ). 1 is said in a remark',
    }),
}

const samplesField = z.strictObject({
  timesS: z.array(seconds('After the start of the administration')).min(2).max(10000),
  concentrationBqPerMl: concentrations('At each time'),
})

const sampledInput = z.strictObject({
  kind: z.literal('samples'),
  decayCorrectedTo: z
    .enum(['administration', 'sampling'])
    .meta({ description: 'Whether samples are decay-corrected to the administration or are as they were when taken' }),
  wholeBlood: samplesField,
  plasma: samplesField.optional().meta({ description: 'Where plasma was counted; plasmaToBlood is then not used' }),
  ...bloodFields,
  form: z.enum(['linear', 'monotone', 'bolus-model']).default('linear').meta({
    description: 'Straight lines, monotone cubics, or the fitted three-exponential bolus model of Feng',
  }),
  exponentialOfLast: z.int().min(2).max(100).optional().meta({
    description:
      'Number of last samples whose exponential goes on after them; without it an input that ends early is refused',
  }),
  dispersionS: z
    .number()
    .nonnegative()
    .default(0)
    .meta({ unit: 's', description: 'Time constant of the sampling line, undone by g + τ·dg/dt' }),
})

const exponentialInput = z.strictObject({
  kind: z.literal('exponentials'),
  startS: seconds('Arrival of the bolus').default(0),
  terms: z
    .array(
      z.strictObject({
        ratePerMin: z.number().nonnegative().meta({ unit: '1/min' }),
        amplitudeBqPerMl: z.number().meta({ unit: 'Bq/mL' }),
        slopeBqPerMlMin: z.number().default(0).meta({ unit: 'Bq/(mL·min)', description: 'Factor of t·e^(−rate·t)' }),
      }),
    )
    .min(1)
    .max(20)
    .meta({ description: 'Unchanged agent in plasma, decay-corrected: Σ (amplitude + slope·t)·e^(−rate·t)' }),
  bloodToPlasma: z
    .number()
    .nonnegative()
    .default(1)
    .meta({ unit: '1', description: 'Whole blood over unchanged agent in plasma, for the blood in the structure' }),
})

const frameForm = z.enum(['mean-preserving', 'mid-frame', 'bolus-model']).default('mean-preserving').meta({
  description: 'Curve whose averages are those of the frames, straight lines between mid-frames, or the bolus model',
})

const frameInput = z.strictObject({
  kind: z.literal('frames'),
  wholeBloodBqPerMl: concentrations('Mean of a blood pool in each frame, in the decay state of the curve'),
  ...bloodFields,
  form: frameForm,
})

export const structureInputField = z.strictObject({
  kind: z.literal('structure'),
  structure: z.string().min(1).max(200).meta({ description: 'Structure in the blood pool' }),
  ...bloodFields,
  form: frameForm,
})

export const inputField = z.discriminatedUnion('kind', [sampledInput, exponentialInput, frameInput])
/** As the command line takes it: also a structure of the scan. */
export const scanInputField = z.discriminatedUnion('kind', [sampledInput, exponentialInput, structureInputField])

export type InputField = z.output<typeof inputField>
export type ScanInputField = z.output<typeof scanInputField>

export const optionFields = {
  tStarS: seconds('From when the plot is straight (mid-frame); without it the rule of largestDeviation').optional(),
  largestDeviation: z.number().positive().max(1).default(0.1).meta({
    unit: '1',
    description: 't* is the earliest frame from which no point deviates from the line by more than this share of it',
  }),
  k2ReferencePerMin: z
    .number()
    .positive()
    .optional()
    .meta({ unit: '1/min', description: 'k2′ of the reference region: logan-reference, mrtm2, srtm2' }),
  weighting: z.enum(['counts', 'uniform']).default('counts'),
  sigmaBqPerMl: z
    .array(z.number().positive().meta({ unit: 'Bq/mL' }))
    .max(1000)
    .optional()
    .meta({ description: 'Standard deviation of each frame, instead of a weighting' }),
  bloodFraction: z.number().min(0).max(0.99).optional().meta({
    unit: '1',
    description:
      'Share of the structure that is blood, V_b: held in compartment models, which fit it where it is not given; subtracted before logan, patlak and ma1',
  }),
  delayS: seconds('When the input arrives after its own times').default(0),
  fitDelayWithinS: z
    .number()
    .positive()
    .max(300)
    .optional()
    .meta({ unit: 's', description: 'Fits the delay within ± this, instead of delayS' }),
  agent: z.string().max(200).optional().meta({ description: 'For remarks on agents that cells take in' }),
}

export const optionsSchema = z.strictObject(optionFields)
export type AnalysisOptions = z.output<typeof optionsSchema>
