/** Formulas that a person writes: `formulaCurve` makes a function of time a curve that can be fitted; the rest reads, checks and runs others. */
export { formulaCurve } from './curve.ts'
export type { Formula, FormulaParameter } from './curve.ts'
export { dimensionOf, dimensionWords, parseUnit, sameDimension } from './dimensions.ts'
export type { Dimension, Unit } from './dimensions.ts'
export { compileFormula } from './evaluate.ts'
export type { Compiled } from './evaluate.ts'
export { FUNCTIONS, parseFormula, placeOf, symbolsOf, withLog } from './parse.ts'
