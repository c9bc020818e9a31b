/**
 * Radionuclides: the decay data set (`parseNuclideTable`, `findNuclide`), chains and mean energies per decay, lines and spectra
 * (`parseEmissions`, `chainEmissions`).
 */
export { canonicalNuclideName, findNuclide, nuclideNameOf, parseNuclideTable } from './nuclideTable.ts'
export { chainEnergyMev, decayChain, electronEnergyMev, IN_EQUILIBRIUM, photonEnergyMev } from './chain.ts'
export {
  annihilationPhotonYield,
  chainEmissions,
  emittedEnergyMev,
  INTERNAL_PAIRS,
  parseEmissions,
  spectrumMoments,
} from './emissions/index.ts'
export type * from './emissions/index.ts'
export { decayNetwork, NO_CLEARANCE, solveBateman } from './bateman/index.ts'
export type * from './bateman/index.ts'
export type * from './types.ts'
