/** The `Compute` port on pools of worker threads. */
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { VoxelDose } from '../../../native-core/dosimetry/engines/types.ts'
import type { ScanAdvice } from '../../contracts/scanTime.ts'
import type {
  ActivityMap,
  BedMapAnswer,
  CalibrationJob,
  CarriedImages,
  ComparedDoses,
  Compute,
  ComputeJob,
  ComputeOptions,
  DisplayMask,
  LesionsFound,
  PhantomAnswer,
  PopulationAnswer,
  PopulationJob,
  RegistrationAnswer,
  RegistrationJob,
  ResponseAnswer,
  ResponseJob,
  ScanTimeJob,
  SegmentationJob,
  SegmentedRegion,
  StructureDoseStatistics,
  StructureMeasurement,
  StructureUptake,
  VoxelDoseAnswer,
  VoxelDoseOptions,
  VoxelDoseTask,
  WarpKind,
  WarpTask,
  WarpTasks,
} from '../../services/ports/compute.ts'
import { createCompartmentMaps } from './compartmentMaps.ts'
import { createJobPool } from './jobPool.ts'
import { createVoxelKinetics } from './voxelKinetics.ts'

/** Engines poll the flag, also in C++; a large volume may be between two looks for so long. */
const DOSE_GRACE_MS = 4000
/** A step of the analysis of a phantom is not interrupted. */
const PHANTOM_GRACE_MS = 500
/** The worker does not look at the flag: a response that is not wanted any more is ended after this. */
const RESPONSE_GRACE_MS = 200

interface DoseJob {
  readonly control: Int32Array
  readonly task: VoxelDoseTask
  readonly intermediate: MessagePort | null
}

export function createCompute({ threads }: { readonly threads: number }): Compute {
  const analyses = createJobPool<ComputeJob>('analysis', 'The analysis', { threads })
  // An engine takes all threads itself: one dose at a time.
  const doses = createJobPool<DoseJob, VoxelDoseAnswer>('dose', 'The dose', { graceMs: DOSE_GRACE_MS })
  const registrations = createJobPool<RegistrationJob>('registration', 'The registration')
  const voxelKinetics = createVoxelKinetics({ threads })
  const dynamicPet = createCompartmentMaps({ threads })
  const populations = createJobPool<PopulationJob, PopulationAnswer>('population', 'The fit of the population')
  const phantoms = createJobPool<CalibrationJob, PhantomAnswer>('calibration', 'The analysis of the phantom', {
    graceMs: PHANTOM_GRACE_MS,
  })
  const scanTimes = createJobPool<ScanTimeJob, readonly ScanAdvice[]>('scanTime', 'The advice on scan times')
  const responses = createJobPool<ResponseJob, ResponseAnswer>('response', 'The response', {
    graceMs: RESPONSE_GRACE_MS,
  })
  const segmentations = createJobPool<SegmentationJob, SegmentedRegion>('segmentation', 'The segmentation')

  async function voxelDose(task: VoxelDoseTask, how: VoxelDoseOptions = {}): Promise<VoxelDoseAnswer> {
    const channel = how.onIntermediate ? new MessageChannel() : null
    channel?.port1.on('message', (dose: VoxelDose) => how.onIntermediate?.(dose))
    try {
      const transfer = channel ? { transfer: [channel.port2] } : {}
      return await doses.run({ task, intermediate: channel?.port2 ?? null }, { ...how, ...transfer })
    } finally {
      channel?.port1.close()
    }
  }

  return {
    measure: async (task, how) =>
      (await analyses.run({ name: 'measure', task }, how)) as readonly StructureMeasurement[],
    uptake: async (task, how) => (await analyses.run({ name: 'uptake', task }, how)) as readonly StructureUptake[],
    displayMasks: async (task, how) =>
      (await analyses.run({ name: 'displayMasks', task }, how)) as readonly DisplayMask[],
    activityMap: async (task, how) => (await analyses.run({ name: 'activityMap', task }, how)) as ActivityMap,
    carryImages: async (task, how) => (await analyses.run({ name: 'carryImages', task }, how)) as CarriedImages,
    fitVoxels: voxelKinetics.fitVoxels,
    compartmentMaps: dynamicPet.compartmentMaps,
    fitPopulation: (task, how) => populations.run({ task }, how),
    analysePhantom: (task, how) => phantoms.run({ task }, how),
    adviseScanTime: (task, how) => scanTimes.run({ task }, how),
    computeResponse: (job, how) => responses.run({ job }, how),
    fittedMap: async (task, how) => (await analyses.run({ name: 'fittedMap', task }, how)) as ActivityMap,
    structureDoses: async (task, how) =>
      (await analyses.run({ name: 'structureDoses', task }, how)) as readonly (StructureDoseStatistics | null)[],
    compareDoses: async (task, how) => (await analyses.run({ name: 'compareDoses', task }, how)) as ComparedDoses,
    bedMap: async (task, how) => (await analyses.run({ name: 'bedMap', task }, how)) as BedMapAnswer,
    findLesions: async (task, how) => (await analyses.run({ name: 'findLesions', task }, how)) as LesionsFound,
    voxelDose,
    registerImages: async (task, how) =>
      (await registrations.run({ name: 'register', task }, how)) as RegistrationAnswer,
    warp: async <K extends WarpKind>(task: WarpTask<K>, how?: ComputeOptions) =>
      (await registrations.run({ name: 'warp', task }, how)) as WarpTasks[K]['answer'],
    segmentRegion: (task, how) => segmentations.run({ task }, how),
    close: async () => {
      const pools = [analyses, doses, registrations, voxelKinetics, populations, phantoms, scanTimes, responses]
      await Promise.all([...pools, segmentations, dynamicPet].map((pool) => pool.close()))
    },
  }
}
