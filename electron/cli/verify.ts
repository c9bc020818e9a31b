import { fileResources } from '../adapters/resources/index.ts'
import { runVerification } from '../services/verify/index.ts'
import type { Command } from './context.ts'
import { parseWords } from './options.ts'

const SYNOPSIS = 'verify'

/** The validation set, on this workstation. */
export const command: Command = {
  run: ({ arguments: words, json, out }) => {
    parseWords(words, {}, { positionals: 0, synopsis: SYNOPSIS })
    const rows = runVerification(fileResources())
    const failed = rows.filter((row) => !row.passed).length
    if (json) out(JSON.stringify({ rows, passed: rows.length - failed, failed }, null, 2))
    else {
      for (const row of rows)
        out(
          `${row.passed ? 'pass' : 'FAIL'}  ${row.name.padEnd(64)} expected ${shown(row.expected)}  found ${shown(row.found)}  tolerance ${row.tolerance}  [${row.source}]`,
        )
      out(`${rows.length - failed} passed, ${failed} failed`)
    }
    return Promise.resolve(failed === 0)
  },
}

function shown(value: number | string): string {
  return typeof value === 'number' ? value.toPrecision(6) : value
}
