import { pino } from 'pino'
import { errorForLog } from '../../native-core/errors/index.ts'

/** The backend's log, on stderr. What happened, never to whom: see electron/main/log.ts. */
export const log = pino(
  {
    level: process.env['THERATWIN_LOG'] ?? 'info',
    base: { process: 'backend' },
    redact: {
      paths: [
        'patient',
        'name',
        'mrn',
        'path',
        'paths',
        'ask',
        'passphrase',
        '*.patient',
        '*.name',
        '*.mrn',
        '*.path',
        '*.paths',
      ],
      censor: '[redacted]',
    },
    serializers: { err: errorForLog },
  },
  pino.destination(2),
)
