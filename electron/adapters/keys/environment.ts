import { InputError } from '../../../native-core/errors/index.ts'
import type { PassphraseProvider } from '../../services/ports/storeKeys.ts'
import { promptForPassphrase, type Terminal } from './prompt.ts'

/**
 * The passphrase of the command line: `THERATWIN_PASSPHRASE` where it is set, else asked for at the terminal. Throws InputError
 * 'key.no-passphrase' where there is neither.
 */
export function environmentPassphrase(
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): PassphraseProvider {
  return async (purpose) => {
    const given = environment['THERATWIN_PASSPHRASE']
    if (given !== undefined && given !== '') return given
    if (terminal.input.isTTY !== true) {
      throw new InputError(
        'key.no-passphrase',
        'The store needs its passphrase, and there is no terminal to ask for it.',
        'Set the environment variable THERATWIN_PASSPHRASE, or run the command in a terminal.',
      )
    }
    return promptForPassphrase(terminal, purpose)
  }
}
