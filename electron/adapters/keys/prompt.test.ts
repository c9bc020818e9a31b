import { EventEmitter } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { CancelledError } from '../../../native-core/errors/index.ts'
import { environmentPassphrase } from './environment.ts'
import { promptForPassphrase, type Terminal } from './prompt.ts'

/** A terminal at which somebody types: one text for each question. */
function terminal(...typed: string[]) {
  const events = new EventEmitter()
  const shown: string[] = []
  const rawModes: boolean[] = []
  const input = {
    isTTY: true,
    setRawMode: (on: boolean) => rawModes.push(on),
    setEncoding: vi.fn(),
    on: (event: 'data', listener: (text: string) => void) => events.on(event, listener),
    off: (event: 'data', listener: (text: string) => void) => events.off(event, listener),
    resume: () => {
      const next = typed.shift()
      if (next !== undefined) queueMicrotask(() => events.emit('data', next))
    },
    pause: vi.fn(),
  }
  const double = { input, output: { write: (text: string) => shown.push(text) } } satisfies Terminal
  return { double, shown, rawModes, listeners: () => events.listenerCount('data') }
}

describe('promptForPassphrase', () => {
  it.each([
    ['plain text', 'secret word\r', 'secret word'],
    ['corrections', 'sexx\u007f\u007fcret\n', 'secret'],
    ['starting over', 'wrong\u0015secret\r', 'secret'],
    ['arrow keys', 'se\u001b[Dcret\u001bOA\r', 'secret'],
    ['other scripts', 'пароль 密码 🔑\r', 'пароль 密码 🔑'],
  ])('takes %s and shows none of it', async (_name, typed, expected) => {
    const { double, shown, rawModes, listeners } = terminal(typed)
    expect(await promptForPassphrase(double, 'open')).toBe(expected)
    expect(shown.join('')).toBe('Passphrase of the store: \n')
    expect(rawModes).toEqual([true, false])
    expect(listeners()).toBe(0)
  })

  it.each(['\u0003', '\u0004'])('gives up on Ctrl+C and Ctrl+D, and restores the terminal', async (control) => {
    const { double, rawModes, listeners } = terminal(`abc${control}`)
    await expect(promptForPassphrase(double, 'open')).rejects.toThrow(CancelledError)
    expect(rawModes.at(-1)).toBe(false)
    expect(listeners()).toBe(0)
  })

  it('asks twice for a new one, until both are the same', async () => {
    const { double, shown } = terminal('one\r', 'two\r', 'three\r', 'three\r')
    expect(await promptForPassphrase(double, 'create')).toBe('three')
    expect(shown.filter((text) => text.includes('differ'))).toHaveLength(1)
  })

  it('gives up after three tries', async () => {
    const { double } = terminal('a\r', 'b\r', 'a\r', 'b\r', 'a\r', 'b\r')
    await expect(promptForPassphrase(double, 'create')).rejects.toMatchObject({ code: 'key.passphrases-differ' })
  })
})

describe('environmentPassphrase', () => {
  it('takes the passphrase of the environment without asking', async () => {
    const { double, shown } = terminal()
    expect(await environmentPassphrase({ THERATWIN_PASSPHRASE: 'from outside' }, double)('open')).toBe('from outside')
    expect(shown).toEqual([])
  })

  it.each([undefined, ''])('asks at the terminal where it is %j', async (value) => {
    const { double } = terminal('typed\r')
    expect(await environmentPassphrase({ THERATWIN_PASSPHRASE: value }, double)('open')).toBe('typed')
  })

  it('says what to do where there is no terminal', async () => {
    const { double } = terminal()
    const deaf = { ...double, input: { ...double.input, isTTY: false } }
    await expect(environmentPassphrase({}, deaf)('open')).rejects.toMatchObject({ code: 'key.no-passphrase' })
  })

  it('takes the streams of the process', () => {
    expect(environmentPassphrase({}, { input: process.stdin, output: process.stderr })).toBeTypeOf('function')
  })
})
