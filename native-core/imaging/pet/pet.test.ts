import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactly } from '../../statistics/index.ts'
import {
  bodySurfaceM2,
  concentrationOfSuv,
  decayFactor,
  decayWeightedTimeS,
  dynamicCurve,
  frameAverageFactor,
  leanBodyMass,
  sumOfFrames,
  suvOf,
  suvScale,
} from './index.ts'
import type { DecayReference, SuvNormalisation } from './index.ts'

const T = 6600
const LAMBDA = Math.LN2 / T
const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const NORMALISATIONS: readonly SuvNormalisation[] = [
  'weight',
  'james-128',
  'james-120',
  'janmahasatian',
  'du-bois',
  'mosteller',
]

describe('SUV', () => {
  const base = {
    patient: { weightKg: 70, heightM: 1.75, sex: 'M' as const },
    netActivityBq: { value: 3.5e8, standardUncertainty: 7e6 },
    referenceDelayS: T,
    halfLifeS: T,
  }

  it('of an activity spread evenly over the body is 1, by weight; decay to the start of the scan is in it', () => {
    const scale = suvScale({ ...base, normalisation: 'weight' })
    const even = exactly(1.75e8 / 70000)
    expect(suvOf(even, scale).value).toBeCloseTo(1, 12)
    expect(suvOf(even, scale).standardUncertainty).toBeCloseTo(0.02, 12)
    expect(scale.referenceActivityBq.value).toBeCloseTo(1.75e8, 0)
    const administration = suvScale({ ...base, normalisation: 'weight', referenceDelayS: 0 })
    expect(suvOf(exactly(3.5e8 / 70000), administration).value).toBeCloseTo(1, 12)
  })

  it('and back is the concentration, for every normalisation', () => {
    fc.assert(
      fc.property(positive(1, 1e6), fc.constantFrom(...NORMALISATIONS), (concentration, normalisation) => {
        const scale = suvScale({ ...base, normalisation })
        const back = concentrationOfSuv(suvOf(exactly(concentration), scale), scale)
        expect(back.value / concentration).toBeCloseTo(1, 12)
      }),
    )
  })

  it('takes of the weight what its normalisation does: all, a half for Mosteller, 0.425 for Du Bois', () => {
    for (const [normalisation, exponent] of [
      ['weight', 1],
      ['mosteller', 0.5],
      ['du-bois', 0.425],
    ] as const) {
      const { suvPerBqPerMl } = suvScale({
        ...base,
        netActivityBq: exactly(1e8),
        normalisation,
        weightRelativeUncertainty: 0.02,
      })
      expect(suvPerBqPerMl.standardUncertainty / suvPerBqPerMl.value).toBeCloseTo(0.02 * exponent, 8)
    }
  })

  it('names the tag that is missing', () => {
    const without = (patient: Partial<typeof base.patient> | object, normalisation: SuvNormalisation) => () =>
      suvScale({ ...base, patient: { ...base.patient, ...patient }, normalisation })
    expect(without({ weightKg: null }, 'weight')).toThrow(/\(0010,1030\)/)
    expect(without({ heightM: null }, 'mosteller')).toThrow(/\(0010,1020\)/)
    expect(without({ sex: 'O' }, 'janmahasatian')).toThrow(/needs the sex, which is given as other/)
    expect(() => suvScale({ ...base, normalisation: 'weight', referenceDelayS: -5 })).toThrow(
      /after the administration/,
    )
    expect(without({ heightM: 175 }, 'janmahasatian')).toThrow(/not of a person/)
  })
})

describe('body size', () => {
  it('James turns at a body mass index of 43 for men and 36 for women, and warns above', () => {
    const at = (sex: 'M' | 'F', bmi: number) =>
      leanBodyMass('james-128', { sex, heightM: 1.7, weightKg: bmi * 1.7 ** 2 })
    expect(at('M', 42.9).remarks).toEqual([])
    expect(at('M', 43.1).remarks.join()).toMatch(/above 43\.0/)
    expect(at('F', 36.0).remarks).toEqual([])
    expect(at('F', 36.3).remarks.join()).toMatch(/above 36\.1/)
    expect(at('F', 60).massKg).toBeLessThan(at('F', 36).massKg)
    expect(() => at('F', 75)).toThrow(/lean body mass of -/)
  })

  it('Janmahasatian rises with weight, and both stay below it', () => {
    fc.assert(
      fc.property(
        positive(40, 250),
        positive(1, 30),
        positive(1.4, 1.82),
        fc.constantFrom('M', 'F'),
        (w, more, h, sex) => {
          const lean = (weightKg: number) => leanBodyMass('janmahasatian', { weightKg, heightM: h, sex }).massKg
          expect(lean(w + more)).toBeGreaterThan(lean(w))
          expect(lean(w)).toBeLessThan(w)
        },
      ),
    )
    expect(bodySurfaceM2('mosteller', 80, 1.8)).toBeCloseTo(2, 12)
    expect(() => leanBodyMass('janmahasatian', { weightKg: 20, heightM: 1.4, sex: 'M' })).toThrow(/it is for adults/)
  })
})

describe('dynamic frames', () => {
  const mean = (from: number, to: number): number => {
    // Simpson's rule of e^(−λt).
    const n = 2000
    const h = (to - from) / n
    let sum = 0
    for (let i = 0; i <= n; i++)
      sum += (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-LAMBDA * (from + i * h))
    return (sum * h) / 3 / (to - from)
  }

  it('average factor and decay-weighted time are the numerical mean of the decay', () => {
    const frame = { startS: 500, durationS: 3000 }
    expect(frameAverageFactor(3000, T) * Math.exp(-LAMBDA * 500)).toBeCloseTo(mean(500, 3500), 10)
    expect(Math.exp(-LAMBDA * decayWeightedTimeS(frame, T))).toBeCloseTo(mean(500, 3500), 10)
    expect(decayWeightedTimeS(frame, T)).toBeLessThan(2000)
    expect(2000 - decayWeightedTimeS(frame, T)).toBeCloseTo((LAMBDA * 3000 ** 2) / 24, 0)
    expect(decayWeightedTimeS({ startS: 10, durationS: 1 }, 1e15)).toBeCloseTo(10.5, 6)
  })

  it('decay factors of a way there and back cancel, and of two steps are that of both', () => {
    const reference = fc.oneof(
      fc.constant<DecayReference>({ kind: 'average' }),
      fc.constant<DecayReference>({ kind: 'frame-start' }),
      positive(-1000, 8000).map((timeS): DecayReference => ({ kind: 'time', timeS })),
    )
    fc.assert(
      fc.property(
        reference,
        reference,
        reference,
        positive(0, 5000),
        positive(1, 4000),
        (a, b, c, startS, durationS) => {
          const frame = { startS, durationS }
          const both = decayFactor(frame, a, b, T) * decayFactor(frame, b, c, T)
          expect(both / decayFactor(frame, a, c, T)).toBeCloseTo(1, 10)
          expect(decayFactor(frame, a, b, T) * decayFactor(frame, b, a, T)).toBeCloseTo(1, 10)
        },
      ),
    )
  })

  it('a curve of what only decays is flat when corrected to the administration, whatever the frames are corrected to', () => {
    const frames = [
      { startS: 60, durationS: 60 },
      { startS: 0, durationS: 60 },
      { startS: 120, durationS: 1800 },
    ]
    for (const reference of [{ kind: 'average' }, { kind: 'frame-start' }, { kind: 'time', timeS: 40 }] as const) {
      const values = frames.map((frame) => {
        const value =
          reference.kind === 'average'
            ? mean(frame.startS, frame.startS + frame.durationS)
            : Math.exp(-LAMBDA * (reference.kind === 'time' ? reference.timeS : frame.startS))
        return { ...frame, value: { value: 5 * value, standardUncertainty: 0.5 * value } }
      })
      const curve = dynamicCurve(values, reference, T)
      expect(curve.midTimesS).toEqual([30, 90, 1020])
      curve.decayCorrected.forEach(({ value, standardUncertainty }) => {
        expect(value).toBeCloseTo(5, 9)
        expect(standardUncertainty).toBeCloseTo(0.5, 9)
      })
      expect(curve.average[2]?.value).toBeCloseTo(5 * mean(120, 1920), 9)
    }
  })

  it('a sum of frames is one frame: same average as measured at once, gaps or not, and said', () => {
    const whole = [0, 300, 900].map((startS, i) => ({ startS, durationS: [300, 600, 1500][i] as number }))
    const sum = sumOfFrames(whole, { kind: 'average' }, { kind: 'average' }, T)
    const total = sum.weights.reduce(
      (s, w, i) => s + w * mean(whole[i]!.startS, whole[i]!.startS + whole[i]!.durationS),
      0,
    )
    expect(total).toBeCloseTo(mean(0, 2400), 9)
    expect(sum).toMatchObject({ startS: 0, durationS: 2400, remarks: [] })
    const gap = [whole[0]!, whole[2]!]
    const corrected = sumOfFrames(gap, { kind: 'time', timeS: 0 }, { kind: 'time', timeS: 0 }, T)
    // Frames that are corrected to one time and hold the same value sum to that value.
    expect(corrected.weights.reduce((s, w) => s + w, 0)).toBeCloseTo(1, 10)
    expect(corrected.remarks.join()).toMatch(/a gap between the frames, the first before 900 s/)
  })

  it('refuse frames that overlap or have no length', () => {
    const value = exactly(1)
    const frames = [
      { startS: 0, durationS: 60, value },
      { startS: 50, durationS: 60, value },
    ]
    expect(() => dynamicCurve(frames, { kind: 'average' }, T)).toThrow(/0 s and 50 s overlap/)
    expect(() => dynamicCurve([{ startS: 0, durationS: 0, value }], { kind: 'average' }, T)).toThrow(/lasts 0 s/)
    expect(() => dynamicCurve([], { kind: 'average' }, T)).toThrow(/no frames/)
  })
})
