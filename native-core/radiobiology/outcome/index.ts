/** Probabilities of control and of complications. */
export { lkbNtcp, logitNtcp, lostSubunits, parallelNtcp, relativeSerialityNtcp } from './ntcp.ts'
export type { LkbParameters, LogitParameters, ParallelParameters, RelativeSerialityParameters } from './ntcp.ts'
export { bedForTcp, poissonTcp, utcp } from './tcp.ts'
export type { PoissonParameters } from './tcp.ts'
export { zaiderMinerboTcp } from './zaiderMinerbo.ts'
export type { ZaiderMinerboParameters } from './zaiderMinerbo.ts'
