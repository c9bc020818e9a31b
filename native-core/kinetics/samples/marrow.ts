/** Time-integrated activity of the red marrow by way of blood, and of the remainder of the body. */
import { marrowToBloodRatio, RED_MARROW_DENSITY_G_PER_ML } from '../../dosimetry/organ/marrow.ts'
import type { MarrowToBlood } from '../../dosimetry/organ/marrow.ts'
import { InputError } from '../../errors/index.ts'
import { assertMeasured, relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'

/**
 * The patient's mass of red marrow from a reference by body mass or lean body mass: m = m_ref·(M/M_ref) (patient-specific scaling of blood-based
 * marrow models, Wessels et al., J. Nucl. Med. 45 (2004) 1725).
 *
 * @throws InputError `samples.marrow`.
 */
export function scaledMarrowMassKg(referenceMarrowKg: number, patientMassKg: number, referenceMassKg: number): number {
  for (const [what, value] of [
    ['mass of red marrow of the reference', referenceMarrowKg],
    ['mass of the patient', patientMassKg],
    ['mass of the reference', referenceMassKg],
  ] as const)
    if (!(value > 0) || !Number.isFinite(value))
      throw new InputError('samples.marrow', `The ${what} is ${value} kg.`, 'Give a positive mass in kg.')
  return (referenceMarrowKg * patientMassKg) / referenceMassKg
}

export interface MarrowActivity {
  readonly tiaBqS: Measured
  /** Concentration in red marrow over that in blood. */
  readonly ratio: Measured
  readonly assumptions: readonly string[]
}

/**
 * Ã_rm = c̃_blood · RMBLR · m_rm/ρ_rm with RMBLR = 0.19/(1 − hematocrit) or a ratio that is given (Sgouros, J. Nucl. Med. 34 (1993) 689; Hindorf et
 * al., Eur. J. Nucl. Med. Mol. Imaging 37 (2010) 1238). u²/Ã² = u²(c̃)/c̃² + u²(RMBLR)/RMBLR² + u²(m)/m².
 *
 * @param input.bloodTiaPerMl time-integrated concentration in whole blood, Bq·s/mL
 * @param input.ratioRelativeUncertainty of RMBLR: individual fluid fraction and hematocrit
 * @throws InputError `samples.marrow`, `dose.marrow`.
 */
export function marrowActivityFromBlood(input: {
  readonly bloodTiaPerMl: Measured
  readonly marrowToBlood: MarrowToBlood
  readonly ratioRelativeUncertainty: number
  readonly marrowMassKg: Measured
}): MarrowActivity {
  const { bloodTiaPerMl, marrowToBlood, ratioRelativeUncertainty, marrowMassKg } = input
  assertMeasured(bloodTiaPerMl, 'The time-integrated concentration in blood', 'samples.marrow', 'non-negative')
  assertMeasured(marrowMassKg, 'The mass of the red marrow in kg', 'samples.marrow', 'positive')
  const value = marrowToBloodRatio(marrowToBlood)
  const ratio = { value, standardUncertainty: value * ratioRelativeUncertainty }
  assertMeasured(ratio, 'The ratio of marrow to blood', 'samples.marrow', 'non-negative')
  const tia = (bloodTiaPerMl.value * value * marrowMassKg.value * 1e3) / RED_MARROW_DENSITY_G_PER_ML
  const relative = Math.hypot(
    relativeUncertainty(bloodTiaPerMl),
    ratioRelativeUncertainty,
    relativeUncertainty(marrowMassKg),
  )
  return {
    tiaBqS: { value: tia, standardUncertainty: tia * relative },
    ratio,
    assumptions: [
      `The concentration in red marrow is ${value.toPrecision(3)} of that in blood at all times.`,
      'There is no uptake in marrow or bone beside it: no binding to cells of marrow, no metastases in marrow.',
    ],
  }
}

/**
 * Time-integrated activity of the remainder of the body: whole body less the source organs, u² being the sum of theirs (independent). A
 * difference below zero by less than two standard uncertainties counts as zero.
 *
 * @throws InputError `samples.remainder` where the organs hold more than the whole body by over two standard uncertainties.
 */
export function remainderTia(
  wholeBody: Measured,
  organs: readonly { readonly name: string; readonly tiaBqS: Measured }[],
): Measured {
  assertMeasured(wholeBody, "The whole body's time-integrated activity", 'samples.remainder', 'non-negative')
  for (const { name, tiaBqS } of organs)
    assertMeasured(tiaBqS, `The time-integrated activity of ${name}`, 'samples.remainder', 'non-negative')
  const sum = organs.reduce((total, { tiaBqS }) => total + tiaBqS.value, 0)
  const standardUncertainty = Math.hypot(
    wholeBody.standardUncertainty,
    ...organs.map(({ tiaBqS }) => tiaBqS.standardUncertainty),
  )
  const value = wholeBody.value - sum
  if (value < -2 * standardUncertainty || (value < 0 && standardUncertainty === 0))
    throw new InputError(
      'samples.remainder',
      `The organs hold ${((sum / wholeBody.value) * 100).toFixed(0)} % of the whole body's time-integrated activity.`,
      'Check calibration, times, and whether a region is in two organs.',
    )
  return { value: Math.max(0, value), standardUncertainty }
}
