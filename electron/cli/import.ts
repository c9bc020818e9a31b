import { userInfo } from 'node:os'
import { openStore } from '../../db/index.ts'
import { environmentPassphrase } from '../adapters/keys/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import { describeScan, verdictOf } from '../services/import/index.ts'
import { importPaths } from '../services/patients/index.ts'
import { InputError } from '../../native-core/errors/index.ts'
import type { Command } from './context.ts'
import { parseWords } from './options.ts'
import { problemsText } from './text.ts'

const SYNOPSIS = 'import PATH --store STORE [--accept-registrations]'

export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      { store: { type: 'string' }, 'accept-registrations': { type: 'boolean', default: false } },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    if (values.store === undefined)
      throw new InputError('cli.arguments', 'import needs --store STORE.', `Usage: theratwin ${SYNOPSIS}`)
    const bench = createWorkbench()
    const passphrase = environmentPassphrase(process.env, { input: process.stdin, output: process.stderr })
    const store = await openStore(
      values.store,
      { kind: 'passphrase', passphrase },
      { actor: userInfo().username, programVersion: bench.programVersion },
    )
    try {
      const { signal, progress } = context
      const accepting = values['accept-registrations'] ? { acceptRegistrations: { by: null } } : {}
      const { scan, summary } = await importPaths(positionals, { ...bench, store, progress, signal, ...accepting })
      const waiting = summary.patients.flatMap(({ registrationsToJudge }) => registrationsToJudge).length
      if (context.json)
        context.out(
          JSON.stringify(
            { schema: 'theratwin-import/1', verdict: verdictOf(scan), ...summary, found: describeScan(scan) },
            null,
            2,
          ),
        )
      else
        context.out(
          [
            `${summary.filesSeen} files. Images: ${summary.imagesAdded} added, ${summary.imagesKnown} known. Structure sets added: ${summary.structureSets}, registrations added: ${summary.registrations}, accepted: ${summary.registrationsAccepted}.`,
            ...(waiting > 0
              ? [
                  `${waiting} registrations count only once a person has accepted them (--accept-registrations, or in the window).`,
                ]
              : []),
            ...summary.patients.map(
              (patient) => `  ${patient.name}: ${patient.isNew ? 'new patient' : 'known patient'}`,
            ),
            problemsText(summary.problems),
          ]
            .filter(Boolean)
            .join('\n'),
        )
      return summary.patients.length > 0
    } finally {
      store.close()
      await bench.close()
    }
  },
}
