/** A voxel dose as files that other programs read. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import type { VoxelDoseResult } from '../../contracts/doseMaps.ts'
import type { StoredPatient } from '../import/index.ts'
import type { DoseToWrite } from '../ports/dicomWriter.ts'
import { uidFromText } from '../uids.ts'
import { finishedFiles, namePart } from './finishedFiles.ts'

/** Encoders of the two formats. */
export interface DoseFiles {
  readonly dicom: (object: DoseToWrite, folder: string, name: string) => Promise<string>
  readonly nifti: (
    volume: { readonly grid: ImageGrid; readonly values: Float32Array },
    description: string,
  ) => Promise<Uint8Array>
}

export interface ExportPorts {
  readonly voxels: (volumeId: string) => Promise<Float32Array>
  readonly files: DoseFiles
  readonly programVersion: string
}

/**
 * Writes dose and, where there is one, statistical uncertainty into `folder`: RT Dose in Gy, NIfTI in Gy or Gy/s. DICOM has no unit for
 * dose rates, which are written as NIfTI only. Each file is there only when complete; the same dose gives the same objects. Answers
 * with the paths.
 *
 * @throws InputError `dose.cannot-write`.
 */
export async function exportDose(
  result: VoxelDoseResult,
  patient: StoredPatient,
  folder: string,
  { voxels, files, programVersion }: ExportPorts,
): Promise<string[]> {
  const { summary } = result
  const isDose = summary.quantity === 'dose'
  const engine = `${summary.engine.name} ${summary.engine.version}`
  const maps = [
    { name: 'dose', volume: result.dose, kind: 'physical', what: isDose ? 'Absorbed dose' : 'Absorbed dose rate' },
    { name: 'uncertainty', volume: result.statisticalSd, kind: 'error', what: 'Statistical standard deviation' },
  ] as const
  const stem = `theratwin-${namePart(patient.record.mrn)}-cycle${summary.cycle}-${summary.engine.id}-${summary.doseId.slice(0, 8)}`
  return finishedFiles(folder, { code: 'dose.cannot-write', subject: 'The dose' }, async (finish) => {
    for (const { name, volume, kind, what } of maps) {
      if (!volume) continue
      const values = await voxels(volume.id)
      const { grid } = volume
      if (isDose)
        await finish(`${stem}-${name}.dcm`, (temporary) =>
          files.dicom(
            doseObject(result, patient, { grid, values, kind, comment: `${what}, ${engine}` }, programVersion),
            folder,
            temporary,
          ),
        )
      const nifti = await files.nifti({ grid, values }, `${what}, ${isDose ? 'Gy' : 'Gy/s'}, ${summary.engine.id}`)
      await finish(`${stem}-${name}.nii.gz`, (temporary) => writeFile(join(folder, temporary), nifti))
    }
  })
}

/** Absorbed dose and its noise by the dose's id. */
const doseObject = (
  { summary, nuclide, gridOfImage }: VoxelDoseResult,
  patient: StoredPatient,
  map: Pick<DoseToWrite, 'grid' | 'values' | 'kind' | 'comment'>,
  software: string,
): DoseToWrite =>
  rtDoseOf({
    ...{ patient, gridOfImage, software, map, name: map.kind },
    id: summary.doseId,
    number: map.kind === 'physical' ? 901 : 902,
    description: `${nuclide} ${map.kind === 'physical' ? 'absorbed dose' : 'dose uncertainty'}, ${summary.engine.id}`,
  })

export interface RtDoseRequest {
  /** Of the result; with `name`, what the object is among those of the result, all UIDs follow from it. */
  readonly id: string
  readonly name: string
  readonly patient: StoredPatient
  readonly gridOfImage: string
  readonly number: number
  readonly description: string
  readonly map: Pick<DoseToWrite, 'grid' | 'values' | 'kind' | 'comment' | 'description'>
  readonly software: string
}

/** Patient, study and frame of reference of the emission image whose grid the dose has. */
export function rtDoseOf({
  id,
  name,
  patient,
  gridOfImage,
  number,
  description,
  map,
  software,
}: RtDoseRequest): DoseToWrite {
  const uid = (what: string): string => uidFromText(`theratwin dose ${id} ${what}`)
  const source = patient.images.find((image) => image.key === gridOfImage)
  const { dicomName, mrn, birthDate, sex } = patient.patient
  return {
    patient: { name: dicomName, id: mrn, birthDate: birthDate?.replaceAll('-', '') ?? '', sex: sex ?? '' },
    study: { uid: source?.studyUid || uid('study'), id: '', description: source?.studyDescription ?? '', start: null },
    series: {
      uid: uid(`series ${name}`),
      number,
      description: description.slice(0, 64),
    },
    instanceUid: uid(`instance ${name}`),
    frameOfReferenceUid: source?.frameOfReferenceUid ?? uid('frame'),
    planInstanceUid: uid('plan'),
    equipment: { manufacturer: 'Theratwin', model: 'Theratwin', software },
    ...map,
  }
}
