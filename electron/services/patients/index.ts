/** The use cases of the window over the patient store. */
export { latestAnalysis, prepareStored, runStoredAnalysis } from './analysisOf.ts'
export { bedMapOf, runBedMap, storedBedTissues } from './bedMaps.ts'
export type { BedMapPorts } from './bedMaps.ts'
export { bedSumChoices, bedSumOf, runBedSum } from './bedSums.ts'
export { biologySettingsOf, saveBiologySettings, storedEffects } from './biology.ts'
export { biologyDraftsOf, formulaDraftOf, keepBiologyDrafts, keepFormulaDraft } from './biologyDrafts.ts'
export {
  reportedResponses,
  responseOf,
  responseSettingsOf,
  saveResponseSettings,
  storedClones,
  storedLesionResponse,
  storedMarkerResponse,
} from './biologyResponse.ts'
export { accumulateStoredDoses, doseAccumulation } from './doseAccumulation.ts'
export { deformablePorts } from './deformablePorts.ts'
export { compareStoredDoses, doseComparison } from './doseComparison.ts'
export { exportActivity } from './exportActivity.ts'
export { exportBedMap, exportBedSum } from './exportBedMap.ts'
export { exportDose } from './exportDose.ts'
export type { DoseFiles } from './exportDose.ts'
export { exportRegistration } from './exportRegistration.ts'
export { exportStructures } from './exportStructures.ts'
export type { ObjectPorts } from './exportStructures.ts'
export { importPaths } from './importPaths.ts'
export { followLesions } from './lesionFollowUp.ts'
export { renameLesion } from './lesionRename.ts'
export { acceptLesions, identifyLesions, lesionCandidates } from './lesionReview.ts'
export { findStoredLesions } from './lesionSearch.ts'
export { masksOf } from './masks.ts'
export { propagateStructures } from './propagateStructures.ts'
export { courseOf, patientSummaries, patientView } from './patientView.ts'
export type { VolumeRange } from './patientView.ts'
export { protocolOf, saveProtocol } from './protocolOf.ts'
export { computeRegistration } from './computeRegistration.ts'
export { previewRegistration, registrationPreview } from './registrationPreview.ts'
export { landmarksOf, saveLandmarks } from './registrationLandmarks.ts'
export {
  acceptRegistrations,
  addManualRegistration,
  framesOf,
  judgeRegistration,
  registrationViews,
} from './registrations.ts'
export { createReport, reportBlob } from './reports.ts'
export { writePopulation } from './writePopulation.ts'
export { settleCourse } from './settleCourse.ts'
export { chooseStructureSet, saveStructures, structureSetViews } from './structureSets.ts'
export { runVoxelDose, voxelDoseResult } from './voxelDoses.ts'
export type { VoxelDosePorts } from './voxelDoses.ts'
export { saveSuvBody, suvBodyOf, suvScales, suvStructures } from './suv.ts'
export { pairPredictions, pairSources, reportedPairs, runPair } from './pair.ts'
