import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, hashOfJson, sha256Hex } from './canonicalJson.ts'

/** The same value with the members of every object in another order. */
function shuffled(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, turn))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const cut = entries.length === 0 ? 0 : turn % entries.length
  const turned = [...entries.slice(cut), ...entries.slice(0, cut)].reverse()
  return Object.fromEntries(turned.map(([key, item]) => [key, shuffled(item, turn)]))
}

const plain = fc.jsonValue({ maxDepth: 4 })

describe('canonicalJson', () => {
  it('sorts members as the example of RFC 8785 section 3.2.3 does', () => {
    const value = {
      '€': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '😀': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      ö: 'Latin Small Letter O With Diaeresis',
    }
    expect([...canonicalJson(value).matchAll(/":"([^"]+)"/g)].map((match) => match[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
  })

  it('writes the example of RFC 8785 section 3.2.2 byte for byte', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s of RFC 8785 appendix B as %s', (bits, text) => {
    const double = Buffer.from(bits, 'hex').readDoubleBE(0)
    expect(canonicalJson(double)).toBe(text)
  })

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(plain, fc.nat(20), (value, turn) => canonicalJson(shuffled(value, turn)) === canonicalJson(value)),
    )
  })

  it('reads back as the same value, and its text as the same text', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })

  it('tells different values apart', () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        const same = JSON.stringify(JSON.parse(canonicalJson(a))) === JSON.stringify(JSON.parse(canonicalJson(b)))
        return same === (hashOfJson(a) === hashOfJson(b))
      }),
    )
  })

  it('leaves out undefined members', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
  })

  it.each([
    ['NaN', { dose: [1, Number.NaN] }, '$.dose[1]'],
    ['infinity', -Infinity, '$'],
    ['undefined in an array', [undefined], '$[0]'],
    ['a hole in an array', new Array<number>(1), '$[0]'],
    ['a typed array', { a: new Float32Array(2) }, '$.a'],
    ['a date', new Date(0), '$'],
    ['a map', new Map(), '$'],
    ['a bigint', 1n, '$'],
    ['a function', { f: () => 1 }, '$.f'],
    ['a lone surrogate', 'a\ud800', '$'],
    ['a lone surrogate as a name', { '\udc00': 1 }, '$'],
  ])('refuses %s and says where', (_name, value, place) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
    expect(() => canonicalJson(value)).toThrow(place)
  })

  it('refuses a cycle, but takes the same object twice', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = { loop }
    expect(() => canonicalJson(loop)).toThrow('refers back to itself')
    const shared = { a: 1 }
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]')
  })
})

describe('sha256Hex', () => {
  it('gives the digest of FIPS 180-4 for "abc", as string and as bytes', () => {
    const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(sha256Hex('abc')).toBe(expected)
    expect(sha256Hex(new Uint8Array([97, 98, 99]))).toBe(expected)
  })
})
