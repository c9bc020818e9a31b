/** Descriptions of networks, and networks that are formulas: for tests. */
import { gridAround } from '../../testShapes.ts'
import { indexToPatient } from '../../grid.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import type { Infer } from './segment.ts'
import type { NetworkDescription } from './types.ts'

/** One CT channel as it is, two structures beside a background, cubes of 8 voxels of 2 mm, array z, y, x in RAS. */
export const DESCRIPTION: NetworkDescription = {
  schema: 'theratwin-network/1',
  name: 'Test organs',
  version: '1',
  source: 'made in the tests',
  licence: 'none',
  sha256: '0'.repeat(64),
  channels: [{ name: 'CT', modality: 'CT', normalisation: { kind: 'none' } }],
  axes: ['S', 'A', 'R'],
  spacingMm: [2, 2, 2],
  patchSize: [8, 8, 8],
  step: 0.5,
  resampling: { interpolation: 'cubic', nearestPlaneAboveRatio: 3 },
  cropToNonzero: false,
  output: { channels: 3, activation: 'softmax', decision: 'exclusive' },
  mirrorAxes: [],
  labels: [
    { name: 'liver', kind: 'organ', colourRgb: null, id: 1, channel: 1, largestOnly: false },
    { name: 'bone', kind: 'organ', colourRgb: null, id: 2, channel: 2, largestOnly: false },
  ],
}

/** Output channel c at each voxel: gains[c] · value + offsets[c], of the first channel. */
export const pointwise =
  (gains: readonly number[], offsets: readonly number[], voxels: number): Infer =>
  (patch) => {
    const out = new Float32Array(gains.length * voxels)
    gains.forEach((gain, c) => {
      for (let n = 0; n < voxels; n++) out[c * voxels + n] = gain * patch[n]! + offsets[c]!
    })
    return Promise.resolve(out)
  }

/**
 * Gains and offsets of three logits such that background, first and second structure are most probable below `low`, between, and above
 * `high`: straight lines that cross there.
 */
export function ranges(low: number, high: number, slope: number): { gains: number[]; offsets: number[] } {
  return { gains: [0, slope, 2 * slope], offsets: [0, -slope * low, -slope * (low + high)] }
}

/** An image of a function of the place in the patient (LPS, mm). */
export function imageOf(grid: ImageGrid, value: (place: Vec3) => number): Float32Array {
  const [nx, ny, nz] = grid.dimensions
  const out = new Float32Array(nx * ny * nz)
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) out[n++] = value(indexToPatient(grid, [i, j, k]))
  return out
}

export const cube = (halfMm: number, spacingMm: Vec3): ImageGrid => gridAround(halfMm, spacingMm)
