import { indexToPatient } from '../grid.ts'
import type { FractionalMask, Vec3 } from '../types.ts'

/** Centre of mass of the part of a structure that lies in its grid, LPS in mm; null where none does. */
export function maskCentroidMm({ grid, box, fractions }: FractionalMask): Vec3 | null {
  const sums: [number, number, number] = [0, 0, 0]
  let weight = 0
  const [nx, ny, nz] = box.size
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) {
        const part = fractions[n] as number
        weight += part
        sums[0] += part * i
        sums[1] += part * j
        sums[2] += part * k
      }
  if (!(weight > 0)) return null
  const { start } = box
  return indexToPatient(grid, [start[0] + sums[0] / weight, start[1] + sums[1] / weight, start[2] + sums[2] / weight])
}
