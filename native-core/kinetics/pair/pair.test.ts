import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactly } from '../../statistics/index.ts'
import { pairedSeries, pairedTia } from './index.ts'
import type { PairRequest } from './index.ts'

const H = 3600
const relative = (value: number, u: number) => ({ value, standardUncertainty: value * u })
/** Half-lives of the tests, s: round numbers, so that nothing of the program's data is in them. */
const LONG = { nuclide: 'Long', halfLifeS: 160 * H, administeredActivityBq: exactly(7e9) }
const SHORT = { nuclide: 'Short', halfLifeS: 13 * H, administeredActivityBq: exactly(2e8) }

/** Points of r(t) = 2 %·2^(−t/T_b) as the diagnostic nuclide shows it. */
const diagnostic = (timesH: readonly number[], biologicalH: number, u = 0.05, given = SHORT): PairRequest['points'] =>
  timesH.map((t) => ({
    timeS: t * H,
    activityBq: relative(
      0.02 * given.administeredActivityBq.value * 2 ** (-t / biologicalH - (t * H) / given.halfLifeS),
      u,
    ),
  }))

describe('the theranostic pair', () => {
  it('of one nuclide and factor 1 is the input, scaled by what was given', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 6 }), (values) => {
        const points = values.map((bq, i) => ({ timeS: (i + 0.3) * 7 * H, activityBq: relative(bq, 0.1) }))
        const { series } = pairedSeries({
          label: 'tumour',
          points,
          diagnostic: LONG,
          therapy: LONG,
          agentFactor: exactly(1),
        })
        series.activityBq.forEach((bq, i) => expect(bq / (values[i] as number)).toBeCloseTo(1, 10))
        series.sigmaBq.forEach((sigma, i) => expect(sigma / (values[i] as number)).toBeCloseTo(0.1, 10))
      }),
    )
  })

  it('exchanges one physical decay for the other, and keeps biology', () => {
    const { series, retention } = pairedSeries({
      label: 'tumour',
      points: diagnostic([1, 24, 48], 60),
      diagnostic: SHORT,
      therapy: LONG,
      agentFactor: { value: 0.8, standardUncertainty: 0.16 },
    })
    series.activityBq.forEach((bq, i) => {
      const t = (series.timesS[i] as number) / H
      expect(retention[i]?.value).toBeCloseTo(0.02 * 2 ** (-t / 60), 10)
      expect(bq / (0.8 * 0.02 * 7e9 * 2 ** (-t / 60 - t / 160))).toBeCloseTo(1, 10)
    })
    // The factor's 20 % are common: off the diagonal they stand alone.
    const [a, b] = series.activityBq as [number, number]
    expect((series.covarianceBq2[0]?.[1] as number) / a / b).toBeCloseTo(0.04, 10)
    expect((series.sigmaBq[0] as number) / a).toBeCloseTo(Math.hypot(0.2, 0.05), 10)
  })

  it('integrates to the closed form, with the share that nobody measured in the answer', () => {
    const request = { label: 'tumour', diagnostic: SHORT, therapy: LONG }
    const paired = pairedSeries({ ...request, points: diagnostic([1, 24, 72], 30), agentFactor: null })
    const effective = 1 / (1 / 30 + 1 / 160)
    const found = pairedTia(paired, request, { model: 'mono-exponential' })
    expect(found.tiaBqS.value / ((0.02 * 7e9 * effective * H) / Math.LN2)).toBeCloseTo(1, 6)
    expect(found.shareAfterLastPoint).toBeCloseTo(2 ** (-72 / effective), 6)
    expect(found.diagnosticHalfLivesAtLastPoint).toBeCloseTo(72 / 13, 10)
    expect(found.remarks.join()).toMatch(/no factor between the agents.*14 % of the time-integrated activity of Long/s)
  })

  it('refuses where the diagnostic scans end too early, names the share, and goes on where more is allowed', () => {
    const request = { label: 'tumour', diagnostic: SHORT, therapy: LONG }
    const paired = pairedSeries({ ...request, points: diagnostic([1, 2, 4], 60), agentFactor: exactly(1) })
    expect(() => pairedTia(paired, request, { model: 'mono-exponential' })).toThrow(
      /94 % .* lie after the last scan with Short \(4 h, 0\.31 half-lives of Short\); at most 20 %/,
    )
    const allowed = pairedTia(paired, request, { model: 'mono-exponential', largestShareAfter: 1 })
    expect(allowed.shareAfterLastPoint).toBeGreaterThan(0.9)
    expect(() => pairedTia(paired, request, { largestShareAfter: 2 })).toThrow(/0 to 1/)
  })

  it('says where more than all that was given would be in the structure, and refuses what is no activity', () => {
    const request = { label: 'tumour', diagnostic: SHORT, therapy: LONG, agentFactor: exactly(1) }
    const much = [{ timeS: H, activityBq: exactly(1e9) }]
    expect(pairedSeries({ ...request, points: much }).remarks.join()).toMatch(/more than all/)
    expect(() => pairedSeries({ ...request, points: [{ timeS: H, activityBq: exactly(0) }] })).toThrow(/positive/)
    expect(() => pairedSeries({ ...request, points: much, agentFactor: exactly(0) })).toThrow(/factor between/)
  })
})
