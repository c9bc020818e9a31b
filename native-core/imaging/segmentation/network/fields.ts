/** Reads fields of a JSON document and names the one that is wrong. */
import { InputError } from '../../../errors/index.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** A part of a document with its place in it, for messages. */
export class JsonPart {
  readonly #value: unknown
  readonly #where: string
  readonly #hint: string

  constructor(value: unknown, where: string, hint: string) {
    this.#value = value
    this.#where = where
    this.#hint = hint
  }

  /** The error that says what this part should be. */
  wrong(expected: string): InputError {
    const found = this.#value === undefined ? 'missing' : `${shown(this.#value)}`
    return new InputError('network.description', `"${this.#where}" is ${found}; it must be ${expected}.`, this.#hint)
  }

  get isMissing(): boolean {
    return this.#value === undefined || this.#value === null
  }

  get raw(): unknown {
    return this.#value
  }

  object(): JsonObject {
    if (typeof this.#value !== 'object' || this.#value === null || Array.isArray(this.#value))
      throw this.wrong('an object')
    return this.#value as JsonObject
  }

  at(name: string): JsonPart {
    const place = this.#where === '' ? name : `${this.#where}.${name}`
    return new JsonPart(this.object()[name], place, this.#hint)
  }

  list(length?: number): JsonPart[] {
    if (!Array.isArray(this.#value) || (length !== undefined && this.#value.length !== length))
      throw this.wrong(length === undefined ? 'a list' : `a list of ${length}`)
    return this.#value.map((value: unknown, n) => new JsonPart(value, `${this.#where}[${n}]`, this.#hint))
  }

  text(): string {
    if (typeof this.#value !== 'string' || this.#value.trim() === '') throw this.wrong('a text')
    return this.#value.trim()
  }

  truth(): boolean {
    if (typeof this.#value !== 'boolean') throw this.wrong('true or false')
    return this.#value
  }

  number(low = -Infinity, high = Infinity): number {
    const value = this.#value
    if (typeof value !== 'number' || !Number.isFinite(value) || value < low || value > high)
      throw this.wrong(Number.isFinite(low) || Number.isFinite(high) ? `a number from ${low} to ${high}` : 'a number')
    return value
  }

  positive(): number {
    const value = this.number()
    if (!(value > 0)) throw this.wrong('a positive number')
    return value
  }

  whole(low: number, high: number): number {
    const value = this.number(low, high)
    if (!Number.isInteger(value)) throw this.wrong(`a whole number from ${low} to ${high}`)
    return value
  }

  oneOf<T extends string>(allowed: readonly T[]): T {
    const found = allowed.find((value) => value === this.#value)
    if (found === undefined) throw this.wrong(`one of ${allowed.join(', ')}`)
    return found
  }

  /** One value for each of three axes. */
  three<T>(read: (part: JsonPart) => T): readonly [T, T, T] {
    const [a, b, c] = this.list(3)
    if (!a || !b || !c) throw this.wrong('a list of 3')
    return [read(a), read(b), read(c)]
  }
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? typeof value).slice(0, 60)
