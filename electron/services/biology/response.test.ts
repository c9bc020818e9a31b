import { describe, expect, it } from 'vitest'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import { courseHistory, integrateCourse, parseBiologySets } from '../../../native-core/radiobiology/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { biologySettingsSchema } from '../../contracts/biology.ts'
import {
  clonesSettingsSchema,
  lesionResponseSchema,
  lesionResponseSettingsSchema,
  markerSettingsSchema,
} from '../../contracts/biologyResponse.ts'
import type { LesionCycle, LesionVolume, ResponseLesion } from '../../contracts/biologyResponse.ts'
import { clonesOf, lesionResponse, markerResponseOf, outlinesOfAnalysis, responseLesions } from './index.ts'

const sets = fileResources().biologySets().flatMap(parseBiologySets)
const DAY_S = 86_400
const first = { local: '2026-01-10T09:00:00', utcOffsetMin: 60 }
const lambda = Math.LN2 / (51 * 3600)
const cycle = (index: number, day: number, doseGy: number): LesionCycle => ({
  index,
  startS: day * DAY_S,
  activityBq: 7.4e9,
  doseGy: { value: doseGy, standardUncertainty: 0.1 * doseGy },
  sources: [],
  curves: [{ kind: 'exponentials', startS: day * DAY_S, terms: [{ rateGyPerS: doseGy * lambda, decayPerS: lambda }] }],
})
const cycles = [cycle(1, 0, 14), cycle(2, 56, 9)]
const course = cycles.flatMap(({ curves }) => curves)

/** ln V of exponential growth and LQ kill without delay, in closed form; nothing is given before day 0. */
function exactMl(day: number, alpha = 0.12, doublingDays = 60, initialMl = 20, from = 0): number {
  const { doseGy, pairGy2 } =
    day > 0 ? integrateCourse(course, Math.LN2 / 5400, day * DAY_S) : { doseGy: 0, pairGy2: 0 }
  return initialMl * Math.exp((Math.LN2 * (day - from)) / doublingDays - alpha * (doseGy + pairGy2 / 10))
}
const volumeAt = (day: number, volumeMl = exactMl(day)): LesionVolume => ({
  ...{ id: `day ${day}`, timeS: day * DAY_S, at: `day ${day}`, cycle: 1, volumeMl, relativeUncertainty: 0.05 },
  ...{ origin: 'outline', what: '' },
})
const lesionWith = (volumes: readonly LesionVolume[], own = cycles): ResponseLesion => ({
  identity: 'L1',
  confirmed: true,
  volumes: [...volumes],
  cycles: [...own],
  parameters: [
    { name: 'alphaBetaGy', title: 'α/β', value: 10, unit: 'Gy', source: 'set', evidence: 'unverified' },
    {
      name: 'alphaPerGy',
      title: 'α',
      value: 0.3,
      unit: '1/Gy',
      source: 'set',
      evidence: 'unverified',
      relativeUncertainty: 0.2,
    },
    { name: 'repairHalfTimeS', title: 'Repair', value: 5400, unit: 's', source: 'set', evidence: 'unverified' },
  ],
})
const at = (lesion: ResponseLesion, settings: unknown) =>
  lesionResponse({ lesion, settings: lesionResponseSettingsSchema.parse(settings), first, analysisKey: 'key' })
const valueOf = (response: ReturnType<typeof at>, name: string) => response.parameters.find((one) => one.name === name)

const FITTED = {
  alphaPerGy: { isFitted: true },
  doublingTimeS: { isFitted: true },
  clearanceHalfTimeS: { value: 0, source: 'spheroid' },
}

describe('a lesion’s response fitted to its volumes', () => {
  const days = [0, 20, 50, 80, 110]
  const response = at(lesionWith(days.map((day) => volumeAt(day))), { parameters: FITTED })

  it('finds α, doubling time and first volume of the closed form, with what is held and by whose word', () => {
    expect(response.kind).toBe('fit')
    expect(valueOf(response, 'alphaPerGy')?.value).toBeCloseTo(0.12, 5)
    expect((valueOf(response, 'doublingTimeS')?.value ?? NaN) / DAY_S).toBeCloseTo(60, 5)
    expect(valueOf(response, 'initialVolumeMl')).toMatchObject({ isFitted: true, evidence: 'fitted' })
    expect(valueOf(response, 'alphaBetaGy')).toMatchObject({ value: 10, isFitted: false, evidence: 'unverified' })
    expect(valueOf(response, 'clearanceHalfTimeS')).toMatchObject({ source: 'spheroid', evidence: 'given' })
    expect(response.evidence).toBe('unverified')
    expect(response.correlation.names).toHaveLength(3)
    expect(response.degreesOfFreedom).toBe(2)
    expect(lesionResponseSchema.parse(response)).toEqual(response)
  })

  it('draws the curve of the closed form with a band around it, from the first volume to the horizon', () => {
    const { band } = response
    const end = band.timeS.length - 1
    expect(band.timeS[0]).toBe(0)
    expect(band.timeS[end]).toBeCloseTo((110 + 180) * DAY_S)
    for (const i of [0, 40, 90, end])
      expect((band.volumeMl[i] ?? NaN) / exactMl((band.timeS[i] ?? NaN) / DAY_S)).toBeCloseTo(1, 3)
    for (const i of band.timeS.keys()) {
      expect(band.lowMl[i]).toBeLessThanOrEqual(band.volumeMl[i] ?? NaN)
      expect(band.highMl[i]).toBeGreaterThanOrEqual(band.volumeMl[i] ?? NaN)
      expect(band.scanHighMl[i]).toBeGreaterThanOrEqual(band.highMl[i] ?? NaN)
    }
    // It is back at its first volume where growth has made good for the kill: ln 2·t/T = α·BED.
    const { doseGy, pairGy2 } = integrateCourse(course, Math.LN2 / 5400)
    const backDays = (60 / Math.LN2) * 0.12 * (doseGy + pairGy2 / 10)
    expect(Math.abs((response.regrowthS ?? NaN) / DAY_S - backDays)).toBeLessThan(3)
  })

  it('ranks growth laws by AICc, and says of one why it has no fit', () => {
    const several = at(
      lesionWith([-60, -30, 0, 20, 50, 80, 110].map((day) => volumeAt(day, exactMl(day, 0.12, 60, 20)))),
      {
        laws: ['gompertz', 'exponential'],
        parameters: { ...FITTED, gompertzRatePerS: { isFitted: true } },
      },
    )
    expect(several.law).toBe('exponential')
    expect(several.laws.find(({ law }) => law === 'gompertz')?.problem).toMatch(/Nothing is known of Capacity/)
    expect(several.laws.find(({ law }) => law === 'exponential')?.weight).toBe(1)
  })

  it('refuses more parameters than volumes and names the best fit of fewer', () => {
    expect(() => at(lesionWith([0, 40].map((day) => volumeAt(day))), { parameters: FITTED })).toThrow(
      expect.objectContaining({ code: 'biology.fit-data', hint: expect.stringMatching(/AICc|fit/i) as string }),
    )
  })

  it('takes typed volumes of before the therapy, leaves out what a person leaves out, and grows without any dose', () => {
    const typed = { at: '2025-11-11T09:00', volumeMl: exactMl(-60), relativeUncertainty: 0.1, note: 'CT' }
    const wrong = volumeAt(30, 900)
    const found = at(lesionWith([...[0, 20, 50, 80].map((day) => volumeAt(day)), wrong]), {
      parameters: FITTED,
      typedVolumes: [typed],
      leftOut: ['day 30'],
    })
    expect(found.startS).toBe(-60 * DAY_S)
    expect(found.volumes.find(({ id }) => id === 'day 30')).toMatchObject({ isUsed: false, residual: null })
    expect(valueOf(found, 'alphaPerGy')?.value).toBeCloseTo(0.12, 4)
    const grown = at(
      lesionWith(
        [0, 30, 60].map((day) => volumeAt(day, 5 * 2 ** (day / 45))),
        [],
      ),
      {
        parameters: { doublingTimeS: { isFitted: true }, clearanceHalfTimeS: { value: 0 } },
      },
    )
    expect((valueOf(grown, 'doublingTimeS')?.value ?? NaN) / DAY_S).toBeCloseTo(45, 3)
    expect(valueOf(grown, 'alphaPerGy')).toBeUndefined()
    expect(() => at(lesionWith([volumeAt(0), volumeAt(9)], []), { parameters: FITTED })).toThrow(/has no dose/)
  })
})

describe('a lesion’s response predicted from parameters', () => {
  const held = { doublingTimeS: { value: 60 * DAY_S, source: 'own series' }, clearanceHalfTimeS: { value: 0 } }

  it('asks for what nobody knows, instead of taking something for granted', () => {
    expect(() => at(lesionWith([volumeAt(0)]), {})).toThrow(/Nothing is known of Doubling time, Clearance half-time/)
  })

  it('follows the set’s α from the first volume, with a band of what is stated to be uncertain, and says what it is', () => {
    const predicted = at(lesionWith([volumeAt(0)]), { parameters: held })
    expect(predicted.kind).toBe('prediction')
    expect(predicted.remarks.join(' ')).toMatch(/no volume has confirmed/)
    const end = predicted.band.timeS.length - 1
    const exact = exactMl((predicted.band.timeS[end] ?? NaN) / DAY_S, 0.3)
    expect((predicted.band.volumeMl[end] ?? NaN) / exact).toBeCloseTo(1, 5)
    expect((predicted.band.highMl[end] ?? NaN) / (predicted.band.lowMl[end] ?? NaN)).toBeGreaterThan(5)
  })

  it('says where the curve has left everything that was measured', () => {
    const wild = { ...held, doublingTimeS: { value: 5 * DAY_S } }
    expect(at(lesionWith([volumeAt(0)]), { parameters: wild }).remarks.join(' ')).toMatch(/growth law does not hold/)
    expect(at(lesionWith([volumeAt(0)]), { parameters: held }).remarks.join(' ')).not.toMatch(/does not hold/)
  })

  it('adds a further cycle like the last one, by its activity', () => {
    const without = at(lesionWith([volumeAt(0)]), { parameters: held, horizonS: 200 * DAY_S })
    const more = at(lesionWith([volumeAt(0)]), {
      parameters: held,
      furtherCycles: [{ at: '2026-04-20T09:00', activityBq: 3.7e9 }],
      horizonS: 144 * DAY_S,
    })
    expect(more.cycles.at(-1)).toMatchObject({ index: null, startS: 100 * DAY_S, doseGy: { value: 4.5 } })
    const bed = ((history) => (history?.doseGy ?? NaN) + (history?.pairGy2 ?? NaN) / 10)(
      courseHistory(
        [{ kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 4.5 * lambda, decayPerS: lambda }] }],
        Math.LN2 / 5400,
        [300 * DAY_S],
      )[0],
    )
    const [a, b] = [without.band, more.band].map(({ timeS, volumeMl }) => {
      const i = timeS.findIndex((time) => time >= 240 * DAY_S)
      return Math.log(volumeMl[i] ?? NaN) - (Math.LN2 * (timeS[i] ?? NaN)) / (60 * DAY_S)
    })
    expect((a ?? NaN) - (b ?? NaN)).toBeCloseTo(0.3 * bed, 3)
    expect(more.remarks.join(' ')).toMatch(/only thought of/)
  })

  it('leaves out a further cycle that is not after the last one that was given, and says so', () => {
    const lesion = lesionWith([volumeAt(0)])
    const without = at(lesion, { parameters: held })
    const late = at(lesion, { parameters: held, furtherCycles: [{ at: '2026-01-01T09:00', activityBq: 3.7e9 }] })
    expect(late.cycles).toEqual(without.cycles)
    expect(late.band.volumeMl).toEqual(without.band.volumeMl)
    expect(late.remarks.join(' ')).toMatch(/A further cycle is not after the last cycle/)
  })
})

describe('lesions of an analysis', () => {
  it('have a volume for each cycle and the dose rate of the cycle; organs are none', () => {
    const analysis = exampleAnalysis()
    const outlines = outlinesOfAnalysis(analysis)
    const start = analysis.cycles[0]?.administration.start ?? first
    const lesions = responseLesions(outlines, analysis, start, biologySettingsSchema.parse({}), sets)
    expect(lesions.map(({ identity }) => identity)).toEqual([
      ...new Set(
        analysis.cycles.flatMap((one) =>
          one.structures.filter(({ kind, volumeMl }) => kind === 'lesion' && volumeMl > 0).map(({ name }) => name),
        ),
      ),
    ])
    for (const { cycles: own, parameters } of lesions) {
      for (const { curves, doseGy } of own) {
        const dose = integrateCourse(curves, 1e-4).doseGy
        expect(dose / doseGy.value).toBeCloseTo(1, 4)
      }
      expect(parameters.map(({ name }) => name).sort()).toEqual(['alphaBetaGy', 'alphaPerGy', 'repairHalfTimeS'])
    }
  })
})

describe('a marker of all lesions', () => {
  const series = {
    marker: 'PSA',
    unit: 'ng/mL',
    values: [-20, 0, 20, 40].map((day) => ({
      at: '2026-01-01',
      timeS: day * DAY_S,
      value: 50 * Math.exp(0.01 * (day + 20)),
      relativeUncertainty: day === 0 ? null : 0.1,
    })),
  }
  const settings = markerSettingsSchema.parse({
    marker: 'PSA',
    valueUncertainty: 0.1,
    growthPerS: { value: 1e-7, isFitted: true },
    directPerBqS: { value: 0 },
    delayedPerBqS: { value: 0 },
    effectPerS: { value: 1e-6 },
  })

  it('has the growth of values that nothing has touched, and asks for an uncertainty where none is stated', () => {
    const found = markerResponseOf({ settings, series, activity: [], cycleStartsS: [0] })
    expect((found.parameters.find(({ name }) => name === 'growthPerS')?.value ?? NaN) * DAY_S).toBeCloseTo(0.01, 6)
    expect(found.curve.value.at(-1)).toBeCloseTo(50 * Math.exp(0.01 * 240), 4)
    const { valueUncertainty: _, ...without } = settings
    expect(() => markerResponseOf({ settings: without, series, activity: [], cycleStartsS: [0] })).toThrow(
      /has no uncertainty/,
    )
  })

  it('says that the delayed effect of a cycle before the first value is not counted', () => {
    const late = { ...settings, delayedPerBqS: { value: 1e-16, isFitted: false } }
    const remarksAt = (startS: number): string =>
      markerResponseOf({ settings: late, series, activity: [], cycleStartsS: [startS] }).remarks.join(' ')
    const [first] = series.values
    expect(remarksAt((first?.timeS ?? 0) - DAY_S)).toMatch(/before the first value: the delayed effect/)
    expect(remarksAt(first?.timeS ?? 0)).not.toMatch(/delayed effect that/)
  })
})

describe('schedules compared', () => {
  const settings = clonesSettingsSchema.parse({
    lesion: 'L1',
    cells: 2000,
    resistantShare: 0,
    mutation: 0,
    doublingTimeS: 30 * DAY_S,
    cellLoss: 0.3,
    alphaPerGy: 0.3,
    alphaBetaGy: 10,
    repairHalfTimeS: 5400,
    resistantAlphaShare: 0.1,
    horizonS: 200 * DAY_S,
    schedules: [
      { name: 'two', cycles: [0, 56].map((day) => ({ day, activityBq: 7.4e9 })) },
      { name: 'one', cycles: [{ day: 10, activityBq: 14.8e9 }] },
    ],
  })

  it('have dose by activity, and more of what kills eradicates more often', () => {
    const { schedules } = clonesOf({ lesion: lesionWith([]), settings })
    expect(schedules.map(({ totalDoseGy }) => totalDoseGy)).toEqual([18, 18])
    expect(schedules[1]?.eradication).toBeGreaterThan(schedules[0]?.eradication ?? NaN)
    expect(schedules[0]?.cells.median[0]).toBe(2000)
  })

  it('refuse a lesion without a dose and a cycle after the end', () => {
    expect(() => clonesOf({ lesion: lesionWith([], []), settings })).toThrow(/no cycle with a dose/)
    expect(() => clonesOf({ lesion: lesionWith([]), settings: { ...settings, horizonS: 50 * DAY_S } })).toThrow(
      /after the end of the comparison/,
    )
  })
})
