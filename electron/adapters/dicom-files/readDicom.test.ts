import fc from 'fast-check'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { num, nums, seq, str, strs } from './access.ts'
import {
  BIG,
  element,
  encapsulated,
  EXPLICIT,
  file,
  head,
  image,
  IMPLICIT,
  sequence,
  uint16,
  uint32,
} from './handMade.test-support.ts'
import type { Style } from './handMade.test-support.ts'
import { readDicom } from './readDicom.ts'
import type { ReadDicom } from './readDicom.ts'

const LE = '1.2.840.10008.1.2.1'
const IMPLICIT_LE = '1.2.840.10008.1.2'
const BE = '1.2.840.10008.1.2.2'
const DEFLATED = '1.2.840.10008.1.2.1.99'

function read(bytes: Buffer): ReadDicom {
  const result = readDicom(bytes)
  if (!result || result === 'dicomdir') throw new Error('not read')
  return result
}

function codes(result: ReadDicom): string[] {
  return result.header.notes.map(({ code }) => code)
}

function refusal(bytes: Buffer): string {
  try {
    readDicom(bytes)
  } catch (error) {
    if (error instanceof InputError) return error.code
    throw error
  }
  return 'none'
}

/** A data set with a bit of everything. */
function plain(style: Style): Buffer {
  return Buffer.concat([
    element('00080005', 'CS', 'ISO_IR 100', style),
    element('00080060', 'CS', 'NM', style),
    element('00100010', 'PN', 'M\xfcller^Anna', style),
    element('00100020', 'LO', 'A1 ', style),
    sequence('00540016', [element('00181074', 'DS', '7.4E9', style)], false, style),
    sequence('00540022', [sequence('00540220', [element('00080100', 'SH', 'T-1', style)], true, style)], true, style),
    element('00280010', 'US', uint16([2], style), style),
    element('00280009', 'AT', uint16([0x54, 0x10], style), style),
  ])
}

function expectPlain(result: ReadDicom): void {
  const { header } = result
  expect(str(header, '00100010')).toBe('Müller^Anna')
  expect(str(header, '00100020')).toBe('A1')
  expect(num(header, '00540016.00181074')).toBe(7.4e9)
  expect(str(header, '00540022.00540220.00080100')).toBe('T-1')
  expect(num(header, '00280010')).toBe(2)
  expect(strs(header, '00280009')).toEqual(['00540010'])
  expect(header.charset).toBe('ISO_IR 100')
}

describe('encodings', () => {
  it.each([
    ['explicit little-endian', LE, EXPLICIT],
    ['implicit little-endian', IMPLICIT_LE, IMPLICIT],
    ['explicit big-endian', BE, BIG],
  ] as const)('reads %s', (_name, uid, style) => {
    const result = read(file(uid, plain(style)))
    expectPlain(result)
    expect(result.header.transferSyntaxUid).toBe(uid)
    expect(codes(result)).toEqual([])
  })

  it('reads deflated data sets', () => {
    expectPlain(read(file(DEFLATED, deflateRawSync(plain(EXPLICIT)))))
  })

  it.each([
    ['explicit little-endian', LE, EXPLICIT],
    ['implicit little-endian', IMPLICIT_LE, IMPLICIT],
    ['explicit big-endian', BE, BIG],
  ] as const)('sees %s without preamble and meta information', (_name, uid, style) => {
    const result = read(plain(style))
    expectPlain(result)
    expect(result.header.transferSyntaxUid).toBe(uid)
    expect(codes(result)).toContain('encoding.no-meta')
  })

  it.each([
    ['declared implicit, is explicit', IMPLICIT_LE, EXPLICIT, LE],
    ['declared explicit, is implicit', LE, IMPLICIT, IMPLICIT_LE],
    ['declared little-endian, is big-endian', LE, BIG, BE],
  ] as const)('%s', (_name, declared, style, used) => {
    const result = read(file(declared, plain(style)))
    expectPlain(result)
    expect(result.header.transferSyntaxUid).toBe(used)
    expect(codes(result)).toContain('encoding.wrong-transfer-syntax')
  })

  it('says that a transfer syntax is not known', () => {
    expect(codes(read(file('1.2.840.10008.1.9.9', plain(EXPLICIT))))).toEqual(['encoding.unknown-transfer-syntax'])
  })

  it('sees a large file that is declared implicit and is explicit: "CS" and its length would be 676 kB, and lie in the file', () => {
    const large = Buffer.concat([plain(EXPLICIT), element('fffcfffc', 'OB', Buffer.alloc(3_000_000))])
    const result = read(file(IMPLICIT_LE, large))
    expectPlain(result)
    expect(codes(result)).toContain('encoding.wrong-transfer-syntax')
  })

  it('reads meta information without preamble, with a wrong group length and without a transfer syntax', () => {
    const whole = file(null, plain(IMPLICIT))
    whole.writeUInt32LE(9999, 128 + 4 + 8)
    const result = read(whole.subarray(132))
    expectPlain(result)
    expect(codes(result)).toEqual(['encoding.no-preamble', 'encoding.no-transfer-syntax'])
  })

  it.each([
    ['text', Buffer.from('This is no DICOM file, only text that is long enough to be one. '.repeat(8))],
    ['zeros', Buffer.alloc(4096)],
    ['nothing', Buffer.alloc(0)],
    [
      'a mark with garbage behind',
      Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.from('garbage'.repeat(50))]),
    ],
  ])('takes %s for no DICOM file', (_name, bytes) => expect(readDicom(bytes)).toBeNull())

  it('takes no random bytes for a DICOM file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 600 }), (bytes) => {
        expect(readDicom(bytes)).toBeNull()
      }),
    )
  })

  it('recognises a table of contents', () => {
    const meta = element('00020002', 'UI', '1.2.840.10008.1.3.10')
    const bytes = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, element('00020010', 'UI', `${LE}\0`)])
    expect(readDicom(bytes)).toBe('dicomdir')
  })
})

describe('structure', () => {
  it('reads UN of open length as an implicit sequence, and UN of known tags by the dictionary', () => {
    const item = Buffer.concat([
      head('fffee000', '', 0xffffffff),
      element('00181074', 'DS', '5', IMPLICIT),
      head('fffee00d', '', 0),
    ])
    const bytes = Buffer.concat([
      element('00080060', 'CS', 'NM'),
      head('00091010', 'UN', 0xffffffff),
      item,
      head('fffee0dd', '', 0),
      element('00181242', 'UN', '1200'),
    ])
    const { header } = read(file(LE, bytes))
    expect(num(header, '00091010.00181074')).toBe(5)
    expect(header.elements['00181242']).toEqual({ vr: 'IS', values: ['1200'] })
  })

  it('takes US or SS by Pixel Representation', () => {
    const make = (signed: number): Buffer =>
      Buffer.concat([
        element('00280103', 'US', uint16([signed]), IMPLICIT),
        element('00280106', '', uint16([0xfc18]), IMPLICIT),
        element('00280120', '', uint16([0xf830]), IMPLICIT),
      ])
    expect(nums(read(file(IMPLICIT_LE, make(1))).header, '00280106')).toEqual([-1000])
    expect(nums(read(file(IMPLICIT_LE, make(0))).header, '00280106')).toEqual([64536])
  })

  it('gives many numbers as arrays, also of text', () => {
    const contour = Array.from({ length: 300 }, (_, i) => (i / 7).toFixed(3))
    const offsets = Float32Array.from({ length: 40 }, (_, i) => i / 3)
    const bytes = Buffer.concat([
      element('00186020', 'FL', Buffer.from(offsets.buffer)),
      element('30060050', 'DS', contour.join('\\')),
    ])
    const { header } = read(file(LE, bytes))
    expect(header.elements['30060050']!.array).toEqual(Float64Array.from(contour, Number))
    expect(header.elements['00186020']!.array).toEqual(offsets)
  })

  it('keeps many text numbers as text where one of them is none', () => {
    const values = Array.from({ length: 30 }, (_, i) => (i === 20 ? '1.2.3' : String(i)))
    const { header } = read(file(LE, element('30060050', 'DS', values.join('\\'))))
    expect(strs(header, '30060050')).toEqual(values)
    expect(nums(header, '30060050')).toBeNull()
    expect(header.notes.map(({ code }) => code)).toEqual(['value.not-a-number'])
  })

  it('notes values of no whole number of words, repeated elements and unknown VRs', () => {
    const bytes = Buffer.concat([
      element('00080060', 'CS', 'CT'),
      element('00080060', 'CS', 'MR'),
      element('00186020', 'FL', Buffer.alloc(6)),
      Buffer.concat([uint16([0x20, 0x10]), Buffer.from('ZZ'), uint16([0]), uint32([2]), Buffer.from('ab')]),
      element('00200011', 'IS', '7'),
    ])
    const result = read(file(LE, bytes))
    expect(str(result.header, '00080060')).toBe('CT')
    expect(num(result.header, '00200011')).toBe(7)
    expect(codes(result)).toEqual(['element.twice', 'length.not-a-multiple', 'vr.unknown'])
  })

  it('leaves out a damaged private sequence of known length and reads on', () => {
    const bytes = Buffer.concat([
      element('00080060', 'CS', 'CT'),
      element('00091010', 'SQ', Buffer.from('no items in here')),
      element('00100020', 'LO', 'A1'),
    ])
    const result = read(file(LE, bytes))
    expect(str(result.header, '00100020')).toBe('A1')
    expect(seq(result.header, '00091010')).toEqual([])
    expect(codes(result)).toEqual(['private.damaged'])
  })

  it('refuses a damaged standard sequence', () => {
    expect(refusal(file(LE, element('00540016', 'SQ', Buffer.from('no items in here'))))).toBe('dicom.damaged')
  })

  it.each([true, false])(
    'refuses sequences nested too deep, without running out of stack (open lengths: %s)',
    (open) => {
      const nested = (depth: number): Buffer => {
        let content: Buffer = element('00080060', 'CS', 'CT')
        for (let i = 0; i < depth; i++) content = sequence('00081115', [content], open)
        return file(LE, content)
      }
      expect(refusal(nested(3000))).toBe('dicom.nesting')
      expect(refusal(nested(20))).toBe('none')
    },
  )

  it('reads the character set of a sequence item', () => {
    const item = Buffer.concat([element('00080005', 'CS', 'ISO_IR 192'), element('00100010', 'PN', 'M\xc3\xbcller')])
    const bytes = Buffer.concat([
      element('00080005', 'CS', 'ISO_IR 100'),
      sequence('00101002', [item, element('00100010', 'PN', 'M\xfcller')], true),
    ])
    const { header } = read(file(LE, bytes))
    expect(seq(header, '00101002').map((entry) => str(entry, '00100010'))).toEqual(['Müller', 'Müller'])
  })
})

describe('truncation and padding', () => {
  const pixels = element('7fe00010', 'OW', uint16([1, 2, 3, 4]))

  it('refuses a file that ends within an element, and reads one that ends behind it', () => {
    const bytes = file(LE, plain(EXPLICIT))
    expect(refusal(bytes.subarray(0, bytes.length - 1))).toBe('dicom.truncated')
    expect(refusal(file(LE, Buffer.concat([plain(EXPLICIT), Buffer.from([0x28])])))).toBe('dicom.truncated')
  })

  it('refuses a file that ends within its pixel data', () => {
    const bytes = file(LE, image({}, pixels))
    expect(refusal(bytes.subarray(0, bytes.length - 3))).toBe('dicom.pixels-truncated')
    const compressed = file('1.2.840.10008.1.2.4.70', image({}, encapsulated([], [Buffer.alloc(40)])))
    expect(refusal(compressed.subarray(0, compressed.length - 20))).toBe('dicom.pixels-truncated')
  })

  it('refuses pixel data that are shorter than the image, and notes longer ones', () => {
    expect(refusal(file(LE, image({ rows: 3 }, pixels)))).toBe('pixel.too-short')
    expect(refusal(file(LE, image({ frames: 2 }, pixels)))).toBe('pixel.too-short')
    const longer = read(file(LE, image({ rows: 1 }, pixels)))
    expect(codes(longer)).toEqual(['pixel.longer'])
    const padded = read(
      file(LE, image({ rows: 1, columns: 3, bitsAllocated: 8 }, element('7fe00010', 'OB', Buffer.from([1, 2, 3, 0])))),
    )
    expect(codes(padded)).toEqual([])
  })

  it('leaves out garbage behind the pixel data and zeros at the end', () => {
    const garbage = read(file(LE, Buffer.concat([image({}, pixels), Buffer.from('\x01\x02garbage behind everything')])))
    expect(codes(garbage)).toContain('length.trailing')
    const zeros = read(file(LE, Buffer.concat([plain(EXPLICIT), Buffer.alloc(512)])))
    expectPlain(zeros)
    expect(codes(zeros)).toEqual(['length.trailing'])
  })

  it('reads, or refuses with a reason, whatever is left of a file and whatever bytes are wrong', () => {
    const whole = file(LE, Buffer.concat([plain(EXPLICIT), image({}, pixels)]))
    const wrong = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 })
    fc.assert(
      fc.property(fc.nat(whole.length), wrong, (length, changes) => {
        const bytes = Buffer.from(whole)
        for (const [position, value] of changes) bytes[position] = value
        try {
          readDicom(bytes.subarray(0, length))
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('image attributes', () => {
  const pixels = element('7fe00010', 'OW', uint16([1, 2, 3, 4]))
  const without = (bytes: Buffer, tag: string): Buffer => {
    const mark = uint16([parseInt(tag.slice(0, 4), 16), parseInt(tag.slice(4), 16)])
    const start = bytes.indexOf(mark)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 10)])
  }

  it.each(['00280010', '00280011', '00280100', '00280103'])('refuses an image without (%s)', (tag) => {
    expect(refusal(file(LE, without(image({}, pixels), tag)))).toBe('pixel.attributes')
  })

  it('refuses what contradicts itself', () => {
    expect(refusal(file(LE, image({ bitsStored: 17 }, pixels)))).toBe('pixel.attributes')
    expect(refusal(file(LE, image({ bitsStored: 12, highBit: 10 }, pixels)))).toBe('pixel.attributes')
    expect(refusal(file(LE, image({ bitsAllocated: 12 }, pixels)))).toBe('pixel.attributes')
    expect(refusal(file(LE, image({ frames: -1 }, pixels)))).toBe('pixel.attributes')
  })

  it('says by header, transfer syntax and codestream whether an image is lossy', () => {
    const lossyOf = (uid: string, data: Buffer, more: Buffer = Buffer.alloc(0)): boolean =>
      read(file(uid, Buffer.concat([image({}, Buffer.concat([more, data]))]))).pixel!.lossy
    const declared = element('00282110', 'CS', '01')
    const jpegLs = (near: number): Buffer =>
      encapsulated(
        [],
        [
          Buffer.from([
            0xff,
            0xd8,
            0xff,
            0xf7,
            0,
            11,
            16,
            0,
            2,
            0,
            2,
            1,
            1,
            0x11,
            0,
            0xff,
            0xda,
            0,
            8,
            1,
            1,
            0,
            near,
            0,
            0,
          ]),
        ],
      )
    expect(lossyOf(LE, pixels)).toBe(false)
    expect(lossyOf(LE, pixels, declared)).toBe(true)
    expect(lossyOf('1.2.840.10008.1.2.4.51', encapsulated([], [Buffer.alloc(8)]))).toBe(true)
    expect(lossyOf('1.2.840.10008.1.2.4.81', jpegLs(0))).toBe(false)
    expect(lossyOf('1.2.840.10008.1.2.4.80', jpegLs(2))).toBe(true)
  })
})
