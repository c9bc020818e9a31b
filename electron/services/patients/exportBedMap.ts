/** BED maps as files that other programs read. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BedMapResult } from '../../contracts/bedMaps.ts'
import type { BedSum } from '../../contracts/bedSums.ts'
import type { DoseVolume, VoxelDoseResult } from '../../contracts/doseMaps.ts'
import { tissueWords } from '../bedMaps/index.ts'
import type { StoredPatient } from '../import/index.ts'
import { rtDoseOf } from './exportDose.ts'
import type { ExportPorts } from './exportDose.ts'
import { finishedFiles, namePart } from './finishedFiles.ts'

interface Written {
  readonly savedTo: string[]
  readonly remarks: string[]
}

/** What is written: `number` is that of the RT Dose series; null: NIfTI alone. */
interface MapToWrite {
  readonly name: 'bed' | 'eqd2' | 'g'
  readonly what: string
  readonly unit: string
  readonly number: number | null
}

const MAPS: readonly MapToWrite[] = [
  { name: 'bed', what: 'Biologically effective dose (BED)', unit: 'Gy', number: 903 },
  { name: 'eqd2', what: 'Equivalent dose in 2 Gy fractions (EQD2)', unit: 'Gy', number: 904 },
  { name: 'g', what: 'Lea-Catcheside factor', unit: '1', number: null },
]
/** Of several cycles; they are other series than those of one. */
const SUMS: readonly MapToWrite[] = [
  { name: 'bed', what: 'Biologically effective dose (BED) of several cycles', unit: 'Gy', number: 905 },
  { name: 'eqd2', what: 'Equivalent dose in 2 Gy fractions (EQD2) of several cycles', unit: 'Gy', number: 906 },
]

/**
 * Writes BED and EQD2 as RT Dose of the type EFFECTIVE and as NIfTI, and G as NIfTI. The parameters are in Image Comments of the objects. Each file is there
 * only when complete; the same map gives the same objects. Answers with the paths and what a reader has to know.
 *
 * @throws InputError `dose.cannot-write`.
 */
export async function exportBedMap(
  result: BedMapResult,
  dose: VoxelDoseResult,
  patient: StoredPatient,
  folder: string,
  ports: ExportPorts,
): Promise<Written> {
  const parameters = [...tissueWords(result), ...result.remarks]
  return write(
    { result, volumes: result, maps: MAPS, cycles: `cycle${result.cycle}`, parameters },
    dose,
    patient,
    folder,
    ports,
  )
}

/**
 * Writes BED and EQD2 of several cycles likewise, on the grid and in the frame of reference of the dose that they were added up on.
 *
 * @throws InputError `dose.cannot-write`.
 */
export async function exportBedSum(
  result: BedSum,
  dose: VoxelDoseResult,
  patient: StoredPatient,
  folder: string,
  ports: ExportPorts,
): Promise<Written> {
  const parts = result.parts.map(({ cycle, registration }) => `Cycle ${cycle}: ${registration}`)
  const parameters = [...tissueWords(result), ...parts, ...result.remarks]
  const cycles = `cycles${result.parts.map(({ cycle }) => cycle).join('-')}`
  return write({ result, volumes: result, maps: SUMS, cycles, parameters }, dose, patient, folder, ports)
}

async function write(
  {
    result,
    volumes,
    maps,
    cycles,
    parameters,
  }: {
    readonly result: { readonly bedId: string }
    readonly volumes: Readonly<Partial<Record<MapToWrite['name'], DoseVolume>>>
    readonly maps: readonly MapToWrite[]
    readonly cycles: string
    readonly parameters: readonly string[]
  },
  { summary, nuclide, gridOfImage }: VoxelDoseResult,
  patient: StoredPatient,
  folder: string,
  { voxels, files, programVersion }: ExportPorts,
): Promise<Written> {
  const stem = `theratwin-${namePart(patient.record.mrn)}-${cycles}-${summary.engine.id}-${result.bedId.slice(0, 8)}`
  const savedTo = await finishedFiles(folder, { code: 'dose.cannot-write', subject: 'The BED map' }, async (finish) => {
    for (const { name, what, unit, number } of maps) {
      const volume = volumes[name]
      if (!volume) continue
      const { id, grid } = volume
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
  return { savedTo, remarks: [...parameters] }
}
