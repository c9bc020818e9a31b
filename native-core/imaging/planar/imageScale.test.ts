import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hybridSeries, scaleToImages } from './index.ts'

const H = 3600
const LAMBDA = Math.LN2 / (160 * H)
const relative = (value: number, u: number) => ({ value, standardUncertainty: value * u })
/** A curve that falls with a half-life of 50 h. */
const shape = (h: number): number => 2 ** (-h / 50)
const series = [2, 25, 70, 140].map((h) => ({ timeS: h * H, reading: relative(shape(h), 0.02) }))
const scale = (images: readonly (readonly [h: number, bq: number, u: number])[], toleranceH = 2) =>
  scaleToImages({
    label: 'LIVER',
    series,
    images: images.map(([h, bq, u]) => ({ timeS: h * H, activityBq: relative(bq, u) })),
    decayConstantPerS: LAMBDA,
    toleranceS: toleranceH * H,
  })

describe('scaleToImages', () => {
  it('is the scale of hybridSeries for one image at the time of a point', () => {
    const found = scale([[25, 3e8, 0.04]])
    const hybrid = hybridSeries({
      label: 'LIVER',
      planar: series,
      spect: { timeS: 25 * H, activityBq: relative(3e8, 0.04) },
      reachS: 0,
    })
    expect(found.scaleBqPerUnit.value).toBeCloseTo(hybrid.scaleBqPerUnit.value, 3)
    expect(found.scaleBqPerUnit.standardUncertainty).toBeCloseTo(hybrid.scaleBqPerUnit.standardUncertainty, 3)
    expect(found.remarks).toEqual([])
  })

  it('brings an image to its point by physical decay alone, and says so', () => {
    const found = scale([[24, 3e8, 0.04]])
    expect(found.scaleBqPerUnit.value).toBeCloseTo((3e8 * Math.exp(-LAMBDA * H)) / shape(25), 3)
    expect(found.remarks.join()).toMatch(/image of 24 h was brought to the point of 25 h by physical decay/)
  })

  it('weighs several images by their uncertainties, and by more than these where they disagree', () => {
    // Scales 1e9 and 1.02e9 with 5 % and 10 % of the pair: closed form of the weighted mean of logarithms.
    const [u1, u2] = [0.05, 0.1]
    const own = (u: number): number => Math.sqrt(u * u - 0.02 ** 2)
    const agree = scale([
      [25, 1e9 * shape(25), own(u1)],
      [70, 1.02e9 * shape(70), own(u2)],
    ])
    const [w1, w2] = [1 / u1 ** 2, 1 / u2 ** 2]
    const mean = (w2 * Math.log(1.02)) / (w1 + w2)
    expect(agree.scaleBqPerUnit.value / 1e9).toBeCloseTo(Math.exp(mean), 12)
    expect(agree.scaleBqPerUnit.standardUncertainty / agree.scaleBqPerUnit.value).toBeCloseTo(
      1 / Math.sqrt(w1 + w2),
      12,
    )
    const differ = scale([
      [25, 1e9 * shape(25), own(u1)],
      [70, 2e9 * shape(70), own(u2)],
    ])
    const chi = (Math.LN2 ** 2 * w1 * w2) / (w1 + w2)
    expect(differ.chiSquare).toBeCloseTo(chi, 9)
    expect(differ.scaleBqPerUnit.standardUncertainty / differ.scaleBqPerUnit.value).toBeCloseTo(
      Math.sqrt(chi / (w1 + w2)),
      9,
    )
  })

  it('gives the scale of the images whatever the unit of the series', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (unit) => {
        const found = scaleToImages({
          label: 'LIVER',
          series: series.map(({ timeS, reading }) => ({ timeS, reading: relative(reading.value * unit, 0.02) })),
          images: [{ timeS: 25 * H, activityBq: relative(3e8, 0.04) }],
          decayConstantPerS: LAMBDA,
          toleranceS: 0,
        })
        expect((found.scaleBqPerUnit.value * unit * shape(25)) / 3e8).toBeCloseTo(1, 9)
      }),
    )
  })

  it('takes each point and each image once, the nearest', () => {
    const found = scale([
      [24, 1e9, 0.05],
      [25.5, 1.1e9, 0.05],
      [69, 5e8, 0.05],
    ])
    expect(found.pairs.map(({ seriesTimeS, imageTimeS }) => [seriesTimeS / H, imageTimeS / H])).toEqual([
      [25, 25.5],
      [70, 69],
    ])
  })

  it('refuses where no image lies near, naming the times', () => {
    expect(() => scale([[30, 1e9, 0.05]])).toThrow(/no image \(30 h\) lies within 2 h of a point .*\(2 h, 25 h/)
    expect(() => scale([])).toThrow(/no image with an activity/)
    expect(() => scale([[30, 1e9, 0.05]], 5)).not.toThrow()
  })
})
