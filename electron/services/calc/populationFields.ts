/** Fields that the calculations on populations share. */
import { z } from 'zod'
import { nonNegativeQuantity, positiveQuantity } from './fields.ts'

export const GRAMS_PER_KG = 1000

export const measured = z.strictObject({
  timeH: nonNegativeQuantity('h', 'Time after the start of administration'),
  activityMbq: nonNegativeQuantity('MBq', 'Activity at that time, not decay-corrected'),
})
export const administeredMbq = positiveQuantity('MBq', 'Activity that was administered')
export const massG = positiveQuantity(
  'g',
  'Mass of the structure; needed with normalisation administered-per-kg',
).optional()
export const covariateValues = z
  .record(z.string(), z.number())
  .optional()
  .meta({ description: 'Values of the covariates by name, in any one unit' })
export const seed = z
  .int()
  .min(0)
  .max(2 ** 31)
  .default(1)
  .meta({ description: 'Of the random numbers: same seed, same answer' })
