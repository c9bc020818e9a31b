/** Cross dose in the middle of endless tissue with even uptake. */
import type { ClusterSValues, SpheroidLattice } from '../../dosimetry/cell/index.ts'
import { spheroidPositionsUm } from '../../dosimetry/cell/index.ts'

/** Neighbour distances within which cells are summed one by one; beyond, the lattice is as good as an even density (tested to 1e-3). */
const SUMMED = 14
/** Width of the change from one to the other, in neighbour distances: no shell of the lattice is cut in two. */
const BLEND = 6
const CELLS_PER_CUBE = { cubic: 1, 'close-packed': Math.SQRT2 } as const

/**
 * Σ S(r) over all other cells of an endless lattice, Gy/(Bq·s): the cross dose for each decay in every cell. Cells near are summed, those far integrated as
 * 4πr²·S(r) times their density.
 */
export function endlessCrossGyPerBqS(lattice: Pick<SpheroidLattice, 'kind' | 'spacingUm'>, s: ClusterSValues): number {
  const { kind, spacingUm } = lattice
  const [from, to] = [(SUMMED - BLEND) * spacingUm, SUMMED * spacingUm]
  /** 1 near, 0 far, smooth in between. */
  const near = (r: number): number => {
    if (r <= from) return 1
    if (r >= to) return 0
    const u = (r - from) / (to - from)
    return 1 - u * u * u * (10 - 15 * u + 6 * u * u)
  }
  const positions = spheroidPositionsUm({ kind, spacingUm, radiusUm: Math.min(to, s.reachUm + spacingUm) })
  let sum = 0
  for (let i = 3; i < positions.length; i += 3) {
    const r = Math.hypot(positions[i] as number, positions[i + 1] as number, positions[i + 2] as number)
    sum += near(r) * s.crossGyPerBqS(r)
  }
  if (s.reachUm <= from) return sum
  const density = CELLS_PER_CUBE[kind] / spacingUm ** 3
  // r²·S changes over neighbour distances at the least, except at the ends of ranges: midpoints in steps of a tenth.
  const steps = Math.min(200_000, Math.ceil(((s.reachUm - from) / spacingUm) * 10))
  const step = (s.reachUm - from) / steps
  let far = 0
  for (let k = 0; k < steps; k++) {
    const r = from + (k + 0.5) * step
    far += (1 - near(r)) * r * r * s.crossGyPerBqS(r)
  }
  return sum + 4 * Math.PI * density * far * step
}
