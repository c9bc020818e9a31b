import type { StoredPatient } from '../services/import/index.ts'
import { courseOf, deformablePorts } from '../services/patients/index.ts'
import type { runStoredAnalysis, VoxelDosePorts } from '../services/patients/index.ts'
import type { Store } from '../services/ports/store.ts'
import type { Workbench } from './compose.ts'

/** What analyses and voxel doses of a stored patient work with. */
export function dosePorts(
  { compute, data, doseEngines, doseDataVersion, runEngine }: Workbench,
  store: Store,
  patient: StoredPatient,
): VoxelDosePorts & Parameters<typeof runStoredAnalysis>[2] & Pick<Workbench, 'compute'> {
  return {
    ...data,
    compute,
    measure: compute.measure,
    runEngine,
    engines: doseEngines,
    dataVersion: doseDataVersion(),
    loadVoxels: (image) => store.voxels.get(voxelsOf(patient, image.key)),
    deformable: deformablePorts(store, patient, courseOf(store, patient, data), compute),
  }
}

function voxelsOf(patient: StoredPatient, key: string): string {
  const id = patient.voxelsOf.get(key)
  if (id === undefined) throw new Error(`no stored voxels of ${key}`)
  return id
}
