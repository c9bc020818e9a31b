/**
 * The application's log: what happened, never to whom. Names, numbers, paths and UIDs of patients do not enter it; `redact` is the
 * net below that rule.
 */
import { pino } from 'pino'
import { errorForLog } from '../../native-core/errors/index.ts'

const PATIENT_FIELDS = [
  'name',
  'patient',
  'patientId',
  'patientName',
  'mrn',
  'birthDate',
  'paths',
  'path',
  'passphrase',
  'systemKey',
  'ask',
  'payload',
]

export const log = pino({
  level: process.env['THERATWIN_LOG'] ?? 'info',
  base: { process: 'main' },
  redact: { paths: [...PATIENT_FIELDS, ...PATIENT_FIELDS.map((field) => `*.${field}`)], censor: '[redacted]' },
  serializers: { err: errorForLog },
})
