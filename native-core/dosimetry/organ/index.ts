/**
 * Organ-level dosimetry (MIRD schema): `parseOrganPhantom` reads a phantom, `organSValue` and `organSValues` give S values of any nuclide with
 * its chain, `remainderSValue` those of the remainder of the body, `bloodBasedMarrowDose` and `imageBasedMarrowDose` the red marrow. The
 * engine `organ-mird` is in `../engines/organMird.ts`.
 */
export { ALPHA_WALL_FACTOR, chargedSaf, SLOW_BETA_MEV } from './charged.ts'
export { absorbedFromLines, absorbedFromSpectrum, safOfEnergy } from './interpolate.ts'
export type { SafOfEnergy } from './interpolate.ts'
export {
  BLOOD_DENSITY_G_PER_ML,
  bloodBasedMarrowDose,
  imageBasedMarrowDose,
  LUMBAR_2_TO_4_MARROW_FRACTION,
  marrowToBloodRatio,
  RED_MARROW_DENSITY_G_PER_ML,
  RED_MARROW_FLUID_FRACTION,
} from './marrow.ts'
export type { MarrowContribution, MarrowCrossSource, MarrowDose, MarrowToBlood } from './marrow.ts'
export { parseMarrowFractions } from './marrowFractions.ts'
export type { MarrowFractions } from './marrowFractions.ts'
export {
  BONE_SURFACES,
  parseOrganPhantom,
  RED_MARROW,
  regionOf,
  REMAINDER,
  SURFACES_OF_BONE,
  TOTAL_BODY,
  WALL_OF_CONTENTS,
} from './phantom.ts'
export type { OrganPhantom, OrganRegion, SafTable } from './phantom.ts'
export { remainderMassKg, remainderSValue } from './remainder.ts'
export { organSValue, organSValues } from './sValue.ts'
export type { SByRadiation, SValue, SValueOptions } from './sValue.ts'
