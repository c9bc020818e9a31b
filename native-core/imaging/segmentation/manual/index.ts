/** Manual segmentation: an editable volume with boundaries between voxels, its tools, and undo without limit. Pure; runs in the window's workers. */
export type * from './types.ts'
export { FULL, HALF } from './types.ts'
export {
  boxAround,
  boxBetween,
  coverageOfMask,
  coverageVolumeMl,
  cropped,
  emptyCoverage,
  inBox,
  maskOfCoverage,
  widenedBox,
} from './boxes.ts'
export { CoverageVolume, type Brick } from './coverageVolume.ts'
export { SegmentationEditor, type EditedStructure, type EditRules } from './editor.ts'
export { applyTool, type EditLimits, type ToolMode, type ValueLimit } from './applyTool.ts'
export { capsule, layerOfPlane, sweptDisc, wholeLayer, type Layer, type Solid } from './solids.ts'
export { area } from './area.ts'
export { cover } from './cover.ts'
export { combineCoverage, type BooleanOperation } from './combine.ts'
export { fillBetweenSlices } from './betweenSlices.ts'
export { thresholdInBox, type BoxThreshold, type ThresholdRule, type ThresholdFound } from './boxThreshold.ts'
export { grow } from './grow.ts'
export { smooth } from './smooth.ts'
export { fillHoles, islands, largestIsland, withoutSmallIslands, type Island } from './islands.ts'
export { mirror } from './mirror.ts'
export { boxCut, boxCutDistance } from './boxCut.ts'
export { signedDistance, type SignedDistance } from './signedDistance.ts'
