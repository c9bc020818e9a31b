/** The activity of a cycle by a curve in each voxel, on several threads. */
import { VOXEL_FIT_VERSION } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitCounts, VoxelFitOptions, VoxelFitPlan } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitOptionsAsk, VoxelKinetics } from '../../contracts/doseMaps.ts'
import type { ActivityMap, ActivityMapTask, Compute, ComputeOptions } from '../ports/compute.ts'

export type FitCompute = Pick<Compute, 'carryImages' | 'fitVoxels' | 'fittedMap'>

/** The options of the core for what was asked. */
export function fitOptions(ask: VoxelFitOptionsAsk, negligibleShare: number): VoxelFitOptions {
  const { regularisation, spread, noise } = ask
  return { regularisation, spread, noise, negligibleShare }
}

/**
 * As `activityMap`, with the curve of `ask` fitted in each voxel (`fitVoxels` of the core), around the curve of its structure.
 *
 * @throws InputError of `carryImages` and `fitVoxels`; CancelledError.
 */
export async function fittedActivity(
  task: ActivityMapTask,
  ask: VoxelFitOptionsAsk,
  compute: FitCompute,
  { progress, signal }: ComputeOptions,
): Promise<ActivityMap> {
  const part = (from: number, to: number): ComputeOptions => ({
    ...(signal ? { signal } : {}),
    ...(progress ? { progress: (fraction: number) => progress(from + (to - from) * fraction) } : {}),
  })
  const images = await compute.carryImages(task, part(0, 0.4))
  const fit = await compute.fitVoxels(
    {
      model: ask.model,
      timesS: task.images.map(({ timeS }) => timeS),
      values: images.values,
      physicalRatePerS: task.physicalRatePerS,
      ...(task.administration ? { administration: task.administration } : {}),
      labels: images.labels,
      structures: task.structures.map(({ name, terms = null }) => ({ name, terms })),
      options: fitOptions(ask, task.voxelwise.negligibleShare),
      terms: true,
    },
    part(0.4, 0.9),
  )
  const { grid, structures, matchStructures } = task
  const { masks, carried } = images
  return await compute.fittedMap({ grid, structures, matchStructures, images: { masks, carried }, fit }, part(0.9, 1))
}

/** What is kept of a fit beside its maps: plain JSON, what is infinite as null. */
export function voxelKineticsOf({
  plan,
  counts,
}: {
  readonly plan: VoxelFitPlan
  readonly counts: VoxelFitCounts
}): VoxelKinetics {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return {
    version: VOXEL_FIT_VERSION,
    timesS: [...plan.timesS],
    noise: plan.noise.map((noise) => ({ ...noise })),
    priors: plan.priors.map(({ spread, noiseScale, ...prior }) => ({
      ...prior,
      noiseScale: [...noiseScale],
      spread: {
        slowRate: finite(spread.slowRate),
        fastRate: finite(spread.fastRate),
        startShare: finite(spread.startShare),
      },
    })),
    counts: { ...counts },
    remarks: [...plan.remarks],
  }
}

/** What a reader of the dose has to know about its curves. */
export function fitRemarks({ plan, counts }: Pick<NonNullable<ActivityMap['fit']>, 'plan' | 'counts'>): string[] {
  const percent = (part: number): string => `${((100 * part) / Math.max(1, counts.all)).toFixed(1)} %`
  const estimated = plan.priors.filter(({ spreadFrom }) => spreadFrom === 'voxels').length
  const how = {
    none: 'Voxels were fitted without regularisation.',
    designed:
      'Each voxel was fitted around the curve of its structure, with stated spread and noise (designed, not measured).',
    estimated: `Each voxel was fitted around the curve of its structure; spread and noise were estimated from the voxels of ${estimated} of ${plan.priors.length} structures (the whole image counts as one), and stated for the others (designed, not measured).`,
  }[plan.options.regularisation]
  const { structureShape: lost, unfinished } = counts
  return [
    how,
    ...(lost > 0
      ? [`${percent(lost)} of the voxels had no curve of their own and have the shape of their structure's.`]
      : []),
    ...(unfinished > 0
      ? [`The search for the curves of ${percent(unfinished)} of the voxels did not come to an end.`]
      : []),
    ...plan.remarks,
  ]
}
