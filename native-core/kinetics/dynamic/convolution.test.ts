import { describe, expect, it } from 'vitest'
import { convolve, frameCurve } from './convolution.ts'
import { curveOfFrames, exponentialCurve, sampledCurve, undoDispersion, valueAt } from './timeCurve.ts'
import type { TimeCurve } from './types.ts'

const frames = [
  { startS: 0, durationS: 10 },
  { startS: 10, durationS: 50 },
  { startS: 60, durationS: 240 },
  { startS: 400, durationS: 600 },
  { startS: 1000, durationS: 2600 },
]
const F18 = { frames, halfLifeS: 6584 }

/** ∫ e^(−λu) f du over ∫ e^(−λu) du by Gauss–Legendre on many parts. */
function weightedAverage(f: (t: number) => number, startS: number, durationS: number, halfLifeS: number): number {
  const lambda = Math.LN2 / halfLifeS
  const [x, w] = [
    [-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526],
    [0.3478548451374538, 0.6521451548625461, 0.6521451548625461, 0.3478548451374538],
  ]
  let [top, bottom] = [0, 0]
  const parts = 2000
  for (let p = 0; p < parts; p++)
    x.forEach((node, i) => {
      const t = startS + (durationS / parts) * (p + 0.5 + node / 2)
      const weight = w[i]! * Math.exp(-lambda * (t - startS))
      top += weight * f(t)
      bottom += weight
    })
  return top / bottom
}

describe('averages over frames', () => {
  const [a, b] = [2000, 700]
  const [g1, g2] = [0.05, 0.0004]
  const two: TimeCurve = exponentialCurve(
    [
      { ratePerS: g1, coefficients: [a] },
      { ratePerS: g2, coefficients: [b] },
    ],
    0,
    'two exponentials',
  )

  it('of two exponentials: value, integral, convolution, its derivatives by rate and delay against closed forms', () => {
    const framed = frameCurve(two, F18)
    const theta = 0.003
    const { average, derivative, slope } = convolve(framed, theta)
    const one = (rate: number, t: number) => (Math.exp(-rate * t) - Math.exp(-theta * t)) / (theta - rate)
    const oneByTheta = (rate: number, t: number) =>
      (t * Math.exp(-theta * t)) / (theta - rate) - one(rate, t) / (theta - rate)
    frames.forEach(({ startS, durationS }, i) => {
      const over = (f: (t: number) => number) => weightedAverage(f, startS, durationS, F18.halfLifeS)
      const c = (t: number) => a * Math.exp(-g1 * t) + b * Math.exp(-g2 * t)
      expect(framed.average[i]! / over(c)).toBeCloseTo(1, 11)
      const integral = (t: number) => (-a * Math.expm1(-g1 * t)) / g1 - (b * Math.expm1(-g2 * t)) / g2
      expect(framed.integral[i]! / over(integral)).toBeCloseTo(1, 11)
      expect(average[i]! / over((t) => a * one(g1, t) + b * one(g2, t))).toBeCloseTo(1, 11)
      expect(derivative[i]! / over((t) => a * oneByTheta(g1, t) + b * oneByTheta(g2, t))).toBeCloseTo(1, 9)
      expect(slope[i]! / over((t) => c(t) - theta * (a * one(g1, t) + b * one(g2, t)))).toBeCloseTo(1, 8)
      expect(framed.slope[i]! / over((t) => -a * g1 * Math.exp(-g1 * t) - b * g2 * Math.exp(-g2 * t))).toBeCloseTo(1, 9)
    })
  })

  it('where rates are equal, and where one is fast beside a long frame', () => {
    const framed = frameCurve(exponentialCurve([{ ratePerS: g2, coefficients: [1] }], 0, 'one'), F18)
    const equal = convolve(framed, g2).average
    const fast = convolve(framed, 3).average
    frames.forEach(({ startS, durationS }, i) => {
      const over = (f: (t: number) => number) => weightedAverage(f, startS, durationS, F18.halfLifeS)
      expect(equal[i]! / over((t) => t * Math.exp(-g2 * t))).toBeCloseTo(1, 11)
      expect(fast[i]! / over((t) => (Math.exp(-g2 * t) - Math.exp(-3 * t)) / (3 - g2))).toBeCloseTo(1, 9)
    })
  })

  it('of straight lines, undone dispersion and a delay', () => {
    const samples = { timesS: [0, 20, 50, 4000], concentrationBqPerMl: [0, 100, 40, 10] }
    const line = (t: number) => (t < 0 ? 0 : t < 20 ? 5 * t : t < 50 ? 100 - 2 * (t - 20) : 40 - ((t - 50) * 30) / 3950)
    const delayed = frameCurve(sampledCurve(samples, 'blood'), F18, 7)
    const sharp = frameCurve(undoDispersion(sampledCurve(samples, 'blood'), 5), F18)
    frames.forEach(({ startS, durationS }, i) => {
      const over = (f: (t: number) => number) => weightedAverage(f, startS, durationS, F18.halfLifeS)
      expect(delayed.average[i]! / over((t) => line(t - 7))).toBeCloseTo(1, 4)
      expect(sharp.average[i]! / over((t) => line(t) + 5 * (t < 20 ? 5 : t < 50 ? -2 : -30 / 3950))).toBeCloseTo(1, 4)
    })
    const formula = undoDispersion(two, 5)
    for (const t of [0, 30, 3000])
      expect(valueAt(formula, t)).toBeCloseTo(
        a * (1 - 5 * g1) * Math.exp(-g1 * t) + b * (1 - 5 * g2) * Math.exp(-g2 * t),
        9,
      )
    // The same straight lines cut into more pieces give the same convolution.
    const finer = {
      timesS: [0, 10, 20, 35, 50, 1000, 4000],
      concentrationBqPerMl: [0, 10, 20, 35, 50, 1000, 4000].map(line),
    }
    const [coarse, fine] = [samples, finer].map((s) => convolve(frameCurve(sampledCurve(s, 'blood'), F18), 0.002))
    coarse!.average.forEach((v, i) => expect(fine!.average[i]! / v).toBeCloseTo(1, 12))
    coarse!.derivative.forEach((v, i) => expect(fine!.derivative[i]! / v).toBeCloseTo(1, 10))
  })

  it('a monotone cubic passes its samples without overshoot; frames give back their own averages', () => {
    const samples = { timesS: [0, 5, 10, 20, 60, 300], concentrationBqPerMl: [0, 80, 100, 30, 20, 5] }
    const curve = sampledCurve(samples, 'plasma', { interpolation: 'monotone' })
    samples.timesS.forEach((t, i) => expect(valueAt(curve, t)).toBeCloseTo(samples.concentrationBqPerMl[i]!, 9))
    for (let t = 0; t <= 300; t += 0.5) expect(valueAt(curve, t)).toBeLessThanOrEqual(100 + 1e-9)
    const schedule = { frames: frames.slice(0, 3), halfLifeS: Infinity }
    const means = [30, 90, 20]
    const made = curveOfFrames({ label: 'aorta', schedule, concentrationBqPerMl: means }, 'mean-preserving')
    frameCurve(made, schedule).average.forEach((v, i) => expect(v / means[i]!).toBeCloseTo(1, 11))
    for (let t = 0; t <= 300; t += 0.5) expect(valueAt(made, t)).toBeGreaterThanOrEqual(-1e-9)
  })

  it('an input that ends before the scan is refused, or goes on as an exponential where that is asked', () => {
    const samples = { timesS: [10, 100, 1000, 2000], concentrationBqPerMl: [100, 50, 20, 10] }
    expect(() => frameCurve(sampledCurve(samples, 'plasma'), F18)).toThrow(/ends at 2000 s/)
    const tail = sampledCurve(samples, 'plasma', { afterLast: { exponentialOfLast: 2 } })
    expect(valueAt(tail, 3000)).toBeCloseTo(5, 9)
    expect(() =>
      sampledCurve({ timesS: [1, 2], concentrationBqPerMl: [1, 2] }, 'p', { afterLast: { exponentialOfLast: 2 } }),
    ).toThrow(/do not fall/)
  })
})
