/** What the numbers of an activity image are, and what they are made into. */
import { InputError } from '../../../native-core/errors/index.ts'
import { hoursToSeconds, secondsToHours } from '../../../native-core/units/index.ts'

export interface ActivityUseRequest {
  /** Bq/mL by its file, or numbers whose unit no file says. */
  readonly image: 'Bq/mL' | 'without-unit'
  readonly quantity?: 'dose' | 'dose-rate'
  /** The activity falls off with this half-life from the time of the image on. */
  readonly effectiveHalfLifeHours?: number
  /** Decays for each Bq in the image, in Bq·h. */
  readonly residenceHours?: number
  readonly physicalHalfLifeS: number
}

export interface ActivityUse {
  readonly quantity: 'dose' | 'dose-rate'
  /** Multiplies the image's values. */
  readonly factor: number
  /** How the image was understood, a sentence. */
  readonly words: string
}

/**
 * An image in Bq/mL gives a dose rate (Gy/s), or a dose by an effective half-life T (decays = A·T/ln 2) or a residence time; one without
 * a unit is taken as decays per mL (Bq·s/mL) for a dose, as Bq/mL where a dose rate, half-life or residence time is asked for.
 *
 * @throws InputError `dose.quantity` where the wishes contradict each other or cannot be.
 */
export function activityUse(request: ActivityUseRequest): ActivityUse {
  const { image, quantity, effectiveHalfLifeHours: halfLife, residenceHours: residence, physicalHalfLifeS } = request
  const refuse = (message: string, hint: string): never => {
    throw new InputError('dose.quantity', message, hint)
  }
  if (halfLife !== undefined && residence !== undefined)
    refuse('There are both an effective half-life and a residence time.', 'Give one of them.')
  const integrates = halfLife !== undefined || residence !== undefined
  if (integrates && quantity === 'dose-rate')
    refuse(
      'A dose rate has neither an effective half-life nor a residence time.',
      'Leave them out, or ask for the dose.',
    )
  const given = halfLife ?? residence
  if (given !== undefined && !(Number.isFinite(given) && given > 0))
    refuse(
      `The ${halfLife !== undefined ? 'effective half-life' : 'residence time'} is ${given} h.`,
      'Give hours above 0.',
    )
  if (halfLife !== undefined) {
    const physical = secondsToHours(physicalHalfLifeS)
    if (halfLife > physical * 1.001)
      refuse(
        `The effective half-life of ${halfLife} h is longer than the physical one of ${physical.toPrecision(4)} h.`,
        'Check the hours and the nuclide.',
      )
    return {
      quantity: 'dose',
      factor: hoursToSeconds(halfLife) / Math.LN2,
      words: `Bq/mL; decays from the time of the image on, with an effective half-life of ${halfLife} h everywhere. What decayed before is not in it.`,
    }
  }
  if (residence !== undefined)
    return {
      quantity: 'dose',
      factor: hoursToSeconds(residence),
      words: `Bq/mL; ${residence} Bq·h of decays for each Bq in the image, everywhere.`,
    }
  if (image === 'without-unit' && quantity !== 'dose-rate')
    return {
      quantity: 'dose',
      factor: 1,
      words: 'Time-integrated activity (decays) per mL, Bq·s/mL; the file says no unit.',
    }
  if (quantity === 'dose')
    refuse(
      'An image in Bq/mL gives a dose rate; for a dose the decays must be known.',
      'Give an effective half-life or a residence time in hours, or a map of time-integrated activity (Bq·s/mL) as NIfTI.',
    )
  return {
    quantity: 'dose-rate',
    factor: 1,
    words: `Bq/mL${image === 'Bq/mL' ? ' at the start of the acquisition' : '; the file says no unit'}: a dose rate at that time, with daughters in equilibrium.`,
  }
}
