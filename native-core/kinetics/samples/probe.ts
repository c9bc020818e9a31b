/** Readings of a dose-rate meter or probe at a fixed distance, as a relative measure of the activity in the body. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'
import type { RelativePoint } from './series.ts'

/** Readings of one moment, in any unit that is the same throughout (counts/s, µSv/h); null where a side was not measured. */
export interface ProbeReading {
  readonly timeS: number
  readonly anterior: Measured | null
  readonly posterior: Measured | null
}

/**
 * Net readings: the geometric mean of anterior and posterior less background, or the one side that was measured at all times (Hindorf et al.,
 * Eur. J. Nucl. Med. Mol. Imaging 37 (2010) 1238). The error of the background is one for both sides. `relativeToFirst` turns them into activity.
 *
 * @throws InputError `samples.probe` where a side is there for some times only, or a reading does not exceed the background.
 */
export function probePoints(readings: readonly ProbeReading[], background: Measured): RelativePoint[] {
  assertMeasured(background, 'The background of the probe', 'samples.probe', 'non-negative')
  const sides = (['anterior', 'posterior'] as const).filter((side) => readings.some((one) => one[side] !== null))
  for (const side of sides) {
    const without = readings.find((one) => one[side] === null)
    if (without)
      throw new InputError(
        'samples.probe',
        `The reading of ${(without.timeS / 3600).toPrecision(4)} h has no ${side} side, others have.`,
        'Measure the same sides at all times; a mean of both sides and one side are not comparable.',
      )
  }
  if (sides.length === 0)
    throw new InputError('samples.probe', 'There is no reading of the probe.', 'Give readings of at least one side.')
  return readings.map((reading) => {
    const net = sides.map((side) => {
      const gross = reading[side] as Measured
      const value = gross.value - background.value
      if (!(value > 0))
        throw new InputError(
          'samples.probe',
          `The ${side} reading of ${(reading.timeS / 3600).toPrecision(4)} h is ${gross.value}, the background ${background.value}.`,
          'Leave readings out that do not exceed the background.',
        )
      return { value, own: gross.standardUncertainty / value, ofBackground: background.standardUncertainty / value }
    })
    const value = net.reduce((product, one) => product * one.value, 1) ** (1 / net.length)
    // Both sides lose one background: its error adds up.
    const ofBackground = net.reduce((sum, one) => sum + one.ofBackground, 0)
    const relative = Math.hypot(...net.map(({ own }) => own), ofBackground) / net.length
    return { timeS: reading.timeS, reading: { value, standardUncertainty: value * relative } }
  })
}
