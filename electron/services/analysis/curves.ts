/** From the measurements of all time points to one time–activity curve for each structure. */
import { registrationUncertainty } from '../../../native-core/dosimetry/index.ts'
import type { ActivityPoint } from '../../contracts/analysis.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CycleDraft, TimePointDraft } from '../course/index.ts'
import type { StructureMeasurement } from '../ports/compute.ts'
import type { Quantification } from './quantify.ts'
import { leftOutBecause } from './pointsLeftOut.ts'
import type { SeriesOfCurve } from './measuredSeries.ts'
import { NO_RECOVERY, pointRecovery } from './recovery.ts'

export interface MeasuredTimePoint {
  readonly timePoint: TimePointDraft
  readonly quantification: Quantification
  readonly structures: ReadonlyMap<string, StructureMeasurement>
}

export interface StructureCurve {
  readonly points: readonly ActivityPoint[]
  /** Relative standard uncertainty of the recovery coefficient: common to all points. The largest of those used. */
  readonly recoveryRelativeUncertainty: number
  /** For the dose, where volume, mass and recovery depend on each other (`doseUncertainty`). */
  readonly recoveryWithoutVolume: number
  readonly recoveryVolumeSlope: number
  /** Relative standard uncertainty of each activity by a displaced outline, a part of the points' own; 0 where the protocol gives none. */
  readonly registrationRelative: number
  readonly notes: readonly string[]
  /** Left out where all points are of images. */
  readonly series?: SeriesOfCurve
}

/**
 * Activity of one structure at each time point: mean concentration over the recovery coefficient, times the volume.
 *
 * The volume is that of the time point's own outline. Where any time point shows only a part of the structure (cut by the field of
 * view), the shares seen differ from scan to scan, so the reference volume is used for all.
 *
 * @param relativeVolumeUncertainty of the outline, for a recovery by volume
 */
export function structureCurve(
  name: string,
  measured: readonly MeasuredTimePoint[],
  referenceVolumeMl: number,
  cycle: CycleDraft,
  protocol: Protocol,
  relativeVolumeUncertainty = 0,
): StructureCurve {
  const here = measured.flatMap((entry) => {
    const structure = entry.structures.get(name)
    return structure ? [{ ...entry, structure }] : []
  })
  const registrationRelative = displacementEffect(referenceVolumeMl, protocol)
  const cut = here.some(({ structure }) => structure.cutByFieldOfView)
  const pointRelative = Math.hypot(protocol.activityRelativeUncertainty, registrationRelative)
  const points = here.map(({ timePoint, structure }) => {
    const volumeMl = cut ? referenceVolumeMl : structure.volumeMl
    const recovery = pointRecovery(structure, timePoint.index, volumeMl, relativeVolumeUncertainty, cycle, protocol)
    const concentrationBqPerMl = structure.meanBqPerMl / recovery.coefficient
    const activityBq = concentrationBqPerMl * volumeMl
    const problem =
      structure.problem ||
      recovery.problem ||
      (activityBq <= 0 ? 'The measured activity is not positive.' : '') ||
      leftOutBecause(name, timePoint, protocol)
    const point: ActivityPoint = {
      timePointId: timePoint.id,
      timeS: timePoint.hoursAfterInjection * 3600,
      volumeMl,
      imageConcentrationBqPerMl: structure.meanBqPerMl,
      recoveryCoefficient: recovery.coefficient,
      concentrationBqPerMl,
      activityBq,
      activityStandardUncertaintyBq: Math.abs(activityBq) * pointRelative,
      fractionInsideImage: structure.fractionInsideImage,
      used: problem === '',
      note: problem,
    }
    return { point, recovery }
  })
  const counted = points.filter(({ point }) => point.used)
  const largest = counted.reduce(
    (most, { recovery }) => (recovery.relativeUncertainty > most.relativeUncertainty ? recovery : most),
    counted[0]?.recovery ?? NO_RECOVERY,
  )
  return {
    points: points.map(({ point }) => point),
    recoveryRelativeUncertainty: largest.relativeUncertainty,
    recoveryWithoutVolume: largest.withoutVolume,
    recoveryVolumeSlope: largest.slope,
    registrationRelative,
    notes: [
      ...(cut
        ? [
            `"${name}" reaches the edge of the images: its activity is concentration × the volume at the reference time point.`,
          ]
        : []),
      ...new Set(points.flatMap(({ recovery }) => recovery.remarks)),
    ],
  }
}

/** What the displacement that the protocol states does to the counts of a sphere of that volume in a cold background (`registrationUncertainty`). */
function displacementEffect(volumeMl: number, { uncertainty, partialVolume }: Protocol): number {
  const { registrationMm } = uncertainty
  if (registrationMm === 0 || !(volumeMl > 0)) return 0
  const [x, y, z] = partialVolume.fwhmMm ?? [0, 0, 0]
  return registrationUncertainty({ volumeMl, fwhmMm: Math.cbrt(x * y * z), displacementMm: registrationMm }).relative
}
