/** Voxel S values against published ones. */
import { chainEmissions, findNuclide, parseEmissions } from '../../../native-core/physics/index.ts'
import {
  nuclidePointKernel,
  parsePointKernels,
  voxelSValues,
} from '../../../native-core/dosimetry/pointKernel/index.ts'
import type { VoxelSValue } from '../../../native-core/dosimetry/pointKernel/index.ts'
import type { Check, VerificationData } from './check.ts'

const MGY_PER_MBQ_S = 1e9

function selfDose({ nuclides, resources }: VerificationData, name: string, sideMm: number): number {
  const { total } = chainEmissions(nuclides, parseEmissions(resources.nuclideEmissions()), findNuclide(nuclides, name))
  const table = parsePointKernels(resources.dosimetryTable('point-kernels-water'))
  const { values } = voxelSValues({
    kernel: nuclidePointKernel(name, total, table),
    spacingMm: [sideMm, sideMm, sideMm],
    densityGPerMl: 1,
    reach: 0,
  })
  return (values[0] as VoxelSValue).total * MGY_PER_MBQ_S
}

const mird17 = (nuclide: string, sideMm: number, expected: number): Check => ({
  name: `${nuclide}: S value of a water voxel of ${sideMm} mm for itself`,
  source: 'Bolch et al., MIRD Pamphlet 17, J Nucl Med 40 (1999) 11S',
  unit: 'mGy/(MBq·s)',
  expected,
  tolerance: { kind: 'relative', value: 0.02 },
  find: (data) => selfDose(data, nuclide, sideMm),
})

export const voxelSChecks: readonly Check[] = [
  mird17('P-32', 3, 1.65),
  mird17('P-32', 6, 0.319),
  mird17('Sr-89', 3, 1.55),
  mird17('Sr-89', 6, 0.285),
  mird17('Y-90', 3, 1.61),
  mird17('Y-90', 6, 0.346),
]
