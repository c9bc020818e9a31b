import { describe, expect, it } from 'vitest'
import {
  distributionOf,
  findBiologySet,
  growthPerS,
  lkbNtcp,
  parseBiologySets,
  setValue,
  uniform,
} from '../../../native-core/radiobiology/index.ts'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { formulaDraftSchema } from '../../contracts/biologyFormulas.ts'
import { biologyResultSchema, biologySettingsSchema } from '../../contracts/biology.ts'
import type { FormulaDraft, LocalFormula } from '../../contracts/biologyFormulas.ts'
import { biologicalEffects } from './effects.ts'
import { formulaFunction, formulaGrowth } from './formulas.ts'
import { checkFormula } from './formulasCheck.ts'
import { formulaOutcome, formulaSets, formulaSetView } from './formulasOutcome.ts'
import type { FormulaSet } from './formulasOutcome.ts'
import { complicationOf } from './outcomes.ts'
import type { Received } from './quantities.ts'

const parameter = (name: string, value: number, unit: string, standardUncertainty?: number) => ({
  ...{ name, value, unit, source: 'a paper' },
  ...(standardUncertainty === undefined ? {} : { standardUncertainty }),
})
const draft = (changed: object = {}): FormulaDraft =>
  formulaDraftSchema.parse({
    kind: 'ntcp',
    name: 'kidney-own',
    title: 'Kidney of this site',
    expression: '0.5*(1 + erf((D - TD50)/(m*TD50*sqrt(2))))',
    parameters: [parameter('TD50', 28, 'Gy'), parameter('m', 0.1, '1')],
    source: 'a paper',
    dose: { quantity: 'BED', alphaBetaGy: 2.6 },
    testedGy: [0, 100],
    ...changed,
  })
const growth = (changed: object = {}): FormulaDraft =>
  formulaDraftSchema.parse({
    kind: 'growth',
    name: 'own-growth',
    title: 'Logistic',
    expression: 'r*(1 - V/K)',
    parameters: [parameter('r', 0.02, '1/d'), parameter('K', 0.5, 'L')],
    source: 'a paper',
    testedMl: [0.1, 400],
    ...changed,
  })
function setOf(formula: FormulaDraft): FormulaSet {
  const local: LocalFormula = {
    id: `local:${formula.name}@1`,
    version: 1,
    savedAt: '2026-01-01T00:00:00Z',
    retired: false,
    formula,
    check: checkFormula(formula),
  }
  const [set] = formulaSets([local])
  if (!set) throw new Error('growth is no set')
  return set
}
const received: Received = { doseGy: 20, pairGy2: 30, externalBeam: [], spread: uniform(1) }

describe('a formula of a person', () => {
  it('is evaluated in Gy, mL and s whatever the units of its parameters', () => {
    const inMilligray = draft({ parameters: [parameter('TD50', 28000, 'mGy'), parameter('m', 0.1, '1')] })
    for (const dose of [0, 10, 28, 31.3, 90]) {
      const expected = lkbNtcp(uniform(dose), { td50Gy: 28, m: 0.1, n: 1 })
      expect(formulaFunction(draft()).at(dose)).toBeCloseTo(expected, 14)
      expect(formulaFunction(inMilligray).at(dose)).toBeCloseTo(expected, 12)
    }
    const law = formulaGrowth(growth())
    for (const volume of [1, 100, 499])
      expect(growthPerS(law, volume)).toBeCloseTo(
        growthPerS({ kind: 'logistic', ratePerS: 0.02 / 86400, capacity: 500 }, volume),
        18,
      )
  })

  it.each([
    ['1/(1 + (28/D)^4)', [], /dose.*added|added/],
    ['1/(1 + (TD50/D)^k)', [parameter('TD50', 28, 'Gy')], /"k" in .* is neither a parameter nor D/],
    ['D/TD50', [parameter('TD50', 28, '1')], /is dose; it must be a plain number/],
    ['1 - exp(-a*D)', [parameter('a', 0.1, 'Gy')], /argument is dose\^2/],
    ['1 - exp(-a*D)', [parameter('a', 0.1, 'MBq')], /"MBq" is not a unit/],
    ['a*1', [parameter('a', 0.1, '1')], /does not depend on the dose D/],
    ['D/D', [parameter('a', 0.1, '1')], /parameter a is not in/],
    ['D/D*D', [parameter('D', 0.1, '1')], /"D" cannot name a parameter/],
    ['import("fs")', [], /not allowed/],
    ['f(x) = D', [], /not allowed/],
    ['D/', [], /cannot be read/],
    ['cos(D/a)', [parameter('a', 1, 'Gy')], /"cos" is not allowed/],
  ])('refuses "%s" and says why', (expression, parameters, message) => {
    expect(() => formulaFunction(draft({ expression, parameters }))).toThrow(message)
  })
})

describe('the test of a formula', () => {
  it('passes a rising probability and tells its course and what lacks', () => {
    const check = checkFormula(draft())
    expect(check.course).toBe('rising')
    expect(check.at).toHaveLength(101)
    expect(check.value[28]).toBeCloseTo(0.5, 12)
    expect(check.remarks).toEqual(['No example shows that the formula gives what its source does.'])
    expect(checkFormula(draft({ examples: [{ at: 28, value: 0.5, tolerance: 0.001 }] })).remarks).toEqual([])
  })

  it.each([
    [{ expression: 'D/TD50 + 0*m' }, /is 1\.\d+ at 28\.\d+ Gy: that is no probability/],
    [{ expression: '1 - D/(100*TD50) + 0*m' }, /falls as the dose rises, for instance from 1.00000 at 0 Gy/],
    [{ expression: 'log(D/TD50)*m' }, /is -Infinity at 0 Gy/],
    [{ expression: 'sqrt(1 - D/TD50)*m' }, /is NaN at 28\.\d+ Gy/],
    [{ expression: '0*D/TD50 + m' }, /the same at every dose/],
    [{ testedGy: [50, 20] }, /from 50 to 20 Gy/],
    [
      { examples: [{ at: 28, value: 0.05, tolerance: 0.01 }] },
      /At 28 Gy the formula gives 0.500000; the example says 0.05/,
    ],
  ])('refuses %j', (changed, message) => {
    expect(() => checkFormula(draft(changed))).toThrow(message)
  })

  it('takes one that falls where its author says so, and repeats it', () => {
    const check = checkFormula(draft({ expression: '1 - D/(100*TD50) + 0*m', mayFall: true }))
    expect(check.course).toBe('falling')
    expect(check.remarks).toContain('The probability is falling with dose.')
  })

  it('of growth is over volumes, in 1/d', () => {
    const check = checkFormula(growth({ examples: [{ at: 250, value: 0.01, tolerance: 1e-9 }] }))
    expect(check.course).toBe('falling')
    expect(check.remarks).toEqual(['At 400 mL it still grows, by 0.00400 per day.'])
    expect(() => checkFormula(growth({ expression: 'r*(1 - V/K)*V/K^2' }))).toThrow(
      /1\/time·volume|1\/volume·time|must be 1\/time/,
    )
  })
})

describe('a formula as complication', () => {
  const sets = fileResources().biologySets().flatMap(parseBiologySets)

  it('gives what the built-in model gives with the same parameters, on an uneven dose too', () => {
    const kidney = findBiologySet(sets, 'kidney-lkb')
    const uneven: Received = { ...received, spread: distributionOf([0.5, 1, 1.5], [0.25, 0.5, 0.25]) }
    const own = setOf(
      draft({
        parameters: [parameter('TD50', setValue(kidney, 'td50Gy'), 'Gy'), parameter('m', setValue(kidney, 'm'), '1')],
        dose: { quantity: 'EQD2', alphaBetaGy: 2.6, of: { kind: 'geud', a: 1 / setValue(kidney, 'n') } },
      }),
    )
    const builtIn = {
      ...kidney,
      quantity: 'EQD2',
      parameters: {
        ...kidney.parameters,
        alphaBetaGy: { value: 2.6, unit: 'Gy', source: '', evidence: 'verified' as const },
      },
    }
    const found = formulaOutcome(own, uneven, 0.1, null)
    const expected = complicationOf(builtIn, uneven, 0.1)
    expect(found.doseGy).toBeCloseTo(expected.doseGy, 12)
    expect(found.probability).toBeCloseTo(expected.probability, 12)
    expect(found).toMatchObject({ set: 'local:kidney-own@1', model: 'ntcp-formula', evidence: 'given' })
    expect(found.title).toMatch(/local formula, version 1/)
  })

  it('has a band by its own uncertainties, takes the α/β of the structure, and says where it was not tested', () => {
    const plain = setOf(draft({ dose: { quantity: 'BED' } }))
    const found = formulaOutcome(plain, received, 0, 3)
    expect(found.doseGy).toBeCloseTo(20 + 30 / 3, 12)
    expect(found.low).toBe(found.high)
    const loose = setOf(draft({ parameters: [parameter('TD50', 28, 'Gy', 3), parameter('m', 0.1, '1')] }))
    const band = formulaOutcome(loose, received, 0, null)
    expect(band.low).toBeLessThan(band.probability)
    expect(band.high).toBeGreaterThan(band.probability)
    expect(band.bandOver).toContain('over the uncertainty of TD50; the dose states none')
    const narrow = setOf(draft({ testedGy: [0, 25] }))
    expect(formulaOutcome(narrow, received, 0, null).validity).toMatch(/lies outside/)
    expect(() => formulaOutcome(plain, received, 0, null)).toThrow(/no α\/β/)
  })

  it('claims no more than the weakest evidence that its author stated', () => {
    const [td50, m] = draft().parameters
    const own = setOf(draft({ parameters: [{ ...td50, evidence: 'transcribed' }, m] }))
    expect(formulaOutcome(own, received, 0.1, null)).toMatchObject({
      evidence: 'transcribed',
      parameters: [{ evidence: 'transcribed' }, { evidence: 'given' }],
    })
    expect(formulaSetView(own).evidence).toBe('transcribed')
  })

  it('refuses to give a number that is no probability', () => {
    const linear = setOf(draft({ expression: 'D/TD50 + 0*m', testedGy: [0, 28] }))
    expect(() => formulaOutcome(linear, received, 0, null)).toThrow(
      /gives 1.12\d* at 31.54 Gy, which is no probability/,
    )
  })

  it('is listed as given by a person; growth is no model of dose', () => {
    const view = formulaSetView(setOf(draft()))
    expect(view).toMatchObject({ kind: 'organ', model: 'ntcp-formula', evidence: 'given', quantity: 'BED' })
    expect(() => setOf(growth())).toThrow(/growth/)
    expect(() => formulaGrowth(draft())).toThrow(/no formula of growth/)
  })

  it('counts in the effect of a structure; one that fails at its dose costs its own probability and is told', () => {
    const analysis = exampleAnalysis()
    const name = analysis.cycles[0]?.structures.find((one) => one.kind === 'organ' && one.doses.length > 0)?.name ?? ''
    const known = { alphaBetaGy: 3, repairHalfTimeH: 2 }
    const effectWith = (formula: FormulaDraft) => {
      const own = setOf(formula)
      const settings = biologySettingsSchema.parse({ byStructure: { [name]: { ...known, complication: own.id } } })
      const result = biologicalEffects({ analysis, settings, sets: [...sets, own] })
      expect(biologyResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
      return result.structures.find((one) => one.name === name)
    }
    const good = effectWith(draft())
    const td50 = draft().parameters[0]?.value ?? NaN
    const bedGy = good?.complication?.doseGy ?? NaN
    expect(good?.complication?.probability).toBeCloseTo(lkbNtcp(uniform(bedGy), { td50Gy: td50, m: 0.1, n: 1 }), 12)
    expect(good?.problem).toBe('')
    const failing = draft({
      expression: '1 + (D - TD50)/TD50 + 0*m',
      parameters: [parameter('TD50', 1e-3, 'Gy'), parameter('m', 0.1, '1')],
      testedGy: [0, 1e-3],
    })
    const bad = effectWith(failing)
    expect(bad?.complication).toBeNull()
    expect(bad?.problem).toMatch(/which is no probability/)
    expect(bad?.totalBedGy).toEqual(good?.totalBedGy)
    const tcpOnly = setOf(draft({ kind: 'tcp' }))
    const wrong = biologySettingsSchema.parse({ byStructure: { [name]: { ...known, complication: tcpOnly.id } } })
    expect(() => biologicalEffects({ analysis, settings: wrong, sets: [...sets, tcpOnly] })).toThrow(/tcp-formula/)
  })
})
