/** The chain from images to dose. */
export { analyse, parseProtocol, prepareAnalysis } from './analyse.ts'
export type { PreparedAnalysis } from './analyse.ts'
export { displayMasks } from './displayMask.ts'
export { lesionsToLeaveOut, withoutLesions } from './lesionPolicy.ts'
export { measureStructures } from './measure.ts'
export { ANALYSIS_VERSION } from './methods.ts'
export type { AnalysisPorts, AnalysisRequest } from './ports.ts'
export { namedStructures } from './structures.ts'
