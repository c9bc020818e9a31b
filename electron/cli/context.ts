import type { ProgressSink } from '../services/ports/dicomSource.ts'

export interface CommandContext {
  /** What stands behind the command's name, without --json. */
  readonly arguments: readonly string[]
  /** For machines: JSON on stdout, errors as JSON on stderr, no progress. */
  readonly json: boolean
  readonly signal: AbortSignal
  readonly out: (text: string) => void
  readonly progress: ProgressSink
}

export interface Command {
  /** False where the command ran but its answer is a "no" (a failed check): exit code 2. */
  readonly run: (context: CommandContext) => Promise<boolean>
}
