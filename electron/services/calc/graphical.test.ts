import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import {
  convolve,
  exponentialCurve,
  frameCurve,
  frameInput,
  modelCurve,
} from '../../../native-core/kinetics/dynamic/index.ts'
import { calcSchemas, runCalc } from './index.ts'

interface Answer {
  readonly results: readonly {
    readonly name: string
    readonly value: number
    readonly unit: string
    readonly standardError: number | null
  }[]
  readonly plot: {
    readonly points: readonly { readonly x: number | null; readonly counted: boolean }[]
    readonly slope: number
    readonly tStarS: number
  } | null
  readonly remarks: readonly string[]
}
const run = (name: string, input: unknown) => runCalc(name, input, fileResources())
const value = ({ results }: Answer, name: string) => results.find((one) => one.name === name)?.value ?? NaN

const durations = [...Array<number>(12).fill(10), ...Array<number>(8).fill(60), ...Array<number>(10).fill(300)]
const frames = durations.map((durationS, i) => ({
  startS: durations.slice(0, i).reduce((s, d) => s + d, 0),
  durationS,
}))
// Half-life in h; what is given decays, so the calculation has to correct it.
const halfLifeH = 1.1285
const schedule = { frames, halfLifeS: halfLifeH * 3600 }
const terms = [
  { ratePerMin: 2, amplitudeBqPerMl: 90000 },
  { ratePerMin: 0.02, amplitudeBqPerMl: 10000 },
]
const plasma = exponentialCurve(
  terms.map(({ ratePerMin, amplitudeBqPerMl }) => ({ ratePerS: ratePerMin / 60, coefficients: [amplitudeBqPerMl] })),
  0,
  'plasma',
)
const tissue = (k1: number, k2: number, k3: number, k4: number, vb: number) =>
  modelCurve(
    frameInput({ plasma, wholeBlood: plasma }, schedule, 0),
    { k1: k1 / 60, k2: k2 / 60, k3: k3 / 60, k4: k4 / 60 },
    vb,
  ).value
/** As measured at the start of each frame. */
const atFrameStart = (values: readonly number[]) =>
  values.map((v, i) => v * 2 ** (-frames[i]!.startS / schedule.halfLifeS))
const scan = { physicalHalfLifeH: halfLifeH, frames, decayCorrectedTo: 'frame-start' }
const input = { kind: 'exponentials', terms }

describe('graphical and tissue-model', () => {
  it('Patlak in mL/(mL·min) and min, with points and t*', () => {
    const answer = run('graphical', {
      ...scan,
      method: 'patlak',
      tStarS: 2400,
      concentrationBqPerMl: atFrameStart(tissue(0.2, 0.1, 0.05, 0, 0)),
      input,
    }) as Answer
    expect(value(answer, 'K_i')).toBeCloseTo((0.2 * 0.05) / 0.15, 3)
    expect(answer.results[0]?.unit).toBe('mL/(mL·min)')
    expect(answer.plot?.slope).toBeCloseTo(value(answer, 'K_i'), 12)
    expect(answer.plot?.points).toHaveLength(frames.length)
  })

  it('takes a given blood fraction off before a plot, says so, and refuses it without a blood curve', () => {
    const pure = run('graphical', {
      ...scan,
      method: 'logan',
      tStarS: 1200,
      concentrationBqPerMl: atFrameStart(tissue(0.3, 0.2, 0.05, 0.02, 0)),
      input,
    }) as Answer
    const mixed = { ...scan, tStarS: 1200, concentrationBqPerMl: atFrameStart(tissue(0.3, 0.2, 0.05, 0.02, 0.08)) }
    const corrected = run('graphical', { ...mixed, method: 'logan', input, bloodFraction: 0.08 }) as Answer
    expect(value(corrected, 'V_T')).toBeCloseTo(value(pure, 'V_T'), 9)
    expect(corrected.remarks.join()).toMatch(/V_b = 0.08 was subtracted/)
    expect(pure.remarks.join()).toMatch(/was not subtracted/)
    const reference = { concentrationBqPerMl: mixed.concentrationBqPerMl }
    expect(() => run('graphical', { ...mixed, method: 'logan-reference', reference, bloodFraction: 0.08 })).toThrow(
      expect.objectContaining({ code: 'dynamic.blood-fraction' }),
    )
  })

  it('compartments with a fixed blood fraction, and all of them compared', () => {
    const request = { ...scan, concentrationBqPerMl: atFrameStart(tissue(0.3, 0.2, 0.05, 0.02, 0.05)), input }
    const { models } = run('tissue-model', { ...request, method: '2tcm', bloodFraction: 0.05 }) as { models: Answer[] }
    const [fit] = models
    expect(value(fit!, 'K1')).toBeCloseTo(0.3, 7)
    expect(value(fit!, 'k4')).toBeCloseTo(0.02, 7)
    expect(value(fit!, 'V_T')).toBeCloseTo(1.5 * 3.5, 6)
    expect(fit!.results.find(({ name }) => name === 'V_b')?.standardError).toBeNull()
    const compared = run('tissue-model', { ...request, method: 'compare' }) as { models: Answer[] }
    expect(compared.models).toHaveLength(3)
    expect(compared.models[2]?.remarks.join()).toMatch(/the one to prefer by AICc/)
  })

  it('SRTM with a reference, an agent that cells take in, and frames of a blood pool', () => {
    const reference = tissue(0.1, 0.2, 0, 0, 0)
    const framed = frameCurve(
      exponentialCurve(
        [
          { ratePerS: 1e-4, coefficients: [1000] },
          { ratePerS: 0.01, coefficients: [-1000] },
        ],
        0,
        'r',
      ),
      schedule,
    )
    const k2a = 0.1 / 2 / 60
    const target = [...framed.average].map((own, i) => own + (0.1 / 60 - k2a) * convolve(framed, k2a).average[i]!)
    const { models } = run('tissue-model', {
      ...scan,
      method: 'srtm',
      agent: '68Ga-PSMA-11',
      concentrationBqPerMl: atFrameStart(target),
      reference: { concentrationBqPerMl: atFrameStart([...framed.average]) },
    }) as { models: Answer[] }
    expect(Math.abs(value(models[0]!, 'BP_ND') - 1)).toBeLessThan(5e-3)
    expect(models[0]?.remarks.join()).toMatch(/free of PSMA/)
    const pool = [...frameCurve(plasma, schedule).average]
    const logan = run('graphical', {
      ...scan,
      method: 'logan',
      concentrationBqPerMl: atFrameStart(reference),
      input: { kind: 'frames', wholeBloodBqPerMl: atFrameStart(pool) },
    }) as Answer
    expect(Math.abs(value(logan, 'V_T') / 0.5 - 1)).toBeLessThan(0.01)
    expect(logan.remarks.join()).toMatch(/taken as that in whole blood.*no metabolites/)
  })

  it('samples that decayed, with a table of ratios, are the formula again', () => {
    const timesS = Array.from({ length: 400 }, (_, i) => 3620 * (i / 399) ** 2)
    const blood = timesS.map((t) =>
      terms.reduce(
        (s, { ratePerMin, amplitudeBqPerMl }) => s + (amplitudeBqPerMl * Math.exp((-ratePerMin / 60) * t)) / 1.6,
        0,
      ),
    )
    const answer = run('graphical', {
      ...scan,
      method: 'ma1',
      tStarS: 600,
      concentrationBqPerMl: atFrameStart(tissue(0.2, 0.1, 0, 0, 0)),
      input: {
        kind: 'samples',
        decayCorrectedTo: 'sampling',
        wholeBlood: { timesS, concentrationBqPerMl: blood.map((v, i) => v * 2 ** (-timesS[i]! / schedule.halfLifeS)) },
        plasmaToBlood: { timesS: [0, 4000], values: [2, 2] },
        parentFraction: 0.8,
      },
    }) as Answer
    expect(Math.abs(value(answer, 'V_T') / 2 - 1)).toBeLessThan(0.01)
  })

  it('says what is missing, and prints its schema', () => {
    const request = { ...scan, method: 'logan', concentrationBqPerMl: frames.map(() => 1) }
    expect(() => run('graphical', request)).toThrow(/needs an input function/)
    expect(() => run('graphical', { ...request, method: 'mrtm2', reference: { concentrationBqPerMl: [1] } })).toThrow(
      /k2′|frames/,
    )
    expect(() => run('graphical', { ...request, input, fitDelayWithinS: 10 })).toThrow(/cannot fit the delay/)
    expect(() => run('graphical', { ...request, input, concentrationBqPerMl: [1, 2] })).toThrow(
      /30 frames and 2 values/,
    )
    expect(() => run('graphical', { ...request, physicalHalfLifeH: undefined, input })).toThrow(/neither a nuclide/)
    expect(JSON.stringify(calcSchemas('tissue-model').input)).toContain('"unit":"1/min"')
  })
})
