/** From what an emission image holds to Bq/mL at the start of its acquisition. */
import { InputError } from '../../../native-core/errors/index.ts'
import { voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import { deadTimeFactor, meanDecayDuring } from '../../../native-core/imaging/quantification/index.ts'
import type { Calibration, Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { correctionWords } from './recovery.ts'

export interface Quantification {
  /** Multiplies the loaded voxel values to give Bq/mL at acquisition start. */
  readonly factorToBqPerMl: number
  /** Relative standard uncertainty common to all images quantified this way. */
  readonly relativeUncertainty: number
  /** For the report. */
  readonly words: string
}

/**
 * How an image becomes Bq/mL. Counts need a calibration of the user's: activity = counts / (duration · sensitivity), over the voxel's
 * volume, brought from the mean over the acquisition to its start (Dewaraja et al., MIRD Pamphlet 23, J Nucl Med 53 (2012) 1310).
 *
 * @throws InputError `activity.needs-calibration` for counts without a factor, `activity.no-duration` without a duration.
 */
export function quantification(image: ScannedImage, protocol: Protocol, decayConstantPerS: number): Quantification {
  const { quantity } = image
  const correction = correctionWords(protocol)
  if (quantity.kind === 'activity-concentration') {
    refuseDeadTime(image, protocol)
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
    return { factorToBqPerMl: 1, relativeUncertainty: 0, words: `${origin}, ${decay}${correction}` }
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
  const losses = lostCounts(image, protocol)
  return {
    factorToBqPerMl: (bqPerCount * toStart * losses.factor) / voxelVolumeMl(image.grid),
    relativeUncertainty: Math.hypot(calibration.relativeUncertainty, losses.relativeUncertainty),
    words: `counts with the user's factor ${calibration.sensitivityCpsPerMbq} cps/MBq (${calibration.date}, ± ${(calibration.relativeUncertainty * 100).toFixed(1)} %), ${durationS.toFixed(0)} s${losses.words}${correction}`,
  }
}

/** What the counts of a series are multiplied by for those that the detector lost; 1 where the protocol names no rate of it. @throws InputError `dead-time.*`. */
function lostCounts(
  { seriesUid }: ScannedImage,
  { deadTime }: Protocol,
): { readonly factor: number; readonly relativeUncertainty: number; readonly words: string } {
  const observed = deadTime?.observedCpsBySeries[seriesUid]
  if (!deadTime) return { factor: 1, relativeUncertainty: 0, words: '' }
  if (observed === undefined)
    return { factor: 1, relativeUncertainty: 0, words: ', not corrected for dead time (no observed rate is given)' }
  const { factor, relativeUncertainty, remarks } = deadTimeFactor(deadTime.content.losses, observed)
  return {
    factor,
    relativeUncertainty,
    words: `, × ${factor.toFixed(4)} for dead time (${deadTime.content.losses.model}, ± ${(relativeUncertainty * 100).toPrecision(2)} %${remarks.map((remark) => `; ${remark}`).join('')})`,
  }
}

/** Bq/mL were made of counts elsewhere: to correct them for lost counts once more would be a guess. */
function refuseDeadTime(image: ScannedImage, { deadTime }: Protocol): void {
  if (deadTime?.observedCpsBySeries[image.seriesUid] === undefined) return
  throw new InputError(
    'dead-time.not-counts',
    `${image.modality} series "${image.seriesDescription}" holds Bq/mL, but the protocol's deadTime gives an observed rate of it.`,
    'Remove the series from deadTime.observedCpsBySeries, or use the series that holds counts.',
  )
}
