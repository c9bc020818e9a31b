/** The theranostic pair of a patient: `predictPair`. */
export { PAIR_VERSION, predictPair } from './predict.ts'
export type { PairSides } from './predict.ts'
