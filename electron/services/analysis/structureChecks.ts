/** What the measured structures say of their outlines: those that overlap, and sides that are swapped. */
import { swappedSides } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { CycleDraft } from '../course/index.ts'
import type { MeasuredTimePoint } from './curves.ts'

/** Warnings of one cycle, each pair of structures once, at the time point where it is worst. */
export function structureWarnings(
  measured: readonly MeasuredTimePoint[],
  cycle: Pick<CycleDraft, 'index'>,
): ImportProblem[] {
  return [...overlapWarnings(measured, cycle), ...sideWarnings(measured, cycle)]
}

function overlapWarnings(measured: readonly MeasuredTimePoint[], cycle: Pick<CycleDraft, 'index'>): ImportProblem[] {
  const worst = new Map<string, { volumeMl: number; share: number; hours: number; names: readonly string[] }>()
  for (const { timePoint, structures } of measured)
    for (const { name, overlaps = [] } of structures.values())
      for (const { name: other, volumeMl, shareOfSmaller: share } of overlaps) {
        const names = [name, other].sort()
        const key = JSON.stringify(names)
        if (volumeMl > (worst.get(key)?.volumeMl ?? 0))
          worst.set(key, { volumeMl, share, hours: timePoint.hoursAfterInjection, names })
      }
  return [...worst.values()].map(({ names: [one = '', other = ''], volumeMl, share, hours }) =>
    warning(
      'structures.overlap',
      one,
      `Cycle ${cycle.index}, ${hours.toFixed(1)} h p.i.: "${one}" and "${other}" overlap by ${volumeMl.toPrecision(3)} mL, ${(share * 100).toFixed(0)} % of the smaller one. Both count that volume, its activity and its mass.`,
      'Correct the outlines, or say in overlapPriority which of them owns what they share.',
    ),
  )
}

function sideWarnings(measured: readonly MeasuredTimePoint[], cycle: Pick<CycleDraft, 'index'>): ImportProblem[] {
  const seen = new Set<string>()
  return measured.flatMap(({ timePoint, structures }) => {
    const all = [...structures.values()].map(({ name, centroidMm = null }) => ({ name, centroidMm }))
    const midline = [...structures.values()].find(({ bodyMidlineMm }) => typeof bodyMidlineMm === 'number')
    return swappedSides(all, midline?.bodyMidlineMm ?? null).flatMap(({ names, message }): ImportProblem[] => {
      const key = JSON.stringify(names)
      if (seen.has(key)) return []
      seen.add(key)
      return [
        warning(
          'structures.sides-swapped',
          names.join(', '),
          `Cycle ${cycle.index}, ${timePoint.hoursAfterInjection.toFixed(1)} h p.i.: ${message} Left and right of names or images may be swapped.`,
          'Check the names of the outlines and the orientation of the images.',
        ),
      ]
    })
  })
}

function warning(code: string, item: string, message: string, hint: string): ImportProblem {
  return { severity: 'warning', code, item, message, hint, seriesUid: null, filePaths: [] }
}
