import { createWorkbench } from '../backend/compose.ts'
import { describeScan, verdictOf } from '../services/import/index.ts'
import type { Command } from './context.ts'
import { parseWords } from './options.ts'
import { foundText, problemsText } from './text.ts'

const SYNOPSIS = 'inspect PATH'

/** Looks at a folder or zip without storing anything. */
export const command: Command = {
  run: async (context) => {
    const { positionals } = parseWords(context.arguments, {}, { positionals: 1, synopsis: SYNOPSIS })
    const bench = createWorkbench()
    try {
      const scan = await bench.source.scan(positionals, { progress: context.progress, signal: context.signal })
      if (context.json) context.out(JSON.stringify(describeScan(scan), null, 2))
      else
        context.out(
          [foundText(scan), problemsText(scan.problems), `Verdict: ${verdictOf(scan)}`].filter(Boolean).join('\n'),
        )
      return verdictOf(scan) !== 'reject' && verdictOf(scan) !== 'ignore'
    } finally {
      await bench.close()
    }
  },
}
