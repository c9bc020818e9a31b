/** The theranostic pair: `pairedSeries` re-decays a diagnostic series to the therapy nuclide, `pairedTia` integrates it where it may. */
export { LARGEST_SHARE_AFTER, pairedSeries, pairedTia } from './pair.ts'
export type { DiagnosticPoint, PairedSeries, PairedTia, PairRequest } from './pair.ts'
