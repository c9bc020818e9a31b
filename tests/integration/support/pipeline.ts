/** The chain from a folder of DICOM to an analysis, composed as the application composes it, without a store. */
import { createWorkbench } from '../../../electron/backend/compose.ts'
import type { Analysis } from '../../../electron/contracts/index.ts'
import { analyse } from '../../../electron/services/analysis/index.ts'
import type { ProtocolInput } from '../../../electron/contracts/protocol.ts'
import type { ScannedPatient } from '../../../electron/services/ports/dicomSource.ts'

/** Analyses the only patient of a folder, as it is or changed. */
export async function analyseFolder(
  folder: string,
  protocols: readonly ProtocolInput[] = [{}],
  change: (patient: ScannedPatient) => ScannedPatient = (patient) => patient,
): Promise<Analysis[]> {
  const bench = createWorkbench({ threads: 2 })
  try {
    const scan = await bench.source.scan([folder], {})
    const found = scan.patients[0]
    if (!found || scan.patients.length > 1) throw new Error(`expected one patient, found ${scan.patients.length}`)
    const patient = change(found)
    const analyses: Analysis[] = []
    for (const protocol of protocols)
      analyses.push(
        await analyse({ patient, importProblems: scan.problems, programVersion: 'test' }, protocol, {
          ...bench.data,
          loadVoxels: (image) => bench.source.loadVoxels(image),
          measure: (task, options) => bench.compute.measure(task, options),
        }),
      )
    return analyses
  } finally {
    await bench.close()
  }
}
