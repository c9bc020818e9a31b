/** A person's formula for complication, control or growth as a function: read in the sandbox of formulas, units checked, evaluated in Gy, mL and s. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { GrowthLaw } from '../../../native-core/radiobiology/index.ts'
import type { FormulaDraft } from '../../contracts/biologyFormulas.ts'
import {
  compileFormula,
  dimensionOf,
  dimensionWords,
  FUNCTIONS,
  parseFormula,
  parseUnit,
  placeOf,
  sameDimension,
  symbolsOf,
  withLog,
} from '../formulas/index.ts'
import type { Dimension, Unit } from '../formulas/index.ts'

const NONE: Dimension = { activity: 0, time: 0 }
const DOSE: Dimension = { ...NONE, dose: 1 }
const TIME: Dimension = { ...NONE, time: 1 }
const VOLUME: Dimension = { ...NONE, volume: 1 }

const UNITS: Readonly<Record<string, Unit>> = {
  Gy: { factor: 1, dimension: DOSE },
  mGy: { factor: 1e-3, dimension: DOSE },
  mL: { factor: 1, dimension: VOLUME },
  cm3: { factor: 1, dimension: VOLUME },
  L: { factor: 1e3, dimension: VOLUME },
  s: { factor: 1, dimension: TIME },
  min: { factor: 60, dimension: TIME },
  h: { factor: 3600, dimension: TIME },
  d: { factor: 86400, dimension: TIME },
}

/** `erf` for probits: Φ(x) is 0.5*(1 + erf(x/sqrt(2))). */
const CALLS: readonly string[] = [...FUNCTIONS, 'erf']

/** What each kind is a function of, and what it must be. */
const KINDS = {
  ntcp: { variable: 'D', dimension: DOSE, result: NONE, words: 'a plain number, a probability' },
  tcp: { variable: 'D', dimension: DOSE, result: NONE, words: 'a plain number, a probability' },
  growth: { variable: 'V', dimension: VOLUME, result: { ...NONE, time: -1 }, words: '1/time, a relative growth rate' },
} as const

export interface FormulaFunction {
  /** Probability at a dose in Gy, or relative growth in 1/s at a volume in mL, for parameter values in the units of the formula. May be anything. */
  readonly at: (x: number, values?: readonly number[]) => number
}

/**
 * Reads a formula and checks names and units.
 *
 * @throws InputError `formula.…` with the place in the text: what cannot be read, is not allowed, not declared, not used, or does not fit in its units.
 */
export function formulaFunction(formula: FormulaDraft): FormulaFunction {
  const { kind, expression, parameters } = formula
  const { variable, dimension, result, words } = KINDS[kind]
  const root = withLog(parseFormula(expression, 'Formula', CALLS))
  checkNames(formula, variable, symbolsOf(root))
  const units = parameters.map(({ name, unit }) => parseUnit(unit, `Parameter ${name}`, UNITS))
  const known = new Map<string, Dimension>([
    [variable, dimension],
    ['pi', NONE],
    ['e', NONE],
    ...parameters.map(({ name }, j) => [name, units[j]?.dimension ?? NONE] as const),
  ])
  const hint = `Check the units of the parameters; ${variable} is a ${dimensionWords(dimension)}, numbers that have a unit must be parameters, and the whole must be ${words}.`
  const whole = dimensionOf(root, known, hint)
  if (!sameDimension(whole, result))
    throw new InputError('formula.dimension', `"${expression}" is ${dimensionWords(whole)}; it must be ${words}.`, hint)
  const value = compileFormula(root, [variable, ...parameters.map(({ name }) => name)])
  const own = parameters.map((parameter) => parameter.value)
  return {
    at: (x, values = own) => value([x, ...values.map((one, j) => one * (units[j]?.factor ?? 1))]),
  }
}

function checkNames({ expression, parameters, kind }: FormulaDraft, variable: string, used: readonly string[]): void {
  const fail = (code: string, message: string, hint: string): never => {
    throw new InputError(code, message, hint)
  }
  const names = parameters.map(({ name }) => name)
  names.forEach((name, at) => {
    if ([variable, 'pi', 'e', 'i', ...CALLS].includes(name))
      fail('formula.parameters', `"${name}" cannot name a parameter: it has a meaning.`, 'Choose another name.')
    if (names.indexOf(name) !== at)
      fail('formula.parameters', `There are two parameters ${name}.`, 'Name each parameter once.')
    if (!used.includes(name))
      fail('formula.parameters', `The parameter ${name} is not in "${expression}".`, 'Leave it out, or use it.')
  })
  const unknown = used.find((name) => name !== variable && name !== 'pi' && name !== 'e' && !names.includes(name))
  if (unknown !== undefined)
    fail(
      'formula.unknown-name',
      `"${unknown}" in "${expression}" (${placeOf(expression, unknown)}) is neither a parameter nor ${variable}, pi or e.`,
      `Declare it as a parameter with unit, value and source, or correct the name.`,
    )
  if (kind !== 'growth' && !used.includes(variable))
    fail(
      'formula.unknown-name',
      `"${expression}" does not depend on the dose D.`,
      'Write the probability as a function of D.',
    )
}

/** The growth law of a growth formula with its parameters in their own units, volumes in mL. @throws InputError as `formulaFunction`; `formula.kind` */
export function formulaGrowth(formula: FormulaDraft): GrowthLaw {
  if (formula.kind !== 'growth')
    throw new InputError('formula.kind', `"${formula.title}" is no formula of growth.`, 'Give one of kind "growth".')
  const { at } = formulaFunction(formula)
  return {
    ...{ kind: 'own', title: formula.title, perS: at },
    names: formula.parameters.map(({ name }) => name),
    values: formula.parameters.map(({ value }) => value),
  }
}
