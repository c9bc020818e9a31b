/** Lesions: found as candidates for a person to judge, their burden, and which is which across time. Pure; runs in workers. */
export type * from './types.ts'
export { findLesions } from './findLesions.ts'
export { LESION_DEFAULTS, MATCH_DEFAULTS } from './defaults.ts'
export { tumourBurden, type BurdenLesion, type TumourBurden } from './burden.ts'
export {
  matchLesions,
  type LesionAt,
  type LesionEvent,
  type LesionEventKind,
  type MatchOptions,
} from './matchLesions.ts'
export { identitiesOf, type IdentifiedLesion } from './identities.ts'
