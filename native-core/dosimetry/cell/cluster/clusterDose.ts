import { InputError } from '../../../errors/index.ts'
import { cellSValue } from '../sValue.ts'
import type { CellSource } from '../sValue.ts'
import type { CellRegion, CellTarget } from '../types.ts'
import { MAX_CELLS } from './lattice.ts'

/** Share of each cell's decays in its regions; they add up to 1. */
export type RegionShares = Readonly<Partial<Record<CellRegion, number>>>

/** S values that a cluster needs: self, and to a cell at any distance (Gy/(Bq·s)). */
export interface ClusterSValues {
  readonly selfGyPerBqS: number
  readonly crossGyPerBqS: (separationUm: number) => number
  /** Beyond it nothing arrives, µm. */
  readonly reachUm: number
  readonly contactUm: number
}

/** Steps of the table of S over distance: in nucleus radii, and as a share of the distance where only electrons arrive. */
const STEP_RADII = 0.25
const STEP_SHARE = 0.02

/**
 * S of `target` ← regions of the same cell and of others, the latter from a table of d²·S, linear between its distances (0.3 %: tested).
 *
 * @param farthestUm largest distance that will be asked for.
 * @throws InputError `dose.cell-regions` where the shares are not of 1; those of `cellSValue`.
 */
export function clusterSValues(
  source: CellSource,
  shares: RegionShares,
  target: CellTarget,
  farthestUm: number,
): ClusterSValues {
  const regions = Object.entries(shares).filter(([, share]) => share !== 0) as [CellRegion, number][]
  const total = regions.reduce((s, [, share]) => s + share, 0)
  if (!(Math.abs(total - 1) < 1e-9) || regions.some(([, share]) => !(share > 0)))
    throw new InputError(
      'dose.cell-regions',
      `The shares of the regions of a cell add up to ${total}.`,
      'Give shares above 0 of N, Cy, CS or C that add up to 1.',
    )
  const { cellRadiusUm, nucleusRadiusUm } = source.geometry
  const s = (separation: number | null): number =>
    regions.reduce((sum, [region, share]) => sum + share * cellSValue(source, target, region, separation).sGyPerBqS, 0)
  const contactUm = 2 * cellRadiusUm
  const reachUm = Math.max(source.electrons.maxRangeUm, source.alphas.maxRangeUm) + contactUm
  const end = Math.min(reachUm, farthestUm)
  const fineUntil = source.alphas.maxRangeUm + contactUm
  const distances: number[] = []
  for (let d = contactUm; d < end;) {
    distances.push(d)
    const fine = STEP_RADII * (target === 'N' ? nucleusRadiusUm : cellRadiusUm)
    d += d < fineUntil ? fine : Math.max(fine, STEP_SHARE * d)
  }
  distances.push(Math.max(end, contactUm))
  const at = Float64Array.from(distances)
  const scaled = at.map((d) => d * d * s(d))
  const last = at.length - 1
  // Millions of pairs look up: from boxes of distance narrower than any step, so that the search is a step or two.
  const boxUm = last > 0 ? Math.max(0.5 * Math.min(...at.slice(1).map((d, i) => d - at[i]!)), end * 1e-6) : 1
  const lowest = new Uint32Array(Math.ceil((at[last]! - contactUm) / boxUm) + 1)
  for (let box = 0, low = 0; box < lowest.length; box++) {
    while (low + 2 <= last && at[low + 1]! <= contactUm + box * boxUm) low++
    lowest[box] = low
  }
  return {
    selfGyPerBqS: s(null),
    reachUm,
    contactUm,
    crossGyPerBqS(d) {
      if (d >= reachUm) return 0
      if (d >= at[last]!) return scaled[last]! / (d * d)
      let low = lowest[Math.max(0, Math.floor((d - contactUm) / boxUm))]!
      while (low + 2 <= last && at[low + 1]! <= d) low++
      const high = low + 1
      const share = Math.max(0, (d - at[low]!) / (at[high]! - at[low]!))
      return (scaled[low]! + share * (scaled[high]! - scaled[low]!)) / (d * d)
    },
  }
}

export interface ClusterDose {
  /** Of each cell, Gy. */
  readonly selfGy: Float64Array
  readonly crossGy: Float64Array
}

/** Pairs of cells beyond which the sum is refused: about a minute. */
const MAX_PAIRS = 4e9

/**
 * Mean dose of each cell's target: D_i = S_self·Ã_i + Σ_j S(r_ij)·Ã_j (MIRD Pamphlet 25, Vaziri et al., J. Nucl. Med. 55 (2014) 1557),
 * Ã in decays (Bq·s).
 *
 * @param positionsUm x, y, z of each cell. @param decays of each.
 * @throws InputError `dose.cell-cluster` for positions that overlap or do not fit the decays, `dose.cell-cluster-size`.
 */
export function clusterDose(positionsUm: Float64Array, decays: Float64Array, s: ClusterSValues): ClusterDose {
  const n = decays.length
  if (positionsUm.length !== 3 * n || n > MAX_CELLS || positionsUm.some((v) => !Number.isFinite(v)))
    throw new InputError(
      'dose.cell-cluster',
      `There are ${positionsUm.length / 3} positions and ${n} numbers of decays.`,
      `Give finite x, y, z and decays of each cell, up to ${MAX_CELLS} cells.`,
    )
  const wrong = decays.findIndex((v) => !(v >= 0 && Number.isFinite(v)))
  if (wrong >= 0)
    throw new InputError('dose.cell-cluster', `Cell ${wrong} has ${decays[wrong]} decays.`, 'Give zero or more.')
  const selfGy = decays.map((v) => v * s.selfGyPerBqS)
  const crossGy = new Float64Array(n)
  const bins = binned(positionsUm, s.reachUm)
  const sources = decays.reduce((count, v) => count + (v > 0 ? 1 : 0), 0)
  if (bins.all && sources * n > MAX_PAIRS)
    throw new InputError(
      'dose.cell-cluster-size',
      `${sources} sources and ${n} cells make too many pairs.`,
      'Take a smaller cluster.',
    )
  const closest = s.contactUm * (1 - 1e-9)
  // Cells are alike, so S is the same both ways: each pair once.
  for (let j = 0; j < n; j++) {
    const x = positionsUm[3 * j]!
    const y = positionsUm[3 * j + 1]!
    const z = positionsUm[3 * j + 2]!
    const own = decays[j]!
    for (const bin of bins.around(x, y, z)) {
      for (const i of bin) {
        if (i <= j) continue
        const other = decays[i]!
        if (own === 0 && other === 0) continue
        const dx = positionsUm[3 * i]! - x
        const dy = positionsUm[3 * i + 1]! - y
        const dz = positionsUm[3 * i + 2]! - z
        const d = Math.sqrt(dx * dx + dy * dy + dz * dz)
        if (d < closest)
          throw new InputError(
            'dose.cell-cluster',
            `Cells ${j} and ${i} are ${d} µm apart: they overlap.`,
            `Put centres ${s.contactUm} µm apart or more.`,
          )
        const gyPerBqS = s.crossGyPerBqS(d)
        crossGy[i] = crossGy[i]! + own * gyPerBqS
        crossGy[j] = crossGy[j]! + other * gyPerBqS
      }
    }
  }
  return { selfGy, crossGy }
}

/** Cells in boxes not smaller than the reach, so that only boxes that touch need be looked at. */
function binned(
  positionsUm: Float64Array,
  reachUm: number,
): { all: boolean; around: (x: number, y: number, z: number) => Iterable<readonly number[]> } {
  const n = positionsUm.length / 3
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  positionsUm.forEach((v, i) => {
    low[i % 3] = Math.min(low[i % 3]!, v)
    high[i % 3] = Math.max(high[i % 3]!, v)
  })
  const extent = n > 0 ? Math.max(...high.map((v, a) => v - low[a]!)) : 0
  if (!(extent > 3 * reachUm)) {
    const everything = [Array.from({ length: n }, (_, i) => i)]
    return { all: true, around: () => everything }
  }
  const size = Math.max(reachUm, extent / 64)
  const key = (v: number, axis: number): number => Math.floor((v - low[axis]!) / size)
  const boxes = new Map<string, number[]>()
  for (let i = 0; i < n; i++) {
    const name = [0, 1, 2].map((a) => key(positionsUm[3 * i + a]!, a)).join(' ')
    const box = boxes.get(name)
    if (box) box.push(i)
    else boxes.set(name, [i])
  }
  return {
    all: false,
    *around(x, y, z) {
      const [a, b, c] = [key(x, 0), key(y, 1), key(z, 2)]
      for (let i = -1; i <= 1; i++)
        for (let j = -1; j <= 1; j++)
          for (let k = -1; k <= 1; k++) {
            const box = boxes.get(`${a + i} ${b + j} ${c + k}`)
            if (box) yield box
          }
    },
  }
}
