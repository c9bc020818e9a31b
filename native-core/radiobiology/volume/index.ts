/** Uneven dose: distributions and the single doses that stand for them. */
export { distributionOf, mapDoses, meanOf, uniform } from './distribution.ts'
export type { DoseDistribution } from './distribution.ts'
export { eubed, geud } from './equivalentDose.ts'
export { logLognormalSurvival, lognormalEubed } from './heterogeneity.ts'
export { bedOfSpread, relativeSpread } from './spread.ts'
