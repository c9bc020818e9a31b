/** Files for other programs, written into a folder that a person chose in a dialog of main's. */
import type { ExportAsk, Exported } from '../contracts/index.ts'
import type { StoredPatient } from '../services/import/index.ts'
import {
  exportActivity,
  exportDose,
  exportRegistration,
  exportStructures,
  voxelDoseResult,
  writePopulation,
} from '../services/patients/index.ts'
import type { VoxelDosePorts } from '../services/patients/index.ts'
import { exportPopulation } from '../services/populations/index.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { SessionTools } from './sessionTools.ts'

export async function exportFiles(
  tools: SessionTools,
  dosePorts: (patient: StoredPatient) => VoxelDosePorts,
  what: ExportAsk,
  folder: string,
): Promise<Exported> {
  const { store, bench } = tools
  if (what.kind === 'population') {
    const document = exportPopulation(store, what.populationId, new Date().toISOString())
    return { savedTo: await writePopulation(document, folder), remarks: [] }
  }
  const { patient, course } = await patientAndCourse(tools, what.patientId)
  const ports = { objects: bench.objectWriter, nifti: bench.doseFiles.nifti, programVersion: bench.programVersion }
  switch (what.kind) {
    case 'dose': {
      const result = voxelDoseResult(store, patient, what.doseId, dosePorts(patient))
      const savedTo = await exportDose(result, patient, folder, {
        voxels: (id) => store.voxels.get(id),
        files: bench.doseFiles,
        programVersion: bench.programVersion,
      })
      return { savedTo, remarks: [] }
    }
    case 'structures':
      return exportStructures(store, patient, course, what, folder, ports)
    case 'registration':
      return exportRegistration(store, patient, course, what.registrationId, folder, ports)
    case 'activity':
      return exportActivity(store, patient, course, what.timePointId, folder, {
        ...ports,
        nuclides: bench.data.nuclides,
      })
  }
}
