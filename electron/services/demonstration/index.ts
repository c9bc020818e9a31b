/**
 * A simulated patient: an analytic torso that takes up a radiopharmaceutical, scanned by a simulated SPECT/CT or PET/CT, with the
 * truth about volumes, activities and doses. It is the demonstration patient of the product and the known answer of the tests.
 *
 * `makeDemonstrationPatient` writes the one that users see; `makeCase` any other (see options.ts). Both need a DicomWriter.
 */
export { makeCase } from './patientCase.ts'
export type { MadeCase, MakeCaseDependencies } from './patientCase.ts'
export { DEMONSTRATION_OPTIONS, makeDemonstrationPatient } from './demonstrationPatient.ts'
export { DEFAULT_LESIONS, resolvePhantomOptions } from './options.ts'
export type { LesionRequest, PhantomOptions } from './options.ts'
export type * from './truth.ts'
