/** What is believed of the voxels of a structure: the shape of its own curve. */
import { InputError } from '../../errors/index.ts'
import { fitTimeActivity } from '../fit.ts'
import type { ExponentialTerm } from '../types.ts'
import { heldShape, VOXEL_MODELS } from './models.ts'
import type { AmplitudePattern, HeldShape } from './models.ts'
import type { VoxelFitRequest, VoxelModelId, VoxelPrior } from './types.ts'

/** What a curve in each voxel is asked with. */
export type CurveRequest = VoxelFitRequest & { readonly model: VoxelModelId }

export type PriorShape = Pick<
  VoxelPrior,
  'slowRatePerS' | 'fastRatePerS' | 'thirdRatePerS' | 'startShare' | 'phaseShare'
>

/** A share nearer to 0 or 1 than this is on the bound of its logit. */
export const SMALLEST_SHARE = 1e-5
/** Amplitudes of an uptake curve are opposite; to this share. */
const OPPOSITE = 1e-6
/** A rate that is held is that of a curve to this share. */
const SAME_RATE = 1e-6

const inside = (share: number): number => Math.min(1 - SMALLEST_SHARE, Math.max(SMALLEST_SHARE, share))

/** Shares by the amplitudes of the phases, slowest first; null where the pattern has no such curve. */
function sharesOf(
  pattern: AmplitudePattern,
  [a1 = 0, a2 = 0, a3 = 0]: readonly number[],
): Pick<PriorShape, 'startShare' | 'phaseShare'> | null {
  const late = pattern === 'three' || pattern === 'uptake-two' ? a1 + a2 : a1
  const sum = a1 + a2 + a3
  const isUptake = Math.abs(sum) <= OPPOSITE * late
  const start = Math.max(0, sum)
  const startShare = sum < 0 && !isUptake ? null : inside(start / (start + late))
  switch (pattern) {
    case 'one':
      return { startShare: null }
    case 'uptake':
      return isUptake ? { startShare: null } : null
    case 'start':
      return startShare === null ? null : { startShare }
    case 'two':
      return a2 > 0 ? { startShare: null, phaseShare: inside(a2 / sum) } : null
    case 'uptake-two':
      return a2 > 0 && isUptake ? { startShare: null, phaseShare: inside(a2 / late) } : null
    case 'three':
      return a2 > 0 && startShare !== null ? { startShare, phaseShare: inside(a2 / late) } : null
    case 'fed':
      return isUptake && a2 <= 0 && a1 >= -a2 ? { startShare: null, phaseShare: inside((-2 * a2) / (a1 - a2)) } : null
  }
}

/**
 * The shape of a sum of exponentials in the parameters of `model`; null where it is no curve of that model.
 *
 * @param held what the model holds, in 1/s; left out: no rate
 */
export function shapeOfTerms(
  model: VoxelModelId,
  terms: readonly ExponentialTerm[],
  held?: HeldShape,
): PriorShape | null {
  const phases = [...terms].sort((a, b) => a.effectiveRatePerS - b.effectiveRatePerS)
  const [slow, fast, third] = phases.map(({ effectiveRatePerS }) => effectiveRatePerS)
  const { phases: count, pattern } = VOXEL_MODELS[model]
  if (slow === undefined || phases.length !== count || !(slow > 0) || !((phases[0]?.amplitudeBq ?? 0) > 0)) return null
  if ((fast !== undefined && !(fast > slow)) || (third !== undefined && !(third > (fast ?? 0)))) return null
  const rates = [slow, fast, third]
  if (held?.rates.some((rate, k) => rate !== null && !(Math.abs((rates[k] ?? 0) / rate - 1) < SAME_RATE))) return null
  const shares = sharesOf(
    pattern,
    phases.map(({ amplitudeBq }) => amplitudeBq),
  )
  return (
    shares && {
      slowRatePerS: slow,
      fastRatePerS: fast ?? null,
      ...(third === undefined ? {} : { thirdRatePerS: third }),
      ...shares,
    }
  )
}

/**
 * Mean of each image over the voxels of each label (row 0: over all voxels), of the voxels that every image holds, and how many they are.
 * Labels without a structure count as none.
 */
export function labelMeans(
  request: Pick<VoxelFitRequest, 'values' | 'labels' | 'structures'>,
): readonly { readonly voxels: number; readonly means: readonly number[] }[] {
  const { values, labels, structures = [] } = request
  const images = values.length
  const count = structures.length + 1
  const sums = new Float64Array(count * images)
  const voxels = new Float64Array(count)
  const n = values[0]?.length ?? 0
  const row = new Float64Array(images)
  for (let voxel = 0; voxel < n; voxel++) {
    let isSeen = true
    for (let image = 0; image < images; image++) {
      const value = (values[image] as Float32Array)[voxel] as number
      row[image] = value
      if (Number.isNaN(value)) isSeen = false
    }
    if (!isSeen) continue
    const label = labels ? (labels[voxel] as number) : 0
    for (let image = 0; image < images; image++) {
      sums[image] = (sums[image] as number) + (row[image] as number)
      if (label > 0) sums[label * images + image] = (sums[label * images + image] as number) + (row[image] as number)
    }
    voxels[0] = (voxels[0] as number) + 1
    if (label > 0) voxels[label] = (voxels[label] as number) + 1
  }
  return Array.from({ length: count }, (_, label) => ({
    voxels: voxels[label] as number,
    means: Array.from({ length: images }, (_, image) =>
      (voxels[label] as number) > 0 ? (sums[label * images + image] as number) / (voxels[label] as number) : 0,
    ),
  }))
}

/**
 * The shape of `model` that fits the mean curve of some voxels best (`fitTimeActivity` with its default uncertainties); images whose mean is
 * not positive are left out. @throws InputError of `fitTimeActivity`.
 */
export function shapeOfMeans(
  label: string,
  means: readonly number[],
  request: Pick<
    CurveRequest,
    'model' | 'timesS' | 'physicalRatePerS' | 'administration' | 'fixed' | 'circulationRatePerS'
  >,
): PriorShape {
  const { model, timesS, physicalRatePerS, administration, fixed = {}, circulationRatePerS } = request
  const used = timesS.map((_, image) => image).filter((image) => (means[image] as number) > 0)
  const fit = fitTimeActivity({
    label,
    timesS: used.map((image) => timesS[image] as number),
    activityBq: used.map((image) => means[image] as number),
    physicalHalfLifeS: Math.LN2 / physicalRatePerS,
    model,
    ...(administration ? { administration } : {}),
    ...(Object.keys(fixed).length > 0 ? { fixed } : {}),
    ...(circulationRatePerS === undefined ? {} : { circulationRatePerS }),
  })
  const shape = shapeOfTerms(model, fit.terms, heldShape(model, physicalRatePerS, fixed, circulationRatePerS))
  if (shape) return shape
  throw new InputError(
    'voxel-kinetics.mean-curve',
    `${label}: the ${model} curve of its mean has phases that no voxel can have (a slow phase without activity, or phases out of order).`,
    'Choose a simpler model for the voxels.',
  )
}
