/**
 * Uniform spheres: `sphereMatter` (tissue or mixture), `sphereSource` (a decay's kernels in it), `sphereSValue` (S by radiation for a mass
 * and density), `selfAbsorbedFraction` of any point kernel.
 */
export { overlapFraction, selfAbsorbedFraction } from './absorbedFraction.ts'
export { nominalDensityGPerMl, SPHERE_TISSUES, sphereMatter, sphereTissue } from './tissues.ts'
export type { SphereMatter, SphereTissue } from './tissues.ts'
export { SPHERE_MASS_G, sphereSource, sphereSValue, SPHERE_VERSION } from './sValue.ts'
export type { SphereRadiation, SphereSource, SphereSValue } from './sValue.ts'
