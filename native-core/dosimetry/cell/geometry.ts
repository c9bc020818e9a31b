import { InputError } from '../../errors/index.ts'
import type { CellGeometry, CellRegion, CellTarget } from './types.ts'

/**
 * Geometric reduction factors ψ(x): the mean share of points at distance x from the source region, in all directions, that lie in the
 * target (Berger 1971; Goddu et al. 1997). For a uniform ball they are the volume of the lens that the ball, shifted by x, has in common
 * with the target, over its own volume; for a surface, the share of the shifted surface inside the target. Both are closed forms, and so
 * is the mean over directions of x when the target is in another cell.
 */

/** Volume that balls of radii a and b have in common at a distance t of their centres. */
function lensVolume(t: number, a: number, b: number): number {
  if (t >= a + b) return 0
  const small = Math.min(a, b)
  if (t <= Math.abs(a - b)) return (4 / 3) * Math.PI * small ** 3
  const gap = a + b - t
  // Divided by t before anything is multiplied by it: t may be denormal, |a − b| is below it.
  return (Math.PI / 12) * gap * gap * (t + 2 * (a + b) - 3 * (a - b) * ((a - b) / t))
}

/** ∫_t^{a+b} lensVolume(t')·t' dt'. */
function lensMoment(t: number, a: number, b: number): number {
  if (t >= a + b) return 0
  const inside = Math.abs(a - b)
  const from = Math.max(t, inside)
  const gap = a + b - from
  const partial = (Math.PI / 12) * gap ** 3 * (4 * a * b - (a + b) * gap + (gap * gap) / 5)
  const small = Math.min(a, b)
  return t < inside ? partial + (2 / 3) * Math.PI * small ** 3 * (inside - t) * (inside + t) : partial
}

/** Share of a sphere of radius b that lies within a ball of radius a whose centre is t away. */
function capShare(t: number, a: number, b: number): number {
  if (t >= a + b) return 0
  if (t <= Math.abs(a - b)) return b < a || (a === b && t > 0) ? 1 : a === b ? 0.5 : 0
  return Math.min(1, (((a - b) / t + 1) * (a + b - t)) / (4 * b))
}

/** ∫_t^{a+b} capShare(t')·t' dt'. */
function capMoment(t: number, a: number, b: number): number {
  if (t >= a + b) return 0
  const inside = Math.abs(a - b)
  const gap = a + b - Math.max(t, inside)
  const partial = (gap * gap * (a - gap / 3)) / (4 * b)
  return t < inside && b < a ? partial + ((inside - t) * (inside + t)) / 2 : partial
}

/** A region as balls with weights of volume, or a surface: Cy is the cell less the nucleus. */
interface Parts {
  readonly balls: readonly { readonly radius: number; readonly sign: 1 | -1 }[]
  readonly surface: number | null
}

function parts(region: CellRegion, { cellRadiusUm, nucleusRadiusUm }: CellGeometry): Parts {
  const cell = { radius: cellRadiusUm, sign: 1 } as const
  switch (region) {
    case 'N':
      return { balls: [{ radius: nucleusRadiusUm, sign: 1 }], surface: null }
    case 'C':
      return { balls: [cell], surface: null }
    case 'Cy':
      return { balls: [cell, { radius: nucleusRadiusUm, sign: -1 }], surface: null }
    case 'CS':
      return { balls: [], surface: cellRadiusUm }
  }
}

const ballVolume = (radius: number): number => (4 / 3) * Math.PI * radius ** 3

/** Volume of a region in µm³; 0 of the surface. */
export const regionVolumeUm3 = (region: CellRegion, geometry: CellGeometry): number =>
  parts(region, geometry).balls.reduce((s, b) => s + b.sign * ballVolume(b.radius), 0)

/** Mass of a target region in kg: 1 µm³ at 1 g/mL is 1e-15 kg. */
export const regionMassKg = (region: CellTarget, geometry: CellGeometry): number =>
  regionVolumeUm3(region, geometry) * geometry.densityGPerMl * 1e-15

const clampShare = (value: number): number => Math.min(1, Math.max(0, value))

/** ψ(x) for `target` ← `source` of the same cell; x ≥ 0 in µm. At 0: the share of the source at whose points the energy stays there. */
export function selfReduction(
  target: CellTarget,
  source: CellRegion,
  geometry: CellGeometry,
): (distanceUm: number) => number {
  const to = parts(target, geometry).balls
  const from = parts(source, geometry)
  if (from.surface !== null) {
    const b = from.surface
    return (x) =>
      clampShare(to.reduce((s, { radius: a, sign }) => s + sign * (x > 0 || a !== b ? capShare(x, a, b) : 0.5), 0))
  }
  const volume = regionVolumeUm3(source, geometry)
  return (x) => {
    let shared = 0
    for (const a of to) for (const b of from.balls) shared += a.sign * b.sign * lensVolume(x, a.radius, b.radius)
    return clampShare(shared / volume)
  }
}

/** ψ(x) for `target` of one cell ← `source` of another of the same size whose centre is `separationUm` (> 0) away. */
export function crossReduction(
  target: CellTarget,
  source: CellRegion,
  geometry: CellGeometry,
  separationUm: number,
): (distanceUm: number) => number {
  const to = parts(target, geometry).balls
  const from = parts(source, geometry)
  const d = separationUm
  const volume = from.surface === null ? regionVolumeUm3(source, geometry) : 1
  const pairs = to.flatMap((a) =>
    from.surface !== null
      ? [{ a: a.radius, b: from.surface, sign: a.sign }]
      : from.balls.map((b) => ({ a: a.radius, b: b.radius, sign: a.sign * b.sign })),
  )
  const [share, moment] = from.surface !== null ? [capShare, capMoment] : [lensVolume, lensMoment]
  return (x) => {
    let sum = 0
    // The ends of the interval of t lie too close together for a difference where x is small: its middle does then.
    const narrow = x < 1e-5 * d
    for (const { a, b, sign } of pairs)
      sum += sign * (narrow ? share(d, a, b) : (moment(Math.abs(d - x), a, b) - moment(d + x, a, b)) / (2 * x * d))
    return clampShare(sum / volume)
  }
}

/** Distances in µm at which ψ has kinks or ends, ascending; the first is where ψ begins, the last where it ends. */
export function reductionBreaksUm(
  target: CellTarget,
  source: CellRegion,
  geometry: CellGeometry,
  separationUm = 0,
): number[] {
  const from = parts(source, geometry)
  const radii = from.surface !== null ? [from.surface] : from.balls.map((b) => b.radius)
  const kinks = parts(target, geometry)
    .balls.flatMap(({ radius: a }) => radii.flatMap((b) => [Math.abs(a - b), a + b]))
    .flatMap((t) => (separationUm > 0 ? [separationUm - t, separationUm + t] : [t]))
    .filter((x) => x > 0)
  const start =
    separationUm > 0
      ? Math.max(0, separationUm - Math.max(...radii) - (parts(target, geometry).balls[0]?.radius ?? 0))
      : target === 'N' && source === 'CS'
        ? geometry.cellRadiusUm - geometry.nucleusRadiusUm
        : 0
  return [...new Set([start, ...kinks])].filter((x) => x >= start).sort((a, b) => a - b)
}

/** The largest cell that is taken: beyond, the straight tracks of the model are no longer those of electrons. Designed. */
const MAX_RADIUS_UM = 1000

/** @throws InputError `dose.cell-geometry`. */
export function checkCellGeometry(geometry: CellGeometry, regions: readonly CellRegion[] = []): void {
  const { cellRadiusUm, nucleusRadiusUm, densityGPerMl } = geometry
  const refuse = (what: string, hint: string): InputError => new InputError('dose.cell-geometry', `${what}.`, hint)
  if (!(cellRadiusUm > 0 && cellRadiusUm <= MAX_RADIUS_UM))
    throw refuse(`The radius of the cell is ${cellRadiusUm} µm`, `Give a radius above 0 and up to ${MAX_RADIUS_UM} µm.`)
  if (!(nucleusRadiusUm > 0 && nucleusRadiusUm <= cellRadiusUm))
    throw refuse(
      `The radius of the nucleus is ${nucleusRadiusUm} µm in a cell of ${cellRadiusUm} µm`,
      'Give a radius above 0 and not above that of the cell.',
    )
  if (!(densityGPerMl >= 0.1 && densityGPerMl <= 10))
    throw refuse(`The density is ${densityGPerMl} g/mL`, 'Give the density of tissue, about 1 g/mL.')
  if (regions.includes('Cy') && !(cellRadiusUm - nucleusRadiusUm > 1e-6 * cellRadiusUm))
    throw refuse('The cell has no cytoplasm', 'Give a nucleus that is smaller than the cell, or another region.')
}
