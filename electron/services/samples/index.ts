/** Samples and the theranostic pair: tables of blood, excretion and probe to series; `quantifyPair`. */
export { pairRequestSchema, quantifyPair } from './pair.ts'
export type { PairRequest } from './pair.ts'
export { bloodSeries, excretionSeries, probeSeries } from './quantifySamples.ts'
export type { MarrowOptions, SampleContext } from './quantifySamples.ts'
export { bloodSamples, excretions, probeReadings, TABLE_COLUMNS } from './tables.ts'
export type { SampleKind, TableColumn, TableRow } from './tables.ts'
