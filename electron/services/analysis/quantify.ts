/** From what an emission image holds to Bq/mL at the start of its acquisition. */
import { InputError } from '../../../native-core/errors/index.ts'
import { voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import type { Calibration, Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'

export interface Quantification {
  /** Multiplies the loaded voxel values to give Bq/mL at acquisition start. */
  readonly factorToBqPerMl: number
  /** Relative standard uncertainty common to all images quantified this way. */
  readonly relativeUncertainty: number
  /** For the report. */
  readonly words: string
}

/** Mean activity over an acquisition of duration T, relative to that at its start: (1 − e^(−λT)) / (λT). */
export function meanDecayDuring(durationS: number, decayConstantPerS: number): number {
  const x = decayConstantPerS * durationS
  return x < 1e-9 ? 1 : -Math.expm1(-x) / x
}

/**
 * How an image becomes Bq/mL. Counts need a calibration of the user's: activity = counts / (duration · sensitivity), over the voxel's
 * volume, brought from the mean over the acquisition to its start (Dewaraja et al., MIRD Pamphlet 23, J Nucl Med 53 (2012) 1310).
 *
 * @throws InputError `activity.needs-calibration` for counts without a factor, `activity.no-duration` without a duration.
 */
export function quantification(image: ScannedImage, protocol: Protocol, decayConstantPerS: number): Quantification {
  const { quantity } = image
  if (quantity.kind === 'activity-concentration') {
    const origin = {
      'real-world-value-mapping': 'Bq/mL by the real-world value mapping of the file',
      'rescale-units': 'Bq/mL by the rescale slope and units of the file',
      'pt-units': 'Bq/mL by the PT units and slopes of the file',
      'parametric-map': 'Bq/mL by the real-world value mapping of a parametric map',
    }[quantity.origin]
    const decay =
      quantity.factorToAcquisitionStart === 1
        ? 'at acquisition start'
        : `decay correction ${quantity.decayCorrectionInFile} brought to acquisition start (factor ${quantity.factorToAcquisitionStart.toPrecision(5)})`
    return { factorToBqPerMl: 1, relativeUncertainty: 0, words: `${origin}, ${decay}` }
  }
  const name = `${image.modality} series "${image.seriesDescription}"`
  if (quantity.kind !== 'counts')
    throw new InputError(
      'activity.no-activity',
      `${name} holds neither activity nor counts (${quantity.kind}).`,
      'Choose another emission series for this time point.',
    )
  const calibration: Calibration | undefined = protocol.calibrationBySeries[image.seriesUid] ?? protocol.calibration
  if (!calibration)
    throw new InputError(
      'activity.needs-calibration',
      `${name} holds counts without a unit.`,
      'Enter the calibration factor of the camera in the protocol: calibration → sensitivityCpsPerMbq, relativeUncertainty, date.',
    )
  const durationS = quantity.acquisitionDurationS ?? image.acquisitionDurationS
  if (durationS === null || durationS <= 0)
    throw new InputError(
      'activity.no-duration',
      `${name} does not say how long its counts were collected.`,
      'Export the series with ActualFrameDuration and the number of frames, or use a series in Bq/mL.',
    )
  const bqPerCount = 1e6 / (durationS * calibration.sensitivityCpsPerMbq)
  const toStart = 1 / meanDecayDuring(durationS, decayConstantPerS)
  return {
    factorToBqPerMl: (bqPerCount * toStart) / voxelVolumeMl(image.grid),
    relativeUncertainty: calibration.relativeUncertainty,
    words: `counts with the user's factor ${calibration.sensitivityCpsPerMbq} cps/MBq (${calibration.date}, ± ${(calibration.relativeUncertainty * 100).toFixed(1)} %), ${durationS.toFixed(0)} s`,
  }
}
