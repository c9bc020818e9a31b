/** Asks for a passphrase at the terminal without showing it. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'

/** Arrow and function keys begin with ESC and are no part of a passphrase. */
const escapeSequence = /\u001b(\[[0-9;]*[A-Za-z~]|O.)/g

/** process.stdin and process.stderr, or doubles of them. The question goes to stderr, so that stdout stays clean for machines. */
export interface Terminal {
  readonly input: {
    readonly isTTY?: boolean
    setRawMode?(on: boolean): unknown
    setEncoding(encoding: 'utf8'): unknown
    on(event: 'data', listener: (text: string) => void): unknown
    off(event: 'data', listener: (text: string) => void): unknown
    resume(): unknown
    pause(): unknown
  }
  readonly output: { write(text: string): unknown }
}

/**
 * Reads one passphrase; for a new store twice, until both are the same (three tries). Backspace and Ctrl+U work. Throws
 * CancelledError on Ctrl+C or Ctrl+D, InputError 'key.passphrases-differ'.
 */
export async function promptForPassphrase(terminal: Terminal, purpose: 'open' | 'create'): Promise<string> {
  if (purpose === 'open') return readHidden(terminal, 'Passphrase of the store: ')
  for (let attempt = 0; attempt < 3; attempt++) {
    const first = await readHidden(terminal, 'New passphrase of the store: ')
    if (first === (await readHidden(terminal, 'The same again: '))) return first
    terminal.output.write('They differ.\n')
  }
  throw new InputError('key.passphrases-differ', 'The two passphrases differed three times.', 'Start again.')
}

function readHidden({ input, output }: Terminal, question: string): Promise<string> {
  output.write(question)
  return new Promise((resolve, reject) => {
    let typed: string[] = []
    const finish = (settle: () => void): void => {
      input.off('data', onData)
      input.setRawMode?.(false)
      input.pause()
      output.write('\n')
      settle()
    }
    const onData = (text: string): void => {
      for (const character of text.replace(escapeSequence, '')) {
        if (character === '\r' || character === '\n') return finish(() => resolve(typed.join('')))
        if (character === '\u0003' || character === '\u0004') {
          return finish(() => reject(new CancelledError('Entering the passphrase')))
        }
        if (character === '\u007f' || character === '\b') typed.pop()
        else if (character === '\u0015') typed = []
        else if (character >= ' ') typed.push(character)
      }
    }
    input.setRawMode?.(true)
    input.setEncoding('utf8')
    input.on('data', onData)
    input.resume()
  })
}
