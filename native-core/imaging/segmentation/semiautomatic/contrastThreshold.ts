/** The contrast-oriented threshold, linear in the uptake and the background. */
import { InputError } from '../../../errors/index.ts'
import { percent, quantity, valuesIn } from './place.ts'
import { notSettled, pieceAbove, referenceOf, settle } from './relativeThreshold.ts'
import { coverageBetween } from './threshold.ts'
import type { ContrastThresholdAsk, Found, SegmentationImage } from './types.ts'

/** The isocontour whose mean stands for the uptake. */
const MEAN_ABOVE = 0.7

/**
 * T = a · mean70 + b · background, mean70 being the mean of the voxels of at least 70 % of the maximum that belong
 * together (Schaefer et al., Eur. J. Nucl. Med. Mol. Imaging 35, 2008, 1989–1999). The coefficients are those of a
 * camera and its reconstruction, fitted to spheres of known volume: they must be given. Errors as of
 * `relativeThreshold`.
 */
export function contrastThreshold(image: SegmentationImage, ask: ContrastThresholdAsk): Found {
  const { box, a, b } = ask
  if (!(a > 0) || !Number.isFinite(a) || !Number.isFinite(b))
    throw new InputError(
      'segmentation.threshold',
      `The coefficients ${a} and ${b} of a contrast-oriented threshold have no sense.`,
      'Give the two numbers of the calibration of the camera with spheres.',
    )
  const values = valuesIn(image, box)
  const reference = referenceOf(image, { ...ask, of: 'maximum' }, values)
  const core = pieceAbove(image, box, MEAN_ABOVE * reference.value, reference.at)
  let [sum, weight] = [0, 0]
  core.coverage.forEach((part, n) => {
    if (part === 0) return
    const [x, y] = [n % core.box.size[0], Math.floor(n / core.box.size[0]) % core.box.size[1]]
    const z = Math.floor(n / (core.box.size[0] * core.box.size[1]))
    const start = core.box.start.map((first, axis) => first - box.start[axis]!)
    sum += part * values[start[0]! + x + box.size[0] * (start[1]! + y + box.size[1] * (start[2]! + z))]!
    weight += part
  })
  if (!(reference.value > 0) || weight === 0)
    throw new InputError(
      'segmentation.no-contrast',
      'The image has no uptake in the box.',
      'Choose another box, or a point in the uptake.',
    )
  const mean70 = sum / weight
  const found = settle(image, box, values, reference, ask.background, (background) => a * mean70 + b * background)
  return {
    coverage: coverageBetween(image, box, found.level),
    pieceAt: reference.at,
    parameters: { a, b, mean70, background: found.background, threshold: found.level },
    description: `contrast-oriented threshold of ${quantity(found.level, image.unit)}: ${a} · ${quantity(mean70, image.unit)} (mean above ${percent(MEAN_ABOVE)} of ${reference.words}) + ${b} · ${found.words}`,
    remarks: [
      'The coefficients hold for the camera, reconstruction and range of volumes that they were fitted for.',
      ...notSettled(found.settled),
    ],
  }
}
