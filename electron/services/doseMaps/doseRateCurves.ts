/** Dose first, then time: the dose rate of each image, and a curve through them in each voxel. */
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'
import { voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import { integrateVoxels } from '../../../native-core/kinetics/index.ts'
import type { VoxelFitCounts, VoxelFitMaps, VoxelFitPlan } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitOptionsAsk } from '../../contracts/doseMaps.ts'
import type { ActivityMapTask, Compute, ComputeOptions, StructureDose, VoxelDoseAnswer } from '../ports/compute.ts'
import { fitChoice } from './fittedActivity.ts'
import { labelsOf } from './labels.ts'

export interface DoseRateCurvesRequest {
  readonly grid: ImageGrid
  readonly timesS: readonly number[]
  /** The engine's answer for each time, on the grid. */
  readonly rates: readonly VoxelDoseAnswer[]
  readonly masks: readonly (FractionalMask | null)[]
  readonly structures: ActivityMapTask['structures']
  readonly physicalRatePerS: number
  readonly administration?: ActivityMapTask['administration']
  readonly circulationRatePerS?: number | null
  readonly fit: VoxelFitOptionsAsk
  readonly negligibleShare: number
}

export interface DoseOfRates {
  readonly dose: VoxelDoseAnswer['dose']
  readonly plan: VoxelFitPlan
  readonly counts: VoxelFitCounts
  /** Gy, of each voxel. */
  readonly uncertaintyGy: Float32Array
  /** The dose-rate curve of each voxel, Gy/s and 1/s. */
  readonly terms: VoxelFitMaps['terms']
}

/**
 * Fits the dose rates of each voxel as its activity would be (the rate at a point is a sum over sources that all fall at least
 * physically, so the same bound holds) and integrates them to a dose. Means of structures are by mass. The energy that was emitted is that
 * of the rates, integrated by trapezoids and a tail.
 *
 * @throws InputError of `fitVoxels`; CancelledError.
 */
export async function doseOfRates(
  request: DoseRateCurvesRequest,
  compute: Pick<Compute, 'fitVoxels'>,
  options: ComputeOptions,
): Promise<DoseOfRates> {
  const { grid, timesS, rates, masks, structures, physicalRatePerS, administration } = request
  const first = rates[0]
  if (!first || rates.length !== timesS.length) throw new Error('a dose rate for each time')
  const { plan, maps, counts } = await compute.fitVoxels(
    {
      timesS,
      values: rates.map(({ dose }) => dose.doseGy),
      physicalRatePerS,
      ...(administration ? { administration } : {}),
      labels: labelsOf(masks, grid),
      structures: structures.map(({ name, terms = null }) => ({ name, terms })),
      ...fitChoice(request.fit, request.negligibleShare, request.circulationRatePerS),
      terms: true,
    },
    options,
  )
  const density = first.densityGPerMl
  const overTime = (of: (dose: VoxelDoseAnswer['dose']) => number): number =>
    integrateVoxels({
      timesS,
      activityPerMl: rates.map(({ dose }) => Float32Array.of(of(dose))),
      physicalRatePerS,
      options: { negligibleShare: 0 },
    }).tiaPerMl[0] ?? 0
  const dose: VoxelDoseAnswer['dose'] = {
    quantity: 'dose',
    doseGy: maps.integral,
    byRadiationGy: {},
    statisticalSdGy: null,
    structures: first.dose.structures.map((structure) => {
      const at = structures.findIndex(({ name }) => name === structure.name)
      return integratedStructure(structure, masks[at] ?? null, maps.integral, density)
    }),
    emittedJ: overTime(({ emittedJ }) => emittedJ),
    depositedJ: depositedJ(maps.integral, density, grid),
    facts: { ...first.dose.facts, 'dose rates': rates.length },
    remarks: [
      ...new Set(rates.flatMap(({ dose: { remarks } }) => remarks)),
      `The dose is the integral of a ${plan.model} curve through the dose rates of ${rates.length} images in each voxel.`,
      ...(first.dose.statisticalSdGy
        ? ['The statistical noise of the engine is a part of the noise of these curves; the dose has no map of it.']
        : []),
      ...plan.remarks,
    ],
  }
  return { dose, plan, counts, uncertaintyGy: maps.integralSd, terms: maps.terms }
}

/** Density 1 g/mL where the engine was given water everywhere. */
const densityAt = (density: Float32Array | null, voxel: number): number => (density ? (density[voxel] as number) : 1)

function integratedStructure(
  structure: StructureDose,
  mask: FractionalMask | null,
  doseGy: Float32Array,
  density: Float32Array | null,
): StructureDose {
  let [mass, energy, minimumGy, maximumGy] = [0, 0, Infinity, -Infinity]
  if (mask) {
    const { start, size } = mask.box
    const [columns, rows] = mask.grid.dimensions
    for (let k = 0, at = 0; k < size[2]; k++)
      for (let j = 0; j < size[1]; j++)
        for (let i = 0; i < size[0]; i++, at++) {
          const fraction = mask.fractions[at] as number
          if (!(fraction > 0)) continue
          const voxel = ((start[2] + k) * rows + start[1] + j) * columns + start[0] + i
          const dose = doseGy[voxel] as number
          const part = fraction * densityAt(density, voxel)
          mass += part
          energy += part * dose
          minimumGy = Math.min(minimumGy, dose)
          maximumGy = Math.max(maximumGy, dose)
        }
  }
  if (!(mass > 0)) throw new Error(`the structure ${structure.name} has a dose rate and no mass`)
  return { ...structure, doseGy: energy / mass, statisticalSdGy: null, byRadiationGy: {}, minimumGy, maximumGy }
}

function depositedJ(doseGy: Float32Array, density: Float32Array | null, grid: ImageGrid): number {
  let sum = 0
  for (let voxel = 0; voxel < doseGy.length; voxel++) sum += (doseGy[voxel] as number) * densityAt(density, voxel)
  // Gy · g = 1e-3 J.
  return 1e-3 * sum * voxelVolumeMl(grid)
}
