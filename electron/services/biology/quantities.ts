/** The dose of a structure in the quantity that a limit or a model is stated in. */
import { InputError } from '../../../native-core/errors/index.ts'
import { bedOfSpread, eqdOf, externalBeamBed, mapDoses } from '../../../native-core/radiobiology/index.ts'
import type { BiologySet, DoseDistribution } from '../../../native-core/radiobiology/index.ts'
import type { BiologySettings } from '../../contracts/biology.ts'

/** What a structure got: dose and pair term G·D² of the radionuclides, and external beam. */
export interface Received {
  readonly doseGy: number
  readonly pairGy2: number
  readonly externalBeam: BiologySettings['externalBeam']
  /** Doses of its parts over their mean. */
  readonly spread: DoseDistribution
}

/** Distribution of the quantity of `set` in the structure, with the dose of the radionuclides times `factor` and another α/β where given. */
export function inQuantity(
  received: Received,
  set: Pick<BiologySet, 'id' | 'quantity' | 'parameters'>,
  alphaBetaGy: number | null,
  factor = 1,
): DoseDistribution {
  const { doseGy, pairGy2, externalBeam, spread } = received
  if (set.quantity === 'absorbed dose') {
    const beam = externalBeam.reduce((sum, course) => sum + course.fractions * course.dosePerFractionGy, 0)
    return mapDoses(spread, (r) => r * factor * doseGy + beam)
  }
  const ratio = set.parameters['alphaBetaGy']?.value ?? alphaBetaGy
  if (ratio === null)
    throw new InputError(
      'biology.alpha-beta',
      `"${set.id}" is stated in ${set.quantity}, and there is no α/β for the structure.`,
      'Choose a sensitivity for the structure.',
    )
  const beam = externalBeam.reduce((sum, course) => sum + externalBeamBed(course, ratio), 0)
  const bed = bedOfSpread(spread, factor * doseGy, factor * factor * pairGy2, ratio, beam)
  const fraction = /^EQD([\d.]+)$/.exec(set.quantity)?.[1]
  return fraction ? mapDoses(bed, (one) => eqdOf(one, ratio, Number(fraction))) : bed
}
