/** Volumes and cycles that a response is computed with: outlines, typed values, cycles that are thought of. */
import { InputError } from '../../../native-core/errors/index.ts'
import { scaledCurve } from '../../../native-core/radiobiology/index.ts'
import type { DoseRateCurve } from '../../../native-core/radiobiology/index.ts'
import type {
  LesionCycle,
  LesionResponseSettings,
  LesionVolume,
  ResponseLesion,
} from '../../contracts/biologyResponse.ts'
import type { Instant } from '../../contracts/domain.ts'
import { instantFromLocal, secondsBetween } from '../course/index.ts'

/** A curve as the contract has it: lists that may be written. */
export const plainCurve = (curve: DoseRateCurve): LesionCycle['curves'][number] =>
  curve.kind === 'exponentials'
    ? { ...curve, terms: [...curve.terms] }
    : { ...curve, timesS: [...curve.timesS], rateGyPerS: [...curve.rateGyPerS] }

export type UsableVolume = LesionVolume & { readonly isUsed: boolean }

/** A local date, taken at noon, or a date and time, in seconds after `first`. @throws InputError `biology.response-date` */
export function secondsAfter(first: Instant, at: string): number {
  const seconds = secondsBetween(first, instantFromLocal(at.includes('T') ? at : `${at}T12:00`))
  if (Number.isFinite(seconds)) return seconds
  throw new InputError('biology.response-date', `"${at}" is no date.`, 'Write dates as 2026-03-01.')
}

/**
 * All volumes in the order of time: those of outlines with the uncertainty of outlining beside that of the edge, and those that a person typed.
 *
 * @throws InputError `biology.response-volumes` for two that count at the same time.
 */
export function usableVolumes(
  lesion: Pick<ResponseLesion, 'identity' | 'volumes'>,
  settings: LesionResponseSettings,
  first: Instant,
): UsableVolume[] {
  const outlines = lesion.volumes.map((volume) => ({
    ...volume,
    relativeUncertainty: Math.min(1, Math.hypot(volume.relativeUncertainty, settings.outliningUncertainty)),
    isUsed: !settings.leftOut.includes(volume.id),
  }))
  const typed = settings.typedVolumes.map(({ at, volumeMl, relativeUncertainty, note }, index) => ({
    id: `typed ${index + 1}`,
    timeS: secondsAfter(first, at),
    at: at.replace('T', ' '),
    cycle: null,
    volumeMl,
    relativeUncertainty,
    origin: 'typed' as const,
    what: note,
    isUsed: true,
  }))
  const all = [...outlines, ...typed].sort((a, b) => a.timeS - b.timeS)
  const used = all.filter(({ isUsed }) => isUsed)
  const twin = used.find(({ timeS }, at) => at > 0 && timeS === used[at - 1]?.timeS)
  if (twin)
    throw new InputError(
      'biology.response-volumes',
      `"${lesion.identity}" has two volumes of ${twin.at}.`,
      'Leave one of them out, or type the time of day.',
    )
  return all
}

/** The cycles that were given, and those that are thought of: like the last one, with their activity. @throws InputError `biology.response-cycle` */
export function allCycles(
  lesion: Pick<ResponseLesion, 'identity' | 'cycles'>,
  { furtherCycles }: Pick<LesionResponseSettings, 'furtherCycles'>,
  first: Instant,
): LesionCycle[] {
  const template = lesion.cycles.at(-1)
  const further = furtherCycles.map(({ at, activityBq }): LesionCycle => {
    if (!template || !(template.activityBq > 0))
      throw new InputError(
        'biology.response-cycle',
        `"${lesion.identity}" has no cycle with a dose that a further one could be like.`,
        'Run the analysis of a cycle first.',
      )
    return furtherCycle(template, secondsAfter(first, at), activityBq)
  })
  // One that is not after the last delivered cycle was delivered since, or never will be.
  const ahead = further.filter(({ startS }) => startS > (template?.startS ?? -Infinity))
  return [...lesion.cycles, ...ahead].sort((a, b) => a.startS - b.startS)
}

/** A cycle at `startS` with the dose rate of another one by the ratio of activities: same uptake, clearance and mass. */
export function furtherCycle(template: LesionCycle, startS: number, activityBq: number): LesionCycle {
  const factor = activityBq / template.activityBq
  return {
    index: null,
    startS,
    activityBq,
    doseGy: {
      value: factor * template.doseGy.value,
      standardUncertainty: factor * template.doseGy.standardUncertainty,
    },
    sources: template.sources.map(({ source, doseGy }) => ({ source, doseGy: factor * doseGy })),
    curves: template.curves.map((curve) => plainCurve(scaledCurve(curve, factor, startS - template.startS))),
  }
}
