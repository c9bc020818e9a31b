/** The activity of a cycle by a curve in each voxel, on several threads. */
import { VOXEL_FIT_VERSION } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitCounts, VoxelFitPlan } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitOptionsAsk, VoxelKinetics } from '../../contracts/doseMaps.ts'
import type { ActivityMap, ActivityMapTask, Compute, ComputeOptions, VoxelFitTask } from '../ports/compute.ts'

export type FitCompute = Pick<Compute, 'carryImages' | 'fitVoxels' | 'fittedMap'>

/**
 * Model and options of the core for what was asked.
 *
 * @param circulationRatePerS the protocol's, where the ask has none
 */
export function fitChoice(
  { model, trapezoid, regularisation, spread, noise, fixed, circulationRatePerS: own }: VoxelFitOptionsAsk,
  negligibleShare: number,
  circulationRatePerS: number | null = null,
): Pick<VoxelFitTask, 'model' | 'trapezoid' | 'options' | 'fixed' | 'circulationRatePerS'> {
  const rate = own ?? circulationRatePerS
  return {
    model,
    trapezoid,
    options: { regularisation, spread, noise, negligibleShare },
    fixed,
    ...(rate === null ? {} : { circulationRatePerS: rate }),
  }
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
      timesS: task.images.map(({ timeS }) => timeS),
      values: images.values,
      physicalRatePerS: task.physicalRatePerS,
      ...(task.administration ? { administration: task.administration } : {}),
      labels: images.labels,
      structures: task.structures.map(({ name, terms = null }) => ({ name, terms })),
      ...fitChoice(ask, task.voxelwise.negligibleShare, task.circulationRatePerS),
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
    priors: plan.priors.map(({ spread, noiseScale, means, ...prior }) => ({
      ...prior,
      ...(means ? { means: [...means] } : {}),
      noiseScale: [...noiseScale],
      spread: {
        slowRate: finite(spread.slowRate),
        fastRate: finite(spread.fastRate),
        thirdRate: finite(spread.thirdRate ?? NaN),
        startShare: finite(spread.startShare),
        phaseShare: finite(spread.phaseShare ?? NaN),
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
  if (plan.trapezoid) return [trapezoidWords(plan.trapezoid, plan.options.regularisation), ...plan.remarks]
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

function trapezoidWords(
  { rule, beforeFirst, afterLast }: NonNullable<VoxelFitPlan['trapezoid']>,
  regularisation: VoxelFitOptionsAsk['regularisation'],
): string {
  const before = {
    constant: 'as at the first image from the injection on',
    'linear-from-zero': 'a straight rise from nothing',
    'physical-decay-back': 'physical decay from the injection on',
  }[beforeFirst]
  const ownTail = 'the rate of the last two images of each voxel'
  const after =
    afterLast === 'physical-decay'
      ? 'physical decay'
      : afterLast === 'last-two' || regularisation === 'none'
        ? ownTail
        : `${ownTail} around that of its structure, with the stated spread (designed, not measured)`
  return `Voxels were integrated by the trapezoidal rule (${rule === 'linear' ? 'straight' : 'straight where they rise, logarithmic where they fall'}); before the first image ${before}; after the last ${after}.`
}
