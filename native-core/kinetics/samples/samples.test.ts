import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactly, RandomStream } from '../../statistics/index.ts'
import {
  fitSeries,
  marrowActivityFromBlood,
  probePoints,
  readingBq,
  relativeToFirst,
  remainderTia,
  retentionByExcretion,
  sampleConcentration,
  scaledMarrowMassKg,
} from './index.ts'

const H = 3600
/** A round half-life of the test, s. */
const T = 160 * H
const LAMBDA = Math.LN2 / T
const relative = (value: number, u: number) => ({ value, standardUncertainty: value * u })
const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true })

describe('samples', () => {
  it('measured late give the concentration at sampling; the share per mL is free of decay', () => {
    fc.assert(
      fc.property(positive(0, 200), positive(0, 300), positive(0.2, 5), positive(1, 1e5), (t, later, ml, perMl) => {
        const found = sampleConcentration(
          {
            timeS: t * H,
            measuredAtS: (t + later) * H,
            volumeMl: exactly(ml),
            reading: { kind: 'activity', activityBq: relative(perMl * ml * Math.exp(-LAMBDA * later * H), 0.03) },
          },
          1e9,
          T,
        )
        expect(found.concentrationBqPerMl.value / perMl).toBeCloseTo(1, 10)
        expect(found.concentrationBqPerMl.standardUncertainty / perMl).toBeCloseTo(0.03, 10)
        expect(found.fractionPerMl.value / ((perMl * Math.exp(LAMBDA * t * H)) / 1e9)).toBeCloseTo(1, 10)
      }),
    )
  })

  it('counted: net rate over efficiency, decay while counting corrected, variance by Poisson', () => {
    const reading = {
      kind: 'counts' as const,
      counts: 90000,
      durationS: 300,
      background: { counts: 6000, durationS: 600 },
      efficiencyCpsPerBq: relative(0.2, 0.01),
    }
    const found = readingBq(reading, 1e12)
    expect(found.value).toBeCloseTo((300 - 10) / 0.2, 6)
    expect(found.standardUncertainty).toBeCloseTo(
      Math.hypot(Math.hypot(1, Math.sqrt(6000) / 600) / 0.2, 1450 * 0.01),
      6,
    )
    // Over one half-life the mean is 1/(2 ln 2) of the start.
    expect(readingBq(reading, 300).value / found.value).toBeCloseTo(2 * Math.LN2, 6)
  })

  it('refuse a measurement before sampling, no volume, and counts that are none', () => {
    const sample = {
      timeS: H,
      measuredAtS: 0,
      volumeMl: exactly(1),
      reading: { kind: 'activity' as const, activityBq: exactly(5) },
    }
    expect(() => sampleConcentration(sample, 1e9, T)).toThrow(/sample of 1 h was measured at 0 h/)
    expect(() => sampleConcentration({ ...sample, measuredAtS: H, volumeMl: exactly(0) }, 1e9, T)).toThrow(/volume/)
    const reading = {
      kind: 'counts' as const,
      counts: -1,
      durationS: 1,
      background: { counts: 0, durationS: 1 },
      efficiencyCpsPerBq: exactly(1),
    }
    expect(() => readingBq(reading, T)).toThrow(/-1 counts/)
    const taken = (measuredH: number, activityBq: number) => ({
      timeS: H,
      measuredAtS: measuredH * H,
      volumeMl: exactly(2),
      reading: { kind: 'activity' as const, activityBq: exactly(activityBq) },
    })
    expect(() => sampleConcentration(taken(36_000, 500), 7e9, T)).toThrow(/half-lives later/)
    expect(() => sampleConcentration(taken(1, 8e9), 7e9, T)).toThrow(/11\d % of the administered/)
  })
})

describe('excretion', () => {
  const void_ = (t: number, share: number, u = 0, measured = t) => ({
    timeS: t * H,
    measuredAtS: measured * H,
    activityBq: relative(7e9 * share * Math.exp(-LAMBDA * measured * H), u),
  })

  it('leaves what was given less what was excreted, both decaying', () => {
    const found = retentionByExcretion({
      label: 'body',
      excretions: [void_(4, 0.5, 0.02, 30), void_(1, 0.2, 0.02, 29)],
      administeredActivityBq: relative(7e9, 0.05),
      halfLifeS: T,
    })
    expect(found.retained.map(({ value }) => value)).toEqual([expect.closeTo(0.8, 10), expect.closeTo(0.3, 10)])
    expect(found.series.activityBq[1]).toBeCloseTo(7e9 * 0.3 * Math.exp(-LAMBDA * 4 * H), 0)
    expect(found.cumulativeExcreted[1]?.standardUncertainty).toBeCloseTo(Math.hypot(0.004, 0.01, 0.7 * 0.05), 10)
    // The error of the first void is in both, and that of what was given.
    const [a, b] = found.series.activityBq as [number, number]
    expect((found.series.covarianceBq2[0]?.[1] as number) / a / b).toBeCloseTo((0.05 ** 2 + 0.004 ** 2) / 0.24, 10)
    const { independentSigmaBq, sigmaBq, commonRelativeUncertainty } = found.series
    expect(Math.hypot(independentSigmaBq[1] ?? NaN, b * commonRelativeUncertainty) / (sigmaBq[1] ?? NaN)).toBeCloseTo(
      1,
      10,
    )
  })

  it('integrates steps, not lines: all held to the only void is physical decay, and more voids never more', () => {
    const held = retentionByExcretion({
      label: 'body',
      excretions: [void_(24, 1)],
      administeredActivityBq: exactly(7e9),
      halfLifeS: T,
    })
    expect(held.tiaToLastVoidBqS.value).toBeCloseTo((7e9 * (1 - Math.exp(-LAMBDA * 24 * H))) / LAMBDA, -3)
    expect(held.largestTiaAfterBqS.value).toBeLessThan(1)
    const [first, second, third] = [2, 6, 24] as const
    const stepped = retentionByExcretion({
      label: 'body',
      excretions: [void_(first, 0.3), void_(second, 0.2), void_(third, 0.1)],
      administeredActivityBq: exactly(7e9),
      halfLifeS: T,
    })
    const piece = (r: number, from: number, to: number) =>
      (r * 7e9 * (Math.exp(-LAMBDA * from * H) - Math.exp(-LAMBDA * to * H))) / LAMBDA
    const expected = piece(1, 0, first) + piece(0.7, first, second) + piece(0.5, second, third)
    expect(stepped.tiaToLastVoidBqS.value / expected).toBeCloseTo(1, 12)
    expect(stepped.largestTiaAfterBqS.value / ((0.4 * 7e9 * Math.exp(-LAMBDA * third * H)) / LAMBDA)).toBeCloseTo(1, 12)
  })

  it('states the spread that repeated collections have (4 %)', () => {
    const random = new RandomStream(11)
    const shares = [0.3, 0.2, 0.1]
    const once = (): number =>
      retentionByExcretion({
        label: 'body',
        excretions: shares.map((share, i) => void_([2, 8, 24][i] as number, share * (1 + 0.1 * random.normal()))),
        administeredActivityBq: exactly(7e9 * (1 + 0.04 * random.normal())),
        halfLifeS: T,
      }).tiaToLastVoidBqS.value
    const repeated = Array.from({ length: 4000 }, once)
    const mean = repeated.reduce((sum, v) => sum + v, 0) / repeated.length
    const sd = Math.sqrt(repeated.reduce((sum, v) => sum + (v - mean) ** 2, 0) / repeated.length)
    const stated = retentionByExcretion({
      label: 'body',
      excretions: shares.map((share, i) => void_([2, 8, 24][i] as number, share, 0.1)),
      administeredActivityBq: relative(7e9, 0.04),
      halfLifeS: T,
    }).tiaToLastVoidBqS
    expect(Math.abs(stated.standardUncertainty / sd - 1)).toBeLessThan(0.04)
    expect(stated.value / mean).toBeCloseTo(1, 2)
  })

  it('refuses more than was given, but for the uncertainty, and clocks that contradict', () => {
    const given = { label: 'body', administeredActivityBq: exactly(7e9), halfLifeS: T }
    expect(() => retentionByExcretion({ ...given, excretions: [void_(4, 1.2, 0.01)] })).toThrow(/120\.0 %/)
    const noisy = retentionByExcretion({ ...given, excretions: [void_(4, 1.02, 0.05)] })
    expect(noisy.retained[0]?.value).toBe(0)
    expect(noisy.remarks.join()).toMatch(/nothing is left/)
    expect(() => retentionByExcretion({ ...given, excretions: [void_(4, 0.1, 0, 3)] })).toThrow(/measured at 3 h/)
    expect(() => retentionByExcretion({ ...given, excretions: [void_(1, 0, 0, 3 + (21 * T) / H)] })).toThrow(
      /half-lives later/,
    )
    expect(() => retentionByExcretion({ ...given, excretions: [] })).toThrow(/no collections/)
  })
})

describe('readings relative to the first', () => {
  const curve = (t: number): number => 0.6 * 2 ** (-t / 3) + 0.4 * 2 ** (-t / 60)

  it('of both sides of a body are its activity, whatever the distance', () => {
    const readings = [0.2, 2, 5, 24, 72].map((t) => ({
      timeS: t * H,
      anterior: exactly(120 * curve(t) + 0.4),
      posterior: exactly(70 * curve(t) + 0.4),
    }))
    const points = probePoints(readings, exactly(0.4))
    const series = relativeToFirst({
      label: 'body',
      points,
      administeredActivityBq: exactly(7.4e9),
      halfLifeS: T,
    })
    expect(series.activityBq[0]).toBeCloseTo(7.4e9 * Math.exp(-LAMBDA * 0.2 * H), 0)
    series.activityBq.forEach((bq, i) => {
      const t = (series.timesS[i] as number) / H
      expect(bq / ((7.4e9 * Math.exp(-LAMBDA * 0.2 * H) * curve(t)) / curve(0.2))).toBeCloseTo(1, 10)
    })
  })

  it('share the noise of the first: covariance exact, the first has that of the given activity only', () => {
    const series = relativeToFirst({
      label: 'body',
      points: [
        { timeS: H, reading: relative(100, 0.04) },
        { timeS: 5 * H, reading: relative(60, 0.03) },
        { timeS: 24 * H, reading: relative(20, 0.02) },
      ],
      administeredActivityBq: relative(7e9, 0.01),
      halfLifeS: T,
    })
    const correlated = (i: number, j: number): number =>
      (series.covarianceBq2[i]?.[j] as number) / (series.activityBq[i] as number) / (series.activityBq[j] as number)
    expect(correlated(0, 0)).toBeCloseTo(0.01 ** 2, 12)
    expect(correlated(0, 2)).toBeCloseTo(0.01 ** 2, 12)
    expect(correlated(1, 2)).toBeCloseTo(0.01 ** 2 + 0.04 ** 2, 12)
    expect(correlated(2, 2)).toBeCloseTo(0.01 ** 2 + 0.04 ** 2 + 0.02 ** 2, 12)
    expect(series.independentSigmaBq.every((sigma) => sigma > 0)).toBe(true)
  })

  it('of a mono-exponential are integrated to it by the fit that takes them', () => {
    const series = relativeToFirst({
      label: 'body',
      points: [1, 5, 24, 72].map((t) => ({ timeS: t * H, reading: relative(50 * 2 ** (-t / 30), 0.02) })),
      administeredActivityBq: relative(7e9, 0.03),
      halfLifeS: T,
    })
    const { tiaBqS } = fitSeries(series, { physicalHalfLifeS: T, model: 'mono-exponential' })
    const atFirst = 7e9 * Math.exp(-LAMBDA * H)
    expect(tiaBqS.value / ((atFirst * 2 ** (1 / 30) * 30 * H) / Math.LN2)).toBeCloseTo(1, 6)
  })

  it('refuse sides that come and go, readings below the background, and two of one time', () => {
    const one = { timeS: H, anterior: exactly(5), posterior: exactly(4) }
    expect(() => probePoints([one, { timeS: 2 * H, anterior: exactly(4), posterior: null }], exactly(1))).toThrow(
      /2\.000 h has no posterior/,
    )
    expect(() => probePoints([one], exactly(4.5))).toThrow(/posterior reading of 1\.000 h is 4, the background 4\.5/)
    expect(() => probePoints([{ timeS: 0, anterior: null, posterior: null }], exactly(0))).toThrow(/no reading/)
    const points = [1, 1].map((t) => ({ timeS: t * H, reading: exactly(3) }))
    expect(() => relativeToFirst({ label: 'body', points, administeredActivityBq: exactly(1), halfLifeS: T })).toThrow(
      /two points/,
    )
    const single = probePoints([{ timeS: H, anterior: exactly(9), posterior: null }], exactly(1))
    expect(single[0]?.reading.value).toBe(8)
  })
})

describe('marrow and remainder', () => {
  it('marrow has the concentration of blood times the ratio times its volume; a relative uncertainty each', () => {
    const found = marrowActivityFromBlood({
      bloodTiaPerMl: relative(1e6, 0.06),
      marrowToBlood: { kind: 'hematocrit', hematocrit: 0.43 },
      ratioRelativeUncertainty: 0.2,
      marrowMassKg: relative(1.03, 0.1),
    })
    expect(found.ratio.value).toBeCloseTo(0.19 / 0.57, 12)
    expect(found.tiaBqS.value).toBeCloseTo((1e6 * 0.19 * 1000) / 0.57, 2)
    expect(found.tiaBqS.standardUncertainty / found.tiaBqS.value).toBeCloseTo(Math.hypot(0.06, 0.2, 0.1), 10)
    expect(scaledMarrowMassKg(1.12, 58, 73.7)).toBeCloseTo((1.12 * 58) / 73.7, 12)
    expect(() => scaledMarrowMassKg(1.12, 0, 73.7)).toThrow(/mass of the patient is 0 kg/)
  })

  it('the remainder is what the organs leave; organs with more than all are refused', () => {
    const organs = [{ name: 'kidneys', tiaBqS: relative(3e12, 0.1) }]
    expect(remainderTia(relative(1e13, 0.05), organs)).toEqual({
      value: expect.closeTo(7e12, 0) as number,
      standardUncertainty: expect.closeTo(Math.hypot(5e11, 3e11), 0) as number,
    })
    expect(() => remainderTia(exactly(1e12), organs)).toThrow(/300 %/)
    expect(remainderTia(exactly(2.9e12), organs).value).toBe(0)
  })
})
