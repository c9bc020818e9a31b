/** The `Compute` port on pools of worker threads. */
import { MessageChannel } from 'node:worker_threads'
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type { VoxelDose } from '../../../native-core/dosimetry/engines/types.ts'
import type {
  ActivityMap,
  CarriedImages,
  ComparedDoses,
  Compute,
  ComputeJob,
  ComputeOptions,
  DisplayMask,
  LesionsFound,
  RegistrationAnswer,
  RegistrationJob,
  SegmentationJob,
  SegmentationTask,
  SegmentedRegion,
  StructureDoseStatistics,
  StructureMeasurement,
  VoxelDoseAnswer,
  VoxelDoseOptions,
  VoxelDoseTask,
  WarpKind,
  WarpTask,
  WarpTasks,
  WorkerAnswer,
} from '../../services/ports/compute.ts'
import { createCancellablePool } from '../../workers/cancellablePool.ts'
import { createPhantoms } from './phantoms.ts'
import { createPopulations } from './populations.ts'
import { createResponses } from './responses.ts'
import { createScanTimes } from './scanTimes.ts'
import { createVoxelKinetics } from './voxelKinetics.ts'

/** A worker that has not answered to cancel after this is ended. */
const GRACE_MS = 1500
/** Engines poll the flag, also in C++; a large volume may be between two looks for so long. */
const DOSE_GRACE_MS = 4000

type Task = ComputeJob extends infer J ? (J extends unknown ? Omit<J, 'control'> : never) : never

/** The answer of a worker, or its failure as what it was. */
function valueOf<T>(answer: WorkerAnswer<T>, what: string): T {
  if (answer.kind === 'done') return answer.answer
  if (answer.kind === 'cancelled') throw new CancelledError(what)
  throw new InputError(answer.code, answer.message, answer.hint)
}

export function createCompute(options: { readonly threads: number }): Compute {
  const pool = createCancellablePool({ worker: 'analysis', threads: options.threads, graceMs: GRACE_MS })
  // An engine takes all threads itself: one dose at a time.
  const doses = createCancellablePool({ worker: 'dose', threads: 1, graceMs: DOSE_GRACE_MS })

  async function voxelDose(task: VoxelDoseTask, how: VoxelDoseOptions = {}): Promise<VoxelDoseAnswer> {
    const channel = how.onIntermediate ? new MessageChannel() : null
    channel?.port1.on('message', (dose: VoxelDose) => how.onIntermediate?.(dose))
    try {
      const job = (control: Int32Array): object => ({ control, task, intermediate: channel?.port2 ?? null })
      const answer = (await doses.run(job, {
        ...how,
        ...(channel ? { transfer: [channel.port2] } : {}),
      })) as WorkerAnswer<VoxelDoseAnswer>
      return valueOf(answer, 'The dose')
    } finally {
      channel?.port1.close()
    }
  }

  const registrations = createCancellablePool({ worker: 'registration', threads: 1, graceMs: GRACE_MS })

  const voxelKinetics = createVoxelKinetics({ threads: options.threads })

  const populations = createPopulations()

  const phantoms = createPhantoms()

  const scanTimes = createScanTimes()

  const responses = createResponses()

  const segmentations = createCancellablePool({ worker: 'segmentation', threads: 1, graceMs: GRACE_MS })

  async function segmentRegion(task: SegmentationTask, how: ComputeOptions = {}): Promise<SegmentedRegion> {
    const answer = await segmentations.run((control): SegmentationJob => ({ control, task }), how)
    return valueOf(answer as WorkerAnswer<SegmentedRegion>, 'The segmentation')
  }

  async function onRegistrations(
    job:
      | Omit<Extract<RegistrationJob, { name: 'register' }>, 'control'>
      | Omit<Extract<RegistrationJob, { name: 'warp' }>, 'control'>,
    how: ComputeOptions = {},
  ): Promise<unknown> {
    const answer = await registrations.run((control) => ({ control, ...job }), how)
    return valueOf(answer as WorkerAnswer<unknown>, 'The registration')
  }

  async function run(job: Task, how?: ComputeOptions): Promise<unknown> {
    const answer = await pool.run((control) => ({ ...job, control }), how)
    return valueOf(answer as WorkerAnswer<unknown>, 'The analysis')
  }
  return {
    measure: async (task, how) => (await run({ name: 'measure', task }, how)) as readonly StructureMeasurement[],
    displayMasks: async (task, how) => (await run({ name: 'displayMasks', task }, how)) as readonly DisplayMask[],
    activityMap: async (task, how) => (await run({ name: 'activityMap', task }, how)) as ActivityMap,
    carryImages: async (task, how) => (await run({ name: 'carryImages', task }, how)) as CarriedImages,
    fitVoxels: voxelKinetics.fitVoxels,
    fitPopulation: populations.fitPopulation,
    analysePhantom: phantoms.analysePhantom,
    adviseScanTime: scanTimes.adviseScanTime,
    computeResponse: responses.computeResponse,
    fittedMap: async (task, how) => (await run({ name: 'fittedMap', task }, how)) as ActivityMap,
    structureDoses: async (task, how) =>
      (await run({ name: 'structureDoses', task }, how)) as readonly (StructureDoseStatistics | null)[],
    compareDoses: async (task, how) => (await run({ name: 'compareDoses', task }, how)) as ComparedDoses,
    findLesions: async (task, how) => (await run({ name: 'findLesions', task }, how)) as LesionsFound,
    voxelDose,
    registerImages: async (task, how) => (await onRegistrations({ name: 'register', task }, how)) as RegistrationAnswer,
    warp: async <K extends WarpKind>(task: WarpTask<K>, how?: ComputeOptions) =>
      (await onRegistrations({ name: 'warp', task }, how)) as WarpTasks[K]['answer'],
    segmentRegion,
    close: async () => {
      await Promise.all([
        pool.close(),
        doses.close(),
        registrations.close(),
        voxelKinetics.close(),
        populations.close(),
        phantoms.close(),
        scanTimes.close(),
        responses.close(),
        segmentations.close(),
      ])
    },
  }
}
