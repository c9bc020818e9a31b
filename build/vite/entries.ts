/** Which files of electron/workers are workers: all but tests, declarations, and what callers of workers use. */
import { readdirSync } from 'node:fs'
import path from 'node:path'

const NOT_A_WORKER = new Set([
  'index.ts',
  'workerUrl.ts',
  'cancellablePool.ts',
  'pool.ts',
  'jobProtocol.ts',
  'answers.ts',
])

/** Bundle name (`workers/scan`) to source file, for every worker of the project at `root`. */
export function workerEntries(root: string): Record<string, string> {
  const folder = path.join(root, 'electron/workers')
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !/\.(test|d)\.ts$/.test(name) && !NOT_A_WORKER.has(name),
  )
  return Object.fromEntries(files.map((name) => [`workers/${name.slice(0, -3)}`, path.join(folder, name)]))
}
