import { describe, expect, it } from 'vitest'
import { calibrationConditionsSchema, cameraFactorSchema } from '../../../../electron/contracts/index.ts'
import {
  issuesByField,
  neededNumber,
  typedColumns,
  typedNumber,
  typedPercent,
  typedTriple,
  typedWindows,
} from './typed.ts'

describe('typed numbers', () => {
  it('take a decimal comma and a true minus, leave what is empty out and keep what is no number from passing', () => {
    expect(typedNumber(' 3,5 ')).toBe(3.5)
    expect(typedNumber('−2.5')).toBe(-2.5)
    expect(typedNumber('  ')).toBeUndefined()
    expect(typedNumber('3 MBq')).toBeNaN()
    expect(neededNumber('')).toBeNaN()
    expect(typedPercent('2.5')).toBeCloseTo(0.025, 12)
    expect(typedPercent('')).toBeUndefined()
  })

  it('come in threes with any of the usual signs between them', () => {
    expect(typedTriple('4.8 × 4.8 × 5')).toEqual([4.8, 4.8, 5])
    expect(typedTriple('4,8x4,8x5')).toEqual([4.8, 4.8, 5])
    expect(typedTriple('0 −12.5 140')).toEqual([0, -12.5, 140])
    expect(typedTriple('')).toBeNull()
    // Another length is not filled up.
    expect(typedTriple('12')).toEqual([12])
  })

  it('come as energy windows', () => {
    expect(typedWindows('187.2–228.8; 101.7-124.3')).toEqual([
      { lowKev: 187.2, highKev: 228.8 },
      { lowKev: 101.7, highKev: 124.3 },
    ])
    expect(typedWindows('208')).toEqual([{ lowKev: 208, highKev: NaN }])
    expect(typedWindows('')).toEqual([])
  })
})

describe('pasted columns', () => {
  it('may have a heading, tabs, decimal commas and empty lines', () => {
    const pasted = 'observed\ttrue\n100\t101\n\n1000,5\t1100\r\n'
    expect(typedColumns(pasted, 2)).toEqual({
      ok: true,
      rows: [
        [100, 101],
        [1000.5, 1100],
      ],
    })
    expect(typedColumns('0.5,0.2,0.03', 3)).toEqual({ ok: true, rows: [[0.5, 0.2, 0.03]] })
  })

  it('name the line that is not as the others', () => {
    expect(typedColumns('1 2\n3', 2)).toEqual({ ok: false, message: 'Line 2 is not 2 numbers: "3".' })
    expect(typedColumns('1 2\n3 x', 2).ok).toBe(false)
    // A heading is only the first line.
    expect(typedColumns('1 2\na b', 2).ok).toBe(false)
  })
})

describe('words for what a schema refuses', () => {
  it('are for people, by field', () => {
    const conditions = calibrationConditionsSchema.parse({})
    const wrong = cameraFactorSchema.safeParse({
      kind: 'camera-factor',
      name: 'A',
      conditions: { ...conditions, voxelMm: [1, -1, 1] },
      date: '2024-02-30',
      sensitivityCpsPerMbq: NaN,
      relativeUncertainty: 3,
      source: 'entered',
    })
    const errors = issuesByField(wrong.error?.issues ?? [], 2)
    expect(errors['sensitivityCpsPerMbq']).toBe('A number is needed here.')
    expect(errors['relativeUncertainty']).toBe('A number at most 1 is needed.')
    expect(errors['date']).toBe('A day that exists, as 2024-01-31.')
    expect(errors['conditions.voxelMm']).toBe('A number above 0 is needed.')
  })
})
