import type { PatientIdentity } from '../../electron/contracts/domain.ts'
import type { PatientRecord, StoreReader, StoreWriter } from '../../electron/services/ports/store.ts'
import { entityId } from '../ids.ts'
import type { ReadContext, SqlRow, WriteContext } from '../context.ts'
import { saveRow } from '../rows.ts'
import { patientSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'patients' | 'patient' | 'patientByKey'>
type Writer = Pick<StoreWriter, 'upsertPatient' | 'correctPatient'>

interface Row {
  readonly id: string
  readonly key: string
  readonly mrn: string
  readonly issuer: string
  readonly name: string
  readonly dicom_name: string
  readonly birth_date: string | null
  readonly sex: 'M' | 'F' | 'O' | null
  readonly weight_kg: number | null
  readonly height_m: number | null
  readonly content_hash: string
}

export function patientReader(context: ReadContext): Reader {
  const one = (column: 'id' | 'key', value: string): PatientRecord | null => {
    const row = context
      .statement<[string], Row>(`SELECT * FROM patients WHERE ${column} = ? AND retired_at IS NULL`)
      .get(value)
    return row === undefined ? null : fromRow(row)
  }
  return {
    patients: () =>
      context
        .statement<[], Row>('SELECT * FROM patients WHERE retired_at IS NULL ORDER BY name, key')
        .all()
        .map(fromRow),
    patient: (id) => one('id', id),
    patientByKey: (key) => one('key', key),
  }
}

export function patientWriter(context: WriteContext): Writer {
  const reader = patientReader(context)
  const save = (identity: PatientIdentity, replace: boolean) => {
    const id = entityId('patient', identity.key)
    return saveRow(
      context,
      {
        entity: 'patient',
        id,
        input: identity,
        substance: substanceOf(identity),
        columns: toRow(identity),
        stored: () => identityOf(existing(reader, id)),
      },
      { replace },
    )
  }

  return {
    upsertPatient(given) {
      const implausible = (['birthDate', 'weightKg', 'heightM'] as const).filter(
        (field) => !patientSchema.shape[field].safeParse(given[field]).success,
      )
      const unknown = Object.fromEntries(implausible.map((field) => [field, null]))
      const identity = validated(patientSchema, { ...given, ...unknown }, 'patient')
      const stored = reader.patientByKey(identity.key)
      if (stored === null) return { ...save(identity, false), differing: [], implausible }
      const merged: Record<string, unknown> = { ...identityOf(stored) }
      const differing: (keyof PatientIdentity)[] = []
      for (const field of Object.keys(identity) as (keyof PatientIdentity)[]) {
        if (isUnknown(identity[field]) || identity[field] === stored[field]) continue
        if (isUnknown(stored[field])) merged[field] = identity[field]
        else differing.push(field)
      }
      return { ...save(validated(patientSchema, merged, 'patient'), true), differing, implausible }
    },

    correctPatient(id, fields) {
      const corrected = { ...identityOf(existing(reader, id)), ...fields }
      return save(validated(patientSchema, corrected, 'patient'), true)
    },
  }
}

function isUnknown(value: string | number | null): boolean {
  return value === null || value === ''
}

function existing(reader: Reader, id: string): PatientRecord {
  const record = reader.patient(id)
  if (record === null) throw new Error(`There is no patient ${id}.`)
  return record
}

/** Doses depend on the body, not on the name. */
function substanceOf({ birthDate, sex, weightKg, heightM }: PatientIdentity): unknown {
  return { birthDate, sex, weightKg, heightM }
}

function identityOf(record: PatientRecord): PatientIdentity {
  const { key, mrn, issuer, name, dicomName, birthDate, sex, weightKg, heightM } = record
  return { key, mrn, issuer, name, dicomName, birthDate, sex, weightKg, heightM }
}

function toRow(identity: PatientIdentity): SqlRow {
  return {
    key: identity.key,
    mrn: identity.mrn,
    issuer: identity.issuer,
    name: identity.name,
    dicom_name: identity.dicomName,
    birth_date: identity.birthDate,
    sex: identity.sex,
    weight_kg: identity.weightKg,
    height_m: identity.heightM,
  }
}

function fromRow(row: Row): PatientRecord {
  return {
    id: row.id,
    key: row.key,
    mrn: row.mrn,
    issuer: row.issuer,
    name: row.name,
    dicomName: row.dicom_name,
    birthDate: row.birth_date,
    sex: row.sex,
    weightKg: row.weight_kg,
    heightM: row.height_m,
    contentHash: row.content_hash,
  }
}
