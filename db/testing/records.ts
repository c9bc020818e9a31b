/** For tests only: a patient with everything that a store can hold. */
import { createHash } from 'node:crypto'
import type { PatientIdentity } from '../../electron/contracts/domain.ts'
import type {
  CycleInput,
  ImageInput,
  ImportBatchInput,
  RegistrationInput,
  Store,
  StoreWriter,
  StructureSetInput,
} from '../../electron/services/ports/store.ts'

export const identity: PatientIdentity = {
  key: 'MRN1|HOSPITAL',
  mrn: 'MRN1',
  issuer: 'HOSPITAL',
  name: 'Müller, Änne',
  dicomName: 'Müller^Änne',
  birthDate: '1960-02-29',
  sex: 'F',
  weightKg: 61.5,
  heightM: null,
}

export const identityMatrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** Volumes that the records refer to. */
export interface TestVolumes {
  readonly voxels: string
  readonly otherVoxels: string
  readonly shape: string
  readonly otherShape: string
  readonly files: readonly string[]
}

export async function putVolumes(store: Store): Promise<TestVolumes> {
  const triangle = (x: number) => ({
    kind: 'contours' as const,
    contours: [{ pointsMm: Float64Array.from([x, 0, 0, 1, 0, 0, 0, 1, 0]) }],
  })
  const files: string[] = []
  for (const text of ['file a', 'file b', 'file c']) files.push((await store.volumes.put(Buffer.from(text))).id)
  return {
    voxels: await store.voxels.put(Float32Array.from({ length: 24 }, (_, index) => index)),
    otherVoxels: await store.voxels.put(Float32Array.from({ length: 24 }, (_, index) => -index)),
    shape: await store.shapes.put(triangle(0)),
    otherShape: await store.shapes.put(triangle(0.5)),
    files: files.map((id) => id),
  }
}

export function imageInput(seriesId: string, volumes: TestVolumes, more: Partial<ImageInput> = {}): ImageInput {
  return {
    seriesId,
    key: '1.2.3',
    modality: 'NM',
    grid: {
      dimensions: [2, 3, 4],
      spacingMm: [4.42, 4.42, 4.8],
      originMm: [-1, 2, -3.5],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    },
    quantity: { kind: 'counts', acquisitionDurationS: 1200 },
    frameOfReferenceUid: '1.9',
    acquisitionStart: { local: '2024-03-02T10:00:00', utcOffsetMin: 60 },
    acquisitionDurationS: 1200,
    radiopharmaceutical: {
      agent: 'DOTATATE',
      nuclide: 'Lu-177',
      halfLifeS: 574_300,
      administeredActivityBq: 7.4e9,
      administrationStart: { local: '2024-03-01T10:00:00', utcOffsetMin: 60 },
      administrationStop: null,
    },
    lossyCompressed: false,
    camera: null,
    verdict: 'ask',
    voxelsVolumeId: volumes.voxels,
    sourceSha256s: volumes.files.slice(0, 2),
    ...more,
  }
}

export function cycleInput(courseId: string, more: Partial<CycleInput> = {}): CycleInput {
  return {
    courseId,
    key: '2024-03-01',
    number: 1,
    netActivityBq: 7.4e9,
    administrationStart: { local: '2024-03-01T10:00:00', utcOffsetMin: 60 },
    administrationStop: { local: '2024-03-01T10:30:00', utcOffsetMin: null },
    ligandAmountMol: 1.2e-7,
    ...more,
  }
}

export function structureSetInput(
  patientId: string,
  volumes: TestVolumes,
  more: Partial<StructureSetInput> = {},
): StructureSetInput {
  return {
    patientId,
    seriesId: null,
    key: 'rs-1',
    origin: 'RTSTRUCT',
    label: 'organs',
    frameOfReferenceUid: '1.9',
    referencedSeriesUid: '1.2.3',
    sourceSha256s: [],
    structures: [
      {
        number: 2,
        name: 'Liver',
        type: 'ORGAN',
        colourRgb: [1, 2, 255],
        geometryVolumeId: volumes.shape,
        method: null,
        review: 'none',
        identity: null,
      },
      {
        number: 1,
        name: 'Kidney left',
        type: '',
        colourRgb: null,
        geometryVolumeId: volumes.otherShape,
        method: {
          kind: 'relative-threshold',
          description: '41 % of the maximum',
          parameters: { thresholdPercent: 41 },
        },
        review: 'to-review',
        identity: null,
      },
    ],
    ...more,
  }
}

export function registrationInput(patientId: string, more: Partial<RegistrationInput> = {}): RegistrationInput {
  return {
    patientId,
    key: 'reg-1',
    fromFrameOfReferenceUid: '1.9',
    toFrameOfReferenceUid: '1.10',
    type: 'RIGID',
    matrix: identityMatrix,
    deformation: null,
    origin: 'REG',
    method: null,
    sourceSha256s: [],
    ...more,
  }
}

export const importBatch: ImportBatchInput = {
  sources: ['folder'],
  programVersion: '1.0',
  filesSeen: 3,
  bytesSeen: 18,
  problems: [],
}

export interface FilledPatient {
  readonly patientId: string
  readonly courseId: string
  readonly cycleId: string
  readonly seriesId: string
  readonly imageId: string
  readonly timePointId: string
  readonly structureSetId: string
  readonly structureIds: readonly string[]
  readonly registrationId: string
}

/** One of everything. The same call again changes nothing. */
export function writePatient(write: StoreWriter, volumes: TestVolumes): FilledPatient {
  const patientId = write.upsertPatient(identity).id
  const studyId = write.addStudy({ patientId, studyUid: '1.2', description: 'Therapy' }).id
  const seriesId = write.addSeries({
    studyId,
    seriesUid: '1.2.3',
    modality: 'NM',
    description: 'SPECT 24 h',
    manufacturer: 'Maker',
    frameOfReferenceUid: '1.9',
    keptBecause: null,
  }).id
  volumes.files.forEach((sha256, index) => {
    write.addSourceFile({
      seriesId,
      sha256,
      sopInstanceUid: `1.2.3.${index}`,
      sopClassUid: '1.1',
      displayPath: `f/${index}`,
    })
  })
  const imageId = write.addImage(imageInput(seriesId, volumes)).id
  const courseId = write.addCourse({ patientId, key: 'Lu-177|DOTATATE', agent: '177Lu-DOTATATE', nuclide: 'Lu-177' }).id
  const cycleId = write.addCycle(cycleInput(courseId)).id
  const timePointId = write.addTimePoint({
    cycleId,
    key: '1.2.3',
    label: '24 h',
    acquisitionStart: { local: '2024-03-02T10:00:00', utcOffsetMin: 60 },
    images: [{ imageId, role: 'emission' }],
  }).id
  const set = write.addStructureSet(structureSetInput(patientId, volumes, { sourceSha256s: volumes.files.slice(2) }))
  const registrationId = write.addRegistration(registrationInput(patientId)).id
  return {
    patientId,
    courseId,
    cycleId,
    seriesId,
    imageId,
    timePointId,
    structureSetId: set.id,
    structureIds: set.structureIds,
    registrationId,
  }
}

export async function filledStore(store: Store): Promise<{ volumes: TestVolumes; ids: FilledPatient }> {
  const volumes = await putVolumes(store)
  const ids = store.transaction({ action: 'import' }, (write) => {
    const written = writePatient(write, volumes)
    write.recordImport(importBatch)
    return written
  })
  return { volumes, ids }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
