/** Local formulas of the invented store. Formulas are read in the sandbox of the backend: here only Lyman’s probit and logistic growth are known, by the core. */
import { growthPerS, lkbNtcp, uniform } from '../../native-core/radiobiology/index.ts'
import { formulaDraftSchema } from '../../electron/contracts/index.ts'
import type { FormulaCheck, FormulaDraft, LocalFormula, RequestOf } from '../../electron/contracts/index.ts'

const LOGISTIC = 'r*(1 - V/K)'
const PROBIT = '0.5*(1 + erf((D - TD50)/(m*TD50*sqrt(2))))'

const refusal = (code: string, message: string, hint: string) => ({
  error: { kind: 'input', code, message, hint } as const,
})
type Refusal = ReturnType<typeof refusal>

function checkOf(formula: FormulaDraft): FormulaCheck | Refusal {
  const { expression, parameters } = formula
  const unused = parameters.find(({ name }) => !expression.includes(name))
  if (unused)
    return refusal(
      'formula.parameters',
      `The parameter ${unused.name} is not in "${expression}".`,
      'Leave it out, or use it.',
    )
  const [td50Gy, m] = ['TD50', 'm'].map((wanted) => parameters.find(({ name }) => name === wanted)?.value)
  const valueOf = (wanted: string) => parameters.find(({ name }) => name === wanted)?.value ?? NaN
  if (formula.kind === 'growth' && expression === LOGISTIC) {
    const [low, high] = formula.testedMl
    const at = Array.from({ length: 101 }, (_, k) => low * (high / low) ** (k / 100))
    const law = { kind: 'logistic', ratePerS: valueOf('r'), capacity: valueOf('K') } as const
    return { at, value: at.map((volumeMl) => growthPerS(law, volumeMl)), course: 'falling', remarks: [] }
  }
  if (formula.kind === 'growth' || expression !== PROBIT)
    return refusal('formula.unavailable', 'This formula cannot be tested here.', 'Start the whole program.')
  if (td50Gy === undefined || m === undefined) {
    const missing = td50Gy === undefined ? 'TD50' : 'm'
    return refusal(
      'formula.unknown-name',
      `"${missing}" in "${expression}" (at character ${expression.indexOf(missing) + 1}) is neither a parameter nor D, pi or e.`,
      'Declare it as a parameter with unit, value and source, or correct the name.',
    )
  }
  const [low, high] = formula.testedGy
  const at = Array.from({ length: 101 }, (_, k) => low + ((high - low) * k) / 100)
  const value = (doseGy: number): number => lkbNtcp(uniform(doseGy), { td50Gy, m, n: 1 })
  const missed = formula.examples.find((one) => Math.abs(value(one.at) - one.value) > one.tolerance)
  if (missed)
    return refusal(
      'formula.example',
      `At ${missed.at} Gy the formula gives ${value(missed.at).toPrecision(6)}; the example says ${missed.value} ± ${missed.tolerance}.`,
      'Correct the formula, its parameters and their units, or the example.',
    )
  const remarks = formula.examples.length > 0 ? [] : ['No example shows that the formula gives what its source does.']
  return { at, value: at.map(value), course: 'rising', remarks }
}

/** Formulas of one session of the window. */
export function createFakeFormulas() {
  let stored: readonly LocalFormula[] = []
  return {
    'biologyFormulas.list': () => [...stored],
    'biologyFormulas.check': (ask: RequestOf<'biologyFormulas.check'>) =>
      checkOf(formulaDraftSchema.parse(ask.formula)),
    'biologyFormulas.save': (ask: RequestOf<'biologyFormulas.save'>): LocalFormula | Refusal => {
      const formula = formulaDraftSchema.parse(ask.formula)
      const check = checkOf(formula)
      if ('error' in check) return check
      const version = stored.filter((one) => one.formula.name === formula.name).length + 1
      const id = `local:${formula.name}@${version}`
      const saved = { id, version, savedAt: '2024-02-01T10:00:00Z', retired: false, formula, check }
      stored = [saved, ...stored]
      return saved
    },
    'biologyFormulas.retire': ({ id }: { readonly id: string }) => {
      stored = stored.map((one) => (one.id === id ? { ...one, retired: true } : one))
      return [...stored]
    },
  }
}
