/** Points of a curve that a person took out of the fit. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CycleDraft, TimePointDraft } from '../course/index.ts'
import { sameStructure } from './structures.ts'

/** Why a measured point is not fitted, in words for chart and report; '' where nobody left it out. */
export function leftOutBecause(structure: string, timePoint: TimePointDraft, { pointsLeftOut }: Protocol): string {
  const entry = pointsLeftOut.find(
    (one) => one.seriesUid === timePoint.emission.seriesUid && sameStructure(one.structure, structure),
  )
  if (!entry) return ''
  return entry.reason === '' ? 'Left out by a person.' : `Left out by a person: ${entry.reason}`
}

/**
 * Refuses an entry that leaves nothing out, or leaves the same point out twice.
 *
 * @throws InputError `protocol.point-left-out`
 */
export function checkPointsLeftOut({ pointsLeftOut, excludedSeries }: Protocol, cycles: readonly CycleDraft[]): void {
  if (pointsLeftOut.length === 0) return
  const used = cycles.flatMap((cycle) => cycle.timePoints.map(({ emission }) => emission.seriesUid))
  const known = new Set([...used, ...excludedSeries])
  pointsLeftOut.forEach((entry, position) => {
    if (!known.has(entry.seriesUid))
      throw new InputError(
        'protocol.point-left-out',
        `The protocol's pointsLeftOut names the series ${entry.seriesUid}, which is the emission image of no time point.`,
        'Correct the series UID, or remove the entry.',
      )
    const again = pointsLeftOut.findIndex(
      (other) => other.seriesUid === entry.seriesUid && sameStructure(other.structure, entry.structure),
    )
    if (again !== position)
      throw new InputError(
        'protocol.point-left-out',
        `The protocol's pointsLeftOut names the point of "${entry.structure}" in series ${entry.seriesUid} more than once.`,
        'Remove all entries but one.',
      )
  })
}
