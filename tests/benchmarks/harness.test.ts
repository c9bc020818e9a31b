import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { benchmark, median, meets } from './harness.ts'

describe('median', () => {
  it('is the middle one, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  it('has as many values below as above', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const middle = median(values)
        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length
        expect(Math.max(below, above) * 2).toBeLessThanOrEqual(values.length)
      }),
    )
  })

  it('refuses to be taken of nothing', () => {
    expect(() => median([])).toThrow(RangeError)
  })
})

describe('a benchmark', () => {
  it('runs warm-ups and runs on what setup gave, counts only the runs, and clears up', async () => {
    const log: string[] = []
    const outcome = await benchmark({
      row: 'a row',
      bar: { value: 1, unit: 's', better: 'less' },
      runs: 2,
      warmUps: 1,
      setup: () => ({ name: 'context' }),
      run: ({ name }) => log.push(`run ${name}`),
      teardown: ({ name }) => log.push(`teardown ${name}`),
    }).measure()
    expect(log).toEqual(['run context', 'run context', 'run context', 'teardown context'])
    // push gives a number, which is reported in place of the time.
    expect(outcome).toEqual({ kind: 'measured', values: [2, 3] })
  })

  it('does nothing where it is not available', async () => {
    const outcome = await benchmark({
      row: 'a row',
      bar: { value: 1, unit: 's', better: 'less' },
      unavailable: () => 'no data here',
      run: () => expect.unreachable(),
    }).measure()
    expect(outcome).toEqual({ kind: 'unavailable', reason: 'no data here' })
  })

  it('without a bar is met by any value', () => {
    expect(meets({ value: null, unit: 's', better: 'less' }, 1e9)).toBe(true)
  })

  it.each([
    ['less', 0.9, true],
    ['less', 1.1, false],
    ['more', 1.1, true],
    ['more', 0.9, false],
  ] as const)('with a bar of %s than 1: %d meets it: %s', (better, value, expected) => {
    expect(meets({ value: 1, unit: 's', better }, value)).toBe(expected)
  })
})
