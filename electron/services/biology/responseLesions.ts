/** Lesions of a patient as a response is fitted to them: volumes with their times, dose rates of each cycle, sensitivities. */
import { findBiologySet, scaledCurve } from '../../../native-core/radiobiology/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { BiologySettings } from '../../contracts/biology.ts'
import type { LesionCycle, ResponseLesion } from '../../contracts/biologyResponse.ts'
import type { Instant } from '../../contracts/domain.ts'
import { secondsBetween, showInstant } from '../course/index.ts'
import type { CrossDoseTools } from './crossDose.ts'
import { chosenBiology, defaultBiology } from './defaults.ts'
import { courseOfCycles, cycleDoses } from './doseRates.ts'
import { plainCurve } from './responseVolumes.ts'
import { sensitivityOf } from './parameters.ts'

/** One outline of a lesion at one time point. */
export interface LesionOutline {
  readonly id: string
  /** Given by a person; null: the name of the structure tells which lesion it is. */
  readonly identity: string | null
  readonly name: string
  readonly cycle: number
  /** Whether the analysis of its cycle is made from it. */
  readonly isReference: boolean
  readonly start: Instant
  readonly volumeMl: number
  /** Of the place of its edge. */
  readonly relativeUncertainty: number
  readonly what: string
}

/** Smallest relative uncertainty of a volume: an outline without any would decide alone. Designed. */
const LEAST_UNCERTAINTY = 0.01

/** The reference outlines of an analysis, one for each lesion and cycle. */
export function outlinesOfAnalysis({ cycles }: Analysis): LesionOutline[] {
  return cycles.flatMap((cycle) => {
    const reference = cycle.timePoints.find(({ id }) => id === cycle.referenceTimePointId)
    if (!reference) return []
    return cycle.structures
      .filter(({ kind, volumeMl }) => kind === 'lesion' && volumeMl > 0)
      .map(({ name, volumeMl, volumeStandardUncertaintyMl }) => ({
        id: `${cycle.index} ${name}`,
        identity: null,
        name,
        cycle: cycle.index,
        isReference: true,
        start: reference.acquisitionStart,
        volumeMl,
        relativeUncertainty: volumeStandardUncertaintyMl / volumeMl,
        what: `outline of the analysis, cycle ${cycle.index}`,
      }))
  })
}

/** Lesions by identity, in the order in which they are first seen. Times count from `first`. With `cross` their dose rates have those from other organs. */
export function responseLesions(
  outlines: readonly LesionOutline[],
  analysis: Analysis | null,
  first: Instant,
  biology: BiologySettings,
  sets: readonly BiologySet[],
  cross: CrossDoseTools | null = null,
): ResponseLesion[] {
  const byIdentity = new Map<string, LesionOutline[]>()
  for (const outline of outlines) {
    const key = outline.identity ?? outline.name
    byIdentity.set(key, [...(byIdentity.get(key) ?? []), outline])
  }
  return [...byIdentity].map(([identity, own]): ResponseLesion => {
    const named = new Map(own.filter(({ isReference }) => isReference).map(({ cycle, name }) => [cycle, name]))
    const name = [...named.values()].at(-1) ?? own.at(-1)?.name ?? identity
    return {
      identity,
      confirmed: own.every((outline) => outline.identity !== null),
      volumes: own
        .map(({ id, cycle, start, volumeMl, relativeUncertainty, what }) => ({
          id,
          timeS: secondsBetween(first, start),
          at: showInstant(start),
          cycle,
          volumeMl,
          relativeUncertainty: Math.min(1, Math.max(LEAST_UNCERTAINTY, relativeUncertainty)),
          origin: 'outline' as const,
          what,
        }))
        .sort((a, b) => a.timeS - b.timeS),
      cycles: analysis ? lesionCycles(analysis, (index) => named.get(index) ?? name, first, cross) : [],
      parameters: parametersOf(name, biology, sets),
    }
  })
}

/** Cycles in which the lesion has a dose, by the name that it has there; where a cycle has no outline of its own, by that of the others. */
function lesionCycles(
  analysis: Analysis,
  nameIn: (cycle: number) => string,
  first: Instant,
  cross: CrossDoseTools | null,
): LesionCycle[] {
  const [any] = analysis.cycles
  if (!any) return []
  // The clock of `cycleDoses` starts with the earliest administration of the analysis.
  const shiftS = Math.min(...analysis.cycles.map(({ administration }) => secondsBetween(first, administration.start)))
  return analysis.cycles
    .flatMap((cycle): LesionCycle[] => {
      const name = nameIn(cycle.index)
      const dose = cycleDoses(analysis, name, cross).find(({ index }) => index === cycle.index)
      if (!dose) return []
      return [
        {
          index: cycle.index,
          startS: dose.startS + shiftS,
          activityBq: cycle.administration.activityBq.value,
          doseGy: dose.doseGy,
          sources: dose.sources.map(({ source, doseGy }) => ({ source, doseGy })),
          curves: courseOfCycles([dose]).map((curve) => plainCurve(scaledCurve(curve, 1, shiftS))),
        },
      ]
    })
    .sort((a, b) => a.startS - b.startS)
}

function parametersOf(
  name: string,
  biology: BiologySettings,
  sets: readonly BiologySet[],
): ResponseLesion['parameters'] {
  const own = biology.byStructure[name]
  const chosen = chosenBiology(own, defaultBiology(name, 'lesion'))
  const set = chosen.sensitivity === null ? null : findBiologySet(sets, chosen.sensitivity)
  return sensitivityOf(own, chosen, sets)
    .filter((one) => ['alphaPerGy', 'alphaBetaGy', 'repairHalfTimeS'].includes(one.name))
    .map((one) => {
      const stated = one.evidence === 'given' ? undefined : set?.parameters[one.name]
      return {
        ...one,
        ...(stated?.standardUncertainty === undefined
          ? {}
          : { relativeUncertainty: stated.standardUncertainty / stated.value }),
      }
    })
}
