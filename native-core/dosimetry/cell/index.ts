/**
 * Cells: S values between their regions and between cells (`cellStopping`, `cellSource`, `cellSValue`), clusters and spheroids
 * (`spheroidPositionsUm`, `clusterDecays`, `clusterSValues`, `clusterDose`), single and multiple alpha hits of the nucleus
 * (`singleHitSpectrum`, `multiEventSpectrum`, `meanSurvival`). See README.md for what the model leaves out.
 */
export { checkCellGeometry, crossReduction, regionMassKg, regionVolumeUm3, selfReduction } from './geometry.ts'
export { alphaList, electronList, kernelPathEnergy, pathEnergy } from './particles.ts'
export type { ParticleList, PathEnergy } from './particles.ts'
export { CELL_DOSE_VERSION, cellSource, cellSValue } from './sValue.ts'
export type { CellSource } from './sValue.ts'
export { coleRangeModel } from './cole.ts'
export { cellStopping, parseCellStopping, tableRangeModel } from './stopping.ts'
export { clusterDecays } from './cluster/activity.ts'
export type { ClusterActivity, UptakeDistribution } from './cluster/activity.ts'
export { clusterDose, clusterSValues } from './cluster/clusterDose.ts'
export type { ClusterDose, ClusterSValues, RegionShares } from './cluster/clusterDose.ts'
export { MAX_CELLS, spheroidPositionsUm } from './cluster/lattice.ts'
export type { SpheroidLattice } from './cluster/lattice.ts'
export { clusterSurvival, doseHistogram, doseSummary } from './cluster/statistics.ts'
export type { CellSensitivity, DoseHistogram, DoseSummary } from './cluster/statistics.ts'
export type { SingleHitSpectrum } from './microdosimetry/deposits.ts'
export { meanSurvival, multiEventSpectrum } from './microdosimetry/multiEvent.ts'
export type { MultiEventSpectrum } from './microdosimetry/multiEvent.ts'
export { logMeanSurvival } from './microdosimetry/quadratic.ts'
export { singleHitSpectrum } from './microdosimetry/singleHit.ts'
export type { HitSource } from './microdosimetry/singleHit.ts'
export * from './types.ts'
