/** Radionuclides: the decay data set (`parseNuclideTable`, `findNuclide`), chains and mean energies per decay. */
export { canonicalNuclideName, findNuclide, parseNuclideTable } from './nuclideTable.ts'
export { chainEnergyMev, decayChain, electronEnergyMev, IN_EQUILIBRIUM, photonEnergyMev } from './chain.ts'
export type * from './types.ts'
