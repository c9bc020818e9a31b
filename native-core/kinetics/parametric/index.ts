/**
 * Curves as smooth functions of unconstrained parameters: `parametricCurve` makes one of the published and derived sums of exponentials
 * (`EXPONENTIAL_FORMS`), also for infusions and several administrations; `naturalParameters` and `workingParameters` change between p and φ.
 */
export { exponentialCurve } from './exponentials.ts'
export type { CurveContext, ExponentialForm, FormTerm } from './exponentials.ts'
export { functionCurve } from './functionCurve.ts'
export type { FunctionDefinition } from './functionCurve.ts'
export { DEFAULT_CIRCULATION_RATE_PER_S, EXPONENTIAL_FORMS, exponentialForm, parametricCurve } from './library.ts'
export { DEFAULT_LIMITS } from './loss.ts'
export type { Loss } from './loss.ts'
export type { CorrelationBelief, ParameterBelief, ParameterPrior } from './prior.ts'
export { BOLUS, checkAdministration, exponentialResponse, inTimeUnit, isBolus, responseIntegral } from './response.ts'
export type { Administration, AdministrationPart } from './response.ts'
export { naturalOf, naturalParameters, naturalSlope, workingOf, workingParameters } from './scale.ts'
export type * from './types.ts'
