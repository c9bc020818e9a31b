/** Cameras in words, for messages and for the conditions of a calibration. */
import type { CalibrationConditions } from '../../contracts/calibrations.ts'
import type { ImageCamera } from '../../contracts/domain.ts'

/** "SIEMENS NM Symbia T16", without what is not said; the maker is not repeated where the model begins with it. */
export function modelWords(manufacturer: string, camera: Pick<ImageCamera, 'model'> | null): string {
  const model = camera?.model ?? ''
  if (model.toLowerCase().startsWith(manufacturer.toLowerCase())) return model || manufacturer
  return [manufacturer, model].filter((part) => part !== '').join(' ')
}

/** "SIEMENS NM Symbia T16, serial number 1234, station NM1". */
export function deviceWords(manufacturer: string, camera: ImageCamera | null): string {
  const { serialNumber, stationName } = camera ?? { serialNumber: '', stationName: '' }
  return [
    modelWords(manufacturer, camera),
    serialNumber && `serial number ${serialNumber}`,
    stationName && `station ${stationName}`,
  ]
    .filter((part) => part !== '')
    .join(', ')
}

/** The camera of a calibration: as its phantom's files named it, else as it was written. */
export function cameraWords({ camera, device }: Pick<CalibrationConditions, 'camera' | 'device'>): string {
  const words = device ? deviceWords(device.manufacturer, device) : ''
  return words || camera
}

/** "MELP (PARA)", the name alone, or the type alone. */
export const collimatorWords = ({
  collimatorName,
  collimatorType,
}: Pick<ImageCamera, 'collimatorName' | 'collimatorType'>): string =>
  collimatorName !== '' && collimatorType !== ''
    ? `${collimatorName} (${collimatorType})`
    : collimatorName + collimatorType
