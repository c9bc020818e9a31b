/** Worker entry: the pure functions of services/analysis and services/doseMaps, with progress and cancel over a shared Int32Array. */
import { findLesions } from '../../native-core/imaging/segmentation/lesions/index.ts'
import { resampleTrilinear } from '../../native-core/kernels/index.ts'
// Not by its index: each thread would load and run all of the analysis, a second of work.
import { displayMasks } from '../services/analysis/displayMask.ts'
import { measureStructures } from '../services/analysis/measure.ts'
import { bedMaps } from '../services/bedMaps/bedMapTask.ts'
import { activityMap, carryImages } from '../services/doseMaps/activityMap.ts'
import { carryActivity } from '../services/doseMaps/carryActivity.ts'
import { compareDoses } from '../services/doseMaps/compareDoses.ts'
import { fittedMap } from '../services/doseMaps/fittedMap.ts'
import { structureDoses } from '../services/doseMaps/structureDoses.ts'
import { measureUptake } from '../services/pet/uptake.ts'
import type { ComputeJob, WorkerAnswer } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

export default function run(job: ComputeJob): WorkerAnswer<unknown> {
  try {
    return { kind: 'done', answer: compute(job) }
  } catch (error) {
    return failureAnswer(error)
  }
}

function compute(job: ComputeJob): unknown {
  const progress = (fraction: number): boolean => {
    Atomics.store(job.control, 1, Math.round(fraction * 1000))
    return Atomics.load(job.control, 0) === 0
  }
  switch (job.name) {
    case 'measure':
      return measureStructures(job.task, progress)
    case 'uptake':
      return measureUptake(job.task, progress)
    case 'displayMasks':
      return displayMasks(job.task, progress)
    case 'activityMap':
      return activityMap(
        job.task,
        { resample: resampleTrilinear, carry: carryActivity, control: job.control.subarray(0, 1) },
        progress,
      )
    case 'carryImages':
      return carryImages(
        job.task,
        { resample: resampleTrilinear, carry: carryActivity, control: job.control.subarray(0, 1) },
        progress,
      )
    case 'fittedMap':
      return fittedMap(job.task, progress)
    case 'structureDoses':
      return structureDoses(job.task, progress)
    case 'compareDoses':
      return compareDoses(job.task, progress)
    case 'bedMap':
      return bedMaps(job.task, progress)
    case 'findLesions':
      return findLesions(job.task.image, job.task.ask, { progress })
  }
}
