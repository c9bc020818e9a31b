/** What a person would call a series. */
import { str, parseDate } from '../dicom-files/index.ts'
import { TAG } from './tags.ts'
import type { DicomFile } from './types.ts'

/** 'CT "CT AC low dose" of 2024-01-09'. */
export function seriesName(files: readonly DicomFile[]): string {
  const { header, modality } = files[0]!
  const description = str(header, TAG.seriesDescription)
  const date =
    parseDate(str(header, TAG.acquisitionDate)) ??
    parseDate(str(header, TAG.seriesDate)) ??
    parseDate(str(header, TAG.studyDate))
  const name = description === null ? files[0]!.read.displayPath : `"${description}"`
  return [modality, name, date === null ? '' : `of ${date}`].filter((word) => word !== '').join(' ')
}
