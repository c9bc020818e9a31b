/**
 * Imaging: image grids and transforms, structures as fractional masks, statistics, resampling, CT numbers to density.
 * Pure functions without Node imports; also used by the renderer.
 */
export type * from './types.ts'
export * from './finerGrid.ts'
export * from './grid.ts'
export * from './hounsfield.ts'
export * from './maskAlgebra.ts'
export * from './maskStatistics.ts'
export * from './outline.ts'
export {
  resampleActivity as resampleActivityReference,
  resampleTrilinear as resampleTrilinearReference,
} from './resample.ts'
export * from './resampleMask.ts'
export * from './structure.ts'
export * from './transform.ts'
export { contourSolid } from './contours/solid.ts'
export type { ContourOptions, ContourSolid } from './contours/solid.ts'
export { rasteriseSolid } from './contours/rasterise.ts'
export {
  assertNotFolded,
  assertValidDeformation,
  deformationOfAffine,
  displacementField,
  foldingOf,
  jacobianDeterminants as jacobianDeterminantsReference,
  mapPoint,
  pointMapper,
  refuseFolding,
} from './deformation.ts'
export type { DisplacementField, FieldSample } from './deformation.ts'
export { affineAfterDeformation, composeDeformations, deformationAfterAffine } from './deformationCompose.ts'
export {
  inverseMapper,
  inversePoint,
  invertDeformation as invertDeformationReference,
  notInvertible,
} from './deformationInverse.ts'
