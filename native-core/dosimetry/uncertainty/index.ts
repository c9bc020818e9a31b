/**
 * The uncertainty chain from counts to dose: `uncertaintyBudget` by the law of propagation, `monteCarloBudget` by sampling the chain itself,
 * `budgetCovariance`, `uncertaintyOfSum`, `uncertaintyOfRatio` between structures and cycles, `improvements` for what would reduce it,
 * `recomputeBudget` for other inputs at once. `propagate` and `sampleModel` do the same for any model.
 */
export { budgetWithCurve, termName, UNCERTAINTY_VERSION, uncertaintyBudget } from './budget.ts'
export type { BudgetWithCurve } from './budget.ts'
export type { CurveSensitivity, PointSensitivity } from './curveSensitivity.ts'
export { doseUncertainty } from './doseUncertainty.ts'
export { countsUncertainty, countsVolumeSlopeOfSphere, edgeVolumeUncertainty } from './edge.ts'
export { budgetCorrelation, budgetCovariance, loadingsOfSum, uncertaintyOfRatio, uncertaintyOfSum } from './between.ts'
export type { WeightedBudget } from './between.ts'
export { improvements } from './improvements.ts'
export type { Improvement } from './improvements.ts'
export { recomputeBudget } from './live.ts'
export type { TermScales } from './live.ts'
export { monteCarloBudget } from './monteCarloBudget.ts'
export type { MonteCarloBudget, MonteCarloOptions } from './monteCarloBudget.ts'
export { propagate } from './propagate.ts'
export type { Propagated } from './propagate.ts'
export { registrationUncertainty } from './registration.ts'
export type { RegistrationEffect, RegistrationRequest } from './registration.ts'
export { sampleModel } from './sampleModel.ts'
export type { SampledModel, SampledOutput, SampledOutputs, SamplingOptions } from './sampleModel.ts'
export { tiaShare } from './tiaShare.ts'
export type * from './types.ts'
