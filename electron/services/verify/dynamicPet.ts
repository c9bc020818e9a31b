/** Tracer kinetics of dynamic PET: models fitted to frame averages that are worked out by hand. */
import { exponentialCurve, fitCompartments, fitSrtm } from '../../../native-core/kinetics/dynamic/index.ts'
import type { FrameCurve } from '../../../native-core/kinetics/dynamic/index.ts'
import type { Check } from './check.ts'

const MINUTE = 60
const frames = Array.from({ length: 30 }, (_, i) => ({ startS: i * 2 * MINUTE, durationS: 2 * MINUTE }))

type Term = readonly [amplitude: number, ratePerMin: number]

/** Averages over the frames of Σ amplitude·e^(−rate·t), without decay within them. */
const averaged = (label: string, terms: readonly Term[]): FrameCurve => ({
  label,
  schedule: { frames, halfLifeS: Infinity },
  concentrationBqPerMl: frames.map(({ startS }) =>
    terms.reduce((sum, [a, k]) => {
      const start = startS / MINUTE
      return sum + (a * (Math.exp(-k * start) - Math.exp(-k * (start + 2)))) / (2 * k)
    }, 0),
  ),
})

/** e^(−θt) ⊗ Σ amplitude·e^(−rate·t). */
const convolved = (terms: readonly Term[], theta: number): Term[] =>
  terms.flatMap(([a, k]): Term[] => [
    [a / (k - theta), theta],
    [-a / (k - theta), k],
  ])
const times = (terms: readonly Term[], factor: number): Term[] => terms.map(([a, k]) => [a * factor, k])

const INPUT: readonly Term[] = [
  [50e3, 0.8],
  [8e3, 0.02],
]
const curveOf = (terms: readonly Term[], name: string) =>
  exponentialCurve(
    terms.map(([a, k]) => ({ ratePerS: k / MINUTE, coefficients: [a] })),
    0,
    name,
  )

function distributionVolume(): number {
  const plasma = curveOf(INPUT, 'plasma')
  const curve = averaged('one tissue', times(convolved(INPUT, 0.1), 0.25))
  const { derived } = fitCompartments(curve, { plasma, wholeBlood: plasma }, '1tcm', {
    bloodFraction: { kind: 'fixed', value: 0 },
  })
  return derived.find(({ name }) => name === 'V_T')?.value ?? NaN
}

function bindingPotential(): number {
  const reference = times(convolved(INPUT, 0.15), 0.1)
  const [r1, k2, bp] = [0.9, 0.135, 1.5]
  const k2a = k2 / (1 + bp)
  const target = [...times(reference, r1), ...times(convolved(reference, k2a), k2 - r1 * k2a)]
  const { results } = fitSrtm(
    averaged('target', target),
    averaged('reference', reference),
    {},
    curveOf(reference, 'reference'),
  )
  return results.find(({ name }) => name === 'BP_ND')?.value ?? NaN
}

export const dynamicPetChecks: readonly Check[] = [
  {
    name: 'One-tissue model of a two-exponential input: distribution volume',
    source: 'closed form K1/k2 = 0.25/0.1; frame averages of the convolution by hand',
    unit: 'mL/mL',
    expected: 2.5,
    tolerance: { kind: 'relative', value: 1e-8 },
    find: distributionVolume,
  },
  {
    name: 'Simplified reference tissue model: binding potential',
    source: 'closed form of Lammertsma & Hume 1996, eq. 7; frame averages of the convolution by hand',
    unit: '1',
    expected: 1.5,
    tolerance: { kind: 'relative', value: 1e-7 },
    find: bindingPotential,
  },
]
