/**
 * Time–activity curves: `fitTimeActivity` fits and integrates one curve, `fittedCurve` draws it with its band, `activityAt` and
 * `integrateTerms` evaluate a sum of exponentials.
 */
export { fitTimeActivity } from './fit.ts'
export { activityAt, drawingTimes, integrateTerms, fittedCurve } from './curve.ts'
export { DEFAULT_EARLY_PHASE_PRIOR, DEFAULT_ERROR_MODEL, FIT_VERSION } from './defaults.ts'
export { parameterCount, TAC_MODELS } from './models/index.ts'
export type * from './types.ts'
