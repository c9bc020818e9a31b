/** Invented images of phantoms, and their analysis as a job. */
import type { CalibrationDraft, PhantomImageView } from '../../electron/contracts/index.ts'
import type { FakeJob } from './fakeJobs.ts'

const camera = {
  manufacturer: 'Invented',
  model: 'Camera A',
  stationName: 'NM1',
  serialNumber: '1404',
  collimatorName: 'MEHRS',
  collimatorType: 'PARA',
}

const inCounts: PhantomImageView = {
  image: { kind: 'path', path: '/data/phantom', imageKey: '1.2.826.1' },
  patient: 'Phantom, Cylinder · P-1',
  description: 'Cylinder OSEM',
  modality: 'NM',
  unit: 'counts',
  nuclide: 'Lu-177',
  acquisitionStart: { local: '2025-01-05T10:20:00', utcOffsetMin: null },
  durationS: 1800,
  matrix: [128, 128, 90],
  voxelMm: [4.8, 4.8, 4.8],
  camera,
  unusableFor: { factor: '', recovery: '' },
}

const inConcentration: PhantomImageView = {
  ...inCounts,
  image: { kind: 'path', path: '/data/phantom', imageKey: '1.2.826.2' },
  description: 'NEMA OSEM Bq/mL',
  unit: 'Bq/mL',
  unusableFor: {
    factor: 'The image is in Bq/mL already: a factor from counts to activity cannot be taken from it.',
    recovery: '',
  },
}

export const fakePhantomImages: readonly PhantomImageView[] = [inCounts, inConcentration]

const stored = (one: PhantomImageView, index: number): PhantomImageView => ({
  ...one,
  image: { kind: 'stored', patientId: 'demo', imageKey: `phantom-${index}` },
  // As a store that was written before cameras were kept.
  camera: index === 0 ? one.camera : null,
})

export const fakePhantomHandlers = (job: FakeJob, draftOf: (name: string) => CalibrationDraft) => ({
  'calibrations.images': ({ folder }: { readonly folder: string | null }) =>
    folder === null ? fakePhantomImages.map(stored) : [...fakePhantomImages],
  'calibrations.analyse': ({ name }: { readonly name: string }) =>
    job('calibration', `Phantom "${name}"`, ['Reading the files', 'Analysing the phantom'], () => ({
      kind: 'calibration',
      draft: draftOf(name),
    })),
})
