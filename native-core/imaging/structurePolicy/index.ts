/**
 * Rules on structures as shapes: which of several owns a voxel, the wall and the content of hollow organs, the side of the patient. Pure; the
 * services decide when a rule applies.
 */
export { claimInOrder, overlapsOf, subtractBySurfaces, type Overlap } from './overlap.ts'
export { hollowParts, isHollowName, type HollowParts, type WallSource } from './hollow.ts'
export { pairsOf, sideOfName, swappedSides, type NamedSide, type SideCheck, type SidePair } from './sides.ts'
export { maskCentroidMm } from './centroid.ts'
export { bodyMidlineMm } from './midline.ts'
