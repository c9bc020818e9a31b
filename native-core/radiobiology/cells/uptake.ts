/** How the activity of a voxel is shared among its cells. */
import { InputError } from '../../errors/index.ts'
import { normalQuantile, RandomStream } from '../../statistics/index.ts'
import type { Vessels, VoxelUptake } from './types.ts'

const bad = (message: string, hint: string): InputError => new InputError('biology.cells', message, hint)

/**
 * Decays of each cell, in proportion to receptors times supply; their sum is exactly that of the voxel. Receptors are the quantiles of the log-normal
 * distribution, dealt out to the cells in an order drawn from `seed`: the distribution is met as closely as so many cells can.
 *
 * @throws InputError `biology.cells`
 */
export function sharedDecays(uptake: VoxelUptake, positionsUm: Float64Array): Float64Array {
  const { meanDecaysPerCell, receptorCv, supply, negativeShare, seed } = uptake
  const n = positionsUm.length / 3
  if (!(meanDecaysPerCell >= 0) || !Number.isFinite(meanDecaysPerCell))
    throw bad(`A cell has ${meanDecaysPerCell} decays on average.`, 'Give zero or more.')
  if (!(receptorCv >= 0 && receptorCv <= 10) || !(negativeShare >= 0 && negativeShare < 1))
    throw bad(
      `Receptors vary by ${receptorCv} and ${negativeShare} of the cells have none.`,
      'The coefficient of variation lies from 0 to 10, the share from 0 to below 1.',
    )
  const receptors = dealt(n, receptorCv, negativeShare, new RandomStream(seed, 1))
  const weights = supply ? supplyOf(supply.vessels, supply.fallOffUm, positionsUm) : null
  const shares = receptors.map((receptor, i) => receptor * (weights ? (weights[i] as number) : 1))
  const sum = shares.reduce((total, one) => total + one, 0)
  if (!(sum > 0))
    throw bad(
      'No cell takes anything up: the cells with receptors are all too far from a vessel.',
      'Give a longer fall-off, denser vessels, or more cells with receptors.',
    )
  return shares.map((share) => (share / sum) * n * meanDecaysPerCell)
}

/** Quantiles of a log-normal with mean 1 and zeros for cells without receptors, in random order (Fisher & Yates). */
function dealt(n: number, cv: number, negativeShare: number, random: RandomStream): Float64Array {
  const sigma = Math.sqrt(Math.log1p(cv * cv))
  const positive = n - Math.min(n - 1, Math.round(negativeShare * n))
  const values = Float64Array.from({ length: n }, (_, i) =>
    i >= positive ? 0 : sigma === 0 ? 1 : Math.exp(sigma * normalQuantile((i + 0.5) / positive) - (sigma * sigma) / 2),
  )
  for (let i = n - 1; i > 0; i--) {
    const j = Math.min(i, Math.floor(random.uniform() * (i + 1)))
    const kept = values[i] as number
    values[i] = values[j] as number
    values[j] = kept
  }
  return values
}

/** exp(−d/length), d the distance to the nearest vessel. */
function supplyOf(vessels: Vessels, fallOffUm: number, positionsUm: Float64Array): Float64Array {
  if (!(fallOffUm > 0)) throw bad(`The uptake falls off over ${fallOffUm} µm.`, 'Give a positive length.')
  const distance = distanceTo(vessels)
  return Float64Array.from({ length: positionsUm.length / 3 }, (_, i) =>
    Math.exp(
      -distance(positionsUm[3 * i] as number, positionsUm[3 * i + 1] as number, positionsUm[3 * i + 2] as number) /
        fallOffUm,
    ),
  )
}

function distanceTo(vessels: Vessels): (x: number, y: number, z: number) => number {
  if (vessels.kind === 'parallel') {
    const { spacingUm } = vessels
    if (!(spacingUm > 0)) throw bad(`Vessels are ${spacingUm} µm apart.`, 'Give a positive distance.')
    // The middle of the cells lies on a vessel.
    const offset = (v: number): number => v - spacingUm * Math.round(v / spacingUm)
    return (x, y) => Math.hypot(offset(x), offset(y))
  }
  const { positionsUm } = vessels
  if (positionsUm.length === 0 || positionsUm.length % 3 !== 0 || !positionsUm.every(Number.isFinite))
    throw bad('The points of the vessels are not given as x, y, z.', 'Give at least one point.')
  return (x, y, z) => {
    let nearest = Infinity
    for (let k = 0; k < positionsUm.length; k += 3)
      nearest = Math.min(
        nearest,
        Math.hypot(
          (positionsUm[k] as number) - x,
          (positionsUm[k + 1] as number) - y,
          (positionsUm[k + 2] as number) - z,
        ),
      )
    return nearest
  }
}
