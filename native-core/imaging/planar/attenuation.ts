/** The transmission of the body along a view: e^(−μt), from a transmission scan, a thickness, or a CT. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured, relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'

/** Transmission e^(−μt) of the whole body in one direction, and what was said about it. */
export interface Transmission {
  readonly transmission: Measured
  readonly remarks: readonly string[]
}

/**
 * Transmission from a flood source seen with and without the patient, T = (I/t)/(I₀/t₀), at the energy of the flood source; for another
 * emission energy T^(μ_emission/μ_flood) (MIRD Pamphlet 16, Siegel et al., J. Nucl. Med. 40 (1999) 37S). u²(T)/T² = u²(I)/I² + u²(I₀)/I₀².
 *
 * @param input.open count without the patient; `openDurationS` its time
 * @param input.attenuated count through the patient in the same region; `attenuatedDurationS` its time
 * @param input.sourceDecayFactor activity of the flood source during the second scan over that during the first
 * @param input.muRatio μ of soft tissue at the emission energy over that at the energy of the flood source; 1 for the same nuclide
 * @throws InputError `planar.transmission`.
 */
export function transmissionOfScan(input: {
  readonly open: Measured
  readonly openDurationS: number
  readonly attenuated: Measured
  readonly attenuatedDurationS: number
  readonly sourceDecayFactor?: number
  readonly muRatio?: number
}): Transmission {
  const { open, openDurationS, attenuated, attenuatedDurationS, sourceDecayFactor = 1, muRatio = 1 } = input
  assertMeasured(open, 'The count without the patient', 'planar.transmission', 'positive')
  assertMeasured(attenuated, 'The count through the patient', 'planar.transmission', 'positive')
  for (const [what, value] of [
    ['time of the scan without the patient', openDurationS],
    ['time of the scan through the patient', attenuatedDurationS],
    ['decay of the flood source', sourceDecayFactor],
    ['ratio of attenuation coefficients', muRatio],
  ] as const)
    if (!(value > 0) || !Number.isFinite(value)) throw bad(`the ${what} is ${value}`)
  const measured = attenuated.value / attenuatedDurationS / (open.value / openDurationS) / sourceDecayFactor
  if (measured >= 1) throw bad(`more counts came through the patient than without (${measured.toPrecision(3)} times)`)
  const value = measured ** muRatio
  const relative = muRatio * Math.hypot(relativeUncertainty(open), relativeUncertainty(attenuated))
  return {
    transmission: { value, standardUncertainty: value * relative },
    remarks:
      muRatio === 1
        ? []
        : [
            `The transmission scan's factor ${measured.toPrecision(4)} was brought to the emission energy with the power ${muRatio.toPrecision(4)}.`,
          ],
  }
}

/**
 * Transmission of a body of known thickness with an effective coefficient: e^(−μt), u(T)/T = √((t·u(μ))² + (μ·u(t))²).
 * Without a scatter correction μ must be the broad-beam one of the camera's window, with one the narrow-beam one.
 *
 * @throws InputError `planar.transmission`.
 */
export function transmissionOfThickness(muPerMm: Measured, thicknessMm: Measured): Transmission {
  assertMeasured(muPerMm, 'The attenuation coefficient per mm', 'planar.transmission', 'non-negative')
  assertMeasured(thicknessMm, 'The thickness of the body in mm', 'planar.transmission', 'positive')
  const value = Math.exp(-muPerMm.value * thicknessMm.value)
  const relative = Math.hypot(
    thicknessMm.value * muPerMm.standardUncertainty,
    muPerMm.value * thicknessMm.standardUncertainty,
  )
  return { transmission: { value, standardUncertainty: value * relative }, remarks: [] }
}

/** Effective attenuation coefficient −ln T/t in 1/mm of a measured transmission. @throws InputError `planar.transmission`. */
export function effectiveMuPerMm(transmission: Measured, thicknessMm: Measured): Measured {
  assertMeasured(transmission, 'The transmission', 'planar.transmission', 'positive')
  assertMeasured(thicknessMm, 'The thickness of the body in mm', 'planar.transmission', 'positive')
  if (transmission.value > 1) throw bad(`the transmission is ${transmission.value}`)
  const value = -Math.log(transmission.value) / thicknessMm.value
  return {
    value,
    standardUncertainty: Math.hypot(
      relativeUncertainty(transmission) / thicknessMm.value,
      value * relativeUncertainty(thicknessMm),
    ),
  }
}

const bad = (why: string): InputError =>
  new InputError(
    'planar.transmission',
    `The transmission of the body cannot be taken: ${why}.`,
    'Check regions, times and which scan is which.',
  )
