/** Local formulas while they are written, and the curves of models and formulas. */
import { describe, expect, it } from 'vitest'
import { formulaDraftSchema } from '../../../../electron/contracts/index.ts'
import type { EffectOutcome, LocalFormula } from '../../../../electron/contracts/index.ts'
import {
  emptyForm,
  fieldOfFailure,
  formOf,
  placeInExpression,
  readForm,
  testableDraft,
  type FormulaForm,
} from './formulaForm.ts'
import { byName, testedWords, variableWords } from './formulaWords.ts'
import { formulaCurve, outcomeCurve, responseOf } from './outcomeCurve.ts'

const formula = formulaDraftSchema.parse({
  kind: 'ntcp',
  name: 'kidney-own',
  title: 'Kidney of this site',
  expression: '1/(1 + (TD50/D)^k)',
  parameters: [
    { name: 'TD50', unit: 'Gy', value: 30, standardUncertainty: 3, source: 'a paper', evidence: 'transcribed' },
    { name: 'k', unit: '1', value: 4, source: 'a paper' },
  ],
  source: 'a paper',
  dose: { quantity: 'BED', of: { kind: 'geud', a: 2 } },
  testedGy: [0, 120],
  examples: [{ at: 30, value: 0.5, tolerance: 0.001 }],
})
const growth = formulaDraftSchema.parse({
  kind: 'growth',
  name: 'own-growth',
  title: 'Logistic',
  expression: 'r*(1 - V/K)',
  parameters: [],
  source: 'a paper',
  testedMl: [0.1, 400],
})
const failure = (code: string, message: string) => ({ kind: 'input' as const, code, message, hint: '' })

describe('a formula that is written', () => {
  it('reads back as what is stored; a parameter without evidence is given by a person', () => {
    const reading = readForm(formOf(formula))
    expect(reading).toEqual({
      ok: true,
      formula: {
        ...formula,
        parameters: [formula.parameters[0], expect.objectContaining({ name: 'k', title: '', evidence: 'given' })],
      },
    })
    expect(readForm(formOf(growth))).toEqual({ ok: true, formula: growth })
  })

  it('says at each field what it lacks, and leaves out example lines that nobody has written in', () => {
    const form: FormulaForm = {
      ...formOf(formula),
      ...{ name: 'Own Kidney', title: ' ', to: 'many' },
      examples: [
        { at: '', value: '', tolerance: '' },
        { at: '30', value: '', tolerance: '0,01' },
      ],
    }
    form.parameters[1] = { ...form.parameters[1]!, name: '2k', value: '4x', unit: '' }
    const reading = readForm(form)
    expect(reading.ok ? [] : Object.keys(reading.errors).sort()).toEqual(
      [
        'name',
        'title',
        'tested',
        'parameters.1.name',
        'parameters.1.unit',
        'parameters.1.value',
        'examples.1.value',
      ].sort(),
    )
  })

  it('takes decimals with a comma as with a point', () => {
    const form = formOf(formula)
    form.parameters[1]!.value = '4,5'
    const reading = readForm(form)
    expect(reading.ok && reading.formula.parameters[1]?.value).toBe(4.5)
  })

  it('is testable without its words, but not without an expression, a value or the range', () => {
    const bare: FormulaForm = { ...formOf(formula), ...{ name: '', title: '', source: '' } }
    bare.parameters[0]!.source = ''
    bare.examples.push({ at: '40', value: '', tolerance: '' })
    expect(testableDraft(bare)).toMatchObject({ expression: formula.expression, examples: formula.examples })
    expect(testableDraft({ ...bare, to: '' })).toBeNull()
    expect(testableDraft({ ...bare, expression: '' })).toBeNull()
    bare.parameters[0]!.value = ''
    expect(testableDraft(bare)).toBeNull()
    expect(testableDraft(emptyForm('growth'))).toBeNull()
  })

  it.each([
    ['formula.parameters', 'The parameter k is not in "D".', 'parameters.1.name'],
    ['formula.parameters', '"TD50" cannot name a parameter: it has a meaning.', 'parameters.0.name'],
    ['formula.parameters', 'There are two parameters k.', 'parameters.1.name'],
    ['formula.unit', 'Parameter TD50: "Sv" is not a unit that is known here.', 'parameters.0.unit'],
    ['formula.example', 'At 30 Gy the formula gives 0.4; the example says 0.5 ± 0.001.', 'examples.0.value'],
    ['formula.range', 'The range of the test goes from 50 to 20 Gy.', 'tested'],
    ['formula.kind', '"kidney-own" is the name of a formula of kind tcp.', 'name'],
    ['formula.falls', '"1 - D/a" falls as the dose rises', 'expression'],
    ['formula.unavailable', 'Formulas cannot be tested here.', ''],
    ['store.locked', 'The store is locked.', ''],
  ])('leads the refusal %s "%s" to %s', (code, message, field) => {
    expect(fieldOfFailure(formOf(formula), failure(code, message))).toBe(field)
  })

  it('finds the place in the expression that a refusal names', () => {
    expect(placeInExpression('"k" in "D*k" (at character 3) is neither')).toBe(2)
    expect(placeInExpression('Formula: "D/" cannot be read: Unexpected end of expression (char 3).')).toBe(2)
    expect(placeInExpression('It falls.')).toBeNull()
  })

  it('is told by what its variable is, its range and its versions', () => {
    expect(variableWords(formula)).toBe('D, the gEUD of the BED with a = 2.00 with the α/β of the structure, in Gy')
    expect(testedWords(growth)).toBe('Tested from 0.100 to 400.0 mL')
    const version = (name: string, n: number) => ({ version: n, formula: { ...formula, name } }) as LocalFormula
    expect(
      byName([version('b', 1), version('a', 1), version('b', 2)]).map((one) => one.versions.map((v) => v.version)),
    ).toEqual([[1], [2, 1]])
  })
})

const outcome = (model: string, values: Readonly<Record<string, number>>, over: Partial<EffectOutcome> = {}) => ({
  ...{ set: 'model', title: 'Model', model, endpoint: '', population: '', validity: '', quantity: 'EQD2' },
  ...{ doseGy: 20, probability: 0.1, low: 0.02, high: 0.3, evidence: 'verified' as const },
  parameters: Object.entries(values).map(([name, value]) => ({
    ...{ name, title: name, value, unit: '1', source: 'test', evidence: 'verified' as const },
  })),
  ...over,
})

describe('curves of all models of outcome', () => {
  it.each([
    // At TD50 50 % whatever the slope; logit: 3^(4γ)/(1 + 3^(4γ)) at 3·TD50 with γ = 1/2.
    ['logit', { td50Gy: 30, gamma50: 0.5, a: 1 }, 30, 0.5],
    ['logit', { td50Gy: 30, gamma50: 0.5, a: 1 }, 90, 0.9],
    // An even dose: P(D) itself, whatever s; P = 2^(−e^(−eγ)) at twice D50.
    ['relative-seriality', { d50Gy: 40, gamma: 2, s: 0.3 }, 40, 0.5],
    ['relative-seriality', { d50Gy: 40, gamma: 2, s: 0.3 }, 80, 2 ** -Math.exp(-2 * Math.E)],
    // Half of the subunits are lost at d50: with v50 = 0.5 half of the patients; Φ(1) one σ below that reserve.
    ['parallel', { d50Gy: 25, k: 3, v50: 0.5, sigma: 0.1 }, 25, 0.5],
    ['parallel', { d50Gy: 25, k: 3, v50: 0.4, sigma: 0.1 }, 25, 0.841344746068543],
  ])('%s with %o gives at %d Gy %d by its closed form', (model, values, doseGy, expected) => {
    expect(responseOf(outcome(model, values))?.at(doseGy)).toBeCloseTo(expected, 9)
    const curve = outcomeCurve(outcome(model, values))
    expect(curve?.probability.at(-1)).toBeGreaterThan(0.85)
    expect(curve?.doseGy.at(-1)).toBe(curve?.topGy)
  })

  it('are none where a parameter is missing or the model is not known', () => {
    expect(outcomeCurve(outcome('logit', { td50Gy: 30, a: 1 }))).toBeNull()
    expect(outcomeCurve(outcome('ntcp-formula', { td50Gy: 30 }))).toBeNull()
  })

  it('of a local formula are those of the test of that very version, and end with it', () => {
    const check = { at: [0, 60, 120], value: [0, 0.9, 0.99], course: 'rising' as const, remarks: [] }
    const local: LocalFormula = {
      ...{ id: 'local:kidney-own@1', version: 1, savedAt: '', retired: true, formula, check },
    }
    const own = outcome('ntcp-formula', {}, { set: 'local:kidney-own@1', doseGy: 200 })
    expect(formulaCurve(own, [local])).toEqual({ doseGy: check.at, probability: check.value, topGy: 1.1 * 200 })
    expect(formulaCurve({ ...own, set: 'local:kidney-own@2' }, [local])).toBeNull()
    expect(formulaCurve(outcome('lkb', {}, { set: 'local:kidney-own@1' }), [local])).toBeNull()
  })
})
