import { pino } from 'pino'

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
    serializers: {
      // An InputError's words may name a patient's series or file; its code does not.
      err: (error: Error & { code?: string }) => ({
        type: error.name,
        code: error.code,
        stack: error.name === 'InputError' ? undefined : error.stack,
      }),
    },
  },
  pino.destination(2),
)
