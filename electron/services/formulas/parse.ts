/**
 * Reading of formulas that a person wrote, by mathjs: numbers, names, + − * / ^, brackets and a few functions. No assignment, no definition of
 * functions, no ranges, texts, units or access to anything else: every node of the tree is looked at.
 */
import type { MathNode } from 'mathjs'
import { InputError } from '../../../native-core/errors/index.ts'
import { withMathjs } from './mathjs.ts'

const math = withMathjs(({ create, derivativeDependencies, parseDependencies }) =>
  create({ ...parseDependencies, ...derivativeDependencies }),
)

const LONGEST = 500
const MOST_NODES = 200
/** What a formula may call; `ln` is another name for `log`. */
export const FUNCTIONS: readonly string[] = ['exp', 'log', 'ln', 'sqrt', 'tanh', 'atan']
const OPERATORS: readonly string[] = ['+', '-', '*', '/', '^']

/** "at character 5": where a name stands in a text. */
export function placeOf(text: string, name: string): string {
  const at = new RegExp(`(?<![A-Za-z0-9_])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9_])`).exec(text)
  return at ? `at character ${at.index + 1}` : `in "${text}"`
}

/**
 * The tree of a formula.
 *
 * @throws InputError `formula.syntax`, `formula.forbidden`, `formula.length` with the place in the text.
 */
export function parseFormula(text: string, where: string, functions: readonly string[] = FUNCTIONS): MathNode {
  if (text.trim() === '' || text.length > LONGEST) {
    throw new InputError(
      'formula.length',
      `${where}: the formula has ${text.trim() === '' ? 'no' : text.length} characters.`,
      `Write a formula of up to ${LONGEST} characters.`,
    )
  }
  let root: MathNode
  try {
    root = math().parse(text)
  } catch (error) {
    throw new InputError(
      'formula.syntax',
      `${where}: "${text}" cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Write it with + - * / ^, brackets and the listed functions, for example "A1*exp(-k*t)".',
    )
  }
  let count = 0
  root.traverse((node: MathNode) => {
    count += 1
    checkNode(node, text, where, functions)
  })
  if (count > MOST_NODES) {
    throw new InputError(
      'formula.length',
      `${where}: the formula has ${count} parts.`,
      `Write one of up to ${MOST_NODES}.`,
    )
  }
  return root
}

function checkNode(node: MathNode, text: string, where: string, functions: readonly string[]): void {
  const fail = (what: string, place: string): never => {
    throw new InputError(
      'formula.forbidden',
      `${where}: ${what} is not allowed in a formula (${place}).`,
      `Use numbers, declared names, + - * / ^, brackets and ${functions.join(', ')}.`,
    )
  }
  if (node.type === 'ParenthesisNode' || node.type === 'SymbolNode') return
  if (node.type === 'ConstantNode') {
    const { value } = node as MathNode & { value: unknown }
    if (typeof value !== 'number' || !Number.isFinite(value))
      fail(`"${node.toString()}"`, placeOf(text, node.toString()))
    return
  }
  if (node.type === 'OperatorNode') {
    const { op } = node as MathNode & { op: string }
    if (!OPERATORS.includes(op)) fail(`the operator "${op}"`, `at character ${text.indexOf(op) + 1}`)
    return
  }
  if (node.type === 'FunctionNode') {
    const { fn, args } = node as MathNode & { fn: MathNode & { name?: string }; args: MathNode[] }
    const name = fn.name ?? fn.toString()
    if (fn.type !== 'SymbolNode' || !functions.includes(name)) fail(`the function "${name}"`, placeOf(text, name))
    if (args.length !== 1) fail(`"${name}" with ${args.length} arguments`, placeOf(text, name))
    return
  }
  fail(`"${node.toString()}"`, placeOf(text, node.toString()))
}

/** Names of a formula that are no functions, in the order of first appearance. */
export function symbolsOf(root: MathNode): string[] {
  const names = new Set<string>()
  root.traverse((node: MathNode, path: string) => {
    if (node.type === 'SymbolNode' && path !== 'fn') names.add((node as MathNode & { name: string }).name)
  })
  return [...names]
}

/** The tree with `ln` as `log`, which mathjs knows the derivative of. */
export const withLog = (root: MathNode): MathNode =>
  root.transform((node: MathNode, path: string) =>
    path === 'fn' && (node as MathNode & { name?: string }).name === 'ln' ? math().parse('log') : node,
  )

/** ∂(formula)/∂(name), by rules. */
export const derivativeOf = (root: MathNode, name: string): MathNode => math().derivative(root, name)
