import type { ImageGrid } from '../../imaging/types.ts'

/** Absorbed dose on a grid: Gy, one number per voxel, x fastest. */
export interface DoseImage {
  readonly grid: ImageGrid
  readonly doseGy: Float32Array | Float64Array
  /** Statistical standard deviation of each voxel's dose, Gy; independent from voxel to voxel. */
  readonly sdGy?: Float32Array | Float64Array
}

/**
 * How a structure takes its dose.
 * - `voxels`: the dose of each voxel of the dose grid counts with the part of the voxel that is inside.
 * - `interpolated`: the structure is divided into small cells, each takes the dose at a point in it, trilinear between voxel centres.
 */
export type DoseSampling = 'voxels' | 'interpolated'

/** The dose inside a structure as volumes that each have one dose. What histograms and statistics are computed from. */
export interface StructureDose {
  readonly sampling: DoseSampling
  /** Dose of each sample, Gy, ascending. */
  readonly doseGy: Float64Array
  /** Volume of each sample, mL. */
  readonly volumeMl: Float64Array
  /** Volume of this sample and all before it, mL. */
  readonly cumulativeMl: Float64Array
  /** Statistical standard deviation of each sample's dose, Gy, or null where none is known. */
  readonly sdGy: Float64Array | null
  /** Number, from 0, of the voxel of the dose grid that each sample lies in, among those that have any; null without `sdGy`. */
  readonly voxel: Int32Array | null
  /** Volume with dose, mL: that inside the dose grid. */
  readonly insideMl: number
  /** Volume of the structure outside the dose grid, mL: it has no dose and counts in no statistic. */
  readonly outsideMl: number
  /** Volume-weighted mean, Gy. */
  readonly meanGy: number
  /** Statistical standard deviation of the mean from those of the voxels, Gy; null without `sdGy`. */
  readonly meanSdGy: number | null
  /** Samples with a dose below zero (noise of a fit). They count as they are. */
  readonly negativeSamples: number
}
