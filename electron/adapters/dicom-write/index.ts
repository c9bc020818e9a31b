/**
 * Writes DICOM files (Part 10, explicit little endian) with dcmjs. Implements the ports `DicomWriter` (the images and objects of the
 * demonstration patient, RTDOSE) and `DicomObjectWriter` (structures, registrations and activity maps of any patient).
 */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { DicomObjectWriter } from '../../services/ports/dicomObjects.ts'
import type { DicomWriter } from '../../services/ports/dicomWriter.ts'
import { activityMapDataset } from './activityMap.ts'
import { ctDatasets } from './ct.ts'
import { encodeFile } from './dataset.ts'
import type { Dataset } from './dataset.ts'
import { nmDataset } from './nm.ts'
import { ptDatasets } from './pt.ts'
import { regDataset } from './reg.ts'
import { rtDoseDataset } from './rtdose.ts'
import { rtStructDataset } from './rtstruct.ts'
import { segDataset } from './seg.ts'
import { segmentationDataset } from './segmentation.ts'
import { deformationDataset, registrationDataset } from './spatialRegistration.ts'
import { structureSetDataset } from './structureSet.ts'

async function save(datasets: Iterable<Dataset>, folder: string, name: (index: number) => string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const written: string[] = []
  for (const dataset of datasets) {
    const file = path.join(folder, name(written.length))
    await writeFile(file, encodeFile(dataset))
    written.push(file)
  }
  return written
}

const numbered = (prefix: string) => (index: number) => `${prefix}_${String(index + 1).padStart(4, '0')}.dcm`

/** A writer of DICOM files into folders of the file system. */
export function createDicomWriter(): DicomWriter {
  return {
    writeCt: (visit, image, folder) => save(ctDatasets(visit, image), folder, numbered('CT')),
    writeNm: (visit, image, folder) => save([nmDataset(visit, image)], folder, () => 'NM_RECON.dcm'),
    writePt: (visit, image, folder) => save(ptDatasets(visit, image), folder, numbered('PT')),
    writeRtStruct: (visit, structures, folder) =>
      save([rtStructDataset(visit, structures)], folder, () => 'RTSTRUCT.dcm'),
    writeSeg: (visit, segmentation, folder) => save([segDataset(visit, segmentation)], folder, () => 'SEG.dcm'),
    writeReg: (visit, registration, folder) => save([regDataset(visit, registration)], folder, () => 'REG.dcm'),
    writeDose: async (dose, folder, name) => (await save([rtDoseDataset(dose)], folder, () => name))[0]!,
  }
}

/** A writer of objects for any patient. */
export function createObjectWriter(): DicomObjectWriter {
  const saving =
    <T>(datasetOf: (object: T) => Dataset) =>
    async (object: T, folder: string, name: string): Promise<string> =>
      (await save([datasetOf(object)], folder, () => name))[0]!
  return {
    writeSegmentation: saving(segmentationDataset),
    writeStructureSet: saving(structureSetDataset),
    writeRegistration: saving(registrationDataset),
    writeDeformation: saving(deformationDataset),
    writeActivityMap: saving(activityMapDataset),
  }
}
