import { PROGRAM_VERSION } from '../backend/version.ts'
import { commands } from './commands.ts'

export function usage(): string {
  const width = Math.max(...Object.values(commands).map((command) => command.synopsis.length))
  return [
    `Theratwin ${PROGRAM_VERSION}: planning of radiopharmaceutical therapy, on the command line.`,
    '',
    ...Object.values(commands).map((command) => `  theratwin ${command.synopsis.padEnd(width)}  ${command.summary}`),
    '',
    'Everywhere: --json for machines. Exit codes: 0 fine, 2 bad input, 3 cancelled, 1 a bug of the program.',
    'The passphrase of a store is asked for, or taken from THERATWIN_PASSPHRASE.',
  ].join('\n')
}
