import { describe, expect, it } from 'vitest'
import { calcHelp } from './calcHelp.ts'
import { commands } from './commands.ts'
import { asksForHelp, HelpAsked, parseWords } from './options.ts'
import { commandHelp } from './usage.ts'

describe('--help', () => {
  it('of a command: usage, options, an example', () => {
    const options = { out: { type: 'string' }, uneven: { type: 'boolean' } } as const
    const text = commandHelp('dvh', { synopsis: 'dvh DOSE', options })
    expect(text).toContain('Usage: theratwin dvh DOSE\n')
    expect(text).toMatch(/--out VALUE\n {2}--uneven\n/)
    expect(text).toContain('theratwin dvh dose.dcm')
  })

  it('every command has an example', () => {
    expect(Object.keys(commands).filter((name) => !commandHelp(name, null).includes('Example:'))).toEqual([])
  })

  it('of words: asked before anything else of them is wrong', () => {
    const ask = () => parseWords(['--help', '--none'], { out: { type: 'string' } }, { positionals: 1, synopsis: 'x' })
    expect(ask).toThrow(HelpAsked)
    expect(asksForHelp(['--helpful'])).toBe(false)
  })

  it('of a calculation: fields with units, what is needed, and its example', () => {
    const text = calcHelp('fit-tac')
    expect(text).toMatch(/points: a list, needed/)
    expect(text).toMatch(/ {2}timeH: a number in h, needed. Time after the start/)
    expect(text).toMatch(/echo '\{"label":"Kidney left",.*\| theratwin calc fit-tac/)
    expect(calcHelp('scan-time')).toMatch(/noise: a number, default 0.05/)
  })
})
