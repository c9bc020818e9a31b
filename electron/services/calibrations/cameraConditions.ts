/** What the image of a phantom says of its camera, in the conditions of the calibration. */
import type { CalibrationConditions } from '../../contracts/calibrations.ts'
import type { NamedCamera } from '../../contracts/phantomImages.ts'
import { collimatorWords, deviceWords, modelWords } from './cameraWords.ts'
import { compareCamera } from './compareCamera.ts'

/**
 * Conditions with the camera of the image beside what a person wrote, which it replaces where nothing was written. A remark where the two contradict
 * each other; what was written stays.
 */
export function cameraConditions(
  written: CalibrationConditions,
  camera: NamedCamera | null,
): { readonly conditions: CalibrationConditions; readonly remarks: readonly string[] } {
  if (camera === null || Object.values(camera).every((text) => text === '')) return { conditions: written, remarks: [] }
  const { manufacturer } = camera
  const alone = { camera: written.camera, collimator: written.collimator }
  const compared = compareCamera(alone, { manufacturer, camera, modality: 'NM' })
  const remarks: string[] = []
  if (compared.maker === 'other')
    remarks.push(
      `The camera was entered as "${written.camera}", but the image comes from "${deviceWords(manufacturer, camera)}".`,
    )
  if (compared.collimator === 'other')
    remarks.push(
      `The collimator was entered as "${written.collimator}", but the image says "${collimatorWords(camera)}".`,
    )
  return {
    conditions: {
      ...written,
      camera: written.camera || modelWords(manufacturer, camera),
      collimator: written.collimator || camera.collimatorName,
      device: camera,
    },
    remarks,
  }
}
