/** Oxygen enhancement. */
import { InputError } from '../../errors/index.ts'

export interface OxygenEffect {
  /** Largest enhancement. */
  readonly maximum: number
  /** Partial pressure with half of the enhancement, mmHg. */
  readonly halfMmHg: number
}

/** m = 3, k = 3 mmHg: Alper & Howard-Flanders 1956 as usually quoted; unverified. */
export const DEFAULT_OXYGEN_EFFECT: OxygenEffect = { maximum: 3, halfMmHg: 3 }

/** Oxygen enhancement ratio at a partial pressure relative to anoxia: (m·p + k)/(p + k). 1 at p = 0, m where oxygen abounds. */
export function oer(pressureMmHg: number, { maximum, halfMmHg }: OxygenEffect = DEFAULT_OXYGEN_EFFECT): number {
  if (!(pressureMmHg >= 0) || !(maximum >= 1) || !(halfMmHg > 0))
    throw new InputError(
      'biology.oxygen',
      `Oxygen has ${pressureMmHg} mmHg, a largest enhancement of ${maximum} and a half-pressure of ${halfMmHg} mmHg.`,
      'Pressure is not negative, the enhancement at least 1, the half-pressure positive.',
    )
  // The same as 1 + (m − 1)·p/(p + k), which never rounds beyond m.
  return Math.min(maximum, 1 + (maximum - 1) / (1 + halfMmHg / pressureMmHg))
}

/**
 * α and β of hypoxic cells: α/OER_α and β/OER_β², OER relative to well-oxygenated cells. Dense ionisation: give ratios near 1.
 */
export const hypoxicSensitivity = (
  alphaPerGy: number,
  betaPerGy2: number,
  oerAlpha: number,
  oerBeta = oerAlpha,
): { readonly alphaPerGy: number; readonly betaPerGy2: number } => {
  if (!(oerAlpha >= 1) || !(oerBeta >= 1))
    throw new InputError(
      'biology.oxygen',
      `The enhancement ratios are ${oerAlpha} and ${oerBeta}.`,
      'They are at least 1.',
    )
  return { alphaPerGy: alphaPerGy / oerAlpha, betaPerGy2: betaPerGy2 / (oerBeta * oerBeta) }
}
