import { describe, expect, it } from 'vitest'
import { textDecoding } from './charsets.ts'
import type { TextKind } from './charsets.ts'
import type { DicomNote } from './types.ts'

/** Bytes from a text of Latin-1 characters: '\x1b' is ESC. */
function bytesOf(latin1: string): Uint8Array {
  return Uint8Array.from(Buffer.from(latin1, 'latin1'))
}

function decode(
  terms: string,
  latin1: string,
  kind: TextKind = 'pn',
): { text: string; codes: string[]; charset: string } {
  const notes: DicomNote[] = []
  const decoding = textDecoding(terms === '' ? [] : terms.split('\\'), (note) => notes.push(note))
  const text = decoding.decode(bytesOf(latin1), kind)
  return { text, codes: [...new Set(notes.map(({ code }) => code))], charset: decoding.charset }
}

describe('character sets: the examples of PS3.5 annexes H, I, J and K', () => {
  it('H.3.1: Japanese, ASCII with JIS X 0208 by escape sequences', () => {
    const name = 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B'
    expect(decode('\\ISO 2022 IR 87', name)).toMatchObject({ text: 'Yamada^Tarou=山田^太郎=やまだ^たろう', codes: [] })
  })

  it('H.3.2: Japanese, JIS X 0201 katakana with JIS X 0208', () => {
    const name = '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J'
    const { text, codes } = decode('ISO 2022 IR 13\\ISO 2022 IR 87', name)
    expect(text).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう')
    expect(codes).toEqual([])
  })

  it('I.2: Korean, KS X 1001 in G1, its escape sequence in each component', () => {
    const name = 'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf'
    expect(decode('\\ISO 2022 IR 149', name)).toMatchObject({ text: 'Hong^Gildong=洪^吉洞=홍^길동', codes: [] })
  })

  it('J.1: Chinese as UTF-8', () => {
    const name = 'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1='
    expect(decode('ISO_IR 192', name)).toMatchObject({ text: 'Wang^XiaoDong=王^小東=', codes: [] })
  })

  it('J.2: Chinese as GB18030', () => {
    expect(decode('GB18030', 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=').text).toBe('Wang^XiaoDong=王^小东=')
  })

  it('K.2: Chinese, GB 2312 in G1', () => {
    const name = 'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab='
    expect(decode('\\ISO 2022 IR 58', name)).toMatchObject({ text: 'Zhang^XiaoDong=张^小东=', codes: [] })
  })
})

describe('character sets of one byte', () => {
  // The bytes are the words in the named ISO 8859 part or TIS 620, by their code charts.
  it.each([
    ['ISO_IR 100', 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
    ['ISO_IR 101', 'Wa\xb3\xeasa', 'Wałęsa'],
    ['ISO_IR 109', '\xa1al Qawra \xb1', 'Ħal Qawra ħ'],
    ['ISO_IR 110', 'B\xbarzi\xf2\xf0', 'Bērziōđ'],
    ['ISO_IR 144', '\xbb\xee\xdace\xdc\xd1yp\xd3', 'Люкceмбypг'],
    ['ISO_IR 127', '\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1', 'قباني^لنزار'],
    ['ISO_IR 126', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
    ['ISO_IR 138', '\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4', 'שרון^דבורה'],
    ['ISO_IR 148', '\xc7avu\xfeo\xf0lu', 'Çavuşoğlu'],
    ['ISO_IR 166', '\xca\xc1\xaa\xd2\xc2', 'สมชาย'],
    ['ISO_IR 203', 'Sch\xf6n \xa4 \xbd', 'Schön € œ'],
    ['ISO_IR 13', '\xd4\xcf\xc0\xde^\xc0\xdb\xb3', 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
  ])('%s', (term, latin1, expected) => {
    expect(decode(term, latin1)).toMatchObject({ text: expected, codes: [], charset: term })
  })

  it('switches G1 by escape sequences and comes back at a delimiter', () => {
    const text = 'a\x1b-F\xc4^\xe4=\x1b-L\xbb'
    expect(decode('ISO 2022 IR 100\\ISO 2022 IR 126\\ISO 2022 IR 144', text)).toMatchObject({
      text: 'aΔ^ä=Л',
      codes: [],
    })
  })

  it('comes back at the end of a line of a text', () => {
    expect(decode('ISO 2022 IR 100\\ISO 2022 IR 126', '\x1b-F\xc4\r\n\xe4', 'text').text).toBe('Δ\r\nä')
  })
})

describe('character sets of several bytes', () => {
  it('keeps the second byte 0x5C of GBK, which is no backslash', () => {
    // 0x95 0x5C is U+661E in GBK.
    expect(decode('GBK', 'a\\\x95\x5c', 'multi').text.split('\\')).toEqual(['a', '昞'])
  })

  it('decodes the four-byte codes of GB18030', () => {
    expect(decode('GB18030', '\x81\x30\x89\x38', 'multi').text).toBe('ß')
  })

  it('decodes JIS X 0212', () => {
    // Row 16, cell 1 of JIS X 0212 is U+4E02.
    expect(decode('\\ISO 2022 IR 159', '\x1b$(D\x30\x21\x1b(B', 'multi').text).toBe('丂')
  })

  it('has the yen sign for 0x5C of JIS X 0201 where that divides no values', () => {
    expect(decode('ISO_IR 13', 'a\\b~', 'text').text).toBe('a¥b‾')
    expect(decode('ISO_IR 13', 'a\\b', 'multi').text).toBe('a\\b')
  })
})

describe('character sets that are wrong or missing', () => {
  it('takes undeclared text for UTF-8 where it is, and says so', () => {
    expect(decode('', 'M\xc3\xbcller')).toMatchObject({ text: 'Müller', codes: ['charset.undeclared'] })
  })

  it('takes undeclared text for Latin-1 where it is no UTF-8, and says so', () => {
    expect(decode('', 'M\xfcller')).toMatchObject({ text: 'Müller', codes: ['charset.undeclared'] })
  })

  it('follows undeclared escape sequences, and says so', () => {
    const { text, codes } = decode('', '\x1b$B;3ED\x1b(B')
    expect(text).toBe('山田')
    expect(codes).toContain('charset.undeclared')
  })

  it('recognises UTF-8 under the name of Latin-1', () => {
    expect(decode('ISO_IR 100', 'Dvo\xc5\x99\xc3\xa1k')).toMatchObject({
      text: 'Dvořák',
      codes: ['charset.utf8-as-latin1'],
    })
  })

  it('reads bytes that are no UTF-8 as Latin-1, and says so', () => {
    expect(decode('ISO_IR 192', 'M\xfcller')).toMatchObject({ text: 'Müller', codes: ['charset.undecodable'] })
  })

  it('reads Shift-JIS under the name of ISO_IR 13', () => {
    expect(decode('ISO_IR 13', '\x8e\x52\x93\x63')).toMatchObject({ text: '山田', codes: ['charset.shift-jis'] })
  })

  it('reads an extension without its escape sequence by the set that is declared', () => {
    expect(decode('\\ISO 2022 IR 149', '\xc8\xab')).toMatchObject({ text: '홍', codes: ['charset.no-escape'] })
  })

  it('follows an escape sequence to a set that is not declared', () => {
    const { text, codes } = decode('\\ISO 2022 IR 87', '\x1b$)C\xc8\xab')
    expect(text).toBe('홍')
    expect(codes).toContain('charset.undeclared-extension')
  })

  it.each([
    ['ISO_IR100', 'é', '\xe9'],
    ['ISO-IR 100', 'é', '\xe9'],
    ['iso_ir 100', 'é', '\xe9'],
    ['ISO 8859-1', 'é', '\xe9'],
    ['ISO_8859-2', 'ł', '\xb3'],
    ['UTF-8', 'é', '\xc3\xa9'],
    ['ISO_IR_192', 'é', '\xc3\xa9'],
    ['ISO 2022 GBK', '王', '\xcd\xf5'],
  ])('understands the misspelt term %s', (term, expected, latin1) => {
    expect(decode(term, latin1)).toMatchObject({ text: expected, codes: ['charset.misspelt'] })
  })

  it('reports a term that means nothing', () => {
    expect(decode('KLINGON', 'abc')).toMatchObject({ text: 'abc', codes: ['charset.unknown'], charset: 'ISO_IR 6' })
  })

  it('ignores what stands beside a set that stands alone', () => {
    expect(decode('ISO_IR 192\\ISO 2022 IR 87', '\xc3\xa9')).toMatchObject({ text: 'é', codes: ['charset.mixed'] })
  })

  it('never throws, whatever the bytes', () => {
    const all = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')
    for (const terms of [
      '',
      'ISO_IR 13',
      'ISO_IR 192',
      'GB18030',
      '\\ISO 2022 IR 149',
      '\\ISO 2022 IR 87',
      'ISO 2022 IR 58',
    ]) {
      for (const kind of ['pn', 'multi', 'text'] as const) {
        expect(typeof decode(terms, `${all}\x1b`, kind).text).toBe('string')
        expect(typeof decode(terms, `\x1b$B${all}`, kind).text).toBe('string')
      }
    }
  })
})
