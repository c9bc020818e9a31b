import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeXml, niceTicks } from './chartParts.ts'
import { hourTicks, timeActivityChart } from './charts.ts'

const chart = (activityMbq: number[], used = true) => ({
  points: activityMbq.map((a, i) => ({ hours: 24 * (i + 1), activityMbq: a, standardUncertaintyMbq: 0.3 * a, used })),
  curve: { hours: [0, 24, 96], activityMbq: [120, 100, 10], lowerMbq: [0, 90, 5], upperMbq: [9999, 110, 15] },
  widthPt: 240,
  heightPt: 120,
})

describe('ticks', () => {
  it('cover the range with steps of 1, 2 or 5 times a power of ten', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), fc.integer({ min: 2, max: 8 }), (largest, most) => {
        const ticks = niceTicks(largest, most)
        const step = ticks[1]!
        const digits = Number(step.toExponential().split('e')[0])
        return (
          ticks[0] === 0 &&
          ticks.at(-1)! >= largest * (1 - 1e-9) &&
          ticks.length <= most + 2 &&
          [1, 2, 5].includes(digits)
        )
      }),
    )
  })

  it('of hours stay inside the axis and divide days', () => {
    for (const last of [3, 26, 80, 175, 400, 2000]) {
      const ticks = hourTicks(last, 8)
      expect(ticks.at(-1)!).toBeLessThanOrEqual(last)
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(ticks.length).toBeLessThanOrEqual(9)
    }
  })
})

describe('timeActivityChart', () => {
  it('places points in proportion: half the activity is half the height, twice the time twice the way', () => {
    const svg = timeActivityChart(chart([100, 50]))
    const [a, b] = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(
      (m) => [Number(m[1]), Number(m[2])] as const,
    )
    const axis = [...svg.matchAll(/<line x1="33" y1="([\d.]+)" x2="233" y2="\1" stroke="#6b7682"/g)].map((m) =>
      Number(m[1]),
    )[0]!
    expect((axis - a![1]) / (axis - b![1])).toBeCloseTo(2, 1)
    expect((b![0] - 33) / (a![0] - 33)).toBeCloseTo(2, 1)
  })

  it('keeps everything inside its frame, whatever the band does', () => {
    const svg = timeActivityChart(chart([100, 50, 20]))
    for (const pair of svg.matchAll(/points="([^"]+)"/g)) {
      for (const p of pair[1]!.split(' ')) {
        const [x, y] = p.split(',').map(Number) as [number, number]
        expect(x).toBeGreaterThanOrEqual(33)
        expect(x).toBeLessThanOrEqual(233)
        expect(y).toBeGreaterThanOrEqual(14)
        expect(y).toBeLessThanOrEqual(99)
      }
    }
  })

  it('draws points that the fit left out hollow, and bars only where they show', () => {
    expect(timeActivityChart(chart([100], false))).toContain('fill="#ffffff"')
    expect(timeActivityChart(chart([100], true))).not.toContain('fill="#ffffff"')
    const bars = (u: number): number =>
      [
        ...timeActivityChart({
          ...chart([100]),
          points: [{ hours: 24, activityMbq: 100, standardUncertaintyMbq: u, used: true }],
        }).matchAll(/stroke="#1b2733" stroke-width="0.7"\/>/g),
      ].length
    expect(bars(30)).toBe(3)
    expect(bars(0.5)).toBe(0)
  })

  it('is a chart also without points or curve', () => {
    for (const c of [
      { ...chart([]), curve: null },
      { ...chart([0]), curve: null },
    ]) {
      expect(timeActivityChart(c)).not.toMatch(/NaN|Infinity/)
    }
  })

  it('escapes markup', () => {
    expect(escapeXml('a<b & "c"\u0007')).toBe('a&lt;b &amp; &quot;c&quot;')
  })
})
