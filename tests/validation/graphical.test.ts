/**
 * Tracer kinetics of dynamic PET against closed forms: convolutions of exponential inputs worked out by hand, averaged over frames by quadrature, so
 * that nothing of the program's convolutions is in the expected numbers.
 */
import { describe, expect, it } from 'vitest'
import {
  compareCompartments,
  exponentialCurve,
  fitCompartments,
  fitSrtm,
  fitSrtm2,
  loganPlot,
  multilinearAnalysis,
  multilinearReference,
  patlakPlot,
} from '../../native-core/kinetics/dynamic/index.ts'
import type { FrameCurve, FrameSchedule } from '../../native-core/kinetics/dynamic/index.ts'

/** Time in min; amplitudes in Bq/mL. */
type Sum = readonly { readonly a: number; readonly rate: number }[]
const PLASMA: Sum = [
  { a: 90000, rate: 4 },
  { a: 20000, rate: 0.11 },
  { a: 15000, rate: 0.0104 },
]

const durationsS = [
  ...Array<number>(12).fill(10),
  ...Array<number>(6).fill(30),
  ...Array<number>(5).fill(60),
  ...Array<number>(5).fill(120),
  ...Array<number>(14).fill(300),
]
const frames = durationsS.map((durationS, i) => ({
  startS: durationsS.slice(0, i).reduce((s, d) => s + d, 0),
  durationS,
}))
/** Ga-68, 67.71 min (DDEP). */
const schedule: FrameSchedule = { frames, halfLifeS: 67.71 * 60 }
const lambdaPerMin = Math.LN2 / 67.71

const NODES = [-0.9602898564975363, -0.7966664774136267, -0.525532409916329, -0.1834346424956498]
const WEIGHTS = [0.1012285362903763, 0.2223810344533745, 0.3137066458778873, 0.362683783378362]

/** Decay-weighted averages over the frames of a function of min, by Gauss–Legendre of order 8 on 32 parts of each. */
function averages(f: (t: number) => number): number[] {
  return frames.map(({ startS, durationS }) => {
    let [top, bottom] = [0, 0]
    for (let part = 0; part < 32; part++)
      for (let k = 0; k < 8; k++) {
        const node = k < 4 ? NODES[k]! : -NODES[7 - k]!
        const u = ((part + 0.5 + node / 2) / 32) * (durationS / 60)
        const weight = WEIGHTS[k < 4 ? k : 7 - k]! * Math.exp(-lambdaPerMin * u)
        top += weight * f(startS / 60 + u)
        bottom += weight
      }
    return top / bottom
  })
}

const curve = (label: string, f: (t: number) => number): FrameCurve => ({
  label,
  schedule,
  concentrationBqPerMl: averages(f),
})
const valueOf = (sum: Sum, t: number): number => sum.reduce((s, { a, rate }) => s + a * Math.exp(-rate * t), 0)
const integralOf = (sum: Sum, t: number): number =>
  sum.reduce((s, { a, rate }) => s + (rate === 0 ? a * t : (a * -Math.expm1(-rate * t)) / rate), 0)
/** e^(−θt) ⊗ Σ a·e^(−rate·t) as a sum again: a/(rate − θ)·(e^(−θt) − e^(−rate·t)). */
const convolved = (sum: Sum, theta: number): Sum =>
  sum.flatMap(({ a, rate }) => [
    { a: a / (rate - theta), rate: theta },
    { a: -a / (rate - theta), rate },
  ])
const scaled = (sum: Sum, factor: number): Sum => sum.map(({ a, rate }) => ({ a: a * factor, rate }))

/** The two-tissue solution with rates in 1/min; k3 = 0 is one tissue. */
function tissue(k1: number, k2: number, k3: number, k4: number): Sum {
  if (k3 === 0) return scaled(convolved(PLASMA, k2), k1)
  const s = k2 + k3 + k4
  const d = Math.sqrt(s * s - 4 * k2 * k4)
  const [fast, slow] = [(s + d) / 2, (s - d) / 2]
  return [
    ...scaled(convolved(PLASMA, fast), (k1 * (fast - k3 - k4)) / d),
    ...scaled(convolved(PLASMA, slow), (k1 * (k3 + k4 - slow)) / d),
  ]
}
const plasma = exponentialCurve(
  PLASMA.map(({ a, rate }) => ({ ratePerS: rate / 60, coefficients: [a] })),
  0,
  'plasma',
)
const wholeBlood = exponentialCurve(
  PLASMA.map(({ a, rate }) => ({ ratePerS: rate / 60, coefficients: [0.6 * a] })),
  0,
  'whole blood',
)
const input = { plasma, wholeBlood }
const found = (results: readonly { readonly name: string; readonly value: number }[], name: string): number =>
  results.find((one) => one.name === name)?.value ?? NaN
const within = (value: number, expected: number, tolerance: number): void =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(tolerance)

describe('compartment fits of closed-form curves, noise-free', () => {
  const withBlood = (sum: Sum) => curve('tissue', (t) => 0.95 * valueOf(sum, t) + 0.05 * 0.6 * valueOf(PLASMA, t))

  it('one tissue: K1, k2, V_b and V_T within 1e-8', () => {
    const fit = fitCompartments(withBlood(tissue(0.3, 0.12, 0, 0)), input, '1tcm')
    within(found(fit.parameters, 'K1') * 60, 0.3, 1e-8)
    within(found(fit.parameters, 'k2') * 60, 0.12, 1e-8)
    within(found(fit.parameters, 'V_b'), 0.05, 1e-8)
    within(found(fit.derived, 'V_T'), 2.5, 1e-8)
  })

  it.each([
    [0.12, 0.25, 0.08, 0.015],
    [0.5, 0.4, 0.03, 0.03],
    [0.06, 0.1, 0.12, 0.005],
  ])('two tissues, K1 %f, k2 %f, k3 %f, k4 %f /min: V_T, BP_ND and K_i within 1e-8', (k1, k2, k3, k4) => {
    const fit = fitCompartments(withBlood(tissue(k1, k2, k3, k4)), input, '2tcm')
    expect(fit.converged).toBe(true)
    within(found(fit.derived, 'V_T'), (k1 / k2) * (1 + k3 / k4), 1e-8)
    within(found(fit.derived, 'BP_ND'), k3 / k4, 1e-8)
    within(found(fit.derived, 'K_i') * 60, (k1 * k3) / (k2 + k3), 1e-8)
  })

  it('two tissues without release: K_i within 1e-8, and a comparison takes that model', () => {
    const irreversible = withBlood(tissue(0.1, 0.15, 0.06, 0))
    const fit = fitCompartments(irreversible, input, '2tcm-irreversible')
    within(found(fit.derived, 'K_i') * 60, (0.1 * 0.06) / 0.21, 1e-8)
    const noisy = irreversible.concentrationBqPerMl.map((v, i) => v * (1 + 0.01 * Math.sin(78.233 * (i + 1))))
    expect(compareCompartments({ ...irreversible, concentrationBqPerMl: noisy }, input).best).toBe('2tcm-irreversible')
  })
})

describe('plots against their exact local slopes', () => {
  /** ∫C_T and C_T as the plot has them, exactly. */
  const exact = (sum: Sum) => ({
    tissue: (t: number) => valueOf(sum, t),
    integral: (t: number) => integralOf(sum, t),
  })
  const localLogan = (sum: Sum, t: number): number => {
    const { tissue: c, integral } = exact(sum)
    const h = 0.5
    const y = (u: number) => integral(u) / c(u)
    const x = (u: number) => integralOf(PLASMA, u) / c(u)
    return (y(t + h) - y(t - h)) / (x(t + h) - x(t - h))
  }

  it('one tissue: Logan and MA1 give V_T within 0.2 %, for the plot is straight from the start', () => {
    const one = curve('tissue', (t) => valueOf(tissue(0.3, 0.12, 0, 0), t))
    within(found(loganPlot(one, plasma).results, 'V_T'), 2.5, 2e-3)
    within(found(multilinearAnalysis(one, plasma, { tStarS: 600 }).results, 'V_T'), 2.5, 2e-3)
  })

  it('two tissues: local slopes follow the exact ones within 0.5 %; the slope from 30 min on is below V_T as these are (bias of t*)', () => {
    const sum = tissue(0.12, 0.25, 0.08, 0.015)
    const vt = (0.12 / 0.25) * (1 + 0.08 / 0.015)
    const { straight, points } = loganPlot(
      curve('tissue', (t) => valueOf(sum, t)),
      plasma,
      { kind: 'given', tStarS: 1800 },
    )
    points.forEach(({ midTimeS }, i) => {
      const next = points[i + 1]
      if (!next || midTimeS < 1800) return
      within(straight.localSlopes[i] ?? NaN, localLogan(sum, (midTimeS + next.midTimeS) / 120), 5e-3)
    })
    const [early, late] = [localLogan(sum, 31), localLogan(sum, 84)]
    expect(straight.slope).toBeGreaterThan(early)
    expect(straight.slope).toBeLessThan(late)
    expect(late).toBeLessThan(vt)
    expect(straight.slopeDrift).toBeGreaterThan(0)
  })

  it('irreversible: Patlak from 40 min on gives K_i within 1 %', () => {
    const sum = tissue(0.1, 0.15, 0.06, 0)
    const fit = patlakPlot(
      curve('tissue', (t) => valueOf(sum, t)),
      plasma,
      { kind: 'given', tStarS: 2400 },
    )
    within(found(fit.results, 'K_i') * 60, (0.1 * 0.06) / 0.21, 1e-2)
  })
})

describe('reference tissue models of closed-form curves', () => {
  // The reference is one tissue itself; targets follow SRTM exactly: R1, k2 = R1·k2′, k2a = k2/(1 + BP).
  const k2Reference = 0.15
  const reference: Sum = scaled(convolved(PLASMA, k2Reference), 0.2)
  const formula = exponentialCurve(
    reference.map(({ a, rate }) => ({ ratePerS: rate / 60, coefficients: [a] })),
    0,
    'reference',
  )
  const target = (r1: number, bp: number): Sum => {
    const k2 = r1 * k2Reference
    const k2a = k2 / (1 + bp)
    return [...scaled(reference, r1), ...scaled(convolved(reference, k2a), k2 - r1 * k2a)]
  }
  const own = curve('reference', (t) => valueOf(reference, t))

  it.each([
    [1.1, 0.4],
    [0.8, 2],
    [1, 5],
  ])(
    'R1 %f, BP %f: SRTM and SRTM2 within 1e-6 with the reference as a formula, 0.3 % with its frames, MRTM1 within 1 %',
    (r1, bp) => {
      const lesion = curve('lesion', (t) => valueOf(target(r1, bp), t))
      const exactly = fitSrtm(lesion, own, {}, formula).results
      within(found(exactly, 'BP_ND'), bp, 1e-6)
      within(found(exactly, 'R1'), r1, 1e-6)
      within(found(exactly, "k2'") * 60, k2Reference, 1e-6)
      within(found(fitSrtm2(lesion, own, k2Reference / 60, {}, formula).results, 'BP_ND'), bp, 1e-6)
      within(found(fitSrtm(lesion, own).results, 'BP_ND'), bp, 3e-3)
      within(found(multilinearReference(lesion, own).results, 'BP_ND'), bp, 1e-2)
    },
  )
})
