/** Maps of biologically effective dose of a voxel dose. */
export { bedMapRemarks, tissueWords } from './remarks.ts'
export { bedSumRemarks, repairBetweenCycles } from './sums.ts'
export { bedTissues, elsewhereTissue, voxelTissue } from './tissues.ts'
