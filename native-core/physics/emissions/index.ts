/**
 * What decays send out: `parseEmissions` reads lines and spectra, `chainEmissions` is the source term of a parent with its daughters,
 * `emittedEnergyMev` its energies, `annihilationPhotonYield` the photons of positrons (which are not in `photons`).
 */
export { chainEmissions, sumEmissions } from './chainEmissions.ts'
export type { ChainEmissionOptions } from './chainEmissions.ts'
export { mergeLines, parseEmissions, recoilEnergyMev } from './emissionTable.ts'
export type { BetaBranch, CaptureBranch, EmissionTable, NuclideEmissions } from './emissionTable.ts'
export { INTERNAL_PAIRS, internalPairSpectra } from './internalPair.ts'
export type { InternalPairBranch } from './internalPair.ts'
export { annihilationPhotonYield, emittedEnergyMev, lineEnergyMev, spectrumMoments } from './moments.ts'
export type * from './types.ts'
