/** Datasets by keyword, and their bytes: a small typed door to dcmjs, which brings no types. */
import { createRequire } from 'node:module'

/** A dataset with DICOM keywords as keys: strings, numbers, arrays of them, binary values, or sequences. */
export interface Dataset {
  [keyword: string]: DatasetValue | undefined
}
export type DatasetValue =
  | string
  | number
  | readonly (string | number)[]
  | ArrayBuffer
  | Dataset
  | readonly Dataset[]
  | Readonly<Record<string, string>>

interface Dcmjs {
  readonly data: {
    readonly DicomMetaDictionary: { denaturalizeDataset(dataset: Dataset): Record<string, unknown> }
    readonly DicomDict: new (meta: Record<string, unknown>) => { dict: Record<string, unknown>; write(): ArrayBuffer }
  }
}

const dcmjs = createRequire(import.meta.url)('dcmjs') as Dcmjs

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
/** Names the program that wrote a file; a UUID-derived UID made once for Theratwin's writer. */
export const IMPLEMENTATION_CLASS_UID = '2.25.244230368664894565851893050662819265300'
const IMPLEMENTATION_VERSION = 'THERATWIN_0_1'

/** The bytes of a Part 10 file in explicit little endian. `dataset` needs SOPClassUID and SOPInstanceUID. */
export function encodeFile(dataset: Dataset): Uint8Array {
  const { DicomDict, DicomMetaDictionary } = dcmjs.data
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
      MediaStorageSOPClassUID: dataset['SOPClassUID'],
      MediaStorageSOPInstanceUID: dataset['SOPInstanceUID'],
      TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
      ImplementationVersionName: IMPLEMENTATION_VERSION,
    }),
  )
  file.dict = DicomMetaDictionary.denaturalizeDataset(dataset)
  return new Uint8Array(file.write())
}
