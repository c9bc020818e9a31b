/**
 * Samples and probes as time–activity series: `sampleConcentration` (blood, plasma), `retentionByExcretion` (urine, faeces), `probePoints` and
 * `relativeToFirst` (dose-rate meter, whole-body counts), `marrowActivityFromBlood`, `remainderTia`; `fitSeries` fits what comes out.
 */
export { readingBq, sampleConcentration } from './counted.ts'
export type { Sample, SampleConcentration, SampleReading } from './counted.ts'
export { retentionByExcretion } from './excretion.ts'
export type { Excretion, Retention } from './excretion.ts'
export { marrowActivityFromBlood, remainderTia, scaledMarrowMassKg } from './marrow.ts'
export type { MarrowActivity } from './marrow.ts'
export { probePoints } from './probe.ts'
export type { ProbeReading } from './probe.ts'
export { fitSeries, inTime, relativeToFirst, seriesOf } from './series.ts'
export type { RelativePoint, ScaledSeries, SeriesFit } from './series.ts'
