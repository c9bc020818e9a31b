/** DICOM objects for any patient: what goes into them, ready for a writer. */
export { referencedImages, registrationObjects } from './registrations.ts'
