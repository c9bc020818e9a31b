import { createHash } from 'node:crypto'
import type { PatientIdentity } from '../../contracts/domain.ts'
import type { ObjectContext, ReferencedImages } from '../ports/dicomObjects.ts'
import { uidFromText } from '../uids.ts'

/** Whose object it is, of which study, when it was made. */
export interface ObjectOwner {
  readonly patient: PatientIdentity
  readonly studyUid: string
  readonly studyDescription: string
  readonly frameOfReferenceUid: string
  /** Local ISO time without a zone: the same content at the same time gives the same bytes. null where no time is known. */
  readonly createdAt: string | null
}

/**
 * The context of an object whose UIDs follow from what is in it: the same content gives the same object again.
 *
 * @param kind Tells objects of one content apart: "SEG", "REG"
 * @param content Everything that the object says
 */
export function contextOf(
  owner: ObjectOwner,
  kind: string,
  description: string,
  content: readonly (string | ArrayBufferView)[],
  software: string,
): ObjectContext {
  const { patient } = owner
  const createdAt = owner.createdAt ?? NO_TIME
  const hash = createHash('sha256')
  for (const part of [kind, owner.patient.key, owner.studyUid, createdAt, ...content])
    hash.update(
      typeof part === 'string'
        ? `${part.length}:${part}`
        : new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
    )
  const digest = hash.digest('hex')
  return {
    patient: {
      name: patient.dicomName,
      id: patient.mrn,
      birthDate: patient.birthDate?.replaceAll('-', '') ?? '',
      sex: patient.sex ?? '',
    },
    study: { uid: owner.studyUid, id: '', description: owner.studyDescription, start: null },
    series: { uid: uidFromText(`series ${digest}`), number: 900, description },
    instanceUid: uidFromText(`instance ${digest}`),
    frameOfReferenceUid: owner.frameOfReferenceUid,
    equipment: { manufacturer: 'Theratwin', model: 'Theratwin', software, serialNumber: '0' },
    createdAt,
  }
}

/** Objects must say when they were made; one that no time is known for says a time that nobody takes for one. */
const NO_TIME = '1970-01-01T00:00:00'

/** Content of a reference, for the hash. */
export const referenceText = (images: ReferencedImages | null): string => (images ? JSON.stringify(images) : '')
