/** Repair of sublethal damage and what it makes of a protracted dose. */
export { monoExponentialG, protraction, repairRates } from './leaCatcheside.ts'
export type { Protraction } from './leaCatcheside.ts'
export type * from './types.ts'
