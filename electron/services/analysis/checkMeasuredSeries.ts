/** Whether the measured series of a protocol belong to the patient's cycles and structures. */
import { InputError } from '../../../native-core/errors/index.ts'
import { nuclideNameOf } from '../../../native-core/physics/index.ts'
import type { MeasuredSeriesEntry } from '../../contracts/measuredSeries.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { checkSeries } from '../measuredSeries/checkSeries.ts'
import { sameStructure } from './structures.ts'

/**
 * Refuses series that would make a wrong curve: of another cycle, structure or nuclide, two for one structure, a shape taken for an activity, a point left
 * out that is none.
 *
 * @throws InputError `protocol.series-…`, `protocol.unknown-cycle`, and those of `checkSeries`
 */
export function checkMeasuredSeries(
  { measuredSeries = [] }: Protocol,
  cycles: readonly { readonly index: number }[],
  nuclide: string,
): void {
  measuredSeries.forEach((entry, position) => {
    const what = `The protocol's measured series of "${entry.structure}", cycle ${entry.cycle},`
    if (!cycles.some(({ index }) => index === entry.cycle))
      throw new InputError(
        'protocol.unknown-cycle',
        `${what} is of a cycle that the usable images do not show: there is cycle ${cycles.map(({ index }) => index).join(', ')}.`,
        'Correct the cycle number, or remove the entry.',
      )
    if (measuredSeries.slice(0, position).some((other) => isSame(other, entry)))
      throw new InputError(
        'protocol.ambiguous',
        `${what} is not the only one of that structure and cycle.`,
        'Keep one of them: upper and lower case are the same name.',
      )
    checkContent(entry, what, nuclide)
    checkSeries(entry.series.content)
    checkPointsLeftOut(entry, what)
  })
}

const isSame = (a: MeasuredSeriesEntry, b: MeasuredSeriesEntry): boolean =>
  a.cycle === b.cycle && sameStructure(a.structure, b.structure)

function checkContent({ cycle, structure, series, use }: MeasuredSeriesEntry, what: string, nuclide: string): void {
  const { content } = series
  if (content.cycle !== cycle || !sameStructure(content.structure, structure))
    throw new InputError(
      'protocol.series-other',
      `${what} was measured of "${content.structure}" in cycle ${content.cycle}.`,
      'Use it for that structure and cycle, or store the series again under the right ones.',
    )
  if (nuclideNameOf(content.nuclide) !== nuclideNameOf(nuclide))
    throw new InputError(
      'protocol.series-nuclide',
      `${what} is of ${content.nuclide}, the course of ${nuclide}.`,
      'Choose a series of the same nuclide.',
    )
  if (content.curve.quantity === 'relative' && use !== 'scaled-to-images')
    throw new InputError(
      'protocol.series-relative',
      `${what} holds relative values: they are no activities.`,
      'Use it scaled to images, or store the series in Bq.',
    )
}

function checkPointsLeftOut({ pointsLeftOut, series }: MeasuredSeriesEntry, what: string): void {
  const { points } = series.content.curve
  pointsLeftOut.forEach(({ hoursAfterInjection: hours }, position) => {
    if (!points.some((point) => point.hoursAfterInjection === hours))
      throw new InputError(
        'protocol.point-left-out',
        `${what} has no point at ${hours} h to leave out.`,
        `Name one of ${points.map((point) => point.hoursAfterInjection).join(', ')} h, or remove the entry.`,
      )
    if (pointsLeftOut.findIndex((other) => other.hoursAfterInjection === hours) !== position)
      throw new InputError(
        'protocol.point-left-out',
        `${what} leaves its point at ${hours} h out more than once.`,
        'Remove all entries but one.',
      )
  })
}
