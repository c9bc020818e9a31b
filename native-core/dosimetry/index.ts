/**
 * Absorbed dose: `localDose` for a structure, `voxelDose` for a map, `massScaledDose` from a reference S value, `doseUncertainty`
 * for the budget; `wallDoseFromContent` for the wall of a hollow organ.
 */
export { emittedEnergy, localEnergyMev } from './energy.ts'
export { LOCAL_DOSE_VERSION, localDose } from './local.ts'
export { ELECTRON_MASS_EXPONENT, massScaledDose, PHOTON_MASS_EXPONENT } from './massScaling.ts'
export type { MassScalingRequest, ReferenceSValue } from './massScaling.ts'
export * from './uncertainty/index.ts'
export { voxelDose } from './voxelDose.ts'
export type { VoxelDoseRequest } from './voxelDose.ts'
export { wallDoseFromContent } from './wall.ts'
export type * from './types.ts'
