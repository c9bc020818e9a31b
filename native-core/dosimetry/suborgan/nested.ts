/** Where the energy of charged particles goes in an organ of concentric parts: shells around a ball, in closed form. */
import { InputError } from '../../errors/index.ts'
import { enclosedFraction } from '../pointKernel/index.ts'
import type { NuclidePointKernel, PointKernel } from '../pointKernel/index.ts'

/** Energy shares between the parts of an organ, from the innermost part to the outermost. */
export interface NestedShares {
  /** `absorbed[target][source]`: share of the energy sent out in `source` that stays in `target`. */
  readonly absorbed: readonly (readonly number[])[]
  /** Share that leaves the organ, by source. */
  readonly escaped: readonly number[]
}

/**
 * Volume that two balls of radii a and b share when their centres lie r apart, over its antiderivative in r. Between |a − b| and a + b the lens is
 * V(r) = (π/12)·(r³ − 3(s² + d²)·r + 2s(s² + 3d²) − 3s²d²/r) with s = a + b, d = a − b; below it the smaller ball lies in the larger one.
 */
function lensIntegral(a: number, b: number, from: number, to: number): number {
  const s = a + b
  const d = a - b
  const smaller = (4 / 3) * Math.PI * Math.min(a, b) ** 3
  const inside = Math.max(0, Math.min(to, Math.abs(d)) - Math.min(from, Math.abs(d)))
  const low = Math.min(Math.max(from, Math.abs(d)), s)
  const high = Math.min(Math.max(to, Math.abs(d)), s)
  if (!(high > low)) return smaller * inside
  const at = (r: number): number =>
    r ** 4 / 4 -
    1.5 * (s * s + d * d) * r * r +
    2 * s * (s * s + 3 * d * d) * r -
    (d === 0 ? 0 : 3 * s * s * d * d * Math.log(r))
  return smaller * inside + (Math.PI / 12) * (at(high) - at(low))
}

/** ∫ V(r; a, b) dF(r), exact for a kernel that is linear between its radii, as it is stored. */
function sharedEnergy(kernel: PointKernel, a: number, b: number): number {
  if (a === 0 || b === 0) return 0
  const { radiiGPerCm2: radii, enclosedFraction: enclosed } = kernel
  const smaller = (4 / 3) * Math.PI * Math.min(a, b) ** 3
  let sum = smaller * (enclosed[0] ?? 0)
  for (let i = 1; i < radii.length; i++) {
    const [from, to] = [radii[i - 1] as number, radii[i] as number]
    if (from >= a + b) break
    const step = (enclosed[i] as number) - (enclosed[i - 1] as number)
    sum += step > 0 ? (step / (to - from)) * lensIntegral(a, b, from, to) : 0
  }
  return sum
}

function checkRadii(radii: readonly number[]): void {
  const ascending = radii.every((radius, k) => Number.isFinite(radius) && radius > (radii[k - 1] ?? 0))
  if (radii.length > 0 && ascending) return
  throw new InputError(
    'dose.suborgan-radii',
    `The outer radii of the parts are ${radii.join(', ') || 'missing'}.`,
    'Give positive mass thicknesses from the innermost part to the outermost, each larger than the one before.',
  )
}

/**
 * Energy shares of one kernel between concentric shells in an infinite medium of the same matter: the points at distance r from uniform points of a
 * ball that lie in another are the lens of the two balls (Kellerer, Radiat. Res. 47 (1971) 359, for one ball); shells are differences of balls.
 * What one part gives another is reciprocal: V_s·φ(t ← s) = V_t·φ(s ← t).
 *
 * @param outerRadiiGPerCm2 mass thickness ρR of each part's outer surface, ascending
 * @throws InputError `dose.suborgan-radii`.
 */
export function nestedShares(kernel: PointKernel, outerRadiiGPerCm2: readonly number[]): NestedShares {
  checkRadii(outerRadiiGPerCm2)
  const edges = [0, ...outerRadiiGPerCm2]
  const balls = edges.map((a) => edges.map((b) => sharedEnergy(kernel, a, b)))
  const ball = (i: number, j: number): number => balls[i]?.[j] ?? 0
  const parts = outerRadiiGPerCm2.map((outer, k) => (4 / 3) * Math.PI * (outer ** 3 - (edges[k] ?? 0) ** 3))
  const absorbed = parts.map((_, t) =>
    parts.map((volume, s) => Math.max(0, (ball(t + 1, s + 1) - ball(t, s + 1) - ball(t + 1, s) + ball(t, s)) / volume)),
  )
  const escaped = parts.map((_, s) => Math.max(0, 1 - absorbed.reduce((sum, row) => sum + (row[s] ?? 0), 0)))
  return { absorbed, escaped }
}

/**
 * Energy shares of all charged radiation of a nuclide (electrons with betas and positrons, alphas, recoils where they are), weighted with the energies of
 * each. What leaves the organ counts in the outermost part, so that all of the energy stays in the organ as it does for local energy deposition
 * (designed: it makes the outermost part's dose an upper bound). Photons are not in it.
 *
 * @throws InputError `dose.suborgan-radii`, and `dose.energy` for a nuclide without charged radiation.
 */
export function chargedShares(kernel: NuclidePointKernel, outerRadiiGPerCm2: readonly number[]): NestedShares {
  checkRadii(outerRadiiGPerCm2)
  const n = outerRadiiGPerCm2.length
  const inPlace: NestedShares = {
    absorbed: Array.from({ length: n }, (_, t) => Array.from({ length: n }, (__, s) => Number(t === s))),
    escaped: Array.from({ length: n }, () => 0),
  }
  const radiations = [
    { energyMev: kernel.electronMev, shares: kernel.electron && nestedShares(kernel.electron, outerRadiiGPerCm2) },
    { energyMev: kernel.alphaMev, shares: kernel.alpha && nestedShares(kernel.alpha, outerRadiiGPerCm2) },
    { energyMev: kernel.recoilMev, shares: inPlace },
  ]
  const totalMev = radiations.reduce((sum, { energyMev }) => sum + energyMev, 0)
  if (!(totalMev > 0))
    throw new InputError(
      'dose.energy',
      `${kernel.source} sends out no charged particles.`,
      'Parts of an organ need a nuclide whose electrons or alphas leave a dose.',
    )
  const mean = (of: (shares: NestedShares) => number): number =>
    radiations.reduce((sum, { energyMev, shares }) => sum + (shares ? energyMev * of(shares) : 0), 0) / totalMev
  const escaped = inPlace.escaped.map((_, s) => mean((shares) => shares.escaped[s] ?? 0))
  return {
    absorbed: inPlace.absorbed.map((row, t) =>
      row.map((_, s) => mean((shares) => shares.absorbed[t]?.[s] ?? 0) + (t === n - 1 ? (escaped[s] ?? 0) : 0)),
    ),
    escaped,
  }
}

/** Mass thickness within which 90 % of the energy of a nuclide's electrons stays, g/cm²; null where it has none. For words about its reach. */
export function electronReachGPerCm2({ electron }: NuclidePointKernel): number | null {
  if (!electron) return null
  return electron.radiiGPerCm2.find((radius) => enclosedFraction(electron, radius) >= 0.9) ?? null
}
