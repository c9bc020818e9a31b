import { userInfo } from 'node:os'
import { openStore } from '../../db/index.ts'
import { environmentPassphrase } from '../adapters/keys/index.ts'
import { PROGRAM_VERSION } from '../backend/version.ts'
import type { Command } from './context.ts'
import { parseWords } from './options.ts'

const SYNOPSIS = 'check STORE [--backup]'

/** Looks at everything in a store: database, audit chain, and every volume against its checksum. Changes nothing. */
export const command: Command = {
  run: async ({ arguments: words, json, out }) => {
    const { values, positionals } = parseWords(
      words,
      { backup: { type: 'boolean' } },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const passphrase = environmentPassphrase(process.env, { input: process.stdin, output: process.stderr })
    const store = await openStore(
      positionals[0] ?? '',
      { kind: 'passphrase', passphrase },
      { actor: userInfo().username, programVersion: PROGRAM_VERSION, create: false },
    )
    try {
      const found = await store.check({ volumes: true })
      const backup = values.backup ? await store.backup('command line') : null
      if (json) out(JSON.stringify({ ...found, backup }, null, 2))
      else
        out(
          [
            `Database: ${found.database}`,
            found.audit.ok
              ? `Audit trail: ok, ${found.audit.rows} rows`
              : `Audit trail: broken at row ${found.audit.firstBadSequence}: ${found.audit.what}`,
            `Volumes: ${found.volumesChecked} checked, ${found.badVolumes.length} bad`,
            ...found.badVolumes.map((bad) => `  - ${bad.what} (used by ${bad.usedBy})`),
            ...(backup === null ? [] : [`Backup: ${backup}`]),
          ].join('\n'),
        )
      return found.ok
    } finally {
      store.close()
    }
  },
}
