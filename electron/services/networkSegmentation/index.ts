/** Structures found by networks that the site installs. */
export { segmentImage } from './segmentImage.ts'
export type { FoundStructure, NetworkAsk, NetworkInput, NetworkSegmentation } from './segmentImage.ts'
export { runStoredNetwork } from './storedSegmentation.ts'
export type { StoredSegmentation } from './storedSegmentation.ts'
