import '../../../../tests/laws/seed.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Vec3 } from '../../types.ts'
import { TileAccumulator } from './accumulator.ts'
import { cutPatch, gaussianWeights, mirroredPatch, mirrorings, paddedSize, tileLayers, tileStarts } from './tiles.ts'

const step = fc.double({ min: 0.2, max: 1, noNaN: true })
const size = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
const count = (v: Vec3): number => v[0] * v[1] * v[2]

/** Means of all planes of an accumulator into which `answer` gives the boxes in the order that `shuffle` makes of each layer. */
function averaged(
  whole: Vec3,
  patch: Vec3,
  part: number,
  answer: (start: Vec3) => Float32Array,
  shuffle = (starts: readonly Vec3[]): readonly Vec3[] => starts,
): Float32Array {
  const accumulator = new TileAccumulator(whole, patch, 1)
  const out = new Float32Array(count(whole))
  const layers = tileLayers(whole, patch, part)
  layers.forEach(({ starts }, n) => {
    for (const start of shuffle(starts)) accumulator.add(start, answer(start))
    accumulator.finish(layers[n + 1]?.z ?? whole[2], (z, means) => out.set(means, z * whole[0] * whole[1]))
  })
  return out
}

/** The voxels of a box of a volume. */
function cut(values: Float32Array, whole: Vec3, start: Vec3, patch: Vec3): Float32Array {
  const into = new Float32Array(count(patch))
  cutPatch(values, whole, [0, 0, 0], start, patch, into)
  return into
}

describe('boxes over an image', () => {
  it('stand as nnU-Net places them: 110 voxels, boxes of 64, half a box apart: 0, 23, 46', () => {
    // The example in the documentation of nnU-Net's sliding window.
    expect(tileStarts(110, 64, 0.5)).toEqual([0, 23, 46])
    expect(tileStarts(64, 64, 0.5)).toEqual([0])
  })

  it('reach from end to end without a gap and not further apart than the step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 64 }), step, (length, patch, part) => {
        const whole = Math.max(length, patch)
        const starts = tileStarts(whole, patch, part)
        expect(starts[0]).toBe(0)
        expect(starts.at(-1)).toBe(whole - patch)
        starts.slice(1).forEach((start, n) => {
          // Places are rounded to voxels: half a voxel at either end.
          expect(start - starts[n]!).toBeLessThanOrEqual(Math.max(part * patch + 1, 1))
          expect(start - starts[n]!).toBeLessThanOrEqual(patch)
        })
      }),
    )
  })

  it('weigh most in their middle, as a Gaussian of an eighth of their size', () => {
    const weights = gaussianWeights(64)
    expect(weights[32]).toBe(1)
    expect(weights[32 + 8]).toBeCloseTo(Math.exp(-0.5), 12)
    expect(weights[32 - 16]).toBeCloseTo(Math.exp(-2), 12)
  })

  it('give back a volume that all of them agree on: their weights sum to one', () => {
    fc.assert(
      fc.property(size, size, step, (image, patch, part) => {
        const { size: whole } = paddedSize(image, patch)
        const volume = Float32Array.from({ length: count(whole) }, (_, n) => Math.cos(n) * 100)
        const found = averaged(whole, patch, part, (start) => cut(volume, whole, start, patch))
        found.forEach((value, n) => expect(Math.abs(value - volume[n]!)).toBeLessThan(1e-3))
      }),
      { numRuns: 60 },
    )
  })

  it('average the same in whatever order those of a layer come', () => {
    fc.assert(
      fc.property(size, size, step, fc.integer({ min: 0, max: 1000 }), (image, patch, part, turn) => {
        const { size: whole } = paddedSize(image, patch)
        const answer = (start: Vec3): Float32Array =>
          Float32Array.from({ length: count(patch) }, (_, n) => Math.sin(n + 7 * start[0] + 31 * start[1] + start[2]))
        const straight = averaged(whole, patch, part, answer)
        const turned = averaged(whole, patch, part, answer, (starts) => {
          const at = turn % starts.length
          return [...starts.slice(at), ...starts.slice(0, at)].reverse()
        })
        turned.forEach((value, n) => expect(Math.abs(value - straight[n]!)).toBeLessThan(1e-5))
      }),
      { numRuns: 60 },
    )
  })

  it('mirror onto themselves and back', () => {
    const patch: Vec3 = [3, 4, 5]
    const values = Float32Array.from({ length: 2 * count(patch) }, (_, n) => n)
    expect(mirrorings([0, 2])).toEqual([[], [0], [2], [0, 2]])
    for (const axes of mirrorings([0, 1, 2])) {
      const mirrored = mirroredPatch(values, patch, axes)
      expect(mirroredPatch(mirrored, patch, axes)).toEqual(values)
      if (axes.length > 0) expect(mirrored).not.toEqual(values)
    }
    expect(mirroredPatch(values, patch, [0])[0]).toBe(2)
    expect(mirroredPatch(values, patch, [1])[0]).toBe(9)
    expect(mirroredPatch(values, patch, [2])[60]).toBe(60 + 48)
  })
})
