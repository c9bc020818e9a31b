/** The emission series of a patient that the window knows by name. */
import type { PatientView } from '../../../../electron/contracts/index.ts'

export interface EmissionSeries {
  readonly seriesUid: string
  readonly imageKey: string
  readonly label: string
}

/**
 * Those of the analysis, then those that a question of the import is about (counts without a factor, no injection): an image that is in neither
 * is not named to the window. A series that holds several volumes is known by its key only after the analysis.
 */
export function emissionSeries(view: PatientView): EmissionSeries[] {
  const analysed = (view.analysis?.cycles ?? []).flatMap((cycle) =>
    cycle.timePoints.map(({ emission, index }) => ({
      seriesUid: emission.seriesUid,
      imageKey: emission.imageKey,
      label: `Cycle ${cycle.index}, time point ${index}: ${emission.description || emission.modality}`,
    })),
  )
  const asked = view.problems
    .flatMap(({ seriesUid, code, item }) =>
      seriesUid !== null && /^(activity|time|administration|nuclide|course)\./.test(code)
        ? [{ seriesUid, imageKey: seriesUid, label: item }]
        : [],
    )
    .sort((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }))
  const known = new Map<string, EmissionSeries>()
  for (const one of [...analysed, ...asked]) if (!known.has(one.seriesUid)) known.set(one.seriesUid, one)
  return told([...known.values()])
}

/** Two scans of one day may have one name: their UIDs tell them apart. */
function told(series: readonly EmissionSeries[]): EmissionSeries[] {
  return series.map((one) =>
    series.some((other) => other !== one && other.label === one.label)
      ? { ...one, label: `${one.label}, series …${one.seriesUid.slice(-12)}` }
      : one,
  )
}
