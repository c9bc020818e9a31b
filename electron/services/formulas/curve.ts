/** A person's own function of time as a `ParametricCurve`: units checked, differentiated by rules, integrated numerically. */
import { InputError } from '../../../native-core/errors/index.ts'
import { functionCurve, workingOf } from '../../../native-core/kinetics/index.ts'
import type { CurveParameter, ParametricCurve } from '../../../native-core/kinetics/index.ts'
import { ACTIVITY, dimensionOf, dimensionWords, parseUnit, TIME } from './dimensions.ts'
import type { Dimension, Unit } from './dimensions.ts'
import { compileFormula } from './evaluate.ts'
import { derivativeOf, FUNCTIONS, parseFormula, placeOf, symbolsOf, withLog } from './parse.ts'

export interface FormulaParameter {
  readonly name: string
  readonly title?: string
  /** "MBq", "1/h", "h", "MBq*h", "1". */
  readonly unit: string
  /** Value to start the fit from, in that unit. */
  readonly start: number
  /** `positive` (default), `share` (between 0 and 1) or `any`. */
  readonly range?: 'positive' | 'share' | 'any'
}

export interface Formula {
  /** Of t (the time after the start of administration), the parameters, `lambda_phys`, `pi` and `e`: "A1*exp(-k1*t)". */
  readonly expression: string
  readonly title?: string
  readonly parameters: readonly FormulaParameter[]
  /** `multiplied`: the formula is biological, and is multiplied by exp(−λ_phys·t); `included`: it holds the physical decay itself. */
  readonly physicalDecay: 'multiplied' | 'included'
}

const MOST_PARAMETERS = 12
const SCALES = { positive: 'log', share: 'logit', any: 'linear' } as const
const KNOWN: ReadonlyMap<string, Dimension> = new Map<string, Dimension>([
  ['t', TIME],
  ['lambda_phys', { activity: 0, time: -1 }],
  ['pi', { activity: 0, time: 0 }],
  ['e', { activity: 0, time: 0 }],
])

/** The unit inside, by the dimension. */
function insideUnit(unit: Unit, where: string): CurveParameter['unit'] {
  const { activity, time } = unit.dimension
  const names: Readonly<Record<string, CurveParameter['unit']>> = {
    '1,0': 'Bq',
    '1,1': 'Bq·s',
    '1,-1': 'Bq/s',
    '0,-1': '1/s',
    '0,1': 's',
    '0,0': '1',
  }
  const found = names[`${activity},${time}`]
  if (found) return found
  throw new InputError(
    'formula.unit',
    `${where}: a parameter cannot be ${dimensionWords(unit.dimension)}.`,
    'Give an activity, a time, a rate, activity times or per time, or a plain number.',
  )
}

function checkNames(formula: Formula, used: readonly string[]): void {
  const { expression, parameters } = formula
  const names = parameters.map((p) => p.name)
  const fail = (code: string, message: string, hint: string): never => {
    throw new InputError(code, message, hint)
  }
  if (parameters.length === 0 || parameters.length > MOST_PARAMETERS)
    fail('formula.parameters', `The formula has ${parameters.length} parameters.`, `Give 1 to ${MOST_PARAMETERS}.`)
  for (const [i, name] of names.entries()) {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,30}$/.test(name) || KNOWN.has(name) || FUNCTIONS.includes(name) || name === 'i')
      fail(
        'formula.parameters',
        `"${name}" cannot name a parameter.`,
        'Use letters and digits, and no name that has a meaning.',
      )
    if (names.indexOf(name) !== i) fail('formula.parameters', `There are two parameters ${name}.`, 'Name each once.')
    if (!used.includes(name))
      fail('formula.parameters', `The parameter ${name} is not in "${expression}".`, 'Leave it out, or use it.')
  }
  const unknown = used.find((name) => !names.includes(name) && !KNOWN.has(name))
  if (unknown !== undefined)
    fail(
      'formula.unknown-name',
      `"${unknown}" in "${expression}" (${placeOf(expression, unknown)}) is neither a parameter nor t, lambda_phys, pi or e.`,
      `Declare it as a parameter with its unit, or correct the name. Parameters are ${names.join(', ')}.`,
    )
  if (!used.includes('t'))
    fail(
      'formula.unknown-name',
      `"${expression}" does not depend on the time t.`,
      'Write the activity as a function of t.',
    )
}

/**
 * The curve of a formula, in Bq and s inside.
 *
 * @throws InputError `formula.…` with the place: what cannot be read, is not allowed, is not declared, or does not fit in its units;
 *   `kinetics.parameter-range` for a starting value outside its range.
 */
export function formulaCurve(formula: Formula, physicalRatePerS: number): ParametricCurve {
  const { expression, physicalDecay } = formula
  const root = withLog(parseFormula(expression, 'Formula'))
  checkNames(formula, symbolsOf(root))
  const units = formula.parameters.map((p) => parseUnit(p.unit, `Parameter ${p.name}`))
  const parameters = formula.parameters.map(({ name, title, range = 'positive' }, j): CurveParameter => ({
    name,
    title: title ?? name,
    unit: insideUnit(units[j] as Unit, `Parameter ${name}`),
    scale: SCALES[range],
  }))
  const whole = dimensionOf(
    root,
    new Map([...KNOWN, ...parameters.map((p, j) => [p.name, (units[j] as Unit).dimension] as const)]),
  )
  if (whole.activity !== ACTIVITY.activity || whole.time !== ACTIVITY.time) {
    throw new InputError(
      'formula.dimension',
      `"${expression}" is ${dimensionWords(whole)}; it must be an activity.`,
      'Check the units of the parameters, for example MBq for an amplitude and 1/h for a rate.',
    )
  }
  const names = [...parameters.map((p) => p.name), 't', 'lambda_phys']
  const value = compileFormula(root, names)
  const slopes = parameters.map((p) => compileFormula(derivativeOf(root, p.name), names))
  const start = formula.parameters.map((p, j) => p.start * (units[j] as Unit).factor)
  return functionCurve(
    {
      id: 'formula',
      title: formula.title ?? 'Own formula',
      formula: `A(t) = ${physicalDecay === 'multiplied' ? `exp(−λ_phys·t)·[${expression}]` : expression}`,
      parameters,
      physicalRatePerS,
      start,
      value: (natural, timeS, gradient) => {
        const values = [...natural, timeS, physicalRatePerS]
        const decay = physicalDecay === 'multiplied' ? Math.exp(-physicalRatePerS * timeS) : 1
        if (gradient) slopes.forEach((slope, j) => (gradient[j] = decay * slope(values)))
        return decay * value(values)
      },
    },
    parameters.map((p, j) => workingOf(p, start[j] as number)),
  )
}
