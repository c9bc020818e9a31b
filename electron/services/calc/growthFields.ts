/** Growth laws as calculations take them: built in, or a formula of one’s own. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import type { GrowthLaw } from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds, SECONDS_PER_HOUR } from '../../../native-core/units/index.ts'
import { formulaDraftSchema } from '../../contracts/biologyFormulas.ts'
import { checkFormula, formulaGrowth } from '../biology/index.ts'
import { positiveQuantity } from './fields.ts'

export const growthField = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exponential'), doublingTimeH: positiveQuantity('h', 'Doubling time') }),
  z.strictObject({
    kind: z.literal('gompertz'),
    ratePerH: positiveQuantity('1/h', 'a of a·ln(K/V)'),
    capacityMl: positiveQuantity('mL', 'K'),
  }),
  z.strictObject({
    kind: z.literal('logistic'),
    ratePerH: positiveQuantity('1/h', 'r of r·(1 − V/K)'),
    capacityMl: positiveQuantity('mL', 'K'),
  }),
  z.strictObject({
    kind: z.literal('formula'),
    formula: formulaDraftSchema.meta({ description: 'Formula of kind "growth": a rate as a function of V in mL' }),
  }),
])

/** A tumour above the capacity of its law: the law would let it shrink by itself. @throws InputError `biology.growth` */
export function checkCapacity(
  { kind, capacityMl }: { readonly kind: string; readonly capacityMl?: number },
  volumeMl: number,
): void {
  if (capacityMl === undefined || volumeMl <= capacityMl) return
  throw new InputError(
    'biology.growth',
    `The tumour has ${volumeMl} mL, more than the capacity of its ${kind} growth, ${capacityMl} mL.`,
    'Give a capacity (capacityMl) above the volume, or exponential growth.',
  )
}

/** @throws InputError those of `checkFormula` and `formulaGrowth` */
export function growthOf(given: z.output<typeof growthField>): GrowthLaw {
  switch (given.kind) {
    case 'exponential':
      return { kind: 'exponential', doublingTimeS: hoursToSeconds(given.doublingTimeH) }
    case 'formula':
      checkFormula(given.formula)
      return formulaGrowth(given.formula)
    default:
      return { kind: given.kind, ratePerS: given.ratePerH / SECONDS_PER_HOUR, capacity: given.capacityMl }
  }
}
