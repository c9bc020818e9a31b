/** Units, and the dimension of every part of a formula. */
import type { MathNode } from 'mathjs'
import { InputError } from '../../../native-core/errors/index.ts'
import { parseFormula } from './parse.ts'

/** Exponents of activity and time, and of dose and volume where there are such. */
export interface Dimension {
  readonly activity: number
  readonly time: number
  readonly dose?: number
  readonly volume?: number
}

export interface Unit {
  /** In Bq, s, Gy and mL. */
  readonly factor: number
  readonly dimension: Dimension
}

const NONE: Dimension = { activity: 0, time: 0 }
export const ACTIVITY: Dimension = { activity: 1, time: 0 }
export const TIME: Dimension = { activity: 0, time: 1 }

const NAMED: Readonly<Record<string, Unit>> = {
  Bq: { factor: 1, dimension: ACTIVITY },
  kBq: { factor: 1e3, dimension: ACTIVITY },
  MBq: { factor: 1e6, dimension: ACTIVITY },
  GBq: { factor: 1e9, dimension: ACTIVITY },
  mCi: { factor: 3.7e7, dimension: ACTIVITY },
  s: { factor: 1, dimension: TIME },
  min: { factor: 60, dimension: TIME },
  h: { factor: 3600, dimension: TIME },
  d: { factor: 86400, dimension: TIME },
}

const BASES = ['activity', 'time', 'dose', 'volume'] as const
const exponent = (a: Dimension, base: (typeof BASES)[number]): number => a[base] ?? 0

const times = (a: Dimension, b: Dimension, sign = 1): Dimension => ({
  activity: a.activity + sign * b.activity,
  time: a.time + sign * b.time,
  dose: exponent(a, 'dose') + sign * exponent(b, 'dose'),
  volume: exponent(a, 'volume') + sign * exponent(b, 'volume'),
})
const raised = (a: Dimension, power: number): Dimension => ({
  activity: a.activity * power,
  time: a.time * power,
  dose: exponent(a, 'dose') * power,
  volume: exponent(a, 'volume') * power,
})
export const sameDimension = (a: Dimension, b: Dimension): boolean =>
  BASES.every((base) => exponent(a, base) === exponent(b, base))
const same = sameDimension
const isNone = (a: Dimension): boolean => same(a, NONE)

/** "activity/time": a dimension in words. */
export function dimensionWords(dimension: Dimension): string {
  const part = (name: string, power: number): string => (power === 1 ? name : `${name}^${power}`)
  const side = (sign: 1 | -1): string[] =>
    BASES.flatMap((base) => {
      const power = sign * exponent(dimension, base)
      return power > 0 ? [part(base, power)] : []
    })
  const [above, below] = [side(1), side(-1)]
  if (above.length === 0 && below.length === 0) return 'a plain number'
  return `${above.join('·') || '1'}${below.length > 0 ? `/${below.join('/')}` : ''}`
}

/**
 * A unit as it is written: "MBq", "1/h", "MBq*h", "h", "1".
 *
 * @throws InputError `formula.unit` naming the text and the units that are known.
 */
export function parseUnit(text: string, where: string, units: Readonly<Record<string, Unit>> = NAMED): Unit {
  const fail = (): never => {
    throw new InputError(
      'formula.unit',
      `${where}: "${text}" is not a unit that is known here.`,
      `Write 1, or ${Object.keys(units).join(', ')} or a product or ratio of them, such as "1/h".`,
    )
  }
  const walk = (node: MathNode): Unit => {
    if (node.type === 'ParenthesisNode') return walk((node as MathNode & { content: MathNode }).content)
    if (node.type === 'ConstantNode' && (node as MathNode & { value: unknown }).value === 1)
      return { factor: 1, dimension: NONE }
    if (node.type === 'SymbolNode') return units[(node as MathNode & { name: string }).name] ?? fail()
    const { op, args } = node as MathNode & { op?: string; args?: MathNode[] }
    const [left, right] = args ?? []
    if (node.type !== 'OperatorNode' || !left || !right || (op !== '*' && op !== '/')) return fail()
    const [a, b] = [walk(left), walk(right)]
    return {
      factor: op === '*' ? a.factor * b.factor : a.factor / b.factor,
      dimension: times(a.dimension, b.dimension, op === '*' ? 1 : -1),
    }
  }
  return walk(parseFormula(text.replaceAll('·', '*'), where))
}

/**
 * Dimension of a formula from those of its symbols.
 *
 * @throws InputError `formula.dimension` that quotes the part where dimensions do not fit.
 */
export function dimensionOf(
  root: MathNode,
  symbols: ReadonlyMap<string, Dimension>,
  hint = 'Check the units of the parameters and the formula; t is a time, and the whole must be an activity.',
): Dimension {
  const fail = (node: MathNode, what: string): never => {
    throw new InputError('formula.dimension', `In "${node.toString()}" ${what}.`, hint)
  }
  const walk = (node: MathNode): Dimension => {
    if (node.type === 'ParenthesisNode') return walk((node as MathNode & { content: MathNode }).content)
    if (node.type === 'ConstantNode') return NONE
    if (node.type === 'SymbolNode') return symbols.get((node as MathNode & { name: string }).name) ?? NONE
    const args = (node as MathNode & { args: MathNode[] }).args
    const [first, second] = args
    if (!first) return fail(node, 'something is missing')
    if (node.type === 'FunctionNode') {
      const inner = walk(first)
      if ((node as MathNode & { fn: { name: string } }).fn.name === 'sqrt') return raised(inner, 0.5)
      return isNone(inner) ? NONE : fail(node, `the argument is ${dimensionWords(inner)}; it must be a plain number`)
    }
    const op = (node as MathNode & { op: string }).op
    if (!second) return walk(first)
    const [a, b] = [walk(first), walk(second)]
    if (op === '*') return times(a, b)
    if (op === '/') return times(a, b, -1)
    if (op === '^') {
      if (!isNone(b)) return fail(node, `the exponent is ${dimensionWords(b)}; it must be a plain number`)
      if (isNone(a)) return NONE
      const power = constantOf(second)
      return power === null
        ? fail(node, `${dimensionWords(a)} is raised to a power that is not a number`)
        : raised(a, power)
    }
    return same(a, b)
      ? a
      : fail(node, `${dimensionWords(a)} and ${dimensionWords(b)} are ${op === '+' ? 'added' : 'subtracted'}`)
  }
  return walk(root)
}

/** Value of a node without symbols: a number, its negative, or one in brackets. */
function constantOf(node: MathNode): number | null {
  if (node.type === 'ConstantNode') return Number((node as MathNode & { value: unknown }).value)
  if (node.type === 'ParenthesisNode') return constantOf((node as MathNode & { content: MathNode }).content)
  const { op, args } = node as MathNode & { op?: string; args?: MathNode[] }
  const only = args?.length === 1 ? args[0] : undefined
  const inner = only && op === '-' ? constantOf(only) : null
  return inner === null ? null : -inner
}
