/** Tests of a formula before it is kept: finite, a probability, rising, and equal to the examples of its author. */
import { InputError } from '../../../native-core/errors/index.ts'
import { SECONDS_PER_DAY } from '../../../native-core/units/index.ts'
import type { FormulaCheck, FormulaDraft } from '../../contracts/biologyFormulas.ts'
import { formulaFunction } from './formulas.ts'

/** Points that are tested, and every how many of them are told. */
const POINTS = 2001
const TOLD_EVERY = 20
/** What a probability may leave 0 to 1 by, and fall by, through rounding. */
const ROUNDING = 1e-12

/**
 * Tests a formula over the range that it states.
 *
 * @throws InputError `formula.…` of reading it; `formula.range`, `formula.not-finite`, `formula.not-probability`, `formula.falls`, `formula.example` with the
 *   dose or volume where it fails.
 */
export function checkFormula(formula: FormulaDraft): FormulaCheck {
  const { at } = formulaFunction(formula)
  const growth = formula.kind === 'growth'
  const [low, high] = growth ? formula.testedMl : formula.testedGy
  const unit = growth ? 'mL' : 'Gy'
  if (!(high > low))
    throw new InputError(
      'formula.range',
      `The range of the test goes from ${low} to ${high} ${unit}.`,
      'The end lies above the start.',
    )
  const value = (x: number): number => (growth ? at(x) * SECONDS_PER_DAY : at(x))
  // Volumes over decades, doses evenly.
  const points = Array.from({ length: POINTS }, (_, k) => {
    const share = k / (POINTS - 1)
    const x = growth ? low * (high / low) ** share : low + (high - low) * share
    return { x, y: value(x) }
  })
  for (const { x, y } of points) checkValue(formula, x, y, unit)
  const course = courseOf(points.map(({ y }) => y))
  if (formula.kind !== 'growth' && !formula.mayFall && course !== 'rising') refuseFalling(formula, points, course)
  for (const { at: x, value: expected, tolerance } of formula.examples) {
    const y = value(x)
    if (!(Math.abs(y - expected) <= tolerance))
      throw new InputError(
        'formula.example',
        `At ${x} ${unit} the formula gives ${y.toPrecision(6)}${growth ? ' 1/d' : ''}; the example says ${expected} ± ${tolerance}.`,
        'Correct the formula, its parameters and their units, or the example.',
      )
  }
  const told = points.filter((_, k) => k % TOLD_EVERY === 0)
  return {
    at: told.map(({ x }) => x),
    value: told.map(({ y }) => y),
    course,
    remarks: remarksOf(formula, points, course),
  }
}

function checkValue({ kind, expression }: FormulaDraft, x: number, y: number, unit: string): void {
  if (!Number.isFinite(y))
    throw new InputError(
      'formula.not-finite',
      `"${expression}" is ${y} at ${x} ${unit}.`,
      'Write it so that it is a number over the whole range, or state a smaller range.',
    )
  if (kind !== 'growth' && (y < -ROUNDING || y > 1 + ROUNDING))
    throw new InputError(
      'formula.not-probability',
      `"${expression}" is ${y.toPrecision(6)} at ${x} ${unit}: that is no probability.`,
      'It must lie from 0 to 1 over the whole range; percent have to be divided by 100.',
    )
}

function courseOf(values: readonly number[]): FormulaCheck['course'] {
  let [up, down] = [false, false]
  for (let k = 1; k < values.length; k++) {
    const step = (values[k] as number) - (values[k - 1] as number)
    up ||= step > ROUNDING
    down ||= step < -ROUNDING
  }
  if (up && down) return 'rising and falling'
  return up ? 'rising' : down ? 'falling' : 'constant'
}

function refuseFalling(
  { expression }: FormulaDraft,
  points: readonly { readonly x: number; readonly y: number }[],
  course: FormulaCheck['course'],
): never {
  const at = points.findIndex(({ y }, k) => k > 0 && y < (points[k - 1]?.y ?? y) - ROUNDING)
  const [from, to] = [points[at - 1], points[at]]
  throw new InputError(
    'formula.falls',
    course === 'constant' || !from || !to
      ? `"${expression}" is the same at every dose of the range.`
      : `"${expression}" falls as the dose rises, for instance from ${from.y.toPrecision(6)} at ${from.x} Gy to ${to.y.toPrecision(6)} at ${to.x} Gy.`,
    'Look for a sign that is wrong; if it is meant to, say that it may fall.',
  )
}

function remarksOf(
  formula: FormulaDraft,
  points: readonly { readonly x: number; readonly y: number }[],
  course: FormulaCheck['course'],
): string[] {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return []
  if (formula.kind === 'growth') {
    return [
      ...(course === 'rising' ? ['Larger tumours grow faster in proportion: no volume stops them.'] : []),
      ...(last.y > 0 ? [`At ${last.x} mL it still grows, by ${last.y.toPrecision(3)} per day.`] : []),
      ...(formula.examples.length === 0 ? ['No example shows that the formula gives what its source does.'] : []),
    ]
  }
  return [
    ...(course !== 'rising' ? [`The probability is ${course} with dose.`] : []),
    ...(first.y > 0.05 ? [`At ${first.x} Gy it is ${first.y.toPrecision(3)} already.`] : []),
    ...(last.y < 0.5
      ? [`Up to ${last.x} Gy it stays below ${Math.max(...points.map(({ y }) => y)).toPrecision(3)}.`]
      : []),
    ...(formula.examples.length === 0 ? ['No example shows that the formula gives what its source does.'] : []),
  ]
}
