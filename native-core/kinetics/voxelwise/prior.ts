/** What is believed of the voxels of a structure: the shape of its own curve. */
import { InputError } from '../../errors/index.ts'
import { fitTimeActivity } from '../fit.ts'
import type { ExponentialTerm } from '../types.ts'
import { VOXEL_MODELS } from './shape.ts'
import type { VoxelFitRequest, VoxelModelId, VoxelPrior } from './types.ts'

export type PriorShape = Pick<VoxelPrior, 'slowRatePerS' | 'fastRatePerS' | 'startShare'>

/** A share of the start nearer to 0 or 1 than this is on the bound of its logit. */
export const SMALLEST_START_SHARE = 1e-5
/** Amplitudes of an uptake curve are opposite; to this share. */
const OPPOSITE = 1e-6

/** The shape of a sum of exponentials in the parameters of `model`; null where it is no curve of that model. */
export function shapeOfTerms(model: VoxelModelId, terms: readonly ExponentialTerm[]): PriorShape | null {
  const [slow, fast] = [...terms].sort((a, b) => a.effectiveRatePerS - b.effectiveRatePerS)
  if (!slow || !(slow.amplitudeBq > 0) || !(slow.effectiveRatePerS > 0)) return null
  if (terms.length !== VOXEL_MODELS[model].phases) return null
  if (!fast) return { slowRatePerS: slow.effectiveRatePerS, fastRatePerS: null, startShare: null }
  if (!(fast.effectiveRatePerS > slow.effectiveRatePerS)) return null
  const start = slow.amplitudeBq + fast.amplitudeBq
  const isUptake = Math.abs(start) <= OPPOSITE * slow.amplitudeBq
  const rates = { slowRatePerS: slow.effectiveRatePerS, fastRatePerS: fast.effectiveRatePerS }
  if (model === 'uptake-washout') return isUptake ? { ...rates, startShare: null } : null
  if (start < 0 && !isUptake) return null
  const share = Math.max(0, start) / (Math.max(0, start) + slow.amplitudeBq)
  return { ...rates, startShare: Math.min(1 - SMALLEST_START_SHARE, Math.max(SMALLEST_START_SHARE, share)) }
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
  {
    model,
    timesS,
    physicalRatePerS,
    administration,
  }: Pick<VoxelFitRequest, 'model' | 'timesS' | 'physicalRatePerS' | 'administration'>,
): PriorShape {
  const used = timesS.map((_, image) => image).filter((image) => (means[image] as number) > 0)
  const fit = fitTimeActivity({
    label,
    timesS: used.map((image) => timesS[image] as number),
    activityBq: used.map((image) => means[image] as number),
    physicalHalfLifeS: Math.LN2 / physicalRatePerS,
    model,
    ...(administration ? { administration } : {}),
  })
  const shape = shapeOfTerms(model, fit.terms)
  if (shape) return shape
  throw new InputError(
    'voxel-kinetics.mean-curve',
    `${label}: the ${model} curve of its mean has no slow phase with activity.`,
    'Choose a simpler model for the voxels.',
  )
}
