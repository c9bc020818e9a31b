/** The schema of the store, step by step. A new step is a new file with its test; a released one is never edited. */
import { foundation } from './0001-foundation.ts'
import { patientsAndCycles } from './0002-patients-and-cycles.ts'
import { images } from './0003-images.ts'
import { structuresAndRegistrations } from './0004-structures-and-registrations.ts'
import { importsAndDecisions } from './0005-imports-and-decisions.ts'
import { artifacts } from './0006-artifacts.ts'
import { segmentationAndCalibration } from './0007-segmentation-and-calibration.ts'
import { populations } from './0008-populations.ts'
import { measuredSeries } from './0009-measured-series.ts'
import { camerasOfImages } from './0010-cameras-of-images.ts'
import type { Migration } from './types.ts'

export { migrate, schemaVersion } from './migrate.ts'
export type { Migration } from './types.ts'

export const migrations: readonly Migration[] = [
  foundation,
  patientsAndCycles,
  images,
  structuresAndRegistrations,
  importsAndDecisions,
  artifacts,
  segmentationAndCalibration,
  populations,
  measuredSeries,
  camerasOfImages,
]
