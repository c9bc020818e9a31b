/** The camera or scanner that an emission image names. */
import type { ImageCamera } from '../../contracts/domain.ts'
import { seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { TAG } from './tags.ts'

/**
 * Model, station and serial number of the General Equipment Module (PS3.3 C.7.5.1), and the collimators of the detectors (C.8.4.11), which some
 * reconstructions state at the root.
 */
export function cameraOf(header: DicomDataSet): ImageCamera {
  const detectors = [...seq(header, TAG.detectorInformationSequence), header]
  const ofDetectors = (tag: string): string =>
    [...new Set(detectors.map((detector) => str(detector, tag) ?? '').filter((text) => text !== ''))].join(' / ')
  const own = (tag: string): string => str(header, tag) ?? ''
  return {
    model: own(TAG.modelName),
    stationName: own(TAG.stationName),
    serialNumber: own(TAG.deviceSerialNumber),
    collimatorName: ofDetectors(TAG.collimatorName),
    collimatorType: ofDetectors(TAG.collimatorType),
  }
}
