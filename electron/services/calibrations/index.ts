/** Calibrations of the site's cameras: from phantoms to stored objects to a patient's protocol. */
export { cameraMismatches } from './cameraMismatch.ts'
export { analysePhantom, phantomTask } from './analysePhantom.ts'
export type { PhantomAnswer, PhantomTask } from './analysePhantom.ts'
export { namedCamera, readPhantomImage, scannedPhantomImages, storedPhantomImages } from './phantomImages.ts'
export type { DraftLabel, PhantomImage } from './drafts.ts'
export type { SpheresAnswer } from './analyseSpheres.ts'
export { correctionSentences } from './correctionSentences.ts'
export type { CorrectionSentences } from './correctionSentences.ts'
export { refuseOpenQuestions } from './openQuestions.ts'
export {
  addCalibration,
  calibrationOf,
  listCalibrations,
  retireCalibration,
  withCalibration,
} from './storedCalibrations.ts'
export { correctImage, correctionSettingsSchema } from './correctImage.ts'
export type { AppliedCorrection, CorrectedImage, CorrectionSettings } from './correctImage.ts'
export type { CorrectedStructure, StructureMask } from './correctStructures.ts'
