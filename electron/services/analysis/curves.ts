/** From the measurements of all time points to one time–activity curve for each structure. */
import type { ActivityPoint } from '../../contracts/analysis.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CycleDraft, TimePointDraft } from '../course/index.ts'
import type { StructureMeasurement } from '../ports/compute.ts'
import { sameStructure } from './checkProtocol.ts'
import type { Quantification } from './quantify.ts'

export interface MeasuredTimePoint {
  readonly timePoint: TimePointDraft
  readonly quantification: Quantification
  readonly structures: ReadonlyMap<string, StructureMeasurement>
}

export interface StructureCurve {
  readonly points: readonly ActivityPoint[]
  /** Relative standard uncertainty of the recovery coefficient: common to all points. */
  readonly recoveryRelativeUncertainty: number
  readonly notes: readonly string[]
}

/**
 * Activity of one structure at each time point: mean concentration over the recovery coefficient, times the volume.
 *
 * The volume is that of the time point's own outline. Where any time point shows only a part of the structure (cut by the field of
 * view), the shares seen differ from scan to scan, so the reference volume is used for all.
 */
export function structureCurve(
  name: string,
  measured: readonly MeasuredTimePoint[],
  referenceVolumeMl: number,
  cycle: CycleDraft,
  protocol: Protocol,
): StructureCurve {
  const here = measured.flatMap((entry) => {
    const structure = entry.structures.get(name)
    return structure ? [{ ...entry, structure }] : []
  })
  const cut = here.some(({ structure }) => structure.cutByFieldOfView)
  const notes = cut
    ? [
        `"${name}" reaches the edge of the images: its activity is concentration × the volume at the reference time point.`,
      ]
    : []
  const recovery = recoveryOf(name, cycle, protocol)
  const points = here.map(({ timePoint, structure }): ActivityPoint => {
    const volumeMl = cut ? referenceVolumeMl : structure.volumeMl
    const recoveryCoefficient = recovery.coefficientAt(timePoint.index)
    const concentrationBqPerMl = structure.meanBqPerMl / recoveryCoefficient
    const activityBq = concentrationBqPerMl * volumeMl
    const problem = structure.problem || (activityBq <= 0 ? 'The measured activity is not positive.' : '')
    return {
      timePointId: timePoint.id,
      timeS: timePoint.hoursAfterInjection * 3600,
      volumeMl,
      imageConcentrationBqPerMl: structure.meanBqPerMl,
      recoveryCoefficient,
      concentrationBqPerMl,
      activityBq,
      activityStandardUncertaintyBq: Math.abs(activityBq) * protocol.activityRelativeUncertainty,
      fractionInsideImage: structure.fractionInsideImage,
      used: problem === '',
      note: problem,
    }
  })
  return { points, recoveryRelativeUncertainty: recovery.relativeUncertainty, notes }
}

/** What the protocol says of this cycle comes before what it says of all. */
export function recoveryOf(
  name: string,
  cycle: CycleDraft,
  protocol: Protocol,
): { readonly coefficientAt: (timePointIndex: number) => number; readonly relativeUncertainty: number } {
  const entries = protocol.recoveryCoefficients.filter((given) => sameStructure(given.structure, name))
  const entry =
    entries.find((given) => given.cycle === cycle.index) ?? entries.find((given) => given.cycle === undefined)
  if (!entry) return { coefficientAt: () => 1, relativeUncertainty: 0 }
  const { coefficient, relativeUncertainty } = entry
  if (typeof coefficient === 'number') return { coefficientAt: () => coefficient, relativeUncertainty }
  return { coefficientAt: (index) => coefficient[index - 1] ?? 1, relativeUncertainty }
}
