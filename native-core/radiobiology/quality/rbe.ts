/** Relative biological effectiveness (RBE) of dense ionisation, as choices that are named and reported. */
import { InputError } from '../../errors/index.ts'
import { checkAlphaBeta } from '../bed/bed.ts'

/** One administration's dose in two qualities, with the Lea–Catcheside factor that both share. */
export interface MixedDose {
  /** Dose of dense ionisation (alphas), Gy. */
  readonly highLetGy: number
  /** Dose of sparse ionisation (electrons, photons), Gy. */
  readonly lowLetGy: number
  readonly g: number
}

/**
 * How dense ionisation counts.
 * - `weighted-dose`: D_RBE = RBE·D_H + D_L, and the linear–quadratic model on that. RBE 5 is the convention for deterministic effects of alphas.
 * - `rbe-max`: BED = RBE_max·D_H + D_L + G·(RBE_min·D_H + D_L)²/(α/β) (Dale & Jones, Int J Radiat Biol 75 (1999) 1595; Carabe-Fernandez et al. 2007; the
 *   form is recalled, not verified); α/β of the low-LET reference.
 */
export type RbeChoice =
  | { readonly kind: 'weighted-dose'; readonly rbe: number }
  | { readonly kind: 'rbe-max'; readonly rbeMax: number; readonly rbeMin: number }

export interface MixedEffect {
  /** BED in Gy of low-LET reference radiation. */
  readonly bedGy: number
  /** Weighted dose, Gy (RBE·D_H + D_L, with RBE_max in the second choice). */
  readonly weightedDoseGy: number
  /** What has been chosen, in words for the report. */
  readonly words: string
}

/** BED of a mixed dose. @throws InputError `biology.rbe`, `biology.alpha-beta`, `biology.dose`. */
export function mixedBed({ highLetGy, lowLetGy, g }: MixedDose, choice: RbeChoice, alphaBetaGy: number): MixedEffect {
  checkAlphaBeta(alphaBetaGy)
  if (!(highLetGy >= 0) || !(lowLetGy >= 0) || !(g >= 0 && g <= 1))
    throw new InputError(
      'biology.dose',
      `The doses are ${highLetGy} Gy (high LET) and ${lowLetGy} Gy (low LET) with G = ${g}.`,
      'Doses are not negative, G lies from 0 to 1.',
    )
  if (choice.kind === 'weighted-dose') {
    checkRbe('RBE', choice.rbe)
    const dose = choice.rbe * highLetGy + lowLetGy
    return {
      bedGy: dose * (1 + (g * dose) / alphaBetaGy),
      weightedDoseGy: dose,
      words: `RBE-weighted dose with RBE ${choice.rbe}, then the linear–quadratic model`,
    }
  }
  checkRbe('RBE_max', choice.rbeMax)
  checkRbe('RBE_min', choice.rbeMin)
  const paired = choice.rbeMin * highLetGy + lowLetGy
  const linear = choice.rbeMax * highLetGy + lowLetGy
  return {
    bedGy: linear + (g * paired * paired) / alphaBetaGy,
    weightedDoseGy: linear,
    words: `RBE_max ${choice.rbeMax} in the linear and RBE_min ${choice.rbeMin} in the quadratic term of the linear–quadratic model`,
  }
}

function checkRbe(name: string, value: number): void {
  if (!(value > 0) || !Number.isFinite(value))
    throw new InputError(
      'biology.rbe',
      `${name} is ${value}.`,
      'Give a positive number; 1 counts as low-LET radiation does.',
    )
}

/** RBE of a dose at survival level: the low-LET acute dose with the same effect over the dose, at dose per nucleus `highLetGy` (Gy), G = 1. */
export function rbeAtDose(
  highLetGy: number,
  { alphaHighPerGy, betaHighPerGy2 }: { readonly alphaHighPerGy: number; readonly betaHighPerGy2: number },
  { alphaPerGy, betaPerGy2 }: { readonly alphaPerGy: number; readonly betaPerGy2: number },
): number {
  if (!(highLetGy > 0) || !(alphaHighPerGy > 0) || !(alphaPerGy > 0) || !(betaHighPerGy2 >= 0) || !(betaPerGy2 >= 0))
    throw new InputError(
      'biology.rbe',
      `RBE of ${highLetGy} Gy with α ${alphaHighPerGy} and ${alphaPerGy} 1/Gy, β ${betaHighPerGy2} and ${betaPerGy2} 1/Gy².`,
      'Dose and both α are positive, both β are not negative.',
    )
  const effect = highLetGy * (alphaHighPerGy + betaHighPerGy2 * highLetGy)
  // 2E/(α + √(α² + 4βE)): the root without cancellation.
  return (2 * effect) / (alphaPerGy + Math.sqrt(alphaPerGy * alphaPerGy + 4 * betaPerGy2 * effect)) / highLetGy
}
