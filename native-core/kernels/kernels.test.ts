import { execFileSync } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { isBuilt } from './built.test-support.ts'
import { CancelledError, InputError } from '../errors/index.ts'
import { resampleActivityReference, resampleTrilinearReference, voxelVolumeMl } from '../imaging/index.ts'
import {
  CANCEL_SLOT,
  PROGRESS_SLOT,
  allowMainThread,
  createControl,
  kernelsPath,
  resampleActivity,
  resampleTrilinear,
  sharedFloat32,
} from './index.ts'
import { nativeKernels } from './load.ts'
import type { ImageGrid, Mat3, Mat4, Vec3 } from '../imaging/index.ts'

/** Rotation about x, then y, then z. */
function rotation(a: number, b: number, c: number): Mat3 {
  const [sa, ca, sb, cb, sc, cc] = [Math.sin(a), Math.cos(a), Math.sin(b), Math.cos(b), Math.sin(c), Math.cos(c)]
  return [
    cb * cc,
    sa * sb * cc - ca * sc,
    ca * sb * cc + sa * sc,
    cb * sc,
    sa * sb * sc + ca * cc,
    ca * sb * sc - sa * cc,
    -sb,
    sa * cb,
    ca * cb,
  ]
}

/** A grid of this shape whose centre is the origin. */
function centred(dimensions: Vec3, spacingMm: Vec3, direction: Mat3): ImageGrid {
  const half = dimensions.map((n, axis) => ((n - 1) * spacingMm[axis]!) / 2)
  const origin = [0, 3, 6].map(
    (row) => -(direction[row]! * half[0]! + direction[row + 1]! * half[1]! + direction[row + 2]! * half[2]!),
  )
  return { dimensions, spacingMm, originMm: [origin[0]!, origin[1]!, origin[2]!], direction }
}

const small = fc.integer({ min: 1, max: 7 })
const spacing = fc.double({ min: 1, max: 6, noNaN: true })
const angle = fc.double({ min: -3.2, max: 3.2, noNaN: true })
const gridOf = (angles: fc.Arbitrary<number>): fc.Arbitrary<ImageGrid> =>
  fc
    .tuple(fc.tuple(small, small, small), fc.tuple(spacing, spacing, spacing), fc.tuple(angles, angles, angles))
    .map(([dimensions, spacingMm, [a, b, c]]) => centred(dimensions, spacingMm, rotation(a, b, c)))
const straight: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]

function filled(grid: ImageGrid, seed: number): Float32Array {
  const values = sharedFloat32(grid.dimensions[0] * grid.dimensions[1] * grid.dimensions[2])
  let state = seed
  for (let n = 0; n < values.length; n++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    values[n] = state / 2_147_483
  }
  return values
}

const totalOf = (values: Float32Array, grid: ImageGrid): number =>
  values.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(grid)

const source = centred([9, 8, 7], [4, 3, 5], straight)
const shift: Mat4 = [0.96, -0.28, 0, 3, 0.28, 0.96, 0, -2, 0, 0, 1, 4, 0, 0, 0, 1]

describe('finding the addon', () => {
  it('takes the path of THERATWIN_KERNELS where it is set', () => {
    const before = process.env['THERATWIN_KERNELS']
    process.env['THERATWIN_KERNELS'] = 'elsewhere/kernels.node'
    try {
      expect(kernelsPath()).toBe('elsewhere/kernels.node')
    } finally {
      if (before === undefined) delete process.env['THERATWIN_KERNELS']
      else process.env['THERATWIN_KERNELS'] = before
    }
  })
})

describe.skipIf(!isBuilt)('native kernels (skipped where they are not built)', () => {
  it('refuses the main thread unless it is allowed', async () => {
    // Modules of its own: other files of this process have allowed it in theirs.
    vi.resetModules()
    const fresh = await import('./index.ts')
    expect(() => fresh.resampleTrilinear({ grid: source, values: filled(source, 1) }, source)).toThrow(/worker thread/)
    fresh.allowMainThread()
    expect(fresh.hardwareThreads()).toBeGreaterThan(0)
  })

  it('agrees with the trilinear reference between arbitrary grids', () => {
    allowMainThread()
    fc.assert(
      fc.property(gridOf(angle), gridOf(angle), fc.integer({ min: 1, max: 99 }), (a, b, seed) => {
        const values = filled(a, seed)
        const found = resampleTrilinear({ grid: a, values }, b, { transform: shift, fill: -3 })
        const expected = resampleTrilinearReference({ grid: a, values }, b, { transform: shift, fill: -3 })
        found.forEach((value, n) => expect(Math.abs(value - expected[n]!)).toBeLessThan(1e-3))
      }),
      { numRuns: 60 },
    )
  })

  it('agrees with the conservative reference between arbitrary grids', () => {
    allowMainThread()
    fc.assert(
      fc.property(gridOf(angle), gridOf(angle), fc.integer({ min: 1, max: 99 }), (a, b, seed) => {
        const values = filled(a, seed)
        const found = resampleActivity({ grid: a, values }, b, { transform: shift })
        const expected = resampleActivityReference({ grid: a, values }, b, { transform: shift })
        found.forEach((value, n) => expect(Math.abs(value - expected[n]!)).toBeLessThan(1e-3 * (1 + expected[n]!)))
      }),
      { numRuns: 20 },
    )
  })

  it('keeps the total activity where all of the source is inside, for any orientation and spacing', () => {
    allowMainThread()
    const big = centred([40, 40, 40], [3.1, 3.1, 3.1], straight)
    fc.assert(
      fc.property(gridOf(angle), fc.integer({ min: 1, max: 99 }), (a, seed) => {
        const values = filled(a, seed)
        const found = resampleActivity({ grid: a, values }, big, { transform: shift })
        expect(totalOf(found, big) / totalOf(values, a)).toBeCloseTo(1, 6)
      }),
      { numRuns: 20 },
    )
  })

  it('keeps the total on flipped, permuted, anisotropic axes', () => {
    allowMainThread()
    const turned = centred([30, 34, 26], [2.3, 1.7, 2.9], [0, 0, -1, 1, 0, 0, 0, -1, 0])
    const values = filled(source, 5)
    expect(totalOf(resampleActivity({ grid: source, values }, turned), turned) / totalOf(values, source)).toBeCloseTo(
      1,
      6,
    )
  })

  it('gives the same bits with one thread and with several', () => {
    allowMainThread()
    const target = centred([31, 29, 33], [1.3, 1.4, 1.7], rotation(0.3, -0.2, 0.5))
    const values = filled(source, 9)
    for (const kernel of [resampleTrilinear, resampleActivity]) {
      const one = kernel({ grid: source, values }, target, { threads: 1 })
      for (const threads of [2, 3, 8]) {
        const several = kernel({ grid: source, values }, target, { threads })
        expect(Buffer.compare(Buffer.from(one.buffer), Buffer.from(several.buffer))).toBe(0)
      }
    }
  })

  it('reports progress to the end', () => {
    allowMainThread()
    const control = createControl()
    resampleTrilinear({ grid: source, values: filled(source, 1) }, source, { control })
    expect(Atomics.load(control, PROGRESS_SLOT)).toBe(1000)
  })

  it('cancels by the shared flag', () => {
    allowMainThread()
    const control = createControl()
    Atomics.store(control, CANCEL_SLOT, 1)
    expect(() => resampleActivity({ grid: source, values: filled(source, 1) }, source, { control })).toThrow(
      CancelledError,
    )
  })

  it('refuses volumes and grids that do not fit, as input errors', () => {
    allowMainThread()
    expect(() => resampleTrilinear({ grid: source, values: new Float32Array(7) }, source)).toThrow(InputError)
    const flat = { ...source, spacingMm: [4, 0, 5] as Vec3 }
    expect(() => resampleTrilinear({ grid: flat, values: filled(source, 1) }, source)).toThrow(InputError)
    const singular: Mat4 = [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    expect(() =>
      resampleActivity({ grid: source, values: filled(source, 1) }, source, { transform: singular }),
    ).toThrow(InputError)
  })

  it('checks every argument of the addon itself', () => {
    allowMainThread()
    const kernels = nativeKernels() as unknown as Record<string, (...args: unknown[]) => unknown>
    const n = Int32Array.of(2, 2, 2)
    const v = (): Float32Array => new Float32Array(8)
    const m = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)
    const good = (): unknown[] => [v(), n, v(), n, m, 0, 1, null]
    expect(kernels['resampleTrilinear']!(...good())).toBe(true)
    const wrong: readonly (readonly [number, unknown, RegExp])[] = [
      [0, [1, 2], /source must be a Float32Array/],
      [0, new Float64Array(8), /source must be a Float32Array/],
      [0, new Float32Array(7), /source has 7 voxels/],
      [1, Int32Array.of(2, 2), /three dimensions/],
      [1, Int32Array.of(2, 0, 2), /between 1 and 65536/],
      [1, Int32Array.of(65_536, 65_536, 65_536), /4e9/],
      [2, null, /target must be/],
      [4, Float64Array.of(1, 2), /12 numbers/],
      [4, m.map(() => NaN), /finite/],
      [4, m.map(() => 0), /inverted/],
      [5, 'x', /fill must be a number/],
      [5, Infinity, /fill must be finite/],
      [6, -1, /threads/],
      [6, 1.5, /threads/],
      [7, new Int32Array(0), /control must have a slot/],
      [7, {}, /control must be/],
    ]
    for (const [position, value, message] of wrong) {
      const args = good()
      args[position] = value
      expect(() => kernels['resampleTrilinear']!(...args), `argument ${position}`).toThrow(message)
    }
    expect(() => kernels['resampleTrilinear']!(v())).toThrow(/8 arguments/)
    const same = v()
    expect(() => kernels['resampleTrilinear']!(same, n, same, n, m, 0, 1, null)).toThrow(/share memory/)
    const conservative = [v(), n, v(), n, m, 1, Int32Array.of(1, 0, 1), 1, null]
    expect(() => kernels['resampleConservative']!(...conservative)).toThrow(/cells/)
    conservative[6] = Int32Array.of(1, 1, 1)
    expect(kernels['resampleConservative']!(...conservative)).toBe(true)
    const detached = v()
    structuredClone(detached.buffer, { transfer: [detached.buffer] })
    expect(() => kernels['resampleTrilinear']!(detached, n, v(), n, m, 0, 1, null)).toThrow(TypeError)
  })

  it('survives workers that load it, run it and end, many times', async () => {
    const code = `
      const { parentPort } = require('node:worker_threads')
      const kernels = require(${JSON.stringify(kernelsPath())})
      const n = Int32Array.of(8, 8, 8)
      const out = new Float32Array(512)
      const m = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)
      parentPort.postMessage(kernels.resampleTrilinear(new Float32Array(512).fill(3), n, out, n, m, 0, 4, null) && out[100])`
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(
        [1, 2, 3].map(
          () =>
            new Promise((resolve, reject) => {
              const worker = new Worker(code, { eval: true })
              let answer: unknown
              worker.on('message', (value) => (answer = value))
              worker.on('error', reject)
              worker.on('exit', () => resolve(answer))
            }),
        ),
      )
      expect(answers).toEqual([3, 3, 3])
    }
  })

  it('loads in this Node and ends cleanly with its threads running', () => {
    const script = `const k = require(${JSON.stringify(kernelsPath())});
      const n = Int32Array.of(64, 64, 64), m = Float64Array.of(1,0,0,0,0,1,0,0,0,0,1,0);
      k.resampleTrilinear(new Float32Array(262144), n, new Float32Array(262144), n, m, 0, 8, null); console.log('ok')`
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('ok')
  })
})
