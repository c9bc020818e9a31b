/** Every repository, put together to the reader and the writer of the store's port. */
import type { StoreReader, StoreWriter } from '../../electron/services/ports/store.ts'
import { auditReader } from '../audit.ts'
import type { ReadContext, WriteContext } from '../context.ts'
import { retireRow } from '../rows.ts'
import { artifactReader, artifactWriter } from './artifacts.ts'
import { calibrationReader, calibrationWriter } from './calibrations.ts'
import { courseReader, courseWriter } from './courses.ts'
import { decisionReader, decisionWriter } from './decisions.ts'
import { imageReader, imageWriter } from './images.ts'
import { importReader, importWriter } from './imports.ts'
import { measuredSeriesReader, measuredSeriesWriter } from './measuredSeries.ts'
import { patientReader, patientWriter } from './patients.ts'
import { populationReader, populationWriter } from './populations.ts'
import { referenceReader } from './references.ts'
import { registrationReader, registrationWriter } from './registrations.ts'
import { structureSetReader, structureSetWriter } from './structureSets.ts'
import { studyReader, studyWriter } from './studies.ts'
import { timePointReader, timePointWriter } from './timePoints.ts'

export { checkCycleNumbers } from './courses.ts'

/** Without what needs more than the database; the store adds that. */
export function databaseReader(context: ReadContext): Omit<StoreReader, 'verifyAudit' | 'knownSourceFiles'> {
  return {
    ...patientReader(context),
    ...courseReader(context),
    ...timePointReader(context),
    ...studyReader(context),
    ...imageReader(context),
    ...structureSetReader(context),
    ...registrationReader(context),
    ...calibrationReader(context),
    ...populationReader(context),
    ...measuredSeriesReader(context),
    ...importReader(context),
    ...decisionReader(context),
    ...artifactReader(context),
    ...referenceReader(context),
    ...auditReader(context),
  }
}

export function databaseWriter(context: WriteContext): Omit<StoreWriter, 'appendAudit'> {
  return {
    ...patientWriter(context),
    ...courseWriter(context),
    ...timePointWriter(context),
    ...studyWriter(context),
    ...imageWriter(context),
    ...structureSetWriter(context),
    ...registrationWriter(context),
    ...calibrationWriter(context),
    ...populationWriter(context),
    ...measuredSeriesWriter(context),
    ...importWriter(context),
    ...decisionWriter(context),
    ...artifactWriter(context),
    retire: ({ entity, id }) => retireRow(context, entity, id),
  }
}
