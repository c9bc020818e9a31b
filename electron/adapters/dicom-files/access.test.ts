import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, has, hasDecimalComma, num, nums, parseNumber, seq, str, strs } from './access.ts'
import type { DicomDataSet } from './types.ts'

const dataSet: DicomDataSet = {
  elements: {
    '00100010': { vr: 'PN', values: ['Doe^Jane'] },
    '00100030': { vr: 'DA' },
    '00280030': { vr: 'DS', values: [' 4.42', '4,42 '] },
    '00281053': { vr: 'DS', values: ['1.5 mm'] },
    '00280010': { vr: 'US', values: [128] },
    '30060050': { vr: 'DS', array: Float64Array.of(1, 2, 3) },
    '00189999': { vr: 'FD', values: [Number.NaN] },
    '00540016': {
      vr: 'SQ',
      items: [
        { elements: { '00181074': { vr: 'DS', values: ['7.4E9'] } } },
        { elements: { '00181074': { vr: 'DS', values: ['', '2'] } } },
      ],
    },
  },
}

describe('numbers in text', () => {
  it.each([
    ['1', 1],
    [' -1.50 ', -1.5],
    ['+.5e-3', 0.0005],
    ['5.', 5],
    ['1,5', 1.5],
    ['12\0', 12],
    ['007', 7],
  ])('reads "%s"', (text, expected) => expect(parseNumber(text)).toBe(expected))

  it.each(['', ' ', '.', '-', '12 mm', '0x10', 'Infinity', 'NaN', '1e999', '1,000,000', '1.000,5', '1 2', '--1'])(
    'refuses "%s"',
    (text) => expect(parseNumber(text)).toBeNull(),
  )

  it('reads whatever a number is written as', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        // Adding 0 turns -0 into 0, as writing it as text does.
        expect(parseNumber(String(value))).toBe(value + 0)
      }),
    )
  })

  it('knows a decimal comma', () => {
    expect(hasDecimalComma('1,5')).toBe(true)
    expect(hasDecimalComma('1.5')).toBe(false)
  })
})

describe('accessors', () => {
  it('read text, and null where there is none', () => {
    expect(str(dataSet, '00100010')).toBe('Doe^Jane')
    expect(str(dataSet, '00100030')).toBeNull()
    expect(str(dataSet, '00100020')).toBeNull()
    expect(str(dataSet, '00280010')).toBe('128')
    expect(strs(dataSet, '00280030')).toEqual(['4.42', '4,42'])
    expect(strs(dataSet, '00100020')).toEqual([])
  })

  it('read numbers, and null where something is none', () => {
    expect(num(dataSet, '00280010')).toBe(128)
    expect(nums(dataSet, '00280030')).toEqual([4.42, 4.42])
    expect(num(dataSet, '00281053')).toBeNull()
    expect(nums(dataSet, '00281053')).toBeNull()
    expect(nums(dataSet, '30060050')).toEqual([1, 2, 3])
    expect(num(dataSet, '30060050')).toBe(1)
    expect(num(dataSet, '00189999')).toBeNull()
    expect(nums(dataSet, '00189999')).toBeNull()
    expect(nums(dataSet, '00100020')).toEqual([])
    expect(nums(dataSet, '00540016[1].00181074')).toBeNull()
  })

  it('go through sequences', () => {
    expect(num(dataSet, '00540016.00181074')).toBe(7.4e9)
    expect(num(dataSet, '00540016[1].00181074')).toBeNull()
    expect(at(dataSet, '00540016[2].00181074')).toBeUndefined()
    expect(at(dataSet, '00100010.00181074')).toBeUndefined()
    expect(has(dataSet, '00540016[1].00181074')).toBe(true)
    expect(seq(dataSet, '00540016')).toHaveLength(2)
    expect(seq(dataSet, '00100010')).toEqual([])
    expect(() => at(dataSet, '0054,0016.0018')).toThrow('Not a DICOM path')
  })
})
