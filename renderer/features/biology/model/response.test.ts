import { describe, expect, it } from 'vitest'
import { lesionResponseSettingsSchema } from '../../../../electron/contracts/index.ts'
import type { LesionResponse, LocalFormula, ResponseParameter } from '../../../../electron/contracts/index.ts'
import { DAY_S } from '../../../units.ts'
import { decades } from './responsePlot.ts'
import { doseRateStrip, NOTHING_TRIED, whatIfVolumes } from './responseWhatIf.ts'
import { newerThan, offeredFormulas, parametersOfLaws, shownParameter } from './responseWords.ts'

const lambda = Math.LN2 / (50 * 3600)
const held = (name: ResponseParameter['name'], unit: string, value: number): ResponseParameter => ({
  ...{ name, title: name, unit, value, standardUncertainty: null, cv: null, interval: null },
  ...{ isFitted: false, source: '', evidence: 'given' },
})

/** A lesion whose first volume is four hours after the administration of 10 Gy. */
function example(): LesionResponse {
  const timeS = Array.from({ length: 100 }, (_, k) => 4 * 3600 + k * 2 * DAY_S)
  const flat = timeS.map(() => 20)
  return {
    algorithm: { name: 'theratwin.lesion-response', version: '0' },
    ...{ analysisKey: null, identity: 'L1', settings: lesionResponseSettingsSchema.parse({}), kind: 'prediction' },
    ...{ law: 'exponential', startS: 4 * 3600, repairHalfTimeS: 5400, volumes: [] },
    cycles: [
      {
        ...{ index: 1, startS: 0, activityBq: 7.4e9, doseGy: { value: 10, standardUncertainty: 1 }, sources: [] },
        curves: [{ kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 10 * lambda, decayPerS: lambda }] }],
      },
    ],
    parameters: [
      held('alphaPerGy', '1/Gy', 0.1),
      held('alphaBetaGy', 'Gy', 10),
      held('initialVolumeMl', 'mL', 20),
      held('doublingTimeS', 's', 80 * DAY_S),
      held('clearanceHalfTimeS', 's', 10 * DAY_S),
    ],
    correlation: { names: [], values: [] },
    ...{ chiSquare: null, degreesOfFreedom: null, aicc: null, laws: [], nadir: { timeS: 0, volumeMl: 20 } },
    band: { timeS, volumeMl: flat, lowMl: flat, highMl: flat, scanLowMl: flat, scanHighMl: flat },
    ...{ regrowthS: null, evidence: 'given', remarks: [], assumptions: [], formulas: [], growth: null },
  }
}

describe('the strip of dose rates', () => {
  it('follows the exponential also where the administration lies before the first volume, to 2 % between its points', () => {
    const { days, mGyPerH } = doseRateStrip(example(), null)
    const exact = (day: number): number => 10 * lambda * Math.exp(-lambda * day * DAY_S) * 3.6e6
    for (const day of [0.5, 2, 4, 8]) {
      const after = days.findIndex((one) => one >= day)
      const [x0 = NaN, x1 = NaN, y0 = NaN, y1 = NaN] = [
        days[after - 1],
        days[after],
        mGyPerH[after - 1],
        mGyPerH[after],
      ]
      const drawn = y0 + ((y1 - y0) * (day - x0)) / (x1 - x0)
      expect(Math.abs(drawn / exact(day) - 1)).toBeLessThan(0.02)
    }
  })

  it('gives a tried cycle its share by activity', () => {
    const { days, mGyPerH } = doseRateStrip(example(), { day: 60, activityBq: 3.7e9 })
    const at = days.findIndex((day) => day >= 60)
    expect(mGyPerH[at]).toBeCloseTo(5 * lambda * 3.6e6, 0)
  })
})

describe('the logarithmic axis', () => {
  it('has the powers of ten of its range, at most eight', () => {
    expect(decades(0.5, 2500)).toEqual([1, 10, 100, 1000])
    expect(decades(14, 3e12)).toEqual([100, 1e4, 1e6, 1e8, 1e10, 1e12])
    expect(decades(2, 9)).toEqual([])
  })
})

describe('what-ifs', () => {
  it('change nothing where nothing is tried, shrink with α, grow with growth, and shrink with a cycle', () => {
    const one = example()
    const end = (tried: Parameters<typeof whatIfVolumes>[1]): number => whatIfVolumes(one, tried)?.at(-1) ?? NaN
    const base = end(NOTHING_TRIED)
    expect(end({ ...NOTHING_TRIED, alphaFactor: 2 })).toBeLessThan(base)
    expect(end({ ...NOTHING_TRIED, growthFactor: 1.5 })).toBeGreaterThan(base)
    expect(end({ ...NOTHING_TRIED, cycle: { day: 60, activityBq: 7.4e9 } })).toBeLessThan(base)
  })

  it('follow the table of a local formula as the built-in law of its equation, to 2e-4, and give nothing where it ends', () => {
    const rate = 0.02 / DAY_S
    const volumeMl = Array.from({ length: 400 }, (_, k) => 0.01 * 1e7 ** (k / 399))
    const growth = { volumeMl, perS: volumeMl.map((volume) => rate * (1 - volume / 100)) }
    const held = [
      { name: 'logisticRatePerS', value: rate },
      { name: 'capacityMl', value: 100 },
    ].map((one) => ({ ...example().parameters[0], ...one }) as ResponseParameter)
    const built: LesionResponse = { ...example(), law: 'logistic', parameters: [...example().parameters, ...held] }
    const own: LesionResponse = { ...example(), law: 'local:mine@1', growth }
    const tried = { ...NOTHING_TRIED, growthFactor: 1.4 }
    const exact = whatIfVolumes(built, tried) ?? []
    whatIfVolumes(own, tried)?.forEach((volume, k) =>
      expect(Math.abs(volume / (exact[k] ?? NaN) - 1)).toBeLessThan(2e-4),
    )
    expect(whatIfVolumes(own, tried)).toHaveLength(exact.length)
    const short = { volumeMl: [0.01, 1], perS: [rate, rate] }
    expect(whatIfVolumes({ ...own, growth: short }, tried)).toBeNull()
  })

  it('offer the newest version in use of each local formula of growth and what is chosen, and tell of a newer one', () => {
    const version = (of: number, retired = false): LocalFormula => ({
      ...{ id: `local:mine@${of}`, version: of, savedAt: '', retired },
      formula: {
        ...{ kind: 'growth', name: 'mine', title: 'Mine', expression: 'r', source: 'me', endpoint: '', population: '' },
        ...{ validity: '', examples: [], testedMl: [1, 10] },
        parameters: [{ name: 'r', title: 'Rate', unit: '1/d', value: 0.02, source: 'me' }],
      },
      check: { at: [], value: [], course: 'constant', remarks: [] },
    })
    const all = [version(3, true), version(2), version(1)]
    expect(offeredFormulas(all, ['exponential']).map(({ version }) => version)).toEqual([2])
    expect(offeredFormulas(all, ['local:mine@1']).map(({ version }) => version)).toEqual([2, 1])
    expect(newerThan('local:mine@1', all)?.version).toBe(2)
    expect(newerThan('local:mine@2', all)).toBeNull()
    expect(parametersOfLaws(['local:mine@2'], all)).toEqual(expect.arrayContaining(['alphaPerGy', 'own:mine/r']))
    expect(parametersOfLaws(['local:mine@2'], all)).not.toContain('doublingTimeS')
    expect(shownParameter('own:mine/r', all)).toMatchObject({ title: 'Rate', unit: '1/d', per: 1 })
  })

  it('ask for the parameters of the laws that are tried only', () => {
    expect(parametersOfLaws(['exponential'])).not.toContain('capacityMl')
    expect(parametersOfLaws(['gompertz'])).toEqual(expect.arrayContaining(['capacityMl', 'gompertzRatePerS']))
  })
})
