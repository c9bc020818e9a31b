/**
 * Fewer scans. `estimateFewScans` is the TIA from one or two scans by the method named, `fewScansCurve` its curve with a band,
 * `scanTimeAdvice` the expected error against the time of a scan or a pair; `curvePopulation` and `priorCyclePopulation` say what is
 * known beforehand.
 */
export { estimateFewScans, FEW_SCANS_VERSION } from './estimate.ts'
export { fewScansCurve } from './band.ts'
export { FEW_SCANS_METHODS, HANSCHEID_WINDOW, hanscheidQuotient } from './methods.ts'
export { curvePopulation, shareCutOff, UNKNOWN_SIZE_FACTOR } from './population.ts'
export type { KineticPopulation, LogNormal, PopulationShape } from './population.ts'
export { INTER_CYCLE_GSD, priorCyclePopulation } from './priorCycle.ts'
export { NEARLY_BEST, scanTimeAdvice } from './scanTime.ts'
export type { ScanTimeAdvice, ScanTimeEntry, ScanTimeRequest } from './scanTime.ts'
export type { ScanMethod } from './experiment.ts'
export type * from './types.ts'
