/** The registrations of a scan that is computed with at once, without a store in which a person could accept them. */
import type { ScannedPatient, UnjudgedRegistration } from '../ports/dicomSource.ts'
import { TYPE_WORDS } from './storedRegistrations.ts'

/** from-files: all count, on the responsibility of whoever runs the command; only-accepted: none, as nobody has accepted one. */
export type FileRegistrations = 'from-files' | 'only-accepted'

/** The patient with its linear registrations as they are to count, each saying who answers for it. */
export function fileRegistrations(patient: ScannedPatient, which: FileRegistrations): ScannedPatient {
  if (which === 'from-files')
    return {
      ...patient,
      registrations: patient.registrations.map((one) => ({
        ...one,
        provenance: `${one.files[0]?.displayPath ?? one.seriesDescription}, accepted by the one who ran the command, not looked at here`,
      })),
    }
  return {
    ...patient,
    registrations: [],
    unjudgedRegistrations: patient.registrations.flatMap(({ key, files, seriesDescription, transforms }) =>
      transforms.map(({ fromFrameOfReferenceUid, toFrameOfReferenceUid, type }, at): UnjudgedRegistration => ({
        registrationId: `${key}#${at + 1}`,
        name: `${TYPE_WORDS[type]} registration in ${files[0]?.displayPath ?? seriesDescription}`,
        isDeformable: false,
        fromFrameOfReferenceUid,
        toFrameOfReferenceUid,
      })),
    ),
  }
}
