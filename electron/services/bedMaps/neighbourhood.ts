/** The part of a dose map that a structure's doses are read from. */
import { boxCorners, indexToPatient, patientToIndex } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../../../native-core/imaging/index.ts'
import type { VoxelDoseRateTerm } from '../../../native-core/radiobiology/index.ts'
import type { BedMapTask } from '../ports/computeBed.ts'

/** Voxels around the structure: trilinear doses take one beside it. */
const MARGIN = 2

export interface Neighbourhood {
  readonly grid: ImageGrid
  readonly doseGy: Float32Array
  readonly statisticalSdGy: Float32Array | null
  readonly terms: readonly VoxelDoseRateTerm[] | null
}

/** The box of the dose grid around a mask on any grid in the same patient coordinates, copied out of all maps. */
export function neighbourhood(
  { grid, doseGy, statisticalSdGy, terms }: Pick<BedMapTask, 'grid' | 'doseGy' | 'statisticalSdGy' | 'terms'>,
  mask: FractionalMask,
): Neighbourhood {
  const { start, size } = boxAround(grid, mask)
  const part = (values: Float32Array): Float32Array => {
    const [columns, rows] = grid.dimensions
    const out = new Float32Array(size[0] * size[1] * size[2])
    for (let k = 0, at = 0; k < size[2]; k++)
      for (let j = 0; j < size[1]; j++, at += size[0]) {
        const from = ((start[2] + k) * rows + start[1] + j) * columns + start[0]
        out.set(values.subarray(from, from + size[0]), at)
      }
    return out
  }
  return {
    grid: { ...grid, dimensions: size, originMm: indexToPatient(grid, start) },
    doseGy: part(doseGy),
    statisticalSdGy: statisticalSdGy ? part(statisticalSdGy) : null,
    terms:
      terms?.map(({ rateGyPerS, decayPerS }) => ({
        rateGyPerS: part(rateGyPerS),
        decayPerS: typeof decayPerS === 'number' ? decayPerS : part(decayPerS),
      })) ?? null,
  }
}

function boxAround(grid: ImageGrid, { grid: own, box }: FractionalMask): { readonly start: Vec3; readonly size: Vec3 } {
  const { start, size } = box
  const low: Vec3 = [start[0] - 0.5, start[1] - 0.5, start[2] - 0.5]
  const high: Vec3 = [low[0] + size[0], low[1] + size[1], low[2] + size[2]]
  const corners = boxCorners(low, high).map((corner) => patientToIndex(grid, indexToPatient(own, corner)))
  const along = (axis: 0 | 1 | 2): readonly [number, number] => {
    const inside = (index: number): number => Math.min(grid.dimensions[axis] - 1, Math.max(0, index))
    const places = corners.map((corner) => corner[axis])
    return [inside(Math.floor(Math.min(...places)) - MARGIN), inside(Math.ceil(Math.max(...places)) + MARGIN)]
  }
  const [x, y, z] = [along(0), along(1), along(2)]
  return { start: [x[0], y[0], z[0]], size: [x[1] - x[0] + 1, y[1] - y[0] + 1, z[1] - z[0] + 1] }
}
