/** A formula's tree as a function of numbers: nothing but arithmetic, and nothing looked up by name when it runs. */
import type { MathNode } from 'mathjs'
import { erf } from '../../../native-core/statistics/index.ts'

export type Compiled = (values: ArrayLike<number>) => number

const CALLS: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  atan: Math.atan,
  // Of probabilities; formulas that are differentiated may not call it.
  erf,
  // What derivatives bring along.
  sech: (x) => 1 / Math.cosh(x),
}

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E }

/** `names` in the order of the values that the function takes. */
export function compileFormula(node: MathNode, names: readonly string[]): Compiled {
  if (node.type === 'ParenthesisNode') return compileFormula((node as MathNode & { content: MathNode }).content, names)
  if (node.type === 'ConstantNode') {
    const value = Number((node as MathNode & { value: unknown }).value)
    return () => value
  }
  if (node.type === 'SymbolNode') {
    const { name } = node as MathNode & { name: string }
    const index = names.indexOf(name)
    const constant = CONSTANTS[name]
    if (index < 0 && constant === undefined) throw new Error(`unknown name in a formula: ${name}`)
    return index < 0 ? () => constant as number : (values) => values[index] as number
  }
  const [first, second] = (node as MathNode & { args: MathNode[] }).args.map((arg) => compileFormula(arg, names))
  if (!first) throw new Error('a formula lacks an operand')
  if (node.type === 'FunctionNode') {
    const { name } = (node as MathNode & { fn: { name: string } }).fn
    const call = CALLS[name]
    if (!call) throw new Error(`unknown function in a formula: ${name}`)
    return (values) => call(first(values))
  }
  const { op } = node as MathNode & { op: string }
  if (!second) return op === '-' ? (values) => -first(values) : first
  switch (op) {
    case '+':
      return (values) => first(values) + second(values)
    case '-':
      return (values) => first(values) - second(values)
    case '*':
      return (values) => first(values) * second(values)
    case '/':
      return (values) => first(values) / second(values)
    case '^':
      return (values) => first(values) ** second(values)
    default:
      throw new Error(`unknown operator in a formula: ${op}`)
  }
}
