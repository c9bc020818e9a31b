import { JOULE_PER_MEV } from '../../units/index.ts'
import { InputError } from '../../errors/index.ts'
import { lineEnergyMev } from '../../physics/emissions/index.ts'
import type { Emissions } from '../../physics/index.ts'
import { checkCellGeometry, crossReduction, reductionBreaksUm, regionMassKg, selfReduction } from './geometry.ts'
import { alphaList, electronList, pathEnergy } from './particles.ts'
import type { PathEnergy } from './particles.ts'
import type { CellGeometry, CellRegion, CellStopping, CellSValue, CellTarget } from './types.ts'

export const CELL_DOSE_VERSION = '1.0.0'

/** Steps between two kinks of ψ: tests hold the error below 1e-4 of S. */
const SELF_STEPS = 100
const CROSS_STEPS = 40
/** Near a source that touches the target steps are this share of the distance, down to a thousandth of a 1 keV electron's range, µm. */
const NEAR_SHARE = 0.1
const SHORTEST_UM = 5e-5

/** Distances at which the track is cut: between kinks in equal steps, and ever shorter ones towards the source. */
function cutsUm(breaks: readonly number[], maxRangeUm: number, steps: number): Float64Array {
  const ends = breaks.filter((x) => x < maxRangeUm)
  if (ends.length === 0) return new Float64Array(0)
  if (ends.length < breaks.length) ends.push(maxRangeUm)
  const cuts = [ends[0]!]
  for (let i = 1; i < ends.length; i++) {
    const [from, to] = [ends[i - 1]!, ends[i]!]
    const step = (to - from) / steps
    if (from === 0) {
      const near: number[] = []
      for (let x = step / NEAR_SHARE; x > SHORTEST_UM; x /= 1 + NEAR_SHARE) near.push(x)
      cuts.push(...near.reverse().filter((x) => x < to))
    }
    const reached = from === 0 ? Math.min(to, step / NEAR_SHARE) : from
    for (let k = Math.floor((reached - from) / step) + 1; k < steps; k++) cuts.push(from + step * k)
    cuts.push(to)
  }
  return Float64Array.from(new Set(cuts)).sort()
}

/**
 * Σ ψ(x)·(energy laid down between cuts), MeV per decay. Each piece is two halves, and x the centroid of a half's energy, as the straight
 * line through both densities gives it (at most a sixth of the half off its middle, where the density is nowhere negative).
 */
function absorbedMev(energy: PathEnergy, reduction: (x: number) => number, cuts: Float64Array): number {
  if (cuts.length === 0) return 0
  let sum = 0
  let before = energy.remainingMev(cuts[0]!)
  for (let i = 1; i < cuts.length; i++) {
    const [from, to] = [cuts[i - 1]!, cuts[i]!]
    const half = (to - from) / 2
    const middle = energy.remainingMev(from + half)
    const after = energy.remainingMev(to)
    const [first, second] = [before - middle, middle - after]
    const add = (at: number, mev: number): void => {
      if (!(mev > 0)) return
      const shift = Math.max(-1, Math.min(1, (second - first) / (2 * mev)))
      sum += reduction(at + (half * shift) / 6) * mev
    }
    add(from + half / 2, first)
    add(from + (3 * half) / 2, second)
    before = after
  }
  return sum
}

/** What S values of one source in one cell geometry share: the particles on their paths. Make once, use for many pairs and distances. */
export interface CellSource {
  readonly geometry: CellGeometry
  readonly electrons: PathEnergy
  readonly alphas: PathEnergy
  /** Recoils stop where they start: 0.1 MeV nuclei go 0.1 µm. */
  readonly recoilMev: number
}

/** @throws InputError `dose.cell-geometry`, `dose.cell-energy`. */
export function cellSource(emissions: Emissions, geometry: CellGeometry, stopping: CellStopping): CellSource {
  checkCellGeometry(geometry)
  return {
    geometry,
    electrons: pathEnergy(electronList(emissions), stopping, geometry.densityGPerMl),
    alphas: pathEnergy(alphaList(emissions), stopping, geometry.densityGPerMl),
    recoilMev: lineEnergyMev(emissions.recoils),
  }
}

/**
 * S value of `target` ← `source`, Gy/(Bq·s), by radiation: S = Σ_i y_i ∫ ψ(x)·(dE/dx)(E(R_i − x)) dx / m (Goddu et al., J. Nucl. Med. 35
 * (1994) 303; MIRD Cellular S Values, 1997). Straight tracks, continuous slowing down, unit density water scaled to the cell's density;
 * no straggling, no delta rays, no photons.
 *
 * @param separationUm distance of the centres for another cell of the same size; undefined or null for the same cell.
 * @throws InputError `dose.cell-geometry` for a cell without cytoplasm where it is asked for, `dose.cell-separation` for cells that overlap.
 */
export function cellSValue(
  from: CellSource,
  target: CellTarget,
  source: CellRegion,
  separationUm: number | null = null,
): CellSValue {
  const { geometry } = from
  checkCellGeometry(geometry, [target, source])
  if (separationUm !== null && !(separationUm >= 2 * geometry.cellRadiusUm * (1 - 1e-9))) {
    throw new InputError(
      'dose.cell-separation',
      `Two cells of ${geometry.cellRadiusUm} µm radius are ${separationUm} µm apart: they overlap.`,
      'Give a distance of the centres of two radii or more.',
    )
  }
  const reduction =
    separationUm === null
      ? selfReduction(target, source, geometry)
      : crossReduction(target, source, geometry, separationUm)
  const breaks = reductionBreaksUm(target, source, geometry, separationUm ?? 0)
  const grayPerMev = JOULE_PER_MEV / regionMassKg(target, geometry)
  const steps = separationUm === null ? SELF_STEPS : CROSS_STEPS
  const of = (energy: PathEnergy): number =>
    grayPerMev * absorbedMev(energy, reduction, cutsUm(breaks, energy.maxRangeUm, steps))
  const electron = of(from.electrons)
  const alpha = of(from.alphas)
  const recoil = separationUm === null ? grayPerMev * from.recoilMev * reduction(0) : 0
  return { sGyPerBqS: electron + alpha + recoil, byRadiation: { electron, alpha, recoil } }
}
