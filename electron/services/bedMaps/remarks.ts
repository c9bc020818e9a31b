/** What a reader of a BED map has to know. */
import type { BedMapResult, BedTissue } from '../../contracts/bedMaps.ts'
import { valueOf } from '../biology/parameters.ts'

type Made = Pick<BedMapResult, 'curves' | 'elsewhere' | 'voxels' | 'tissues'> & {
  /** Whether the voxels' curves are of the dose rate itself; else of the activity in them. */
  readonly areDoseRates: boolean
  readonly isNoisy: boolean
  /** Structures that have the parameters given for elsewhere, for want of their own. */
  readonly asElsewhere: readonly string[]
}

export function bedMapRemarks({
  curves,
  elsewhere,
  voxels,
  tissues,
  areDoseRates,
  isNoisy,
  asElsewhere,
}: Made): string[] {
  const percent = (part: number): string => `${((100 * part) / Math.max(1, voxels.all)).toFixed(1)} %`
  const unknown = tissues.filter(({ structure, problem }) => problem !== '' && !asElsewhere.includes(structure))
  return [
    'The linear–quadratic model with first-order repair, one administration that decays completely; other cycles and external beam are not in the map.',
    curves === 'structure'
      ? 'All voxels of a structure have the time course of its fitted curve (one G).'
      : `${areDoseRates ? 'The dose rate of each voxel follows its own fitted curve.' : 'The dose rate of each voxel follows the fitted curve of the activity in it, also where part of its dose comes from its surroundings.'} ${percent(voxels.ownCurve)} of the voxels have one; the others have the time course of their structure.`,
    elsewhere
      ? `Voxels in no structure with parameters of its own: α/β ${elsewhere.alphaBetaGy} Gy and repair half-time ${elsewhere.repairHalfTimeH} h as given; without a curve their dose rate falls by physical decay alone, the slowest that it can fall.`
      : `Voxels in no structure with known parameters have no BED (${percent(voxels.unknown)} of the voxels have a dose and hold 0): no tissue is assumed for them.`,
    ...(asElsewhere.length > 0
      ? [`${quoted(asElsewhere)}: for want of parameters of their own, those given for elsewhere.`]
      : []),
    ...unknown.map(({ problem }) => problem),
    'A voxel that structures share has the parameters of the one that holds most of it; numbers and histogram of a structure are of all its cells by its own parameters.',
    'Uncertainties are those of the absorbed dose; parameters count as exact.',
    ...(isNoisy
      ? [
          'Statistical noise of the dose engine makes BED too high in the mean, as it is not linear in dose: by G·σ²/(α/β) in each voxel.',
        ]
      : []),
  ]
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')

/** The parameters of each structure, a line each: "KIDNEY_L: α/β 2.6 Gy, repair half-time 2.8 h, G 0.052; kidney (unverified)". */
export const tissueWords = ({ tissues, elsewhere }: Pick<BedMapResult, 'tissues' | 'elsewhere'>): string[] => [
  ...tissues.filter((tissue) => valueOf(tissue.parameters, 'alphaBetaGy') !== null).map(wordsOf),
  ...(elsewhere
    ? [`Elsewhere: α/β ${elsewhere.alphaBetaGy} Gy, repair half-time ${elsewhere.repairHalfTimeH} h (given)`]
    : []),
]

function wordsOf({ structure, set, parameters, evidence, g }: BedTissue): string {
  const halfTimeS = valueOf(parameters, 'repairHalfTimeS')
  return `${structure}: ${[
    `α/β ${valueOf(parameters, 'alphaBetaGy')} Gy`,
    ...(halfTimeS === null ? [] : [`repair half-time ${rounded(halfTimeS / 3600)} h`]),
    ...(g === null ? [] : [`G of its own curve ${rounded(g)}`]),
  ].join(', ')}; ${set?.title ?? 'given'} (${evidence})`
}

const rounded = (value: number): number => Number(value.toPrecision(4))
