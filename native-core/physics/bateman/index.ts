/** Decay networks in time (Bateman equations): `decayNetwork` builds one, `solveBateman` gives nuclei, activities and decays. */
export { ALL_STAY, decayNetwork, NO_CLEARANCE } from './network.ts'
export type { Clearance, DecayNetwork, NetworkFeed, NetworkMember } from './network.ts'
export { solveBateman } from './solve.ts'
export type { MemberState, NetworkState, OutletState } from './solve.ts'
export { triangularExponential } from './exponential.ts'
