import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBuilt } from './built.test-support.ts'
import { CancelledError, InputError } from '../errors/index.ts'
import { convolveEven } from './convolve.ts'
import { CANCEL_SLOT, PROGRESS_SLOT, allowMainThread, createControl } from './index.ts'

type Size = [number, number, number]

/** The definition, pair by pair. */
function direct(source: Float32Array, [nx, ny, nz]: Size, kernel: Float64Array): Float64Array {
  const out = new Float64Array(source.length)
  for (let to = 0; to < out.length; to++) {
    const [x, y, z] = [to % nx, Math.floor(to / nx) % ny, Math.floor(to / nx / ny)]
    for (let from = 0; from < out.length; from++) {
      const value = source[from]!
      if (value === 0) continue
      const [a, b, c] = [from % nx, Math.floor(from / nx) % ny, Math.floor(from / nx / ny)]
      out[to]! += value * kernel[Math.abs(x - a) + nx * (Math.abs(y - b) + ny * Math.abs(z - c))]!
    }
  }
  expect(nz * nx * ny).toBe(out.length)
  return out
}

const side = fc.integer({ min: 1, max: 9 })
const volumes = fc.tuple(side, side, side).chain(([x, y, z]) => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: x * y * z, maxLength: x * y * z })
  return fc.tuple(fc.constant<Size>([x, y, z]), values, values)
})

describe.skipIf(!isBuilt)(`convolution${isBuilt ? '' : ' (skipped: the native kernels are not built)'}`, () => {
  allowMainThread()

  it('is the sum over all pairs of voxels, within 1e-6 of the largest', () => {
    fc.assert(
      fc.property(volumes, ([size, a, b]) => {
        const source = Float32Array.from(a)
        const kernel = Float64Array.from(b)
        const expected = direct(source, size, kernel)
        const found = convolveEven({ source, size, kernels: [kernel] })[0]!
        const most = Math.max(...expected)
        expected.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(1e-6 * most))
      }),
      { numRuns: 40 },
    )
  })

  it('of one voxel gives the kernel, mirrored about it, for each kernel', () => {
    const size: Size = [7, 6, 5]
    const source = new Float32Array(210)
    const at = 3 + 7 * (2 + 6 * 1)
    source[at] = 2
    const kernels = [0.1, 0.01].map((fall) => Float64Array.from({ length: 210 }, (_, i) => Math.exp(-fall * i)))
    const found = convolveEven({ source, size, kernels })
    kernels.forEach((kernel, m) => {
      for (let i = 0; i < 210; i++) {
        const offset =
          Math.abs((i % 7) - 3) + 7 * (Math.abs((Math.floor(i / 7) % 6) - 2) + 6 * Math.abs(Math.floor(i / 42) - 1))
        expect(Math.abs(found[m]![i]! - 2 * kernel[offset]!)).toBeLessThan(1e-6)
      }
    })
  })

  it('reports progress within its part, and cancels', () => {
    const control = createControl()
    const request = {
      source: new Float32Array(8).fill(1),
      size: [2, 2, 2] as const,
      kernels: [new Float64Array(8)],
      control,
    }
    convolveEven({ ...request, progress: [0, 500] })
    expect(control[PROGRESS_SLOT]).toBe(500)
    convolveEven({ ...request, progress: [500, 1000] })
    expect(control[PROGRESS_SLOT]).toBe(1000)
    control[CANCEL_SLOT] = 1
    expect(() => convolveEven(request)).toThrow(CancelledError)
  })

  it('refuses kernels of another size', () => {
    const request = { source: new Float32Array(8), size: [2, 2, 2] as const, kernels: [new Float64Array(9)] }
    expect(() => convolveEven(request)).toThrow(InputError)
    expect(convolveEven({ ...request, kernels: [] })).toEqual([])
  })
})
