/** The use cases of the window over the patient store. */
export { latestAnalysis, prepareStored, runStoredAnalysis } from './analysisOf.ts'
export { importPaths } from './importPaths.ts'
export { masksOf } from './masks.ts'
export { courseOf, patientSummaries, patientView } from './patientView.ts'
export type { VolumeRange } from './patientView.ts'
export { protocolOf, saveProtocol } from './protocolOf.ts'
export { createReport, reportBlob } from './reports.ts'
export { settleCourse } from './settleCourse.ts'
