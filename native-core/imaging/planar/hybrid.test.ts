import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitSeries } from '../../kinetics/samples/index.ts'
import { hybridSeries } from './index.ts'

const H = 3600
const relative = (value: number, u: number) => ({ value, standardUncertainty: value * u })
/** A mono-exponential of 40 h in units of a camera. */
const planar = (u: number) => [4, 24, 48, 96].map((t) => ({ timeS: t * H, reading: relative(700 * 2 ** (-t / 40), u) }))
const spect = (t: number, u: number) => ({ timeS: t * H, activityBq: relative(1e8 * 2 ** (-t / 40), u) })

describe('a planar time course scaled by SPECT/CT', () => {
  it('is the true curve wherever the SPECT lies, also between planar times and shortly outside', () => {
    fc.assert(
      fc.property(fc.double({ min: 3, max: 97, noNaN: true }), (t) => {
        const { series } = hybridSeries({ label: 'kidney', planar: planar(0.05), spect: spect(t, 0.1), reachS: 2 * H })
        series.activityBq.forEach((bq, i) =>
          expect(bq / (1e8 * 2 ** (-(series.timesS[i] as number) / 40 / H))).toBeCloseTo(1, 10),
        )
      }),
    )
  })

  it('has the uncertainty of the SPECT alone at the time of the SPECT, and there shares it with the others', () => {
    const { series, planarAtSpect, remarks, scaleBqPerUnit } = hybridSeries({
      label: 'kidney',
      planar: planar(0.05),
      spect: spect(24, 0.1),
      reachS: 0,
    })
    expect([planarAtSpect, remarks]).toEqual(['measured', []])
    const u = series.sigmaBq.map((sigma, i) => sigma / (series.activityBq[i] as number))
    expect(u[1]).toBeCloseTo(0.1, 10)
    // SPECT, the planar image at its time, and the point's own.
    expect(u[0]).toBeCloseTo(Math.hypot(0.1, 0.05, 0.05), 10)
    const shared =
      (series.covarianceBq2[0]?.[2] as number) / (series.activityBq[0] as number) / (series.activityBq[2] as number)
    expect(shared).toBeCloseTo(0.01 + 0.0025, 10)
    expect(series.commonRelativeUncertainty).toBeCloseTo(Math.hypot(0.1, 0.05), 10)
    expect(scaleBqPerUnit.value).toBeCloseTo(1e8 / 700, 4)
  })

  it('interpolated says so, and the two neighbours share the planar part of its scale', () => {
    const found = hybridSeries({ label: 'kidney', planar: planar(0.06), spect: spect(36, 0.1), reachS: 0 })
    expect(found.planarAtSpect).toBe('interpolated')
    expect(found.remarks.join()).toMatch(/no planar image of the time of the SPECT \(36 h\)/)
    expect(found.series.commonRelativeUncertainty).toBeCloseTo(Math.hypot(0.1, 0.06 / Math.SQRT2), 10)
  })

  it('gives a fit its own weights and the common part to the integral', () => {
    const { series } = hybridSeries({ label: 'kidney', planar: planar(0.02), spect: spect(24, 0.1), reachS: 0 })
    const { fit, tiaBqS } = fitSeries(series, { physicalHalfLifeS: 574300, model: 'mono-exponential' })
    expect(tiaBqS.value / ((1e8 * 40 * H) / Math.LN2)).toBeCloseTo(1, 6)
    expect(tiaBqS.standardUncertainty).toBeCloseTo(
      Math.hypot(fit.tiaUncertaintyBqS, fit.tiaBqS * series.commonRelativeUncertainty),
      0,
    )
    expect(tiaBqS.standardUncertainty / tiaBqS.value).toBeGreaterThan(0.1)
  })

  it('refuses a SPECT far outside, off a single planar image, or before the administration', () => {
    const given = { label: 'kidney', planar: planar(0.05), reachS: 2 * H }
    expect(() => hybridSeries({ ...given, spect: spect(120, 0.1) })).toThrow(/nearest planar image of 96 h/)
    expect(() => hybridSeries({ ...given, planar: planar(0.05).slice(1, 2), spect: spect(25, 0.1) })).toThrow(/25 h/)
    expect(() => hybridSeries({ ...given, spect: spect(-1, 0.1) })).toThrow(/administration/)
  })
})
