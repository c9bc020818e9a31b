import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isodoseLines, roundLevels } from './isodoses.ts'

describe('isodose lines', () => {
  it('are per cent of the reference, highest first, neighbours unlike in colour and dash', () => {
    const lines = isodoseLines({ kind: 'relative', reference: 20, percent: [10, 95, 50] }, 'lagoon')
    expect(lines.map(({ value, label }) => [value, label])).toEqual([
      [19, '95 %'],
      [10, '50 %'],
      [2, '10 %'],
    ])
    expect(new Set(lines.map((line) => line.colour)).size).toBe(3)
    expect(lines[0]?.dash).not.toEqual(lines[1]?.dash)
  })

  it('leave out what is not a dose', () => {
    expect(
      isodoseLines({ kind: 'absolute', levels: [0, -1, 2.5], unit: 'Gy', per: 1 }, 'ember').map((line) => line.label),
    ).toEqual(['2.5 Gy'])
  })

  it('have round absolute levels below the maximum', () => {
    expect(roundLevels(23)).toEqual([0.5, 1, 2, 5, 10, 20])
    expect(roundLevels(0.09, 3)).toEqual([0.01, 0.02, 0.05])
    expect(roundLevels(0)).toEqual([])
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e4, noNaN: true }), (maximum) => {
        const levels = roundLevels(maximum)
        expect(levels).toHaveLength(6)
        expect(levels).toEqual([...levels].sort((a, b) => a - b))
        for (const level of levels) expect(level).toBeLessThan(maximum * (1 + 1e-6))
      }),
    )
  })
})
