/** Requests about calibrations of the site's cameras. */
import type { calibrationRequests, CalibrationAnalyse, StoredCalibration } from '../contracts/calibrations.ts'
import {
  addCalibration,
  calibrationOf,
  listCalibrations,
  phantomTask,
  readPhantomImage,
  retireCalibration,
  scannedPhantomImages,
  storedPhantomImages,
  withCalibration,
} from '../services/calibrations/index.ts'
import type { CourseDraft } from '../services/course/index.ts'
import type { StoredPatient } from '../services/import/index.ts'
import { courseOf, protocolOf, saveProtocol, settleCourse } from '../services/patients/index.ts'
import type { ScannedImage } from '../services/ports/dicomSource.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

/** Part of an analysis of a phantom that is reading its files. */
const READING = 0.4

export function calibrationHandlers(tools: SessionTools): HandlersOf<keyof typeof calibrationRequests> {
  const { store, bench, jobs, emit } = tools
  return {
    'calibrations.list': () => listCalibrations(store),
    'calibrations.add': ({ content }: { readonly content: StoredCalibration }) => ({
      calibrationId: addCalibration(store, content),
    }),
    'calibrations.retire': ({ calibrationId }: { readonly calibrationId: string }) =>
      retireCalibration(store, calibrationId),
    'calibrations.images': async ({ folder }: { readonly folder: string | null }) =>
      folder === null
        ? storedPhantomImages(store)
        : scannedPhantomImages(await bench.source.scan([folder], {}), folder),
    'calibrations.analyse': (ask: CalibrationAnalyse) => ({
      jobId: jobs.start('calibration', `Phantom "${ask.name}"`, async ({ signal, progress }) => {
        const reading = (fraction: number, what: string): void => progress(READING * fraction, what)
        const ports = { store, source: bench.source }
        const image = await readPhantomImage(ask.image, ports, { signal, progress: reading })
        const task = phantomTask(image, ask.phantom, ask, bench.data.nuclides)
        const measuring = (fraction: number): void =>
          progress(READING + (1 - READING) * fraction, 'Analysing the phantom')
        const { drafts, remarks } = await bench.compute.analysePhantom(task, { signal, progress: measuring })
        return { kind: 'calibration', draft: { drafts, remarks } }
      }),
    }),
    'calibrations.apply': async (ask: {
      readonly patientId: string
      readonly calibrationId: string
      readonly seriesUid?: string | undefined
    }) => {
      const { patient, course } = await patientAndCourse(tools, ask.patientId)
      const protocol = protocolOf(store, ask.patientId)
      const calibration = calibrationOf(store, ask.calibrationId)
      const nuclide = nuclideOf(patient, course, ask.seriesUid)
      saveProtocol(store, ask.patientId, withCalibration(protocol, calibration, nuclide, ask.seriesUid))
      // With a first factor the images become time points.
      settleCourse(store, patient, courseOf(store, patient, bench.data))
      emit('patientChanged', { patientId: ask.patientId })
      return {}
    },
  }
}

/** What the images were made with, also where a question keeps them out of the course; '' where no file says it. */
function nuclideOf(patient: StoredPatient, course: CourseDraft, seriesUid: string | undefined): string {
  const said = patient.images
    .filter((image) => isEmission(image) && (seriesUid === undefined || image.seriesUid === seriesUid))
    .flatMap(({ radiopharmaceutical }) => radiopharmaceutical?.nuclide ?? [])
  return seriesUid === undefined ? course.nuclide || (said[0] ?? '') : (said[0] ?? course.nuclide)
}

const isEmission = ({ modality }: ScannedImage): boolean => modality === 'NM' || modality === 'PT'
