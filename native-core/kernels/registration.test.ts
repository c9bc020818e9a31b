import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBuilt } from './built.test-support.ts'
import { CancelledError } from '../errors/index.ts'
import {
  IDENTITY_MAT4,
  applyMat4,
  gridCentreMm,
  indexToPatient,
  mapPoint,
  multiplyMat4,
  voxelCount,
} from '../imaging/index.ts'
import { rotation } from '../imaging/testShapes.ts'
import type { FractionalMask, ImageGrid, Mat4, Vec3 } from '../imaging/index.ts'
import { CANCEL_SLOT, PROGRESS_SLOT, allowMainThread, createControl } from './index.ts'
import type { Volume } from './index.ts'
import { foldingOf } from './deformation.ts'
import { registerDeformable, registerLinear } from './registration.ts'
import type { RegistrationMetric } from './registration.ts'

const METRICS: readonly RegistrationMetric[] = ['normalised-correlation', 'mutual-information']

/** Balls of different sizes and values in an ellipsoid, with soft edges, seen through a map of points. */
function phantom(grid: ImageGrid, toPhantom: (p: Vec3) => Vec3, value: (v: number) => number = (v) => v): Volume {
  const balls: readonly (readonly [Vec3, number, number])[] = [
    [[-40, 10, 20], 22, 0.5],
    [[35, -15, -25], 15, 0.9],
    [[30, 25, 30], 12, -0.4],
    [[-10, -30, -40], 18, 0.7],
    [[5, 5, 5], 9, 1],
  ]
  const step = (r: number): number => 1 / (1 + Math.exp(r / 2.5))
  const values = new Float32Array(voxelCount(grid))
  let n = 0
  for (let k = 0; k < grid.dimensions[2]; k++)
    for (let j = 0; j < grid.dimensions[1]; j++)
      for (let i = 0; i < grid.dimensions[0]; i++, n++) {
        const p = toPhantom(indexToPatient(grid, [i, j, k]))
        let v = step(40 * (Math.hypot(p[0] / 80, p[1] / 60, p[2] / 90) - 1))
        for (const [c, r, height] of balls) v += height * step(Math.hypot(p[0] - c[0], p[1] - c[1], p[2] - c[2]) - r)
        values[n] = value(v)
      }
  return { grid, values }
}

const FIXED: ImageGrid = {
  dimensions: [48, 40, 44],
  spacingMm: [4.2, 4.2, 5],
  originMm: [-99, -82, -108],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
/** Other voxels, other axes. */
const MOVING: ImageGrid = {
  dimensions: [44, 50, 52],
  spacingMm: [4.4, 4, 4.2],
  originMm: [88, -90, -101],
  direction: [-1, 0, 0, 0, 1, 0, 0, 0, 1],
}

function rigid(a: number, b: number, c: number, t: Vec3): Mat4 {
  const r = rotation(a, b, c)
  return [r[0], r[1], r[2], t[0], r[3], r[4], r[5], t[1], r[6], r[7], r[8], t[2], 0, 0, 0, 1]
}

/** Largest distance between two maps in the phantom, mm. */
function distanceMm(a: (p: Vec3) => Vec3, b: (p: Vec3) => Vec3): number {
  let worst = 0
  for (const x of [-60, 0, 60])
    for (const y of [-40, 0, 40])
      for (const z of [-60, 0, 60]) {
        const [p, q] = [a([x, y, z]), b([x, y, z])]
        worst = Math.max(worst, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]))
      }
  return worst
}

const through =
  (m: Mat4) =>
  (p: Vec3): Vec3 =>
    applyMat4(m, p)

describe.skipIf(!isBuilt)('linear registration (skipped where the native kernels are not built)', () => {
  allowMainThread()
  const truth = rigid(0.08, -0.12, 0.1, [9, -6, 11])
  const fixed = phantom(FIXED, through(truth))
  const moving = phantom(MOVING, (p) => p)

  for (const metric of METRICS)
    it(`finds a known rigid motion to a fifth of a voxel: ${metric}`, () => {
      const found = registerLinear({ kind: 'rigid', channels: [{ fixed, moving, metric }], initial: 'centres-of-mass' })
      expect(distanceMm(through(found.fixedToMoving), through(truth))).toBeLessThan(0.8)
      expect(distanceMm(through(multiplyMat4(found.movingToFixed, found.fixedToMoving)), (p) => p)).toBeLessThan(1e-9)
      expect(found.converged).toBe(true)
      expect(found.course.at(-1)!.metricAfter).toBeGreaterThan(0)
    })

  it('by mutual information does not mind what the values mean', () => {
    const other = phantom(
      MOVING,
      (p) => p,
      (v) => Math.cos(3 * v),
    )
    const channels = [{ fixed, moving: other, metric: 'mutual-information' }] as const
    const found = registerLinear({ kind: 'rigid', channels, initial: 'identity' })
    expect(distanceMm(through(found.fixedToMoving), through(truth))).toBeLessThan(1.2)
  })

  it('finds an affine map', () => {
    const stretched = multiplyMat4(truth, [1.06, 0.02, 0, 0, 0, 0.95, 0.01, 0, 0, 0, 1.03, 0, 0, 0, 0, 1])
    const image = phantom(FIXED, through(stretched))
    const channels = [{ fixed: image, moving, metric: 'normalised-correlation' }] as const
    const found = registerLinear({ kind: 'affine', channels, initial: 'centres' })
    expect(distanceMm(through(found.fixedToMoving), through(stretched))).toBeLessThan(0.8)
  })

  it('of an image with itself is the identity', () => {
    for (const metric of METRICS) {
      const channels = [{ fixed, moving: fixed, metric }] as const
      const found = registerLinear({ kind: 'rigid', channels, initial: 'centres-of-mass' })
      expect(distanceMm(through(found.fixedToMoving), (p) => p)).toBeLessThan(0.1)
    }
  })

  it('inside a mask follows what is there and not the rest', () => {
    // One ball has moved by 6 mm, the rest has not.
    const centre: Vec3 = [-40, 10, 20]
    const near = (p: Vec3): boolean => Math.hypot(p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]) < 30
    const local = phantom(FIXED, (p) => (near(p) ? [p[0] + 6, p[1], p[2]] : p))
    const fractions = new Float32Array(voxelCount(FIXED))
    for (let n = 0; n < fractions.length; n++) {
      const i = n % 48
      const j = Math.floor(n / 48) % 40
      const p = indexToPatient(FIXED, [i, j, Math.floor(n / 1920)])
      fractions[n] = Math.hypot(p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]) < 26 ? 1 : 0
    }
    const mask: FractionalMask = {
      grid: FIXED,
      box: { start: [0, 0, 0], size: FIXED.dimensions },
      fractions,
      volumeOutsideMl: 0,
    }
    const channels = [{ fixed: local, moving, metric: 'normalised-correlation', fixedMask: mask }] as const
    const found = registerLinear({ kind: 'rigid', channels, initial: IDENTITY_MAT4 })
    const [x, y, z] = applyMat4(found.fixedToMoving, centre)
    expect(Math.hypot(x - centre[0] - 6, y - centre[1], z - centre[2])).toBeLessThan(1)
  })

  it('has the same bits on any number of threads, and runs to the end of its progress', () => {
    const channels = [{ fixed, moving, metric: 'mutual-information' }] as const
    const control = createControl()
    const one = registerLinear({ kind: 'rigid', channels, initial: 'centres' }, { threads: 1, control })
    const three = registerLinear({ kind: 'rigid', channels, initial: 'centres' }, { threads: 3 })
    expect(three).toEqual(one)
    expect(control[PROGRESS_SLOT]).toBe(1000)
  })

  it('is cancelled', () => {
    const control = createControl()
    control[CANCEL_SLOT] = 1
    const channels = [{ fixed, moving, metric: 'mutual-information' }] as const
    expect(() => registerLinear({ kind: 'rigid', channels, initial: 'centres' }, { control })).toThrow(CancelledError)
  })

  it('refuses what cannot be registered, by name', () => {
    const flat = { grid: MOVING, values: new Float32Array(voxelCount(MOVING)).fill(3) }
    const hole = { grid: MOVING, values: moving.values.map((v, n) => (n === 100 ? NaN : v)) }
    const metric = 'normalised-correlation'
    const away: Mat4 = [1, 0, 0, 900, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    const codeOf = (run: () => unknown): string => {
      try {
        run()
      } catch (error) {
        return (error as { code?: string }).code ?? String(error)
      }
      return 'nothing was thrown'
    }
    const channel = { fixed, moving, metric } as const
    const linear = (more: object): string =>
      codeOf(() => registerLinear({ kind: 'rigid', channels: [channel], initial: 'identity', ...more }))
    expect(linear({ channels: [{ ...channel, moving: flat }] })).toBe('registration.constant')
    expect(linear({ channels: [{ ...channel, moving: hole }] })).toBe('image.not-finite')
    expect(linear({ initial: away })).toBe('registration.no-overlap')
    expect(linear({ initial: [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] })).toBe('registration.not-rigid')
    expect(linear({ channels: [{ ...channel, moving: { ...moving, values: moving.values.subarray(1) } }] })).toBe(
      'geometry.size-mismatch',
    )
    const empty: FractionalMask = {
      grid: FIXED,
      box: { start: [0, 0, 0], size: [1, 1, 1] },
      fractions: new Float32Array(1),
      volumeOutsideMl: 0,
    }
    expect(linear({ channels: [{ ...channel, fixedMask: empty }] })).toBe('registration.empty-mask')
  })

  it('finds any small motion', () => {
    const small = fc.double({ min: -0.12, max: 0.12, noNaN: true })
    const shift = fc.double({ min: -15, max: 15, noNaN: true })
    fc.assert(
      fc.property(small, small, small, shift, shift, shift, (a, b, c, x, y, z) => {
        const motion = rigid(a, b, c, [x, y, z])
        const image = phantom(FIXED, through(motion))
        const channels = [{ fixed: image, moving, metric: 'normalised-correlation' }] as const
        const found = registerLinear({ kind: 'rigid', channels, initial: 'centres-of-mass' })
        expect(distanceMm(through(found.fixedToMoving), through(motion))).toBeLessThan(1)
      }),
      { numRuns: 8 },
    )
  })
})

describe.skipIf(!isBuilt)('deformable registration (skipped where the native kernels are not built)', () => {
  allowMainThread()
  const moving = phantom(MOVING, (p) => p)
  /** Smooth, up to 8 mm. */
  const bent = (p: Vec3): Vec3 => [
    p[0] + 5 * Math.sin(p[1] / 35) * Math.exp(-((p[2] / 60) ** 2)),
    p[1] + 4 * Math.cos(p[2] / 30),
    p[2] + 6 * Math.exp(-((p[0] / 45) ** 2) - (p[1] / 45) ** 2),
  ]
  const fixed = phantom(FIXED, bent)

  for (const metric of METRICS)
    it(`takes most of a smooth deformation away, and does not fold: ${metric}`, () => {
      const channels = [{ fixed, moving, metric }] as const
      const found = registerDeformable({ channels, initial: IDENTITY_MAT4 })
      const centres: readonly Vec3[] = [
        [-40, 10, 20],
        [35, -15, -25],
        [-10, -30, -40],
        [5, 5, 5],
      ]
      // Where a ball is seen in the fixed image: the point that the deformation takes to its centre.
      const seen = centres.map((c) => {
        let p = c
        for (let n = 0; n < 50; n++) {
          const q = bent(p)
          p = [p[0] + c[0] - q[0], p[1] + c[1] - q[1], p[2] + c[2] - q[2]]
        }
        return p
      })
      const error = (map: (p: Vec3) => Vec3): number =>
        seen.reduce((sum, p, n) => {
          const q = map(p)
          return sum + Math.hypot(q[0] - centres[n]![0], q[1] - centres[n]![1], q[2] - centres[n]![2]) / seen.length
        }, 0)
      expect(error((p) => p)).toBeGreaterThan(4)
      expect(error((p) => mapPoint(found.deformation, p))).toBeLessThan(1)
      expect(found.jacobianMinimum).toBeGreaterThan(0.05)
      expect(foldingOf(found.deformation).foldedShare).toBe(0)
    })

  it('of an image with itself moves nothing', () => {
    const channels = [{ fixed: moving, moving, metric: 'normalised-correlation' }] as const
    const { deformation } = registerDeformable({ channels, initial: IDENTITY_MAT4 })
    expect(deformation.displacementMm.reduce((most, u) => Math.max(most, Math.abs(u)), 0)).toBeLessThan(0.1)
  })

  it('of two channels follows both', () => {
    const of = (v: Volume): Volume => ({ ...v, values: v.values.map((x) => Math.max(0, x - 1)) })
    const metric = 'normalised-correlation'
    const channels = [
      { fixed, moving, metric },
      { fixed: of(fixed), moving: of(moving), metric, weight: 0.5 },
    ] as const
    const found = registerDeformable({ channels, initial: IDENTITY_MAT4 })
    expect(found.course.at(-1)!.metricAfter).toBeGreaterThan(found.course.at(-1)!.metricBefore)
  })

  it('has the same bits on any number of threads', () => {
    const channels = [{ fixed, moving, metric: 'mutual-information' }] as const
    const request = { channels, initial: IDENTITY_MAT4, iterations: 8 } as const
    expect(registerDeformable(request, { threads: 3 })).toEqual(registerDeformable(request, { threads: 1 }))
  })

  it('that would tear tissue is held by more regularisation, or refused, never folded', () => {
    // Mirrored halves: no smooth map can match them.
    const mirrored = phantom(MOVING, (p) => [p[0] > 0 ? -p[0] : p[0], p[1], -p[2]])
    const channels = [{ fixed, moving: mirrored, metric: 'normalised-correlation' }] as const
    const request = { channels, initial: IDENTITY_MAT4, controlSpacingMm: 10, regularisation: 1e-6 } as const
    try {
      const found = registerDeformable(request)
      expect(found.jacobianMinimum).toBeGreaterThan(0.05)
      expect(foldingOf(found.deformation).foldedShare).toBe(0)
    } catch (error) {
      expect(error).toMatchObject({ code: 'registration.folded' })
    }
  })

  it('lies over the middle of the fixed image', () => {
    const channels = [{ fixed, moving, metric: 'normalised-correlation' }] as const
    const { deformation } = registerDeformable({ channels, initial: IDENTITY_MAT4, iterations: 2 })
    const [a, b] = [gridCentreMm(deformation.grid), gridCentreMm(FIXED)]
    expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeLessThan(1e-9)
  })
})
