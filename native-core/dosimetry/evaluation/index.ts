/**
 * Looking at dose. `structureDose` gives the dose inside a structure, from which come `doseStatistics`, `doseAtVolumePercent`,
 * `volumeAtDoseMl`, `doseVolumeHistogram` (with bands) and `conformity`; `doseDifference` and `gammaIndex` compare two doses on
 * any two grids; `doseProfile` reads one along a line.
 */
export type * from './types.ts'
export { conformity, isodoseVolumeMl } from './conformity.ts'
export type { Conformity } from './conformity.ts'
export { doseDifference } from './difference.ts'
export type { DifferenceStatistics, DoseDifference } from './difference.ts'
export { gammaIndex } from './gammaIndex.ts'
export type { GammaIndex, GammaOptions } from './gammaIndex.ts'
export { doseVolumeHistogram, roundBinWidthGy } from './histogram.ts'
export type { DoseVolumeHistogram, HistogramOptions } from './histogram.ts'
export { doseProfile } from './profile.ts'
export type { DoseProfile } from './profile.ts'
export { doseAtVolumeMl, doseAtVolumePercent, doseStatistics, volumeAtDoseMl } from './statistics.ts'
export type { DoseStatistics } from './statistics.ts'
export { structureDose } from './structureDose.ts'
export type { StructureDoseOptions } from './structureDose.ts'
export { doseAtVolumeUncertainty, noiseSdGy, volumeBandAtDose } from './uncertainty.ts'
export type { VolumeBand } from './uncertainty.ts'
