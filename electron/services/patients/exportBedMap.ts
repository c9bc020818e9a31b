/** BED maps as files that other programs read. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BedMapResult } from '../../contracts/bedMaps.ts'
import type { VoxelDoseResult } from '../../contracts/doseMaps.ts'
import { tissueWords } from '../bedMaps/index.ts'
import type { StoredPatient } from '../import/index.ts'
import { rtDoseOf } from './exportDose.ts'
import type { ExportPorts } from './exportDose.ts'
import { finishedFiles, namePart } from './finishedFiles.ts'

const MAPS = [
  { name: 'bed', what: 'Biologically effective dose (BED)', unit: 'Gy', number: 903 },
  { name: 'eqd2', what: 'Equivalent dose in 2 Gy fractions (EQD2)', unit: 'Gy', number: 904 },
  { name: 'g', what: 'Lea-Catcheside factor', unit: '1', number: null },
] as const

/**
 * Writes BED and EQD2 as RT Dose of the type EFFECTIVE and as NIfTI, and G as NIfTI. The parameters are in Image Comments of the objects. Each file is there
 * only when complete; the same map gives the same objects. Answers with the paths and what a reader has to know.
 *
 * @throws InputError `dose.cannot-write`.
 */
export async function exportBedMap(
  result: BedMapResult,
  { summary, nuclide, gridOfImage }: VoxelDoseResult,
  patient: StoredPatient,
  folder: string,
  { voxels, files, programVersion }: ExportPorts,
): Promise<{ readonly savedTo: string[]; readonly remarks: string[] }> {
  const stem = `theratwin-${namePart(patient.record.mrn)}-cycle${result.cycle}-${summary.engine.id}-${result.bedId.slice(0, 8)}`
  const parameters = [...tissueWords(result), ...result.remarks]
  const savedTo = await finishedFiles(folder, { code: 'dose.cannot-write', subject: 'The BED map' }, async (finish) => {
    for (const { name, what, unit, number } of MAPS) {
      const { id, grid } = result[name]
      const values = await voxels(id)
      if (number !== null)
        await finish(`${stem}-${name}.dcm`, (temporary) =>
          files.dicom(
            rtDoseOf({
              ...{ id: result.bedId, name, patient, gridOfImage, number, software: programVersion },
              description: `${nuclide} ${name.toUpperCase()}, ${summary.engine.id}`,
              map: {
                ...{ grid, values, kind: 'effective' },
                comment: `${name.toUpperCase()} by structure, parameters in Image Comments`,
                description: [`${what}, Gy.`, ...parameters].join('\n'),
              },
            }),
            folder,
            temporary,
          ),
        )
      const nifti = await files.nifti({ grid, values }, `${what}, ${unit}`)
      await finish(`${stem}-${name}.nii.gz`, (temporary) => writeFile(join(folder, temporary), nifti))
    }
  })
  return { savedTo, remarks: parameters }
}
