import { InputError } from '../../../errors/index.ts'

/** More cells than this are refused. */
export const MAX_CELLS = 200_000

export interface SpheroidLattice {
  /** `cubic`: 6 nearest neighbours; `close-packed`: face-centred cubic, 12. */
  readonly kind: 'cubic' | 'close-packed'
  /** Distance of nearest neighbours, µm. */
  readonly spacingUm: number
  /** Centres within this distance of the middle belong to the spheroid, µm; 0 for a single cell. */
  readonly radiusUm: number
}

const BASES = {
  cubic: { edge: 1, offsets: [[0, 0, 0]] },
  'close-packed': {
    edge: Math.SQRT2,
    offsets: [
      [0, 0, 0],
      [0.5, 0.5, 0],
      [0.5, 0, 0.5],
      [0, 0.5, 0.5],
    ],
  },
} as const

/**
 * Centres of the cells of a spheroid on a lattice, one of them in the middle: x, y, z in µm of each, nearest to the middle first.
 *
 * @throws InputError `dose.cell-cluster`.
 */
export function spheroidPositionsUm({ kind, spacingUm, radiusUm }: SpheroidLattice): Float64Array {
  if (!(spacingUm > 0) || !(radiusUm >= 0) || !Number.isFinite(spacingUm * radiusUm))
    throw new InputError(
      'dose.cell-cluster',
      `A spheroid of radius ${radiusUm} µm with cells ${spacingUm} µm apart makes no sense.`,
      'Give a positive distance and a radius of zero or more.',
    )
  const { edge, offsets } = BASES[kind]
  const a = spacingUm * edge
  const perCell = a ** 3 / offsets.length
  if (((4 / 3) * Math.PI * radiusUm ** 3) / perCell > MAX_CELLS * 1.1) throw tooMany()
  // A hair more than the radius: neighbours at exactly that distance belong to it whatever the rounding.
  const limit = radiusUm * (1 + 1e-12)
  const reach = Math.ceil(limit / a) + 1
  const found: { r2: number; at: [number, number, number] }[] = []
  for (let i = -reach; i <= reach; i++)
    for (let j = -reach; j <= reach; j++)
      for (let k = -reach; k <= reach; k++)
        for (const [u, v, w] of offsets) {
          const at: [number, number, number] = [a * (i + u), a * (j + v), a * (k + w)]
          const r2 = at[0] ** 2 + at[1] ** 2 + at[2] ** 2
          if (Math.sqrt(r2) <= limit) found.push({ r2, at })
        }
  if (found.length > MAX_CELLS) throw tooMany()
  found.sort((p, q) => p.r2 - q.r2 || p.at[0] - q.at[0] || p.at[1] - q.at[1] || p.at[2] - q.at[2])
  const positions = new Float64Array(3 * found.length)
  found.forEach(({ at }, n) => positions.set(at, 3 * n))
  return positions
}

const tooMany = (): InputError =>
  new InputError(
    'dose.cell-cluster-size',
    `The cluster has more than ${MAX_CELLS} cells.`,
    'Take a smaller spheroid, or a voxel engine for tissue.',
  )
