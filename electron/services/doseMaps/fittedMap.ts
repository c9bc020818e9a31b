/** Fitted voxels made an activity map. Plain data in and out, so that a worker thread can run it. */
import { CancelledError } from '../../../native-core/errors/index.ts'
import { responseIntegral } from '../../../native-core/kinetics/parametric/index.ts'
import { voxelCount } from '../../../native-core/imaging/index.ts'
import type { ActivityMap, FittedMapTask } from '../ports/compute.ts'
import { matchStructures } from './matchStructures.ts'
import { totalOf } from './totals.ts'

/**
 * The integrals of a voxelwise fit as an activity map: structures are matched to their own curves where that is asked for, and the
 * uncertainty of a voxel is scaled with it. Shares before and after the images are those of the fitted curves, where terms were kept.
 *
 * @throws CancelledError where `progress` answers false.
 */
export function fittedMap(task: FittedMapTask, progress: (fraction: number) => boolean = () => true): ActivityMap {
  const { grid, images, fit } = task
  if (!progress(0)) throw new CancelledError('The activity map')
  const { integral, integralSd, halfLifeS } = fit.maps
  const activityPerMl = new Float32Array(new SharedArrayBuffer(integral.byteLength))
  activityPerMl.set(integral)
  const shares = sharesOutside(task)
  const totalBeforeMatching = totalOf(activityPerMl, grid)
  const structures = matchStructures(
    activityPerMl,
    task.structures.map(({ name, expectedPerMl }, position) => ({
      name,
      expectedPerMl,
      mask: images.masks[position]?.source ?? null,
    })),
    task.matchStructures,
  )
  if (!progress(0.9)) throw new CancelledError('The activity map')
  const uncertaintyPerMl = integralSd.map((sd, voxel) => {
    const before = integral[voxel] as number
    return before > 0 ? sd * ((activityPerMl[voxel] as number) / before) : sd
  })
  const { counts } = fit
  return {
    activityPerMl,
    totalBeforeMatching,
    total: totalOf(activityPerMl, grid),
    structures,
    masks: images.masks.map((mask) => mask?.target ?? null),
    voxels: { all: voxelCount(grid), negligible: counts.negligible, unseen: counts.unseen, negative: counts.zero },
    ...(images.carried.length > 0 ? { carried: images.carried } : {}),
    ...shares,
    fit: { plan: fit.plan, counts, uncertaintyPerMl, halfLifeS, terms: fit.maps.terms },
  }
}

/** Shares of the curves' integral before the first and after the last image. */
function sharesOutside({ fit }: FittedMapTask): { readonly shareBefore: number; readonly shareAfter: number } {
  const { maps, plan } = fit
  const first = plan.timesS[0] as number
  const last = plan.timesS[plan.timesS.length - 1] as number
  if (maps.outside) {
    const total = (map: Float32Array): number => map.reduce((sum, one) => sum + one, 0)
    const all = total(maps.integral)
    const share = (part: Float32Array): number => (all > 0 ? total(part) / all : 0)
    return { shareBefore: share(maps.outside.before), shareAfter: share(maps.outside.after) }
  }
  if (!maps.terms) throw new Error('the shares of fitted voxels need their terms')
  const { administration } = plan
  const until = (rate: number, time: number): number =>
    administration ? responseIntegral(rate, 0, time, administration).value : -Math.expm1(-rate * time) / rate
  let [before, after, all] = [0, 0, 0]
  for (const { amplitude, ratePerS } of maps.terms)
    for (let voxel = 0; voxel < amplitude.length; voxel++) {
      const rate = ratePerS[voxel] as number
      if (!(rate > 0)) continue
      const size = amplitude[voxel] as number
      const whole = size / rate
      all += whole
      before += size * until(rate, first)
      after += whole - size * until(rate, last)
    }
  return all > 0 ? { shareBefore: before / all, shareAfter: after / all } : { shareBefore: 0, shareAfter: 0 }
}
