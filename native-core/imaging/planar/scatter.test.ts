import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactly, poissonCounts } from '../../statistics/index.ts'
import { dualEnergyWindow, tripleEnergyWindow } from './index.ts'
import type { EnergyWindow, WindowCounts } from './index.ts'

/** Counts in a window of a spectrum a + b·E per keV. */
const counted = (window: EnergyWindow, a: number, b: number): WindowCounts => ({
  window,
  counts: exactly(a * (window.highKev - window.lowKev) + (b * (window.highKev ** 2 - window.lowKev ** 2)) / 2),
})
const window = (lowKev: number, highKev: number): EnergyWindow => ({ lowKev, highKev })

describe('triple energy window', () => {
  it('of windows symmetric about the peak is exact for any linear spectrum, whatever their widths', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 40, noNaN: true }),
        fc.double({ min: 2, max: 20, noNaN: true }),
        fc.double({ min: 10, max: 100, noNaN: true }),
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (half, side, a, b, primary) => {
          const peak = counted(window(208 - half, 208 + half), a, b + 0.2)
          const lower = counted(window(208 - half - side, 208 - half), a, b + 0.2)
          const upper = counted(window(208 + half, 208 + half + side), a, b + 0.2)
          const measured = { ...peak, counts: exactly(peak.counts.value + primary) }
          const found = tripleEnergyWindow({ peak: measured, lower, upper })
          expect(found.scatter.value / peak.counts.value).toBeCloseTo(1, 10)
          expect(Math.abs(found.primary.value - primary)).toBeLessThan(1e-9 * measured.counts.value)
        },
      ),
    )
  })

  it('interpolated between centres is exact for a linear spectrum also where the windows are not symmetric, and the mean is not', () => {
    const [a, b] = [400, -1.2]
    const peak = counted(window(187, 229), a, b)
    const lower = counted(window(166, 187), a, b)
    const upper = counted(window(240, 246), a, b)
    const linear = tripleEnergyWindow({ peak, lower, upper, interpolation: 'linear' })
    expect(linear.scatter.value).toBeCloseTo(peak.counts.value, 8)
    const mean = tripleEnergyWindow({ peak, lower, upper })
    expect(mean.scatter.value).not.toBeCloseTo(peak.counts.value, 0)
    expect(mean.remarks.join()).toMatch(/not exact there/)
  })

  it('has the arithmetic of Ogawa: (300/6 + 60/6)·28/2 = 840 of 5000, with Poisson variance', () => {
    const found = tripleEnergyWindow({
      peak: { window: window(126, 154), counts: poissonCounts(5000) },
      lower: { window: window(120, 126), counts: poissonCounts(300) },
      upper: { window: window(154, 160), counts: poissonCounts(60) },
    })
    expect(found.scatter.value).toBeCloseTo(840, 10)
    expect(found.primary.value).toBeCloseTo(4160, 10)
    expect(found.scatter.standardUncertainty).toBeCloseTo((14 / 6) * Math.sqrt(360), 10)
    expect(found.primary.standardUncertainty).toBeCloseTo(Math.sqrt(5000 + (14 / 6) ** 2 * 360), 10)
    expect(found.remarks).toEqual([])
  })

  it('without a window above takes the triangle, and says so', () => {
    const found = tripleEnergyWindow({
      peak: { window: window(126, 154), counts: poissonCounts(5000) },
      lower: { window: window(120, 126), counts: poissonCounts(300) },
      upper: null,
    })
    expect(found.scatter.value).toBeCloseTo(700, 10)
    expect(found.remarks.join()).toMatch(/No window above/)
  })

  it('refuses windows out of order, without width, and counts that are none; says where nothing is left or windows overlap', () => {
    const peak = { window: window(126, 154), counts: poissonCounts(100) }
    const low = { window: window(120, 126), counts: poissonCounts(300) }
    expect(() => tripleEnergyWindow({ peak: low, lower: peak, upper: null })).toThrow(/not in the order/)
    expect(() => tripleEnergyWindow({ peak, lower: { ...low, window: window(126, 120) }, upper: null })).toThrow(/none/)
    expect(() => tripleEnergyWindow({ peak, lower: { ...low, counts: exactly(-1) }, upper: null })).toThrow(
      /zero or more/,
    )
    const found = tripleEnergyWindow({ peak, lower: { ...low, window: window(120, 128) }, upper: null })
    expect(found.primary.value).toBeLessThan(0)
    expect(found.remarks.join()).toMatch(/overlap.*nothing is left/s)
  })
})

it('dual energy window subtracts k times the scatter window, with the uncertainty of k', () => {
  const found = dualEnergyWindow({
    peak: { window: window(126, 154), counts: { value: 5000, standardUncertainty: 70 } },
    scatterWindow: { window: window(92, 125), counts: { value: 2000, standardUncertainty: 45 } },
    ratio: { value: 0.5, standardUncertainty: 0.05 },
  })
  expect(found.primary.value).toBe(4000)
  expect(found.primary.standardUncertainty).toBeCloseTo(Math.hypot(70, 22.5, 100), 10)
})
