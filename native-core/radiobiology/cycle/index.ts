/** Cell cycle. */
export { phasedLogSurvival } from './phases.ts'
export type { PhaseEffect, Redistribution } from './phases.ts'
