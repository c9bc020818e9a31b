/** Requests about calibrations of the site's cameras. */
import { InputError } from '../../native-core/errors/index.ts'
import type { calibrationRequests, CalibrationAnalyse, StoredCalibration } from '../contracts/calibrations.ts'
import {
  addCalibration,
  analysePhantom,
  calibrationOf,
  listCalibrations,
  refuseOpenQuestions,
  retireCalibration,
  withCalibration,
} from '../services/calibrations/index.ts'
import type { PhantomImage } from '../services/calibrations/index.ts'
import type { CourseDraft } from '../services/course/index.ts'
import { loadStoredPatient } from '../services/import/index.ts'
import type { StoredPatient } from '../services/import/index.ts'
import { courseOf, protocolOf, saveProtocol, settleCourse } from '../services/patients/index.ts'
import type { ScannedImage } from '../services/ports/dicomSource.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

export function calibrationHandlers(tools: SessionTools): HandlersOf<keyof typeof calibrationRequests> {
  const { store, bench, emit } = tools
  return {
    'calibrations.list': () => listCalibrations(store),
    'calibrations.add': ({ content }: { readonly content: StoredCalibration }) => ({
      calibrationId: addCalibration(store, content),
    }),
    'calibrations.retire': ({ calibrationId }: { readonly calibrationId: string }) =>
      retireCalibration(store, calibrationId),
    'calibrations.analyse': async (ask: CalibrationAnalyse) => {
      const image = await phantomImage(ask.image, tools)
      const { drafts, remarks } = analysePhantom(image, ask.phantom, ask, bench.data.nuclides)
      return { drafts, remarks }
    },
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

/** @throws InputError `calibration.image-choice`, `calibration.image-unit`. */
async function phantomImage(from: CalibrationAnalyse['image'], tools: SessionTools): Promise<PhantomImage> {
  if (from.kind === 'path') {
    const scan = await tools.bench.source.scan([from.path], {})
    const found = scan.patients.flatMap(({ images }) => images.filter(isEmission))
    const only = found[0]
    if (!only || found.length > 1)
      throw new InputError(
        'calibration.image-choice',
        only
          ? `There are ${found.length} emission images in ${from.path}.`
          : `There is no emission image in ${from.path}.`,
        'Choose the folder of the one reconstruction of the phantom that is meant.',
      )
    refuseOpenQuestions(scan.problems, only.seriesUid)
    return asPhantom(only, await tools.bench.source.loadVoxels(only))
  }
  const patient = await loadStoredPatient(tools.store, from.patientId)
  const image = patient.images.find(({ key }) => key === from.imageKey)
  const voxels = patient.voxelsOf.get(from.imageKey)
  if (!image || voxels === undefined)
    throw new InputError(
      'calibration.image-choice',
      'This image is not in the store.',
      'Open the patient that the phantom was imported as again.',
    )
  refuseOpenQuestions(patient.problems, image.seriesUid)
  return asPhantom(image, await tools.store.voxels.get(voxels))
}

const isEmission = ({ modality }: ScannedImage): boolean => modality === 'NM' || modality === 'PT'

function asPhantom(image: ScannedImage, values: Float32Array): PhantomImage {
  const { quantity, grid, acquisitionDurationS } = image
  if (quantity.kind === 'counts')
    return { grid, values, unit: 'counts', durationS: quantity.acquisitionDurationS ?? acquisitionDurationS }
  if (quantity.kind === 'activity-concentration')
    return { grid, values, unit: 'Bq/mL', durationS: acquisitionDurationS }
  throw new InputError(
    'calibration.image-unit',
    `The ${image.modality} series "${image.seriesDescription}" holds neither counts nor Bq/mL (${quantity.kind}).`,
    'Choose the reconstructed emission image of the phantom.',
  )
}
