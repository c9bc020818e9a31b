/** What a dose map says of each structure: dose–volume histogram and the numbers read from it. */
import {
  doseStatistics,
  doseVolumeHistogram,
  structureDose,
  volumeAtDoseMl,
  volumeBandAtDose,
} from '../../../native-core/dosimetry/evaluation/index.ts'
import type { DoseImage, DoseSampling, StructureDose } from '../../../native-core/dosimetry/evaluation/index.ts'
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { finerGrid } from '../../../native-core/imaging/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/index.ts'
import { NORMAL_975 } from '../../../native-core/statistics/index.ts'
import type { StructureDosesTask, StructureDoseStatistics } from '../ports/compute.ts'
import { structureMasks } from './structureMasks.ts'

/** Outlines are taken on voxels no wider than this: those of the dose are too coarse for the edge of an organ. */
export const WIDEST_MM = 2.5
/** A stretched dose axis keeps its direction. */
const LARGEST_RELATIVE = 0.999

/**
 * Each structure in the order of the task, with its trilinear dose in cells finer than the voxels (`structureDose`); null where it has no
 * body in the map. The band of a histogram holds with 95 %: the uncertainty of a structure's dose is common to its voxels and stretches
 * the whole curve, the engine's noise moves each voxel for itself.
 */
export function structureDoses(
  task: StructureDosesTask,
  progress: (fraction: number) => boolean = () => true,
): readonly (StructureDoseStatistics | null)[] {
  const step = (fraction: number): void => {
    if (!progress(fraction)) throw new CancelledError('The histograms')
  }
  const masks = structureMasks(finerGrid(task.grid, WIDEST_MM), task, (share) => step(0.5 * share))
  const image: DoseImage = { grid: task.grid, doseGy: task.doseGy }
  const noisy: DoseImage | null = task.statisticalSdGy ? { ...image, sdGy: task.statisticalSdGy } : null
  return task.structures.map(({ name, relativeUncertainty }, position) => {
    step(0.5 + (0.5 * position) / task.structures.length)
    const mask = masks[position]?.target
    const inside = mask ? inMap(image, mask, name, 'interpolated') : null
    if (!mask || !inside) return null
    // Noise is the voxels' own: cells between them add work and nothing to know.
    const voxels = noisy ? inMap(noisy, mask, name, 'voxels') : null
    const band = relativeUncertainty === null ? null : stretched(inside, relativeUncertainty)
    return statisticsOf(inside, voxels, band)
  })
}

/** Half the width of a 95 % band of all doses, relative to them. */
export const bandReach = (relativeUncertainty: number): number =>
  Math.min(LARGEST_RELATIVE, NORMAL_975 * relativeUncertainty)

/** The whole histogram to each end of what the doses may be. */
function stretched(dose: StructureDose, relativeUncertainty: number): DoseBand {
  const relative = bandReach(relativeUncertainty)
  return {
    lowMl: (edge) => volumeAtDoseMl(dose, edge / (1 - relative)),
    highMl: (edge) => volumeAtDoseMl(dose, edge / (1 + relative)),
    upToGy: doseStatistics(dose).maxGy * (1 + relative),
  }
}

/** The dose of a structure in its map; null where it has no body there. */
export function inMap(
  image: DoseImage,
  mask: FractionalMask,
  name: string,
  sampling: DoseSampling,
): StructureDose | null {
  try {
    return structureDose(image, { kind: 'voxels', mask }, { sampling, name })
  } catch (error) {
    if (error instanceof InputError && (error.code === 'dose.no-overlap' || error.code === 'dose.structure-empty'))
      return null
    throw error
  }
}

/** Volumes with at least a dose, mL, where all doses are at the lower or the upper end of what they may be; and the largest of these, Gy. */
export interface DoseBand {
  readonly lowMl: (doseGy: number) => number
  readonly highMl: (doseGy: number) => number
  readonly upToGy: number
}

/** @param voxels the same structure with the noise of the voxels, where there is one; `band` null: no band. */
export function statisticsOf(
  dose: StructureDose,
  voxels: StructureDose | null,
  band: DoseBand | null,
): StructureDoseStatistics {
  const { insideMl, fractionOutside, meanGy, minGy, maxGy, d98Gy, d50Gy, d2Gy, homogeneityIndex } = doseStatistics(dose)
  const { edgesGy, differentialMl, cumulativeMl } = doseVolumeHistogram(dose, { upToGy: band?.upToGy ?? maxGy })
  const lower: number[] = []
  const upper: number[] = []
  for (const edge of band ? edgesGy : []) {
    const volumeMl = volumeAtDoseMl(dose, edge)
    const share = voxels ? volumeBandAtDose(voxels, edge).statisticalSdMl / voxels.insideMl : 0
    const noise = NORMAL_975 * share * insideMl
    const less = volumeMl - (band?.lowMl(edge) ?? volumeMl)
    const more = (band?.highMl(edge) ?? volumeMl) - volumeMl
    lower.push(Math.max(0, volumeMl - Math.hypot(less, noise)) / insideMl)
    upper.push(Math.min(insideMl, volumeMl + Math.hypot(more, noise)) / insideMl)
  }
  const width = (edgesGy[1] ?? 1) - (edgesGy[0] ?? 0)
  return {
    volumeMl: insideMl + dose.outsideMl,
    insideGrid: 1 - fractionOutside,
    meanGy,
    minimumGy: minGy,
    maximumGy: maxGy,
    d98Gy,
    d50Gy,
    d2Gy,
    homogeneity: homogeneityIndex,
    histogram: {
      doseGy: [...edgesGy],
      cumulative: Array.from(cumulativeMl, (volumeMl) => volumeMl / insideMl),
      lower: band ? lower : null,
      upper: band ? upper : null,
      // Of the bin that begins at the edge; the last edge begins none.
      differentialPerGy: [...Array.from(differentialMl, (volumeMl) => volumeMl / insideMl / width), 0],
    },
  }
}
