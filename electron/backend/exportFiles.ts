/** Files for other programs, written into a folder that a person chose in a dialog of main's. */
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { InputError } from '../../native-core/errors/index.ts'
import type { ExportAsk, Exported } from '../contracts/index.ts'
import type { StoredPatient } from '../services/import/index.ts'
import {
  bedMapOf,
  bedSumOf,
  exportActivity,
  exportBedMap,
  exportBedSum,
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
    case 'dose':
    case 'bed-map':
    case 'bed-sum': {
      const voxels = (id: string) => store.voxels.get(id)
      const writing = { voxels, files: bench.doseFiles, programVersion: bench.programVersion }
      const doses = dosePorts(patient)
      const result = voxelDoseResult(store, patient, what.doseId, doses)
      if (what.kind === 'dose') return { savedTo: await exportDose(result, patient, folder, writing), remarks: [] }
      const sets = bench.resources.biologySets().flatMap(parseBiologySets)
      if (what.kind === 'bed-sum') {
        const sum = bedSumOf(store, patient, what.doseId, doses, sets)
        if (!sum)
          throw new InputError(
            'bed-sum.none',
            'The BED of several cycles is not on the grid of this dose yet.',
            'Add the cycles up (Dose, page “Voxels”).',
          )
        return exportBedSum(sum, result, patient, folder, writing)
      }
      const bed = bedMapOf(store, patient, what.doseId, doses, sets)
      if (!bed)
        throw new InputError('bed-map.none', 'This dose has no BED map yet.', 'Compute it (Dose, page “Voxels”).')
      return exportBedMap(bed, result, patient, folder, writing)
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
