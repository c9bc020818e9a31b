import type {
  RegistrationInput,
  RegistrationMethod,
  RegistrationRecord,
  RegistrationStatus,
  StoredDeformation,
  StoreReader,
  StoreWriter,
} from '../../electron/services/ports/store.ts'
import { canonicalJson, hashOfJson } from '../canonicalJson.ts'
import { referToVolume, type ReadContext, type WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { anyRow, keepHistory, liveRow, replaceLinks, saveRow, updateRow } from '../rows.ts'
import { registrationSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'registrationsOfPatient' | 'registration'>
type Writer = Pick<StoreWriter, 'addRegistration' | 'judgeRegistration'>

interface Row {
  readonly id: string
  readonly patient_id: string
  readonly key: string
  readonly from_frame_of_reference_uid: string
  readonly to_frame_of_reference_uid: string
  readonly type: RegistrationInput['type']
  readonly matrix: string
  /** Grid and matrix of a deformation; its vectors are the volume. */
  readonly deformation: string | null
  readonly displacement_sha256: string | null
  readonly method: string | null
  readonly origin: RegistrationInput['origin']
  readonly status: RegistrationStatus
  readonly decided_by: string | null
  readonly decided_at: string | null
  readonly content_hash: string
}

export function registrationReader(context: ReadContext): Reader {
  return {
    registrationsOfPatient: (patientId) =>
      context
        .statement<[string], Row>(
          'SELECT * FROM registrations WHERE patient_id = ? AND retired_at IS NULL ORDER BY key',
        )
        .all(patientId)
        .map((row) => fromRow(context, row)),
    registration(id) {
      const row = liveRow<Row>(context, 'registration', id)
      return row === undefined ? null : fromRow(context, row)
    },
  }
}

export function registrationWriter(context: WriteContext): Writer {
  return {
    addRegistration(given, options) {
      const checked = validated(registrationSchema, given, 'registration')
      const input: RegistrationInput = { ...checked, sourceSha256s: [...checked.sourceSha256s].sort() }
      const id = entityId('registration', input.patientId, input.key)
      return saveRow(
        context,
        {
          entity: 'registration',
          id,
          input,
          substance: substanceOf(input, 'proposed'),
          // Another transform needs another look: with replaced content the earlier judgement is void.
          columns: {
            patient_id: input.patientId,
            key: input.key,
            from_frame_of_reference_uid: input.fromFrameOfReferenceUid,
            to_frame_of_reference_uid: input.toFrameOfReferenceUid,
            type: input.type,
            matrix: canonicalJson(input.matrix),
            deformation: input.deformation === null ? null : canonicalJson(geometryOf(input.deformation)),
            displacement_sha256: input.deformation?.displacementVolumeId ?? null,
            method: input.method === null ? null : canonicalJson(input.method),
            origin: input.origin,
            status: 'proposed',
            decided_by: null,
            decided_at: null,
          },
          before: () => {
            if (input.deformation !== null) referToVolume(context, input.deformation.displacementVolumeId)
          },
          stored: () => inputOf(fromRow(context, anyRow(context, 'registration', id))),
          writeLinks: () => {
            const links = input.sourceSha256s.map((sha256) => ({ sha256 }))
            replaceLinks(context, 'registration_sources', 'registration_id', id, links)
          },
        },
        options,
      )
    },

    judgeRegistration(id, status, by = context.actor) {
      const row = liveRow<Row>(context, 'registration', id)
      if (row === undefined) throw new Error(`There is no registration ${id}.`)
      const record = fromRow(context, row)
      if (record.status === status) return { id, change: 'unchanged' }
      const { decidedBy, decidedAt } = record
      const before = canonicalJson({ status: record.status, decidedBy, decidedAt })
      keepHistory(context, 'registration', id, record.contentHash, before)
      const contentHash = hashOfJson(substanceOf(inputOf(record), status))
      updateRow(context, 'registrations', id, {
        status,
        decided_by: by,
        decided_at: context.now,
        content_hash: contentHash,
      })
      context.changes.push({ entity: 'registration', id, change: 'changed', contentHash })
      return { id, change: 'changed' }
    },
  }
}

/** Accepting a registration changes no number that was computed with it; rejecting it takes the ground from under them. */
function substanceOf(input: RegistrationInput, status: RegistrationStatus): unknown {
  const { fromFrameOfReferenceUid, toFrameOfReferenceUid, type, matrix, deformation } = input
  const linear = { fromFrameOfReferenceUid, toFrameOfReferenceUid, type, matrix, usable: status !== 'rejected' }
  return deformation === null ? linear : { ...linear, deformation }
}

function geometryOf({ grid, fixedToMoving }: StoredDeformation): Omit<StoredDeformation, 'displacementVolumeId'> {
  return { grid, fixedToMoving }
}

function inputOf(record: RegistrationRecord): RegistrationInput {
  const { patientId, key, fromFrameOfReferenceUid, toFrameOfReferenceUid, type, matrix } = record
  const { deformation, origin, method, sourceSha256s } = record
  return {
    patientId,
    key,
    fromFrameOfReferenceUid,
    toFrameOfReferenceUid,
    type,
    matrix,
    deformation,
    origin,
    method,
    sourceSha256s,
  }
}

function deformationOf({ deformation, displacement_sha256: id }: Row): StoredDeformation | null {
  if (deformation === null || id === null) return null
  return { ...(JSON.parse(deformation) as ReturnType<typeof geometryOf>), displacementVolumeId: id }
}

function fromRow(context: ReadContext, row: Row): RegistrationRecord {
  return {
    id: row.id,
    patientId: row.patient_id,
    key: row.key,
    fromFrameOfReferenceUid: row.from_frame_of_reference_uid,
    toFrameOfReferenceUid: row.to_frame_of_reference_uid,
    type: row.type,
    matrix: JSON.parse(row.matrix) as number[],
    deformation: deformationOf(row),
    method: row.method === null ? null : (JSON.parse(row.method) as RegistrationMethod),
    origin: row.origin,
    sourceSha256s: context
      .statement<[string], string>('SELECT sha256 FROM registration_sources WHERE registration_id = ? ORDER BY sha256')
      .pluck()
      .all(row.id),
    status: row.status,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    contentHash: row.content_hash,
  }
}
