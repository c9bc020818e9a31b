/**
 * One text for one value: JSON with sorted members, as RFC 8785 (JSON Canonicalization Scheme) lays down. Everything that is hashed
 * in the store (artifact keys, content hashes, the audit chain) is hashed in this form.
 */
import { createHash } from 'node:crypto'

/**
 * Canonical JSON of a plain value: null, booleans, finite numbers, strings, arrays and plain objects of these.
 *
 * Members are sorted by UTF-16 code units; members whose value is undefined are left out, as JSON does. Numbers are written as
 * ECMAScript does (shortest form that reads back the same double; −0 as 0).
 *
 * Throws TypeError, naming the place, for what JSON would change silently: NaN and infinities, undefined in arrays, lone
 * surrogates, bigints, functions, symbols, dates, maps, typed arrays, class instances, and cycles.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$', new Set())
}

/** Lower-case hex SHA-256 of the canonical JSON of `value`. Errors as canonicalJson. */
export function hashOfJson(value: unknown): string {
  return sha256Hex(canonicalJson(value))
}

/** Lower-case hex SHA-256 of bytes, or of the UTF-8 form of a string. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function write(value: unknown, path: string, above: Set<object>): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}, which JSON cannot hold`)
      return JSON.stringify(value)
    case 'string':
      if (!value.isWellFormed()) throw new TypeError(`${path} holds a lone surrogate, which has no UTF-8 form`)
      return JSON.stringify(value)
    case 'object':
      if (value === null) return 'null'
      return writeObject(value, path, above)
    default:
      throw new TypeError(`${path} is of type ${typeof value}, which JSON cannot hold`)
  }
}

function writeObject(value: object, path: string, above: Set<object>): string {
  if (above.has(value)) throw new TypeError(`${path} refers back to itself`)
  above.add(value)
  let text: string
  if (Array.isArray(value)) {
    // Array.from visits holes too, so that a sparse array is refused and not shortened.
    text = `[${Array.from(value, (item: unknown, index) => write(item, `${path}[${index}]`, above)).join(',')}]`
  } else {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(`${path} is a ${value.constructor.name}, not a plain object`)
    }
    const members: string[] = []
    for (const key of Object.keys(value).sort()) {
      const member = (value as Record<string, unknown>)[key]
      if (member === undefined) continue
      members.push(`${write(key, `a member name of ${path}`, above)}:${write(member, `${path}.${key}`, above)}`)
    }
    text = `{${members.join(',')}}`
  }
  above.delete(value)
  return text
}
