import { normalCdf } from '../../../native-core/statistics/index.ts'
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { parseBiologySets } from '../../../native-core/radiobiology/index.ts'
import { runCalc } from './index.ts'

const resources = fileResources()
const run = (name: string, input: unknown): Record<string, unknown> =>
  runCalc(name, input, resources) as Record<string, unknown>

describe('calc g-factor, bed, eqd2', () => {
  it('one half-life gives T_rep/(T_rep + T_eff); a set brings its repair and says how sure it is', () => {
    const given = run('g-factor', { curves: [{ doseGy: 20, effectiveHalfLifeH: 51 }], repairHalfTimeH: 2.8 })
    expect(given['g']).toBeCloseTo(2.8 / 53.8, 13)
    expect(given['doseGy']).toBeCloseTo(20, 12)
    expect(given['basis']).toMatchObject({ evidence: 'given' })
    const fromSet = run('g-factor', { curves: [{ doseGy: 20, effectiveHalfLifeH: 51 }], set: 'kidney-lq' })
    expect(fromSet['g']).toBeCloseTo(2.8 / 53.8, 13)
    expect(fromSet['basis']).toMatchObject({ evidence: 'unverified', set: 'kidney-lq' })
  })

  it('the BED of cycles, with earlier external beam, by hand', () => {
    const cycles = [0, 1344, 2688, 4032].map((startH) => ({ startH, doseGy: 5, effectiveHalfLifeH: 51 }))
    const answer = run('bed', {
      curves: cycles,
      repairHalfTimeH: 2.8,
      alphaBetaGy: 2.6,
      externalBeam: [{ fractions: 5, dosePerFractionGy: 2 }],
    })
    const radionuclides = 20 * (1 + (5 * 2.8) / 53.8 / 2.6)
    const beam = 10 * (1 + 2 / 2.6)
    expect(answer['bedGy']).toBeCloseTo(radionuclides + beam, 6)
    expect(answer['eqdGy']).toBeCloseTo((radionuclides + beam) / (1 + 2 / 2.6), 6)
    expect(run('eqd2', { bedGy: radionuclides, alphaBetaGy: 2.6 })['eqdGy']).toBeCloseTo(
      radionuclides / (1 + 2 / 2.6),
      12,
    )
  })

  it('says what is missing or wrong', () => {
    const curves = [{ doseGy: 5, effectiveHalfLifeH: 51 }]
    expect(() => run('bed', { curves, repairHalfTimeH: 2.8 })).toThrow(/α\/β/)
    expect(() => run('bed', { curves, repairHalfTimeH: 2.8, alphaBetaGy: 0 })).toThrow(/α\/β is 0/)
    expect(() => run('bed', { curves, alphaBetaGy: 3 })).toThrow(/repair/i)
    expect(() => run('bed', { doseGy: 5, alphaBetaGy: 3 })).toThrow(/Lea–Catcheside/)
    expect(() => run('bed', { doseGy: -5, g: 1, alphaBetaGy: 3 })).toThrow()
    expect(() => run('g-factor', { curves, repairHalfTimeH: 0 })).toThrow()
    expect(() => run('g-factor', { curves, set: 'kidney' })).toThrow(/no set of parameters "kidney"/)
  })
})

describe('calc geud, tcp, ntcp', () => {
  const histogram = [
    { doseGy: 20, volume: 50 },
    { doseGy: 36, volume: 50 },
  ]

  it('takes a histogram in percent and a set, whose doubtful parameters are marked', () => {
    const mean = run('geud', { histogram, total: 100 })
    expect(mean['geudGy']).toBeCloseTo(28, 12)
    const lung = run('ntcp', { histogram, total: 100, set: 'lung-mean-dose' })
    expect(lung).toMatchObject({ model: 'lkb', quantity: 'EQD2', basis: { evidence: 'verified' } })
    expect(lung['geudGy']).toBeCloseTo(28, 12)
    const of = (doseGy: number, set: string) => run('ntcp', { histogram: [{ doseGy, volume: 1 }], set })
    expect(of(28, 'kidney-lkb')).toMatchObject({ basis: { evidence: 'unverified' } })
    for (const [doseGy, set, probability] of [
      [28, 'kidney-lkb', 0.5],
      [28, 'kidney-gay-logit', 0.5],
      [30.1, 'lung-gagliardi-seriality', 0.5],
      [41.6, 'liver-jackson-parallel', normalCdf(0.003 / 0.047)],
    ] as const)
      expect(of(doseGy, set)['ntcp']).toBeCloseTo(probability, 10)
  })

  it('one BED with clonogens and α gives exp(−N·e^(−αB)); the birth-and-death model needs its times', () => {
    expect(run('tcp', { bedGy: 55, clonogens: 1e7, alphaPerGy: 0.3 })['tcp']).toBeCloseTo(
      Math.exp(-1e7 * Math.exp(-16.5)),
      12,
    )
    expect(run('tcp', { bedGy: 150, set: 'prostate-wang' })['basis']).toMatchObject({ evidence: 'verified' })
    expect(() => run('tcp', { model: 'zaider-minerbo', clonogens: 10, alphaPerGy: 0.3 })).toThrow(
      /doublingTimeH|dose rates/,
    )
  })

  it('refuses histograms that do not add up and sets of another kind', () => {
    expect(() => run('geud', { histogram })).toThrow(/add to 100, not to 1/)
    expect(() => run('geud', { histogram: [] })).toThrow()
    expect(() => run('ntcp', { histogram, total: 100, set: 'kidney-lq' })).toThrow(/td50Gy/)
  })
})

describe('calc rbe, cell-survival, growth', () => {
  it('by hand', () => {
    const mixed = { highLetGy: 5, lowLetGy: 2, g: 0.05, alphaBetaGy: 10 }
    expect(run('rbe', { mixed: { ...mixed, choice: { kind: 'weighted-dose', rbe: 5 } } })['mixed']).toMatchObject({
      weightedDoseGy: 27,
    })
    expect(run('cell-survival', { doseGy: 2, g: 1, alphaPerGy: 0.3, alphaBetaGy: 10 })['survival']).toBeCloseTo(
      Math.exp(-0.3 * 2 * 1.2),
      12,
    )
    expect(
      run('cell-survival', { doseGy: 6, g: 1, alphaPerGy: 0.3, alphaBetaGy: 10, oxygenMmHg: 0 })['survival'],
    ).toBeCloseTo(Math.exp(-0.3 * 2 * 1.2), 12)
    const alone = run('growth', {
      growth: { kind: 'exponential', doublingTimeH: 720 },
      volumeMl: 4,
      alphaPerGy: 0.3,
      alphaBetaGy: 10,
      timesH: [0, 1440],
    })['states'] as { volumeMl: number }[]
    expect(alone[1]?.volumeMl).toBeCloseTo(16, 7)
  })
})

describe('the table of tolerances', () => {
  it('has each of the organs asked for, every parameter with unit, source and evidence, and nothing recalled counted as verified', () => {
    const sets = resources.biologySets().flatMap(parseBiologySets)
    const tissues = new Set(sets.map((set) => set.tissue))
    for (const tissue of ['kidney', 'red marrow', 'liver', 'lung', 'salivary gland', 'lacrimal gland'])
      expect(tissues).toContain(tissue)
    for (const set of sets)
      for (const [name, parameter] of Object.entries(set.parameters)) {
        expect(parameter.source, `${set.id} ${name}`).not.toBe('')
        if (/recalled|in general|usual/.test(parameter.source)) expect(parameter.evidence).toBe('unverified')
      }
  })

  it('refuses a damaged table', () => {
    expect(() => parseBiologySets({})).toThrow(/not one|is not/)
    expect(() => parseBiologySets({ schema: 'theratwin.biology-sets/1', sets: [{ id: 'a' }] })).toThrow(
      /"a" has no title/,
    )
  })
})
