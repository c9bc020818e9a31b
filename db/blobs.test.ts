import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StructureShape } from '../native-core/imaging/types.ts'
import { decodeShape, encodeShape } from './blobs.ts'

const finite = fc.double({ noNaN: true })
const contours: fc.Arbitrary<StructureShape> = fc
  .array(fc.array(fc.tuple(finite, finite, finite), { maxLength: 6 }), { maxLength: 5 })
  .map((all) => ({
    kind: 'contours',
    contours: all.map((points) => ({ pointsMm: Float64Array.from(points.flat()) })),
  }))
const small = fc.nat(4)
const mask: fc.Arbitrary<StructureShape> = fc
  .tuple(small, small, small)
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      fractions: fc.float32Array({ minLength: size[0] * size[1] * size[2], maxLength: size[0] * size[1] * size[2] }),
      spacing: fc.tuple(finite, finite, finite),
      outside: finite,
    }),
  )
  .map(({ size, fractions, spacing, outside }) => ({
    kind: 'voxels',
    mask: {
      grid: {
        dimensions: [9, 8, 7],
        spacingMm: spacing,
        originMm: [-1.5, 0.1, 3e7],
        direction: [0, 1, 0, 1, 0, 0, 0, 0, -1],
      },
      box: { start: [1, 2, 3], size },
      fractions,
      volumeOutsideMl: outside,
    },
  }))

describe('the binary form of a structure', () => {
  it('round-trips every bit', () => {
    fc.assert(
      fc.property(fc.oneof(contours, mask), (shape) => {
        expect(decodeShape(encodeShape(shape))).toEqual(shape)
      }),
    )
  })

  it('is the same for the same shape, also where it lies inside a larger buffer', () => {
    const whole = Float64Array.from([9, 1, 2, 3, 4, 5, 6])
    const part = { kind: 'contours' as const, contours: [{ pointsMm: whole.subarray(1) }] }
    const copy = { kind: 'contours' as const, contours: [{ pointsMm: whole.slice(1) }] }
    expect(encodeShape(part)).toEqual(encodeShape(copy))
    const bytes = Buffer.concat([Buffer.from([1, 2, 3]), encodeShape(copy)]).subarray(3)
    expect(decodeShape(bytes)).toEqual(copy)
  })

  it('says what is wrong with bytes that are cut off or something else', () => {
    fc.assert(
      fc.property(fc.oneof(contours, mask), fc.nat(), (shape, seed) => {
        const bytes = encodeShape(shape)
        expect(decodeShape(bytes.subarray(0, seed % bytes.length))).toBeTypeOf('string')
        expect(decodeShape(Buffer.concat([bytes, Buffer.alloc(8)]))).toBeTypeOf('string')
      }),
    )
    expect(decodeShape(Buffer.alloc(100))).toBe('it is not a structure')
    const newer = encodeShape({ kind: 'contours', contours: [] })
    newer[4] = 2
    expect(decodeShape(newer)).toContain('newer')
  })

  it('refuses shapes that contradict themselves', () => {
    expect(() => encodeShape({ kind: 'contours', contours: [{ pointsMm: new Float64Array(4) }] })).toThrow(RangeError)
  })
})
