import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { InputError } from '../../errors/index.ts'
import type { NuclidePointKernel, PointKernel } from '../pointKernel/index.ts'
import { chargedShares, nestedShares } from './index.ts'

/** Energy left evenly along straight tracks of one length, and a share at the point of decay. */
function track(lengthGPerCm2: number, atPoint = 0): PointKernel {
  return {
    medium: 'made-up',
    radiiGPerCm2: Float64Array.of(0, lengthGPerCm2 / 3, lengthGPerCm2),
    enclosedFraction: Float64Array.of(atPoint, atPoint + (1 - atPoint) / 3, 1),
    tailFraction: 0,
    tailMeanFreePathGPerCm2: 0,
  }
}

/** All energy at one distance. */
const ring = (at: number): PointKernel => ({
  medium: 'made-up',
  radiiGPerCm2: Float64Array.of(0, at * (1 - 1e-7), at * (1 + 1e-7)),
  enclosedFraction: Float64Array.of(0, 0, 1),
  tailFraction: 0,
  tailMeanFreePathGPerCm2: 0,
})

/** Share of a sphere of radius r about a point x from the centre that lies within a ball of radius b. */
function sphereInBall(x: number, r: number, b: number): number {
  if (x + r <= b) return 1
  if (Math.abs(x - r) >= b) return 0
  return (b * b - (x - r) ** 2) / (4 * x * r)
}

/** Share between shells by the mean over the source's radius, in small steps. */
function byQuadrature(r: number, source: readonly [number, number], target: readonly [number, number]): number {
  const steps = 40_000
  let sum = 0
  let volume = 0
  for (let k = 0; k < steps; k++) {
    const x = source[0] + ((k + 0.5) / steps) * (source[1] - source[0])
    sum += x * x * (sphereInBall(x, r, target[1]) - (target[0] > 0 ? sphereInBall(x, r, target[0]) : 0))
    volume += x * x
  }
  return sum / volume
}

const radii = fc
  .array(fc.double({ min: 0.05, max: 2, noNaN: true }), { minLength: 1, maxLength: 4 })
  .map((steps) => steps.map((_, k) => steps.slice(0, k + 1).reduce((a, b) => a + b, 0)))
const kernels = fc
  .tuple(fc.double({ min: 1e-3, max: 8, noNaN: true }), fc.double({ min: 0, max: 0.9, noNaN: true }))
  .map(([length, atPoint]) => track(length, atPoint))

describe('nestedShares', () => {
  it('of one ball with tracks of constant LET is 1 − 3x/4 + x³/8, x the length over the diameter', () => {
    for (const length of [0.01, 0.4, 1.9]) {
      const x = length / 2
      const { absorbed, escaped } = nestedShares(track(length), [1])
      expect(absorbed[0]?.[0]).toBeCloseTo(1 - 0.75 * x + x ** 3 / 8, 12)
      expect((absorbed[0]?.[0] ?? 0) + (escaped[0] ?? 0)).toBeCloseTo(1, 12)
    }
  })

  it.each([0.05, 0.3, 0.9, 1.7])(
    'between shells agrees with the mean over radii for energy at distance %f, 1e-4',
    (at) => {
      const edges = [0, 0.4, 0.9, 1.2]
      const { absorbed } = nestedShares(ring(at), edges.slice(1))
      for (let t = 0; t < 3; t++)
        for (let s = 0; s < 3; s++) {
          const exact = byQuadrature(at, [edges[s] ?? 0, edges[s + 1] ?? 0], [edges[t] ?? 0, edges[t + 1] ?? 0])
          expect(Math.abs((absorbed[t]?.[s] ?? 0) - exact)).toBeLessThan(1e-4)
        }
    },
  )

  it('loses no energy, and what shells give each other is reciprocal', () => {
    fc.assert(
      fc.property(kernels, radii, (kernel, outer) => {
        const { absorbed, escaped } = nestedShares(kernel, outer)
        const volume = outer.map((radius, k) => radius ** 3 - (outer[k - 1] ?? 0) ** 3)
        outer.forEach((_, s) => {
          const kept = absorbed.reduce((sum, row) => sum + (row[s] ?? 0), 0)
          expect(kept + (escaped[s] ?? 0)).toBeCloseTo(1, 8)
          outer.forEach((__, t) =>
            expect((volume[s] ?? 0) * (absorbed[t]?.[s] ?? 0)).toBeCloseTo(
              (volume[t] ?? 0) * (absorbed[s]?.[t] ?? 0),
              8,
            ),
          )
        })
      }),
      { numRuns: 60 },
    )
  })

  it.each([[[]], [[0]], [[1, 1]], [[2, 1]], [[NaN]]])('refuses outer radii %j', (outer) => {
    expect(() => nestedShares(track(1), outer)).toThrow(InputError)
  })
})

describe('chargedShares', () => {
  const nuclide = (over: Partial<NuclidePointKernel>): NuclidePointKernel => ({
    source: 'made-up',
    medium: 'made-up',
    electronMev: 1,
    photonMev: 5,
    alphaMev: 0,
    recoilMev: 0,
    electron: track(0.5),
    photon: track(50),
    alpha: null,
    ...over,
  })

  it('weights radiations with their energies, leaves recoils in place and photons out, and keeps what escapes in the outermost part', () => {
    const [alone, mixed] = [
      chargedShares(nuclide({}), [0.5, 1]),
      chargedShares(nuclide({ alphaMev: 2, alpha: track(0.01), recoilMev: 1 }), [0.5, 1]),
    ]
    const electron = nestedShares(track(0.5), [0.5, 1])
    const alpha = nestedShares(track(0.01), [0.5, 1])
    expect(alone.absorbed[0]).toEqual(electron.absorbed[0])
    expect(alone.absorbed[1]?.[1]).toBeCloseTo((electron.absorbed[1]?.[1] ?? 0) + (electron.escaped[1] ?? 0), 14)
    expect(mixed.absorbed[0]?.[1]).toBeCloseTo(
      (1 * (electron.absorbed[0]?.[1] ?? 0) + 2 * (alpha.absorbed[0]?.[1] ?? 0)) / 4,
      14,
    )
    for (const shares of [alone, mixed])
      for (const s of [0, 1]) expect(shares.absorbed.reduce((sum, row) => sum + (row[s] ?? 0), 0)).toBeCloseTo(1, 12)
  })

  it('refuses a nuclide without charged particles', () => {
    expect(() => chargedShares(nuclide({ electronMev: 0, electron: null }), [1])).toThrow(/no charged particles/)
  })
})
