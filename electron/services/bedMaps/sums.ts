/** What a reader of a sum of BED maps has to know. */
import { protraction } from '../../../native-core/radiobiology/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { BedTissue } from '../../contracts/bedMaps.ts'
import { courseOfCycles, cycleDoses } from '../biology/doseRates.ts'
import { voxelTissue } from './tissues.ts'

/** Less of the grid than this reached by all cycles is said. */
const WHOLE_SHARE = 0.99

export interface BetweenCycles {
  readonly structure: string
  /** BED of the course as a whole over the sum of that of its cycles, less 1. */
  readonly share: number
}

/**
 * How much more BED a structure has because not all is repaired when the next cycle is given, by its own curves; the largest first. Structures without a curve in one of
 * the cycles are left out.
 */
export function repairBetweenCycles(
  analysis: Analysis,
  tissues: readonly BedTissue[],
  cycles: readonly number[],
): BetweenCycles[] {
  const own = { ...analysis, cycles: analysis.cycles.filter(({ index }) => cycles.includes(index)) }
  return tissues
    .flatMap((stored): BetweenCycles[] => {
      const tissue = voxelTissue(stored)
      const doses = cycleDoses(own, stored.structure)
      if (!tissue || doses.length < cycles.length) return []
      const bed = (course: Parameters<typeof protraction>[0]): number => {
        const { doseGy, pairGy2 } = protraction(course, tissue.repair)
        return doseGy + pairGy2 / tissue.alphaBetaGy
      }
      const apart = doses.reduce((sum, one) => sum + bed(courseOfCycles([one])), 0)
      return [{ structure: stored.structure, share: bed(courseOfCycles(doses)) / apart - 1 }]
    })
    .sort((a, b) => b.share - a.share)
}

export function bedSumRemarks({
  coveredShare,
  leftOut,
  cycles,
  allCycles,
  between: [most],
  externalBeam,
}: {
  readonly coveredShare: number
  readonly leftOut: readonly string[]
  readonly cycles: readonly number[]
  readonly allCycles: readonly number[]
  readonly between: readonly BetweenCycles[]
  readonly externalBeam: readonly string[]
}): string[] {
  const missing = allCycles.filter((index) => !cycles.includes(index))
  return [
    `BED of cycles ${list(cycles)}, each brought to the reference point by point and added up; EQD2 is that of the sum.`,
    most
      ? `The sum takes what one cycle damages as repaired before the next. By the curves of the structures that leaves out ${percent(most.share)} of the BED at most (${most.structure}).`
      : 'The sum takes what one cycle damages as repaired before the next; no structure has a curve in every cycle that would tell how much that leaves out.',
    'A voxel has the parameters of the structure of the reference cycle that holds most of it, in all cycles; numbers of a structure are of all its cells by its own.',
    ...(missing.length > 0 ? [`Not in the sum: cycle ${list(missing)}. It is no sum of the whole course.`] : []),
    ...(externalBeam.length > 0
      ? [`Earlier external beam (${list([...new Set(externalBeam)])}) is not in the map: the Biology step adds it.`]
      : []),
    ...(coveredShare < WHOLE_SHARE
      ? [
          `All cycles reach ${(100 * coveredShare).toFixed(1)} % of the grid: elsewhere the sum lacks the BED of at least one.`,
        ]
      : []),
    ...(leftOut.length > 0
      ? [
          `No number for ${list(leftOut)}: no parameters or no curve in one of the cycles, other parameters there, or outside of the map.`,
        ]
      : []),
    'Uncertainties are those of the absorbed dose, by what the budgets of the cycles share; parameters and registrations count as exact.',
  ]
}

const list = (all: readonly (string | number)[]): string =>
  all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`

const percent = (share: number): string => (share < 5e-5 ? 'less than 0.01 %' : `${(100 * share).toPrecision(2)} %`)
