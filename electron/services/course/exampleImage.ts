/** An emission image as the import gives it, for tests of what comes after the import. */
import type { Radiopharmaceutical } from '../../contracts/domain.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'

export const exampleInjection: Radiopharmaceutical = {
  agent: 'Lutetium-177 DOTATATE',
  nuclide: 'Lu-177',
  halfLifeS: 574300.8,
  administeredActivityBq: 7.4e9,
  administrationStart: { local: '2024-01-08T09:05:00', utcOffsetMin: null },
  administrationStop: null,
}

/** A SPECT in Bq/mL of its own frame of reference, started at the local time `local`. */
export function emissionImage(key: string, local: string, change: Partial<ScannedImage> = {}): ScannedImage {
  return {
    patientKey: 'p',
    studyUid: `study-${key}`,
    studyDescription: '',
    seriesUid: `series-${key}`,
    seriesDescription: `SPECT ${key}`,
    manufacturer: '',
    frameOfReferenceUid: `frame-${key}`,
    files: [],
    key,
    modality: 'NM',
    grid: { dimensions: [8, 8, 8], spacingMm: [5, 5, 5], originMm: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
    quantity: {
      kind: 'activity-concentration',
      unit: 'Bq/mL',
      origin: 'real-world-value-mapping',
      decayCorrectionInFile: 'START',
      factorToAcquisitionStart: 1,
    },
    acquisitionStart: { local, utcOffsetMin: null },
    acquisitionDurationS: 1500,
    radiopharmaceutical: exampleInjection,
    lossyCompressed: false,
    camera: null,
    verdict: 'accept',
    ...change,
  }
}
