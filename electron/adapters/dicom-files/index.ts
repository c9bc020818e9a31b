/**
 * DICOM files as bytes: finding them in folders and archives, reading headers and pixels in worker threads, character sets, transfer
 * syntaxes. What the objects mean (patients, series, geometry, activity) is the business of ../dicom-objects.
 */
export type {
  DicomDataSet,
  DicomElement,
  DicomFiles,
  DicomFilesOptions,
  DicomHeader,
  DicomNote,
  LoadedPixels,
  LoadOptions,
  NotDicomKind,
  NumericArray,
  PixelArray,
  PixelDescriptor,
  ReadFile,
  ReadOutcome,
  ScanOptions,
} from './types.ts'
export { at, cleanText, has, hasDecimalComma, num, nums, parseNumber, seq, str, strs } from './access.ts'
export { parseDate, parseDateTime, parseInstant, parseTime, parseUtcOffset, timezoneOffsetMin } from './time.ts'
export { createDicomFiles } from './dicomFiles.ts'
