/** What all contracts of biology share: numbers with uncertainties, parameters with their evidence. SI inside (Gy, s). */
import { z } from './schema.ts'

export const biologyNumber = z.number()
export const biologyUncertain = z.strictObject({
  value: biologyNumber,
  standardUncertainty: biologyNumber.nonnegative(),
})

export const evidenceSchema = z.enum(['given', 'verified', 'transcribed', 'designed', 'unverified'])

export const biologyParameterSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  value: biologyNumber,
  unit: z.string(),
  source: z.string(),
  evidence: evidenceSchema,
})
