/** Time–activity curves: closed forms, and a certified regression data set. */
import { fitTimeActivity, integrateTerms } from '../../../native-core/kinetics/index.ts'
import type { TacFit, TacModelId } from '../../../native-core/kinetics/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import type { Check, VerificationData } from './check.ts'

const HOUR = 3600

/** Fit of noise-free points of Σ A·2^(−t/T) (MBq, h). */
function fitExact(
  data: VerificationData,
  terms: readonly (readonly [amplitudeMbq: number, halfLifeH: number])[],
  timesH: readonly number[],
  model: TacModelId,
): TacFit {
  return fitTimeActivity({
    label: 'verification',
    timesS: timesH.map((t) => t * HOUR),
    activityBq: timesH.map((t) => terms.reduce((s, [a, half]) => s + a * 1e6 * 2 ** (-t / half), 0)),
    physicalHalfLifeS: findNuclide(data.nuclides, 'Lu-177').halfLifeS,
    model,
  })
}

const CLINIC = [1, 4, 24, 48, 72, 120, 168]

/**
 * Lanczos3 of NIST's Statistical Reference Datasets: a sum of three exponentials rounded to four decimals, x = 0, 0.05 … 1.15.
 * Certified: b2 = 0.95498101505, b4 = 2.9515951832, b6 = 4.9863565084.
 */
export const LANCZOS3_Y: readonly number[] = [
  2.5134, 2.0443, 1.6684, 1.3664, 1.1232, 0.9269, 0.7679, 0.6389, 0.5338, 0.4479, 0.3776, 0.3197, 0.272, 0.2325, 0.1997,
  0.1723, 0.1493, 0.1301, 0.1138, 0.1, 0.0883, 0.0783, 0.0698, 0.0624,
]

/** Tri-exponential fit of Lanczos3; x in s, y in Bq, all sigmas equal and the covariance scaled by χ²/dof as NIST does. */
export function fitLanczos3(): TacFit {
  return fitTimeActivity({
    label: 'Lanczos3',
    timesS: LANCZOS3_Y.map((_, i) => i * 0.05),
    activityBq: [...LANCZOS3_Y],
    sigmaBq: LANCZOS3_Y.map(() => 1),
    physicalHalfLifeS: 1e3,
    model: 'tri-exponential',
    covarianceScaling: 'reduced-chi-square',
  })
}

const NIST = 'NIST Statistical Reference Datasets, Lanczos3, certified value'

export const kineticsChecks: readonly Check[] = [
  {
    name: 'Lu-177 left to decay: time-integrated activity coefficient',
    source: 'closed form T/ln 2 with T = 159.528 h (ENDF/B-VIII.1)',
    unit: 'h',
    expected: 230.15,
    tolerance: { kind: 'relative', value: 1e-3 },
    find: (data) =>
      integrateTerms([
        { amplitudeBq: 1, effectiveRatePerS: Math.LN2 / findNuclide(data.nuclides, 'Lu-177').halfLifeS },
      ]) / HOUR,
  },
  {
    name: 'Noise-free mono-exponential fit: TIA of 100 MBq, 50 h',
    source: 'closed form A·T/ln 2',
    unit: 'MBq·h',
    expected: (100 * 50) / Math.LN2,
    tolerance: { kind: 'relative', value: 1e-8 },
    find: (data) => fitExact(data, [[100, 50]], CLINIC, 'mono-exponential').tiaBqS / 3.6e9,
  },
  {
    name: 'Noise-free uptake–wash-out fit: TIA of 100 MBq, 60 h, uptake 3 h',
    source: 'closed form A·(T1 − T2)/ln 2',
    unit: 'MBq·h',
    expected: (100 * (60 - 3)) / Math.LN2,
    tolerance: { kind: 'relative', value: 1e-8 },
    find: (data) =>
      fitExact(
        data,
        [
          [100, 60],
          [-100, 3],
        ],
        CLINIC,
        'uptake-washout',
      ).tiaBqS / 3.6e9,
  },
  {
    name: 'Noise-free bi-exponential fit: TIA of 100 MBq, 55 h and 40 MBq, 3 h',
    source: 'closed form Σ A·T/ln 2',
    unit: 'MBq·h',
    expected: (100 * 55 + 40 * 3) / Math.LN2,
    tolerance: { kind: 'relative', value: 1e-8 },
    find: (data) =>
      fitExact(
        data,
        [
          [100, 55],
          [40, 3],
        ],
        CLINIC,
        'bi-exponential',
      ).tiaBqS / 3.6e9,
  },
  {
    name: 'Activity that falls more slowly than it decays: half-life held at the physical one',
    source: 'physical decay is the lower bound of every rate',
    unit: 'h',
    expected: 159.528,
    tolerance: { kind: 'relative', value: 1e-6 },
    find: (data) =>
      (fitExact(data, [[100, 250]], CLINIC, 'mono-exponential').phases[0]?.effectiveHalfLifeS ?? 0) / HOUR,
  },
  ...(
    [
      ['slow', 0, 0.95498101505, 0.097041624475],
      ['middle', 1, 2.9515951832, 0.10766312506],
      ['fast', 2, 4.9863565084, 0.034436403035],
    ] as const
  ).flatMap(([which, index, rate, standardError]): Check[] => [
    {
      name: `Tri-exponential fit of Lanczos3: ${which} rate`,
      source: NIST,
      unit: '1/s',
      expected: rate,
      tolerance: { kind: 'relative', value: 1e-6 },
      find: () => fitLanczos3().terms[index]?.effectiveRatePerS ?? 0,
    },
    {
      name: `Tri-exponential fit of Lanczos3: standard error of the ${which} rate`,
      source: NIST,
      unit: '1/s',
      expected: standardError,
      tolerance: { kind: 'relative', value: 1e-5 },
      find: () => fitLanczos3().parameters.find((p) => p.name === `lambda${index + 1}`)?.standardError ?? 0,
    },
  ]),
]
