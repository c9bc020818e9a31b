/** Enclosed energy of one particle of any energy, interpolated in the tables. Radii in g/cm². */
import { InputError } from '../../errors/index.ts'
import { CORE_BINS, CORE_REACH } from './table.ts'
import type { ChargedRow, PointKernelTable } from './types.ts'

/** Share of the emitted energy within a radius. */
export type Enclosed = (radiusGPerCm2: number) => number

function tooEnergetic(what: string, energyMev: number, most: number): InputError {
  return new InputError(
    'point-kernel.energy',
    `The tables of point kernels reach to ${most} MeV; there is ${what} of ${energyMev.toPrecision(4)} MeV.`,
    'Choose the Monte Carlo engine, or make tables that reach farther (build/tables/pointKernels.ts).',
  )
}

/** Rows around an energy and the weight of the upper one, logarithmic. Below the first row: the first. */
function around<T extends { readonly energyMev: number }>(rows: readonly T[], energyMev: number): [T, T, number] {
  let low = 0
  let high = rows.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((rows[middle] as T).energyMev <= energyMev) low = middle
    else high = middle
  }
  const a = rows[low] as T
  const b = rows[high] as T
  const weight = Math.log(energyMev / a.energyMev) / Math.log(b.energyMev / a.energyMev)
  return [a, b, Math.min(1, Math.max(0, weight))]
}

const mix = (a: number, b: number, weight: number): number => a + weight * (b - a)

/** By logarithms; linear where one of them is none, so that nothing becomes of nothing gradually. */
const mixLog = (a: number, b: number, weight: number): number =>
  a > 0 && b > 0 ? Math.exp(mix(Math.log(a), Math.log(b), weight)) : mix(a, b, weight)

function coreAt(core: Float64Array, inRanges: number): number {
  const at = (inRanges / CORE_REACH) * CORE_BINS
  const i = Math.min(CORE_BINS - 1, Math.floor(at))
  return mix(core[i] as number, core[i + 1] as number, at - i)
}

/** Index of the last edge not beyond `value`; −1 before the first. */
function lastNotBeyond(edges: Float64Array, value: number): number {
  let low = -1
  let high = edges.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((edges[middle] as number) <= value) low = middle
    else high = middle
  }
  return low
}

/** Share that goes farther than `beyond`: `left[i + 1]` at `edges[i]`, `left[0]` at 0; exponential past the last. */
function leftAt(edges: Float64Array, left: Float64Array, beyond: number): number {
  const i = lastNotBeyond(edges, beyond)
  if (i < edges.length - 1) {
    const from = i < 0 ? 0 : (edges[i] as number)
    const weight = (beyond - from) / ((edges[i + 1] as number) - from)
    return mixLog(left[i + 1] as number, left[i + 2] as number, weight)
  }
  const path = meanFreePath(edges, (k) => left[k + 1] as number)
  return path > 0 ? (left.at(-1) as number) * Math.exp(-(beyond - (edges.at(-1) as number)) / path) : 0
}

/** How what is left falls off at the end of a table: from its last e-fold or so. 0 where nothing is left. */
export function meanFreePath(edges: Float64Array, left: (index: number) => number): number {
  const last = edges.length - 1
  const end = left(last)
  if (!(end > 0)) return 0
  let from = last
  while (from > 0 && (edges[from] as number) > 0.5 * (edges[last] as number)) from--
  const before = left(from)
  return before > end ? ((edges[last] as number) - (edges[from] as number)) / Math.log(before / end) : 0
}

/**
 * CSDA range of an electron, g/cm²; a power law below the first row of the table.
 */
function rangeOf(rows: readonly ChargedRow[], energyMev: number): number {
  const [a, b] = around(rows, energyMev)
  const power = Math.log(b.csdaRangeGPerCm2 / a.csdaRangeGPerCm2) / Math.log(b.energyMev / a.energyMev)
  return a.csdaRangeGPerCm2 * (energyMev / a.energyMev) ** power
}

/**
 * An electron's or positron's own energy (with delta electrons and bremsstrahlung). The core is interpolated at the same share of the
 * range, what goes farther at the same distance from the core.
 *
 * @throws InputError `point-kernel.energy` above the tables.
 */
export function enclosedOfCharged(
  table: PointKernelTable,
  particle: 'electron' | 'positron',
  energyMev: number,
): Enclosed {
  const rows = particle === 'electron' ? table.electrons : table.positrons
  const most = (rows.at(-1) as ChargedRow).energyMev
  if (energyMev > most) throw tooEnergetic(`an ${particle}`.replace('an p', 'a p'), energyMev, most)
  const [a, b, weight] = around<ChargedRow>(rows, energyMev)
  const range = rangeOf(table.electrons, energyMev)
  const beyond = mixLog(a.beyondCore, b.beyondCore, weight)
  return (radius) => {
    const inRanges = radius / range
    if (inRanges <= 0) return 0
    if (inRanges < CORE_REACH) {
      return (1 - beyond) * mix(coreAt(a.core, inRanges), coreAt(b.core, inRanges), weight)
    }
    const past = radius - CORE_REACH * range
    return (
      1 -
      beyond * mixLog(leftAt(table.tailBeyondCore, a.tail, past), leftAt(table.tailBeyondCore, b.tail, past), weight)
    )
  }
}

/** Optical depth of what is enclosed: nearly a power of the energy, and nearly the radius times a number. */
const depth = (enclosed: number): number => -Math.log1p(-Math.min(enclosed, 1 - 1e-15))

function enclosedInRadii(radii: Float64Array, enclosed: Float64Array, radius: number): number {
  const last = radii.length - 1
  const i = lastNotBeyond(radii, radius)
  if (i < 0) return ((enclosed[0] as number) * radius) / (radii[0] as number)
  if (i < last) {
    const weight = (radius - (radii[i] as number)) / ((radii[i + 1] as number) - (radii[i] as number))
    return mix(enclosed[i] as number, enclosed[i + 1] as number, weight)
  }
  const path = meanFreePath(radii, (k) => 1 - (enclosed[k] as number))
  const left = 1 - (enclosed[last] as number)
  return path > 0 ? 1 - left * Math.exp(-(radius - (radii[last] as number)) / path) : (enclosed[last] as number)
}

/**
 * A photon with all that it sets free.
 *
 * @throws InputError `point-kernel.energy` above the tables.
 */
export function enclosedOfPhoton(table: PointKernelTable, energyMev: number): Enclosed {
  const most = (table.photons.at(-1) as { energyMev: number }).energyMev
  if (energyMev > most) throw tooEnergetic('a photon', energyMev, most)
  const [a, b, weight] = around(table.photons, energyMev)
  return (radius) => {
    if (radius <= 0) return 0
    const below = depth(enclosedInRadii(table.photonRadii, a.enclosed, radius))
    const above = depth(enclosedInRadii(table.photonRadii, b.enclosed, radius))
    return -Math.expm1(-mixLog(below, above, weight))
  }
}

/** The two annihilation photons of a positron that was sent out with this energy, as a share of 2 m c², about where it was sent out. */
export function enclosedOfAnnihilation(table: PointKernelTable, energyMev: number): Enclosed {
  const [a, b, weight] = around(table.positrons, energyMev)
  return (radius) =>
    radius <= 0
      ? 0
      : mix(
          enclosedInRadii(table.photonRadii, a.annihilation, radius),
          enclosedInRadii(table.photonRadii, b.annihilation, radius),
          weight,
        )
}

/** An alpha that slows down along a straight path. @throws InputError `point-kernel.energy` above the tables. */
export function enclosedOfAlpha(table: PointKernelTable, energyMev: number): Enclosed {
  const { alphaEnergyMev: energies, alphaRangeGPerCm2: ranges } = table
  const most = energies.at(-1) as number
  if (energyMev > most) throw tooEnergetic('an alpha particle', energyMev, most)
  const logLog = (xs: Float64Array, ys: Float64Array, x: number): number => {
    const i = Math.min(xs.length - 2, Math.max(0, lastNotBeyond(xs, x)))
    const weight = Math.log(x / (xs[i] as number)) / Math.log((xs[i + 1] as number) / (xs[i] as number))
    return (ys[i] as number) * ((ys[i + 1] as number) / (ys[i] as number)) ** weight
  }
  const range = logLog(energies, ranges, energyMev)
  return (radius) => {
    if (radius >= range) return 1
    if (radius <= 0) return 0
    return Math.max(0, 1 - logLog(ranges, energies, range - radius) / energyMev)
  }
}
