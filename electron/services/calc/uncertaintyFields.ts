/** Schemas of the uncertainty chain as scripts give and get it. */
import { z } from 'zod'
import { improvementSchema, uncertaintyBudgetSchema } from '../../contracts/uncertainty.ts'
import { nonNegativeQuantity, nuclideName, positiveQuantity, quantity } from './fields.ts'

const relative = (of: string) => nonNegativeQuantity('1', `Relative standard uncertainty (k = 1) of ${of}`).max(3)

/** Equal sources are one quantity with one error, also in other structures. */
const factor = (of: string, source: string) =>
  z.strictObject({
    relative: relative(of),
    source: z
      .string()
      .min(1)
      .max(200)
      .default(source)
      .meta({ description: 'Name of the quantity: equal names are one error in all structures' }),
  })

const point = z.strictObject({
  timeH: quantity('h', 'Time after the start of administration'),
  activityMbq: positiveQuantity('MBq', 'Activity at that time, not decay-corrected'),
  counts: positiveQuantity('1', 'Counts in the outline, for their noise').optional(),
  noiseFactor: nonNegativeQuantity('1', 'Variance of the counts over Poisson’s').default(1),
  registration: z
    .strictObject({
      displacementMm: nonNegativeQuantity('mm', 'One standard deviation of the displacement along each axis'),
      resolutionFwhmMm: nonNegativeQuantity('mm', 'Resolution of the image'),
      backgroundRatio: nonNegativeQuantity('1', 'Concentration around the structure over that inside').default(0),
    })
    .optional(),
  otherRelative: relative('what else is random in the point').default(0),
})

const recovery = z.union([
  factor('the recovery coefficient at known volume', 'recovery').extend({
    volumeSlope: quantity('1', 'd ln R / d ln V at this volume').default(0),
  }),
  z.strictObject({
    curve: z.strictObject({
      form: z.enum(['gear', 'hyperbolic', 'gaussian-sphere']),
      parameters: z.array(z.number().positive()).min(1).max(2),
      covariance: z.array(z.array(z.number())).min(1).max(2),
      volumeRangeMl: z.tuple([positiveQuantity('mL', 'Smallest volume measured'), positiveQuantity('mL', 'Largest')]),
    }),
    source: z.string().min(1).max(200).default('recovery curve'),
  }),
])

export const structureInput = z.strictObject({
  label: z.string().min(1).max(200).meta({ description: 'Name of the structure; each once' }),
  calibration: factor('the calibration factor', 'calibration').optional(),
  recovery: recovery.optional(),
  volumeMl: positiveQuantity('mL', 'Volume of the outline'),
  volumeRelative: relative('the volume; this or outline').optional(),
  outline: z
    .strictObject({
      voxelMm: nonNegativeQuantity('mm', 'Width of the voxels it is drawn on'),
      resolutionFwhmMm: nonNegativeQuantity('mm', 'Resolution of the image it is drawn on').default(0),
    })
    .optional()
    .meta({ description: 'What the outline is drawn on, for the uncertainty of its volume' }),
  countsVolumeSlope: quantity('1', 'd ln C / d ln V of the counts in the outline; this or sphere').optional(),
  sphere: z
    .strictObject({
      resolutionFwhmMm: positiveQuantity('mm', 'Resolution of the emission image'),
      recovery: positiveQuantity('1', 'Recovery coefficient'),
    })
    .optional()
    .meta({ description: 'Gives countsVolumeSlope, for a sphere of that volume in a cold background' }),
  density: factor('the density', 'density').optional(),
  sValue: factor('the S value at known mass', 'S value').optional(),
  massExponent: quantity('1', 'k of S ∝ m^−k').default(1),
  energyPerDecay: factor('the energy per decay', 'energy per decay').optional(),
  administered: factor('the administered activity', 'activity meter').optional(),
  tiaRelative: relative('the TIA from random parts; this or points').optional(),
  points: z.array(point).min(1).max(200).optional(),
  nuclide: nuclideName.optional(),
  physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
  doseGy: positiveQuantity('Gy', 'The dose, for uncertainties in Gy').optional(),
  model: z.string().max(60).default('auto').meta({ description: 'As in fit-tac' }),
})

const sampled = z.strictObject({
  relative: quantity('1', 'Standard deviation over the mean'),
  meanOverEstimate: quantity('1', 'Mean over the best estimate'),
  skewness: z.number(),
  interval95: z.tuple([z.number(), z.number()]).meta({ description: 'Over the best estimate' }),
  accuracy: quantity('1', 'Relative standard error of the standard deviation'),
})

export const monteCarloOutput = z.strictObject({
  curve: z.enum(['refit', 'linearised', 'given']),
  seed: z.int(),
  samples: z.int(),
  failed: z.int().meta({ description: 'Draws whose points could not be fitted' }),
  tia: sampled,
  dose: sampled,
  dosePerActivity: sampled,
  doseRatio: quantity('1', 'u(dose) by Monte Carlo over that by the law of propagation').nullable(),
})

export const budgetOutput = uncertaintyBudgetSchema.omit({ improvements: true }).extend({
  improvements: z.array(
    improvementSchema.omit({ timeS: true }).extend({ timeH: quantity('h', 'Of a scan').nullable() }),
  ),
  absoluteGy: z
    .strictObject({
      dose: quantity('Gy', 'Standard uncertainty of the dose'),
      byTerm: z.record(z.string(), quantity('Gy', 'That this term alone gives')),
    })
    .nullable()
    .meta({ description: 'null without doseGy' }),
  monteCarlo: monteCarloOutput.nullable(),
})
