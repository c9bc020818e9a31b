import { describe, expect, it } from 'vitest'
import { tumourResponse } from '../../../native-core/radiobiology/index.ts'
import { SECONDS_PER_DAY } from '../../../native-core/units/index.ts'
import { formulaDraftSchema } from '../../contracts/biologyFormulas.ts'
import type { LocalFormula } from '../../contracts/biologyFormulas.ts'
import {
  clonesSettingsSchema,
  lesionResponseSchema,
  lesionResponseSettingsSchema,
} from '../../contracts/biologyResponse.ts'
import type { ResponseLesion } from '../../contracts/biologyResponse.ts'
import { checkFormula, clonesOf, lesionResponse } from './index.ts'

const DAY_S = SECONDS_PER_DAY
const first = { local: '2026-01-10T09:00:00', utcOffsetMin: 60 }
const lambda = Math.LN2 / (51 * 3600)

/** A version of a logistic formula, its capacity in litres. */
function stored(version: number, change: Partial<LocalFormula> = {}, expression = 'r*(1 - V/K)'): LocalFormula {
  const parameter = (name: string, value: number, unit: string) => ({ name, value, unit, source: 'a paper' })
  const formula = formulaDraftSchema.parse({
    ...{ kind: 'growth', name: 'mine', title: 'Mine', expression, source: 'a paper', testedMl: [1, 400] },
    parameters: [
      { ...parameter('r', 0.03, '1/d'), standardUncertainty: 0.003 },
      ...(expression.includes('K') ? [parameter('K', 0.1, 'L')] : []),
    ],
  })
  const check = checkFormula(formula)
  return { id: `local:mine@${version}`, version, savedAt: '', retired: false, formula, check, ...change }
}

const logistic = (perDay: number) => ({ kind: 'logistic', ratePerS: perDay / DAY_S, capacity: 100 }) as const
const model = {
  ...{ alphaPerGy: 0.1, alphaBetaGy: 10, clearanceHalfTimeS: 0 },
  repair: { kind: 'exponential', components: [{ halfTimeS: 5400, fraction: 1 }] },
} as const
const curves = [{ kind: 'exponentials' as const, startS: 0, terms: [{ rateGyPerS: 14 * lambda, decayPerS: lambda }] }]
const days = [0, 20, 50, 80, 110]
const volumesMl = tumourResponse(
  { ...model, growth: logistic(0.02) },
  curves,
  20,
  days.map((day) => day * DAY_S),
)
const lesion: ResponseLesion = {
  ...{ identity: 'L1', confirmed: true },
  volumes: volumesMl.map(({ timeS, volume }, at) => ({
    ...{ id: `${at}`, timeS, at: `day ${days[at]}`, cycle: 1, volumeMl: volume, relativeUncertainty: 0.05 },
    ...{ origin: 'outline', what: '' },
  })),
  cycles: [
    { index: 1, startS: 0, activityBq: 7.4e9, doseGy: { value: 14, standardUncertainty: 1 }, sources: [], curves },
  ],
  parameters: [
    { name: 'alphaPerGy', title: 'α', value: 0.1, unit: '1/Gy', source: 'set', evidence: 'unverified' },
    { name: 'alphaBetaGy', title: 'α/β', value: 10, unit: 'Gy', source: 'set', evidence: 'unverified' },
    { name: 'repairHalfTimeS', title: 'Repair', value: 5400, unit: 's', source: 'set', evidence: 'unverified' },
  ],
}
const at = (settings: unknown, formulas: readonly LocalFormula[] = [stored(1)]) =>
  lesionResponse({
    ...{ lesion, first, analysisKey: 'key', formulas },
    settings: lesionResponseSettingsSchema.parse(settings),
  })
const cleared = { clearanceHalfTimeS: { value: 0 } }
const laws = ['local:mine@1']
const predicted = at({ laws, parameters: cleared })

describe('a local formula as the growth of a lesion', () => {
  it('is fitted to volumes as the built-in law of the same equation, in the units that it declares', () => {
    const own = at({ laws, parameters: { ...cleared, 'own:mine/r': { isFitted: true } } })
    const built = at({
      laws: ['logistic'],
      parameters: { ...cleared, capacityMl: { value: 100 }, logisticRatePerS: { isFitted: true } },
    })
    const [mine, theirs] = [own, built].map(({ parameters }) =>
      parameters.find(({ name, isFitted }) => isFitted && name !== 'initialVolumeMl'),
    )
    expect(mine).toMatchObject({ name: 'own:mine/r', unit: '1/d', title: 'r', evidence: 'fitted' })
    expect(mine?.value).toBeCloseTo(0.02, 6)
    expect(mine?.cv).toBeCloseTo(theirs?.cv ?? NaN, 4)
    expect(own.correlation.names).toEqual(['initialVolumeMl', 'own:mine/r'])
    expect(own.parameters.find(({ name }) => name === 'own:mine/K')).toMatchObject({
      value: 0.1,
      unit: 'L',
      evidence: 'given',
    })
    expect(lesionResponseSchema.parse(own)).toEqual(own)
  })

  it('predicts with its own values and draws its stated uncertainty; its growth is tabled for what is tried', () => {
    const own = predicted
    const exact = tumourResponse(
      { ...model, growth: logistic(0.03) },
      curves,
      volumesMl[0]?.volume ?? 0,
      own.band.timeS,
    )
    own.band.volumeMl.forEach((volume, k) => expect(volume / (exact[k]?.volume ?? NaN)).toBeCloseTo(1, 6))
    const certain = at({ laws, parameters: { ...cleared, 'own:mine/r': { value: 0.03, source: 'sure' } } })
    const width = ({ band }: typeof own) => Math.log((band.highMl.at(-1) ?? NaN) / (band.lowMl.at(-1) ?? NaN))
    expect(width(own)).toBeGreaterThan(1.02 * width(certain))
    own.growth?.volumeMl.forEach((volume, k) =>
      expect((own.growth?.perS[k] ?? NaN) * DAY_S).toBeCloseTo(0.03 * (1 - volume / 100), 9),
    )
    expect(own.growth?.volumeMl).toHaveLength(400)
  })

  it('says that it is local and by whom, where it was not tested, and that a newer version or none is in use', () => {
    const now = predicted
    expect(now.remarks.join(' ')).toMatch(
      /local formula that a person of this site wrote: “Mine”, version 1, r\*\(1 - V\/K\) \(a paper\)/,
    )
    expect(now.formulas).toMatchObject([{ law: 'local:mine@1', newerVersion: null, retired: false }])
    const later = at({ laws, parameters: cleared }, [stored(2), stored(1, { retired: true })])
    expect(later.formulas).toMatchObject([{ newerVersion: 2, retired: true }])
    expect(later.remarks.join(' ')).toMatch(/newer version 2: this is by version 1\..*is retired/)
    expect(later.band).toEqual(now.band)
    const small = at({ laws, parameters: { ...cleared, initialVolumeMl: { value: 0.5 } } })
    expect(small.remarks.join(' ')).toMatch(/tested from 1 to 400 mL only/)
  })

  it('competes with built-in laws by AICc, and is refused where it is unknown or a parameter cannot be fitted', () => {
    const parameters = { ...cleared, 'own:mine/r': { isFitted: true }, doublingTimeS: { isFitted: true } }
    const both = at({ laws: ['exponential', ...laws], parameters })
    expect(both.law).toBe('local:mine@1')
    expect(both.laws.map(({ weight }) => weight ?? NaN).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9)
    expect(() => at({ laws: ['local:none@1'], parameters: cleared })).toThrow(/no formula of growth "none@1"/)
    expect(() => at({ laws, parameters: { ...cleared, 'own:mine/r': { value: 0, isFitted: true } } })).toThrow(
      /only positive ones can be fitted/,
    )
  })
})

describe('schedules compared under a local formula', () => {
  const settings = clonesSettingsSchema.parse({
    ...{
      lesion: 'L1',
      cells: 2000,
      resistantShare: 0,
      mutation: 0,
      doublingTimeS: (Math.LN2 / 0.03) * DAY_S,
      cellLoss: 0.5,
    },
    ...{ alphaPerGy: 0.45, alphaBetaGy: 10, repairHalfTimeS: 5400, resistantAlphaShare: 1, horizonS: 200 * DAY_S },
    schedules: [{ name: 'one', cycles: [{ day: 0, activityBq: 7.4e9 }] }],
  })

  it('come to the exact eradication of a constant growth within the spread of the histories, and say that they are drawn', () => {
    const exact = clonesOf({ lesion, settings })
    const own = clonesOf({
      ...{ lesion, settings: { ...settings, law: 'local:mine@1', doublingTimeS: null } },
      formulas: [stored(1, {}, 'r')],
    })
    const p = exact.schedules[0]?.eradication ?? NaN
    expect([exact.eradicationIsExact, own.eradicationIsExact]).toEqual([true, false])
    expect(p).toBeGreaterThan(0.1)
    expect(p).toBeLessThan(0.9)
    expect(Math.abs((own.schedules[0]?.eradication ?? NaN) - p)).toBeLessThan(3 * Math.sqrt((p * (1 - p)) / own.runs))
    expect(own.formula?.title).toBe('Mine')
  })

  it('refuses neither growth nor formula', () => {
    expect(() => clonesOf({ lesion, settings: { ...settings, doublingTimeS: null } })).toThrow(
      /Nothing is said of the growth/,
    )
    expect(() => clonesOf({ lesion, settings: { ...settings, law: 'local:mine@9' } })).toThrow(/mine@9/)
  })
})
