/**
 * Populations of curves. `estimateIndividual` is the curve of one patient from few points and a prior, `individualCurve` its band,
 * `posteriorSamples` and `posteriorTia` its posterior, `cyclePrior` and `updatePatient` carry it from cycle to cycle. `fitPopulation` makes the prior from the
 * curves of many patients, `selectPopulationCurve` chooses among several curves that were fitted to the same patients;
 * `rescaledPrior` brings a prior of shares to the activity of one patient.
 */
export { estimateIndividual, individualCurve, naturalValue } from './individual.ts'
export { posteriorSamples, posteriorTia } from './samples.ts'
export type { PosteriorSamples, PosteriorTia } from './samples.ts'
export { cyclePrior, updatePatient } from './cycles.ts'
export { fitPopulation } from './fitPopulation.ts'
export { checkPrior } from './checkCurve.ts'
export { rescaledPrior, sizeParameter } from './rescale.ts'
export type { PriorWithResidual } from './rescale.ts'
export { selectPopulationCurve } from './selection.ts'
export type { CurveSelection, CurveCandidate } from './selection.ts'
export { INDIVIDUAL_VERSION, POPULATION_VERSION } from './defaults.ts'
export type * from './types.ts'
