/** What is wrong with the JSON that a calculation was given, in words that name the field, its unit and the likely one that was meant. */
import type { z } from 'zod'

/** A JSON schema as far as it is read here. */
export interface FieldSchema {
  readonly type?: string
  readonly unit?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, FieldSchema>>
  readonly additionalProperties?: boolean | FieldSchema
  readonly items?: FieldSchema
  readonly prefixItems?: readonly FieldSchema[]
  readonly anyOf?: readonly FieldSchema[]
  readonly oneOf?: readonly FieldSchema[]
}

type Path = readonly PropertyKey[]

const alternatives = (schema: FieldSchema): readonly FieldSchema[] => schema.anyOf ?? schema.oneOf ?? [schema]

/** All that a field may be, one level of alternatives opened. */
function childrenOf(schema: FieldSchema, part: PropertyKey): FieldSchema[] {
  return alternatives(schema).flatMap((one) => {
    if (one !== schema) return childrenOf(one, part)
    if (typeof part === 'number') return one.prefixItems?.[part] ?? one.items ?? []
    const own = one.properties?.[String(part)]
    if (own) return [own]
    return typeof one.additionalProperties === 'object' ? [one.additionalProperties] : []
  })
}

const at = (schema: FieldSchema, path: Path): FieldSchema[] =>
  path.reduce<FieldSchema[]>((found, part) => found.flatMap((one) => childrenOf(one, part)), [schema])

/** The names of the fields of an object, those of all alternatives. */
function namesIn(schemas: readonly FieldSchema[]): Map<string, FieldSchema> {
  const open = (one: FieldSchema): FieldSchema[] =>
    alternatives(one).flatMap((other) => (other === one ? [one] : open(other)))
  return new Map(schemas.flatMap(open).flatMap(({ properties = {} }) => Object.entries(properties)))
}

function pathText(path: Path): string {
  const text = path.reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`
    return before === '' ? String(part) : `${before}.${String(part)}`
  }, '')
  return text === '' ? 'the whole' : `"${text}"`
}

const ARTICLE: Readonly<Record<string, string>> = { object: 'an object', array: 'a list', integer: 'a whole number' }

/** "a number in MBq", "one of auto, average". */
export function kindOf(schema: FieldSchema): string {
  const options = schema.anyOf ?? schema.oneOf
  if (options) return [...new Set(options.map(kindOf))].join(' or ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`
  if (schema.type === 'null') return 'null'
  if (schema.type === 'string') return 'a text'
  if (schema.type === 'boolean') return 'true or false'
  const kind = ARTICLE[schema.type ?? ''] ?? (schema.type === 'number' ? 'a number' : 'a value')
  return schema.unit === undefined || schema.unit === '1' ? kind : `${kind} in ${schema.unit}`
}

/** What a value is, short: for "not …". */
function given(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 37)}…` : text
}

function valueAt(json: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    json,
  )
}

/** Number of letters to add, take away or change (Levenshtein 1966), without regard to case. */
function distance(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()]
  let row = Array.from({ length: right.length + 1 }, (_, j) => j)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[right.length] ?? 0
}

/** The field that was likely meant: begins with the word or is begun by it, or is few letters away. */
function meant(wrong: string, names: Iterable<string>): string | null {
  const word = wrong.toLowerCase().replace(/(_|-)?(s|bq|hours?|mbq|h)$/, '')
  const close = [...names].map((name) => {
    const short = name.toLowerCase()
    const begins = word.length > 2 && (short.startsWith(word) || short.includes(word) || word.startsWith(short))
    return { name, far: begins ? 0 : distance(wrong, name) }
  })
  const best = close.sort((x, y) => x.far - y.far)[0]
  return best && best.far <= Math.max(1, Math.floor(wrong.length / 3)) ? best.name : null
}

function unknownKeys(keys: readonly string[], path: Path, schema: FieldSchema): string {
  const fields = namesIn(at(schema, path))
  const each = keys.map((key) => {
    const name = meant(key, fields.keys())
    const field = name === null ? undefined : fields.get(name)
    return field === undefined ? `"${key}"` : `"${key}" (do you mean "${name}", ${kindOf(field)}?)`
  })
  const list = [...fields.keys()]
  const known = list.length > 0 ? `; there ${list.length > 1 ? 'are' : 'is'} ${list.join(', ')}` : ''
  return `${pathText(path)}: unknown field${keys.length > 1 ? 's' : ''} ${each.join(', ')}${known}`
}

/** Of the alternatives of a union the one that the value comes nearest to: no wrong kind at the top, then the fewest faults. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const cost = (branch: readonly z.core.$ZodIssue[]): number =>
    branch.reduce((sum, issue) => sum + (issue.code === 'invalid_type' && issue.path.length === 0 ? 100 : 1), 0)
  return [...branches].sort((a, b) => cost(a) - cost(b))[0] ?? []
}

function limitWords(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const small = issue.code === 'too_small'
  const limit = small ? issue.minimum : issue.maximum
  if (issue.origin === 'array' || issue.origin === 'set' || issue.origin === 'map')
    return `have ${limit} or ${small ? 'more' : 'fewer'} entries`
  if (issue.inclusive === false) return `be ${small ? 'above' : 'below'} ${limit}`
  return `be ${limit} or ${small ? 'more' : 'less'}`
}

const sizeOf = (value: unknown): string => (Array.isArray(value) ? String(value.length) : given(value))

function describe(issue: z.core.$ZodIssue, before: Path, schema: FieldSchema, json: unknown): string[] {
  const path = [...before, ...issue.path]
  const fields = at(schema, path)
  const kind = [...new Set(fields.map(kindOf))].join(' or ')
  const value = valueAt(json, path)
  if (issue.code === 'unrecognized_keys') return [unknownKeys(issue.keys, path, schema)]
  if (issue.code === 'invalid_union') {
    const branch = nearestBranch(issue.errors)
    const sameKind = !branch.some((one) => one.code === 'invalid_type' && one.path.length === 0)
    if (value !== undefined && sameKind && branch.length > 0)
      return branch.flatMap((one) => describe(one, path, schema, json))
  }
  if (value === undefined && path.length > 0) return [`${pathText(path)} is missing${kind === '' ? '' : `: ${kind}`}`]
  if ((issue.code === 'too_small' || issue.code === 'too_big') && issue.origin !== 'string')
    return [`${pathText(path)}: must ${limitWords(issue)}${kind === '' ? '' : ` (${kind})`}, not ${sizeOf(value)}`]
  const wrongKind = issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union'
  if (wrongKind && kind !== '') return [`${pathText(path)}: must be ${kind}, not ${given(value)}`]
  return [`${pathText(path)}: ${issue.message}`]
}

/** Each fault of `json` in words, in the order of the fields. */
export const inputFaults = (issues: readonly z.core.$ZodIssue[], schema: FieldSchema, json: unknown): string[] =>
  issues.flatMap((issue) => describe(issue, [], schema, json))
