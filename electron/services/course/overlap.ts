import { indexToPatient, patientToIndex } from '../../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'

/** Share (0 to 1) of a coarse lattice of points of grid `a` that lies inside grid `b`; both in one frame of reference. */
export function gridOverlapFraction(a: ImageGrid, b: ImageGrid): number {
  const steps = 8
  let inside = 0
  for (let k = 0; k < steps; k++)
    for (let j = 0; j < steps; j++)
      for (let i = 0; i < steps; i++) {
        const at = (step: number, axis: 0 | 1 | 2): number => ((step + 0.5) / steps) * a.dimensions[axis] - 0.5
        const index = patientToIndex(b, indexToPatient(a, [at(i, 0), at(j, 1), at(k, 2)]))
        const isInside = ([0, 1, 2] as const).every(
          (axis) => index[axis] >= -0.5 && index[axis] <= b.dimensions[axis] - 0.5,
        )
        if (isInside) inside++
      }
  return inside / steps ** 3
}
