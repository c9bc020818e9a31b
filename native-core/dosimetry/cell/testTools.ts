/** For tests only: an own generator (so that oracles share nothing with the code), points of cell regions, quadrature, made-up models. */
import type { Emissions } from '../../physics/index.ts'
import type { CellGeometry, CellRegion, RangeModel } from './types.ts'

/** Small generator of Tommy Ettinger (mulberry32): uniform in [0, 1). */
export function testRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Vector = readonly [number, number, number]

export function direction(random: () => number): Vector {
  const z = 2 * random() - 1
  const s = Math.sqrt(1 - z * z)
  const phi = 2 * Math.PI * random()
  return [s * Math.cos(phi), s * Math.sin(phi), z]
}

/** A point of a region of the cell in the origin. */
export function pointOf(region: CellRegion, g: CellGeometry, random: () => number): Vector {
  const [low, high] =
    region === 'N'
      ? [0, g.nucleusRadiusUm]
      : region === 'Cy'
        ? [g.nucleusRadiusUm, g.cellRadiusUm]
        : region === 'CS'
          ? [g.cellRadiusUm, g.cellRadiusUm]
          : [0, g.cellRadiusUm]
  const r = Math.cbrt(low ** 3 + random() * (high ** 3 - low ** 3))
  const [x, y, z] = direction(random)
  return [r * x, r * y, r * z]
}

/** Whether a point lies in a region of the cell in the origin. */
export function isIn(region: CellRegion, g: CellGeometry, [x, y, z]: Vector): boolean {
  const r = Math.hypot(x, y, z)
  if (region === 'N') return r < g.nucleusRadiusUm
  return r < g.cellRadiusUm && (region === 'C' || r >= g.nucleusRadiusUm)
}

/** Gauss–Legendre of five points over each piece between ascending nodes: exact for piecewise polynomials up to degree nine. */
export function integrate(f: (x: number) => number, nodes: readonly number[]): number {
  const [a, b] = [Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3, Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3]
  const [wa, wb] = [(322 + 13 * Math.sqrt(70)) / 900, (322 - 13 * Math.sqrt(70)) / 900]
  const points = [
    [0, 128 / 225],
    [a, wa],
    [-a, wa],
    [b, wb],
    [-b, wb],
  ] as const
  let sum = 0
  for (let i = 1; i < nodes.length; i++) {
    const [half, middle] = [(nodes[i]! - nodes[i - 1]!) / 2, (nodes[i]! + nodes[i - 1]!) / 2]
    for (const [t, w] of points) sum += w * half * f(middle + half * t)
  }
  return sum
}

/** The same stopping power at all energies. */
export const flatModel = (mevPerUm: number): RangeModel => ({
  maxEnergyMev: Infinity,
  rangeUm: (e) => Math.max(0, e) / mevPerUm,
  energyMev: (r) => Math.max(0, r) * mevPerUm,
  stoppingMevPerUm: (e) => (e > 0 ? mevPerUm : 0),
})

export const NOTHING: Emissions = { photons: [], electrons: [], betas: [], alphas: [], recoils: [] }
