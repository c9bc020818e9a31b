import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../statistics/index.ts'
import { convolve, frameCurve } from './convolution.ts'
import { loganPlot, loganReferencePlot, patlakPlot, patlakReferencePlot } from './graphical.ts'
import { frameInput, modelCurve } from './compartments.ts'
import { multilinearAnalysis, multilinearReference, multilinearReference2 } from './multilinear.ts'
import { fitSrtm, fitSrtm2, globalK2Reference } from './simplifiedReference.ts'
import { exponentialCurve } from './timeCurve.ts'
import { ga68Frames, testInput } from './testCurves.ts'
import type { FrameCurve } from './types.ts'

const curve = (label: string, values: ArrayLike<number>): FrameCurve => ({
  label,
  schedule: ga68Frames,
  concentrationBqPerMl: Array.from(values),
})
const value = (results: readonly { readonly name: string; readonly value: number }[], name: string) =>
  results.find((one) => one.name === name)?.value ?? NaN

/** A reference region that rises from nothing and falls with two exponentials. */
const referenceFormula = exponentialCurve(
  [
    { ratePerS: 0.15 / 60, coefficients: [20000] },
    { ratePerS: 0.012 / 60, coefficients: [9000] },
    { ratePerS: 1.5 / 60, coefficients: [-29000] },
  ],
  0,
  'reference',
)
const framed = frameCurve(referenceFormula, ga68Frames)
const reference = curve('gluteal muscle', framed.average)
const target = (r1: number, k2: number, bp: number): FrameCurve => {
  const k2a = k2 / (1 + bp)
  const { average } = convolve(framed, k2a)
  return curve(
    'lesion',
    framed.average.map((own, i) => r1 * own + (k2 - r1 * k2a) * average[i]!),
  )
}

describe('reference tissue models', () => {
  const [r1, k2, bp] = [0.9, 0.12 / 60, 1.7]
  const lesion = target(r1, k2, bp)

  it('SRTM finds R1, k2 and BP of an exact curve of a known reference, SRTM2 the same with the true k2′', () => {
    const { results, converged } = fitSrtm(lesion, reference, {}, referenceFormula)
    expect(converged).toBe(true)
    expect(value(results, 'BP_ND')).toBeCloseTo(bp, 8)
    expect(value(results, 'R1')).toBeCloseTo(r1, 8)
    expect(value(results, 'k2') / k2).toBeCloseTo(1, 8)
    const two = fitSrtm2(lesion, reference, k2 / r1, {}, referenceFormula).results
    expect(value(two, 'BP_ND')).toBeCloseTo(bp, 8)
    expect(value(two, 'R1')).toBeCloseTo(r1, 8)
  })

  it('from frames alone: both ways to a continuous reference within half a per cent of BP', () => {
    for (const interpolation of ['mean-preserving', 'mid-frame'] as const) {
      const { results } = fitSrtm(lesion, reference, { interpolation })
      expect(Math.abs(value(results, 'BP_ND') / bp - 1)).toBeLessThan(0.005)
    }
  })

  it('one k2′ for all is the median of structures that bind; none without any', () => {
    const fits = [0.5, 1.5, 3].map((one) => fitSrtm(target(1, 0.1 / 60, one), reference, {}, referenceFormula))
    expect(globalK2Reference(fits)! * 60).toBeCloseTo(0.1, 7)
    expect(globalK2Reference([])).toBeNull()
  })

  it('MRTM1, MRTM2 and the reference Logan plot agree with SRTM up to what frames lose', () => {
    const one = multilinearReference(lesion, reference)
    expect(Math.abs(value(one.results, 'BP_ND') / bp - 1)).toBeLessThan(0.01)
    expect(Math.abs(value(one.results, "k2'") / (k2 / r1) - 1)).toBeLessThan(0.1)
    expect(Math.abs(value(multilinearReference2(lesion, reference, k2 / r1).results, 'BP_ND') / bp - 1)).toBeLessThan(
      0.01,
    )
    const logan = loganReferencePlot(lesion, reference, k2 / r1, { kind: 'given', tStarS: 1200 })
    expect(Math.abs(value(logan.results, 'DVR') / (1 + bp) - 1)).toBeLessThan(0.005)
    expect(logan.straight.remarks).toEqual([])
  })

  it('stated standard errors are the spread of 120 repetitions within 20 %: SRTM and SRTM2 with known noise', () => {
    const random = new RandomStream(11)
    const sigmaBqPerMl = lesion.concentrationBqPerMl.map((v) => 0.03 * v + 30)
    const weighting = { kind: 'sigma', sigmaBqPerMl } as const
    const found = Array.from({ length: 120 }, () => {
      const noisy = {
        ...lesion,
        concentrationBqPerMl: lesion.concentrationBqPerMl.map((v, i) => v + sigmaBqPerMl[i]! * random.normal()),
      }
      return [
        fitSrtm(noisy, reference, { weighting }).results,
        fitSrtm2(noisy, reference, k2 / r1, { weighting }).results,
      ].map((results) => results.find(({ name }) => name === 'BP_ND')!)
    })
    for (const method of [0, 1]) {
      const values = found.map((one) => one[method]!.value)
      const mean = values.reduce((s, v) => s + v, 0) / values.length
      const sd = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1))
      const stated = found.reduce((s, one) => s + one[method]!.standardError!, 0) / values.length
      expect(Math.abs(stated / sd - 1)).toBeLessThan(0.2)
    }
  })

  it('frames that differ and a k2′ that is none are refused', () => {
    const other = { ...reference, schedule: { ...ga68Frames, frames: ga68Frames.frames.slice(1) } }
    expect(() =>
      fitSrtm(lesion, { ...other, concentrationBqPerMl: reference.concentrationBqPerMl.slice(1) }, {}),
    ).toThrow(/different frames/)
    expect(() => fitSrtm2(lesion, reference, 0)).toThrow(/k2′ of the reference region is 0/)
  })
})

describe('plots with an arterial input', () => {
  const perMin = (k: number) => k / 60
  const tissue = (k1: number, k2: number, k3: number, k4: number) => {
    const rates = { k1: perMin(k1), k2: perMin(k2), k3: perMin(k3), k4: perMin(k4) }
    return curve('lesion', modelCurve(frameInput(testInput, ga68Frames, 0), rates, 0).value)
  }

  it('a one-tissue curve is straight from the start: Logan and MA1 give V_T up to what frames lose', () => {
    const one = tissue(0.2, 0.1, 0, 0)
    const logan = loganPlot(one, testInput.plasma)
    expect(Math.abs(value(logan.results, 'V_T') / 2 - 1)).toBeLessThan(0.005)
    expect(Math.abs(logan.straight.slopeDrift!)).toBeLessThan(0.01)
    expect(Math.abs(value(multilinearAnalysis(one, testInput.plasma).results, 'V_T') / 2 - 1)).toBeLessThan(0.01)
  })

  it('Patlak: K_i of an irreversible curve; with a reference that is the plasma itself the same slope', () => {
    const truth = (0.1 * 0.05) / 0.15 / 60
    const fit = patlakPlot(tissue(0.1, 0.1, 0.05, 0), testInput.plasma, { kind: 'given', tStarS: 1500 })
    expect(Math.abs(value(fit.results, 'K_i') / truth - 1)).toBeLessThan(0.02)
    const plasma = frameCurve(testInput.plasma, ga68Frames)
    const asReference = patlakReferencePlot(tissue(0.1, 0.1, 0.05, 0), curve('plasma', plasma.average), {
      kind: 'given',
      tStarS: 1500,
    })
    expect(Math.abs(value(asReference.results, 'K_ref') / truth - 1)).toBeLessThan(0.02)
  })

  it('a t* that leaves too few points is refused; a plot that bends is said', () => {
    const two = tissue(0.1, 0.1, 0.05, 0.01)
    expect(() => loganPlot(two, testInput.plasma, { kind: 'given', tStarS: 3400 })).toThrow(
      /points of the plot are left/,
    )
    const early = loganPlot(two, testInput.plasma, { kind: 'given', tStarS: 20 })
    expect(early.remarks.join()).toMatch(/not straight/)
    expect(early.straight.slopeDrift).toBeGreaterThan(0.05)
  })
})
