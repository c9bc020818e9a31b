import { join } from 'node:path'
import { createWorkbench } from '../backend/compose.ts'
import { demonstrationFolder } from '../backend/demonstration.ts'
import type { Command } from './context.ts'
import { parseWords } from './options.ts'
import { runPipeline } from './run.ts'

const SYNOPSIS = 'demo --out FOLDER'

/** Makes the demonstration patient and runs the whole chain on it. */
export const command: Command = {
  run: async (context) => {
    const { values } = parseWords(
      context.arguments,
      { out: { type: 'string', default: 'out/demo' } },
      { positionals: 0, synopsis: SYNOPSIS },
    )
    const { signal, progress } = context
    const folder = await demonstrationFolder((f, what) => progress(0.3 * f, what), signal, join(values.out, 'dicom'))
    const bench = createWorkbench()
    try {
      const rest = { ...context, progress: (f: number, what: string) => progress(0.3 + 0.7 * f, what) }
      const how = { protocol: {}, registrations: 'from-files', printedAt: new Date().toISOString() } as const
      return await runPipeline([folder.path], values.out, how, bench, rest)
    } finally {
      await bench.close()
    }
  },
}
