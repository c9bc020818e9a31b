/** Difference and gamma index of two dose maps. */
import { doseDifference, gammaIndex } from '../../../native-core/dosimetry/evaluation/index.ts'
import { CancelledError } from '../../../native-core/errors/index.ts'
import type { CompareDosesTask, ComparedDoses } from '../ports/compute.ts'

/** In maps for display: γ where it was not evaluated. No γ is negative. */
export const NOT_EVALUATED = -1

/** @throws InputError `dose.no-overlap`, `dose.nothing-above-cut-off`, `gamma.*`; CancelledError. */
export function compareDoses(
  { reference, evaluated, dosePercent, distanceMm, isLocal, thresholdPercent }: CompareDosesTask,
  progress: (fraction: number) => boolean = () => true,
): ComparedDoses {
  const maximumGy = reference.doseGy.reduce((most, dose) => Math.max(most, dose), 0)
  const { differenceGy, statistics } = doseDifference(reference, evaluated, {
    cutOffGy: (thresholdPercent / 100) * maximumGy,
  })
  if (!progress(0.1)) throw new CancelledError('The comparison')
  const found = gammaIndex(reference, evaluated, {
    dosePercent,
    distanceMm,
    isLocal,
    cutOffPercent: thresholdPercent,
    isCancelled: () => !progress(0.1),
  })
  return {
    differenceGy: Float32Array.from(differenceGy, (value) => (Number.isNaN(value) ? 0 : value)),
    gamma: found.gamma.map((value) => (Number.isNaN(value) ? NOT_EVALUATED : value)),
    passRate: found.passRate,
    evaluatedVoxels: found.evaluated,
    outsideVoxels: found.outside,
    meanGamma: found.meanGamma,
    largestGamma: found.largestGamma,
    meanDifferenceGy: statistics.meanGy,
    rmsDifferenceGy: statistics.rmsGy,
    relativeMeanDifference: statistics.relativeMean,
  }
}
