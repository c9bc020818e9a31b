/** `theratwin`: the command line, over the same use cases as the window. */
import { CancelledError, InputError } from '../../native-core/errors/index.ts'
import type { ImportProblem } from '../contracts/problems.ts'
import { commands } from './commands.ts'
import type { CommandContext } from './context.ts'
import { asksForHelp, HelpAsked } from './options.ts'
import { problemsText } from './text.ts'
import { commandHelp, usage } from './usage.ts'

/** Exit codes that scripts can rely on. */
const EXIT = { fine: 0, bug: 1, badInput: 2, cancelled: 3 } as const

const cancel = new AbortController()
process.on('SIGINT', () => cancel.abort())
process.on('SIGTERM', () => cancel.abort())

const [name, ...rest] = process.argv.slice(2)
const json = rest.includes('--json')
const context: CommandContext = {
  arguments: rest.filter((word) => word !== '--json'),
  json,
  signal: cancel.signal,
  out: (text) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
  progress: json || !process.stderr.isTTY ? () => undefined : showProgress,
}

try {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') context.out(usage())
  else {
    const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!entry)
      throw new InputError(
        'cli.unknown-command',
        `There is no command "${name}".`,
        'Run `theratwin help` for the list.',
      )
    const { command } = await entry.load()
    process.exitCode = (await runOrHelp(() => command.run(context))) ? EXIT.fine : EXIT.badInput
  }
} catch (error) {
  process.exitCode = fail(error)
}

/** Runs a command; asked for help it tells its options, as far as the other words say which they are. */
async function runOrHelp(run: () => Promise<boolean>): Promise<boolean> {
  try {
    return await run()
  } catch (error) {
    if (!asksForHelp(rest) || !(error instanceof HelpAsked || error instanceof InputError)) throw error
    context.out(commandHelp(name ?? '', error instanceof HelpAsked ? error : null))
    return true
  }
}

function fail(error: unknown): number {
  const kind = error instanceof InputError ? 'input' : error instanceof CancelledError ? 'cancelled' : 'bug'
  const message = error instanceof Error ? error.message : String(error)
  if (json) {
    const { code, hint } =
      error instanceof InputError ? error : { code: kind === 'bug' ? 'internal' : 'cancelled', hint: '' }
    const problems = problemsOf(error)
    process.stderr.write(
      `${JSON.stringify({ error: { kind, code, message, hint }, ...(problems ? { problems } : {}) })}\n`,
    )
  } else if (error instanceof InputError) {
    const problems = problemsOf(error)
    if (problems && problems.length > 0) process.stderr.write(`${problemsText(problems)}\n\n`)
    process.stderr.write(`theratwin: ${message}\n  → ${error.hint}\n  (${error.code})\n`)
  } else if (kind === 'cancelled') process.stderr.write(`theratwin: ${message}\n`)
  else
    process.stderr.write(
      `theratwin: this is a bug, please report it.\n${error instanceof Error ? error.stack : message}\n`,
    )
  return kind === 'input' ? EXIT.badInput : kind === 'cancelled' ? EXIT.cancelled : EXIT.bug
}

/** What the import said of the files, where an error carries it. */
function problemsOf(error: unknown): readonly ImportProblem[] | null {
  return error instanceof Error && 'problems' in error ? (error.problems as readonly ImportProblem[]) : null
}

function showProgress(fraction: number, what: string): void {
  process.stderr.write(
    `\r\x1b[2K${String(Math.round(fraction * 100)).padStart(3)} %  ${what}${fraction >= 1 ? '\n' : ''}`,
  )
}
