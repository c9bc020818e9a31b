/** Curves of the voxels in words and in the units of the screen. */
import type { VoxelKinetics } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'
import { HOUR_S } from '../../../units.ts'

export interface PriorRow {
  readonly name: string
  readonly slowHalfLifeH: number
  /** One standard deviation of the slow rate between voxels, as a factor; null where nothing was believed of it. */
  readonly slowFactor: number | null
  readonly fastHalfLifeH: number | null
  readonly thirdHalfLifeH: number | null
  readonly meanFrom: string
  readonly spreadFrom: string
}

const MEAN_FROM = {
  'structure-curve': 'its own curve',
  'structure-voxels': 'the mean of its voxels',
  'whole-image': 'the whole image',
} as const
const SPREAD_FROM = { designed: 'as stated', none: 'not regularised' } as const

export function priorRows({ priors }: Pick<VoxelKinetics, 'priors'>): PriorRow[] {
  return priors.map((prior) => ({
    name: prior.name,
    slowHalfLifeH: Math.LN2 / prior.slowRatePerS / HOUR_S,
    slowFactor: prior.spread.slowRate === null ? null : Math.exp(prior.spread.slowRate),
    fastHalfLifeH: prior.fastRatePerS === null ? null : Math.LN2 / prior.fastRatePerS / HOUR_S,
    thirdHalfLifeH: prior.thirdRatePerS === undefined ? null : Math.LN2 / prior.thirdRatePerS / HOUR_S,
    meanFrom: MEAN_FROM[prior.meanFrom],
    spreadFrom:
      prior.spreadFrom === 'voxels'
        ? `${formatNumber(prior.sampledVoxels, String(prior.sampledVoxels).length)} of its voxels`
        : SPREAD_FROM[prior.spreadFrom],
  }))
}

/** What became of the voxels, the shares of all of them. */
export function countWords(counts: VoxelKinetics['counts']): string {
  const { all } = counts
  const part = (count: number, what: string): string[] =>
    count > 0 ? [`${formatNumber((100 * count) / all, 2)} % ${what}`] : []
  return `${[
    ...part(counts.converged, 'have a curve of their own'),
    ...part(counts.atPhysicalRate, 'fall at the physical rate only'),
    ...part(counts.structureShape, 'have the shape of their structure, which their images cannot tell'),
    ...part(counts.negligible, 'hold too little for a shape of their own'),
    ...part(counts.zero, 'hold nothing'),
    ...part(counts.unseen, 'lie in no image'),
    ...part(counts.unfinished, 'did not come to an end: the best shape found'),
  ].join('; ')}.`
}
