/** The registrations of a stored patient by what may be done with them: numbers are made with those alone that a person has accepted. */
import type {
  AcceptedDeformation,
  ScannedRegistration,
  SourceFile,
  UnjudgedRegistration,
} from '../ports/dicomSource.ts'
import type { RegistrationRecord } from '../ports/store.ts'

type FilesOf = (registration: RegistrationRecord) => readonly SourceFile[]

export interface StoredRegistrations {
  /** Linear ones that count; a deformable one does not stand for the linear one that it was made on. */
  readonly linear: readonly (RegistrationRecord & { readonly provenance: string })[]
  readonly deformable: readonly AcceptedDeformation[]
  /** From files, neither accepted nor rejected. */
  readonly unjudged: readonly UnjudgedRegistration[]
}

/** Accepted ones with the newest first. What was computed or made by hand here and waits for a judgement is in none of them. */
export function storedRegistrations(all: readonly RegistrationRecord[], filesOf: FilesOf): StoredRegistrations {
  const accepted = all
    .filter(({ status }) => status === 'accepted')
    .sort((a, b) => (b.decidedAt ?? '').localeCompare(a.decidedAt ?? '') || a.key.localeCompare(b.key))
    .map((registration) => ({ ...registration, provenance: provenanceOf(registration, filesOf(registration)) }))
  return {
    linear: accepted.filter(({ deformation }) => deformation === null),
    deformable: accepted.flatMap((registration): AcceptedDeformation[] => {
      const { id, deformation, fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix, provenance } = registration
      if (!deformation) return []
      const fieldId = deformation.displacementVolumeId
      return [{ registrationId: id, fieldId, fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix, provenance }]
    }),
    unjudged: all.filter(awaitsJudgement).map((registration): UnjudgedRegistration => {
      const { id, deformation, fromFrameOfReferenceUid, toFrameOfReferenceUid } = registration
      const name = `${TYPE_WORDS[registration.type]} registration in ${filesOf(registration)[0]?.displayPath ?? 'an imported object'}`
      const isDeformable = deformation !== null
      return { registrationId: id, name, isDeformable, fromFrameOfReferenceUid, toFrameOfReferenceUid }
    }),
  }
}

/** Whether it came in a file, links two frames of reference, and nobody has accepted or rejected it. */
export function awaitsJudgement({
  status,
  origin,
  fromFrameOfReferenceUid,
  toFrameOfReferenceUid,
}: Pick<RegistrationRecord, 'status' | 'origin' | 'fromFrameOfReferenceUid' | 'toFrameOfReferenceUid'>): boolean {
  const isFromFile = origin === 'REG' || origin === 'same-frame-of-reference'
  return status === 'proposed' && isFromFile && fromFrameOfReferenceUid !== toFrameOfReferenceUid
}

export function linearType({ type }: RegistrationRecord): ScannedRegistration['transforms'][number]['type'] {
  return type === 'DEFORMABLE' ? 'AFFINE' : type
}

export const TYPE_WORDS: Readonly<Record<RegistrationRecord['type'], string>> = {
  RIGID: 'rigid',
  RIGID_SCALE: 'rigid and scaling',
  AFFINE: 'affine',
  DEFORMABLE: 'deformable',
}

/** Who accepted it, and on which day. */
export const acceptedWords = ({ decidedBy, decidedAt }: Pick<RegistrationRecord, 'decidedBy' | 'decidedAt'>): string =>
  `accepted by ${decidedBy ?? '?'} on ${decidedAt?.slice(0, 10) ?? '?'}`

function provenanceOf(registration: RegistrationRecord, files: readonly SourceFile[]): string {
  const { origin } = registration
  const what =
    origin === 'computed'
      ? 'computed registration'
      : origin === 'manual'
        ? 'registration by hand'
        : (files[0]?.displayPath ?? 'imported registration')
  return `${what}, ${acceptedWords(registration)}`
}
