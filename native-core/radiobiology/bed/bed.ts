/** Biologically effective dose (BED) and equivalent doses of the linear–quadratic model (Barendsen 1982; Dale, Br J Radiol 58 (1985) 515). */
import { InputError } from '../../errors/index.ts'

/** @throws InputError `biology.alpha-beta` unless α/β is positive. Infinity is allowed: no quadratic part. */
export function checkAlphaBeta(alphaBetaGy: number): void {
  if (!(alphaBetaGy > 0))
    throw new InputError(
      'biology.alpha-beta',
      `α/β is ${alphaBetaGy} Gy.`,
      'Give a positive α/β: some 10 Gy for early effects and most tumours, 2 to 4 Gy for late effects.',
    )
}

export function checkDose(doseGy: number): void {
  if (!(doseGy >= 0) || !Number.isFinite(doseGy))
    throw new InputError('biology.dose', `The dose is ${doseGy} Gy.`, 'A dose is a finite number, never negative.')
}

function checkG(g: number): void {
  if (!(g >= 0 && g <= 1))
    throw new InputError(
      'biology.protraction',
      `The Lea–Catcheside factor is ${g}.`,
      'G lies from 0 (all sublethal damage is repaired at once) to 1 (acute dose).',
    )
}

/** BED in Gy of a dose with Lea–Catcheside factor `g`: D·(1 + g·D/(α/β)). 1 is an acute dose. */
export function bedOf(doseGy: number, g: number, alphaBetaGy: number): number {
  checkAlphaBeta(alphaBetaGy)
  checkDose(doseGy)
  checkG(g)
  return doseGy * (1 + (g * doseGy) / alphaBetaGy)
}

/** The dose in Gy whose BED is `bedGy` at the same `g`: the inverse of `bedOf`. */
export function doseOfBed(bedGy: number, g: number, alphaBetaGy: number): number {
  checkAlphaBeta(alphaBetaGy)
  checkDose(bedGy)
  checkG(g)
  const c = g / alphaBetaGy
  // 2B/(1 + √(1 + 4cB)): the root without cancellation, B itself at c = 0.
  return (2 * bedGy) / (1 + Math.sqrt(1 + 4 * c * bedGy))
}

/** EQDX in Gy: total dose in acute fractions of `fractionGy` with the same BED. X = 2 Gy gives EQD2. */
export function eqdOf(bedGy: number, alphaBetaGy: number, fractionGy = 2): number {
  checkAlphaBeta(alphaBetaGy)
  checkDose(bedGy)
  if (!(fractionGy > 0))
    throw new InputError(
      'biology.fraction',
      `The dose of a fraction is ${fractionGy} Gy.`,
      'Give a positive dose, such as 2.',
    )
  return bedGy / (1 + fractionGy / alphaBetaGy)
}

/** The BED of an EQDX: the inverse of `eqdOf`. */
export function bedOfEqd(eqdGy: number, alphaBetaGy: number, fractionGy = 2): number {
  checkDose(eqdGy)
  return eqdGy / eqdOf(1, alphaBetaGy, fractionGy)
}

export interface ExternalBeamCourse {
  readonly fractions: number
  readonly dosePerFractionGy: number
}

/** BED in Gy of an external-beam course of acute fractions with complete repair between them: n·d·(1 + d/(α/β)). */
export function externalBeamBed({ fractions, dosePerFractionGy }: ExternalBeamCourse, alphaBetaGy: number): number {
  if (!Number.isInteger(fractions) || fractions < 1)
    throw new InputError('biology.fractions', `There are ${fractions} fractions.`, 'Give a whole number from 1 on.')
  return fractions * bedOf(dosePerFractionGy, 1, alphaBetaGy)
}
