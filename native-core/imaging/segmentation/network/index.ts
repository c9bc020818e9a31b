/** Segmentation by a network: its description, what it takes, boxes, averaging, and structures with boundaries between voxels. Pure: who calls runs the network. */
export type * from './types.ts'
export { AXIS_OF, parseNetworkDescription } from './description.ts'
export { importNnunet, type NnunetGiven } from './nnunet.ts'
export { prepareImages, type PreparedImages } from './prepare.ts'
export {
  averagingBytes,
  segmentByNetwork,
  type Infer,
  type NetworkAnswer,
  type NetworkStructure,
  type NetworkTask,
} from './segment.ts'
export { gaussianWeights, tileStarts } from './tiles.ts'
