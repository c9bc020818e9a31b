/** The files of `theratwin dose`: RT Dose, NIfTI and summary, each there only when complete. */
import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../native-core/errors/index.ts'
import { createDicomWriter } from '../adapters/dicom-write/index.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import { PROGRAM_VERSION } from '../backend/version.ts'
import type { ComputedVoxelDose, DoseSummary } from '../services/dose/index.ts'
import type { DoseToWrite } from '../services/ports/dicomWriter.ts'
import { uidFromText } from '../services/uids.ts'
import type { LoadedImage } from './doseInputs.ts'

const OUTPUTS = ['dose.dcm', 'dose.nii.gz', 'uncertainty.dcm', 'uncertainty.nii.gz', 'summary.json'] as const

/**
 * Writes what a dose gave into `folder`; files of an earlier run that this one does not have are removed. Answers with the names.
 *
 * @throws InputError `dose.cannot-write`.
 */
export async function writeDoseFiles(
  folder: string,
  result: ComputedVoxelDose,
  summary: DoseSummary,
  images: readonly LoadedImage[],
): Promise<string[]> {
  const { dose, grid, engine } = result
  const isDose = dose.quantity === 'dose'
  const maps = [
    {
      name: 'dose',
      values: dose.doseGy,
      kind: 'physical' as const,
      what: isDose ? 'Absorbed dose' : 'Absorbed dose rate',
    },
    ...(dose.statisticalSdGy
      ? [
          {
            name: 'uncertainty',
            values: dose.statisticalSdGy,
            kind: 'error' as const,
            what: 'Statistical standard deviation',
          },
        ]
      : []),
  ]
  const written: string[] = []
  try {
    await mkdir(folder, { recursive: true })
    for (const { name, values, kind, what } of maps) {
      const nifti = await encodeNifti(
        { grid, values },
        { gzip: true, description: `${what}, ${summary.unit}, ${engine.id}` },
      )
      await put(folder, `${name}.nii.gz`, nifti, written)
      // DICOM has no unit for dose rates.
      if (!isDose) continue
      const object = doseObject(
        summary,
        images,
        { values, kind, comment: `${what}, ${engine.name} ${engine.version}` },
        grid,
      )
      await createDicomWriter().writeDose(object, folder, `${name}.dcm.part`)
      await rename(join(folder, `${name}.dcm.part`), join(folder, `${name}.dcm`))
      written.push(`${name}.dcm`)
    }
    await put(
      folder,
      'summary.json',
      `${JSON.stringify({ ...summary, files: [...written, 'summary.json'].sort() }, null, 2)}\n`,
      written,
    )
    for (const name of OUTPUTS) if (!written.includes(name)) await rm(join(folder, name), { force: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || error instanceof InputError || error instanceof RangeError) throw error
    throw new InputError(
      'dose.cannot-write',
      `The dose cannot be written to ${folder} (${code}).`,
      'Choose a folder that you may write to, on a medium with space, with --out.',
    )
  }
  return written.sort()
}

async function put(folder: string, name: string, content: string | Uint8Array, written: string[]): Promise<void> {
  await writeFile(join(folder, `${name}.part`), content)
  await rename(join(folder, `${name}.part`), join(folder, name))
  written.push(name)
}

/** Identity from the images where they are DICOM; UIDs follow from key and content, so that the same dose is the same object. */
function doseObject(
  summary: DoseSummary,
  images: readonly LoadedImage[],
  map: Pick<DoseToWrite, 'values' | 'kind' | 'comment'>,
  grid: DoseToWrite['grid'],
): DoseToWrite {
  const source = images.find(({ dicom }) => dicom !== null)?.dicom ?? null
  const frame = images.find(({ dicom }) => dicom?.image.frameOfReferenceUid != null)?.dicom?.image.frameOfReferenceUid
  const { values } = map
  const content = createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')
  const uid = (what: string): string => uidFromText(`theratwin dose ${summary.key} ${what}`)
  return {
    patient: {
      name: source?.patient.dicomName ?? '',
      id: source?.patient.mrn ?? '',
      birthDate: source?.patient.birthDate?.replaceAll('-', '') ?? '',
      sex: source?.patient.sex ?? '',
    },
    study: {
      uid: source?.image.studyUid ?? uid('study'),
      id: '',
      description: source?.image.studyDescription ?? '',
      start: null,
    },
    series: {
      uid: uid(`series ${map.kind} ${content}`),
      number: map.kind === 'physical' ? 901 : 902,
      description:
        `${summary.nuclide.parent} ${map.kind === 'physical' ? 'absorbed dose' : 'dose uncertainty'}, ${summary.engine.id}`.slice(
          0,
          64,
        ),
    },
    instanceUid: uid(`instance ${map.kind} ${content}`),
    frameOfReferenceUid: frame ?? uid('frame'),
    planInstanceUid: uid('plan'),
    equipment: { manufacturer: 'Theratwin', model: 'Theratwin', software: PROGRAM_VERSION },
    grid,
    ...map,
  }
}
