/** BED of each voxel and of each structure. Plain data in and out, so that a worker thread can run it. */
import type { DoseImage, StructureDose } from '../../../native-core/dosimetry/evaluation/index.ts'
import { volumeAtDoseMl } from '../../../native-core/dosimetry/evaluation/index.ts'
import { CancelledError } from '../../../native-core/errors/index.ts'
import { finerGrid, voxelCount } from '../../../native-core/imaging/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/index.ts'
import { eubed, tissueBedMap } from '../../../native-core/radiobiology/index.ts'
import type { VoxelTissue } from '../../../native-core/radiobiology/index.ts'
import { labelsOf } from '../doseMaps/labels.ts'
import { bandReach, inMap, statisticsOf, WIDEST_MM } from '../doseMaps/structureDoses.ts'
import { structureMasks } from '../doseMaps/structureMasks.ts'
import type { BedMapAnswer, BedMapTask, BedStatistics } from '../ports/computeBed.ts'
import { neighbourhood } from './neighbourhood.ts'
import type { Neighbourhood } from './neighbourhood.ts'

/**
 * The map: each voxel by the tissue of the structure that holds most of it (`labelsOf`), else by that of elsewhere. Statistics of a structure are taken
 * on cells finer than the voxels from a map of its own surroundings that has its tissue throughout: of the joint map, its edge would take part in the tissue of its
 * neighbours. Means and EUBED are over the voxels, by the part of each inside, as the mean of a dose is: cells between voxels are smoother. The band holds with 95 % and is that of the absorbed dose carried through; parameters are taken as exact.
 *
 * @throws InputError of `tissueBedMap`; CancelledError where `progress` answers false.
 */
export function bedMaps(task: BedMapTask, progress: (fraction: number) => boolean = () => true): BedMapAnswer {
  const step = (fraction: number): void => {
    if (!progress(fraction)) throw new CancelledError('The BED map')
  }
  const masks = structureMasks(task.grid, task, (share) => step(0.1 * share))
  const tissues = task.structures.map(({ tissue }) => tissue ?? task.elsewhere)
  const labels = labelsOf(
    masks.map((mask) => mask?.target ?? null),
    task.grid,
  )
  const map = tissueBedMap({
    doseGy: task.doseGy,
    labels,
    tissues: [task.elsewhere, ...tissues],
    ...(task.terms ? { terms: task.terms } : {}),
    progress: (share) => progress(0.1 + 0.4 * share),
  })
  const fine = structureMasks(finerGrid(task.grid, WIDEST_MM), task, (share) => step(0.5 + 0.2 * share))
  const structures = task.structures.map(({ name, alphaPerGy, relativeUncertainty }, at) => {
    step(0.7 + (0.3 * at) / task.structures.length)
    const [mask, tissue] = [fine[at]?.target, tissues[at]]
    // Without a curve of the structure some voxels may have no BED: the numbers of the others are not those of the whole.
    if (!mask || !tissue || tissue.g === null) return null
    return statisticsOfTissue(task, mask, { name, tissue, alphaPerGy, relativeUncertainty })
  })
  return {
    bedGy: map.bedGy as Float32Array,
    eqd2Gy: map.eqd2Gy as Float32Array,
    g: map.g as Float32Array,
    labels,
    voxels: { all: voxelCount(task.grid), ...map.voxels },
    structures,
  }
}

type Judged = Pick<BedMapTask['structures'][number], 'name' | 'alphaPerGy' | 'relativeUncertainty'> & {
  readonly tissue: VoxelTissue
}

function statisticsOfTissue(
  task: BedMapTask,
  mask: FractionalMask,
  { name, tissue, alphaPerGy, relativeUncertainty }: Judged,
): BedStatistics | null {
  const near = neighbourhood(task, mask)
  const absorbed = inMap({ grid: near.grid, doseGy: near.doseGy }, mask, name, 'voxels')
  /** BED of the structure where all absorbed doses are multiplied. */
  const of = (factor: number): StructureDose | null =>
    inMap(bedOfDose(near, tissue, factor), mask, name, 'interpolated')
  const bed = of(1)
  const voxels = inMap(bedOfDose(near, tissue, 1), mask, name, 'voxels')
  if (!absorbed || !bed || !voxels) return null
  const relative = relativeUncertainty === null ? null : bandReach(relativeUncertainty)
  const [low, high] = relative === null ? [null, null] : [of(1 - relative), of(1 + relative)]
  const band =
    low && high
      ? {
          lowMl: (edge: number) => volumeAtDoseMl(low, edge),
          highMl: (edge: number) => volumeAtDoseMl(high, edge),
          upToGy: high.doseGy[high.doseGy.length - 1] ?? 0,
        }
      : null
  const fraction = voxels.volumeMl.map((volumeMl) => volumeMl / voxels.insideMl)
  return {
    ...statisticsOf(bed, near.statisticalSdGy ? voxels : null, band),
    meanGy: voxels.meanGy,
    meanDoseGy: absorbed.meanGy,
    // d/dr of Σ r·D + r²·Q/(α/β) at r = 1, by the law of propagation.
    dependenceOnDose: relativeUncertainty === null ? null : relativeUncertainty * (2 * voxels.meanGy - absorbed.meanGy),
    eubedGy: alphaPerGy === null ? null : eubed({ doseGy: voxels.doseGy, fraction }, alphaPerGy),
  }
}

/** BED in the neighbourhood of a structure, with the noise of the engine carried through: dBED/dD = 2·BED/D − 1. */
function bedOfDose(
  { grid, doseGy, statisticalSdGy, terms }: Neighbourhood,
  tissue: VoxelTissue,
  factor: number,
): DoseImage {
  const scaled = factor === 1 ? doseGy : doseGy.map((dose) => factor * dose)
  const { bedGy } = tissueBedMap({
    doseGy: scaled,
    labels: new Uint8Array(scaled.length),
    tissues: [tissue],
    ...(terms ? { terms } : {}),
  })
  if (!statisticalSdGy) return { grid, doseGy: bedGy }
  return {
    grid,
    doseGy: bedGy,
    sdGy: statisticalSdGy.map((sd, at) => {
      const dose = scaled[at] as number
      return dose > 0 ? sd * ((2 * (bedGy[at] as number)) / dose - 1) : sd
    }),
  }
}
