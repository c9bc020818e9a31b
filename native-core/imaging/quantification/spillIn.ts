/** Activity of the surroundings that is seen inside a structure. */
import { InputError } from '../../errors/index.ts'
import type { Measured } from '../../statistics/index.ts'

/**
 * True mean concentration of a structure of recovery R in surroundings of concentration B: (C − B·(1 − R))/R, from C = R·T + (1 − R)·B
 * (Kessler et al., J Comput Assist Tomogr 8 (1984) 514). B = 0 is division by R. The inputs are taken as independent.
 *
 * @throws InputError `recovery.coefficient` for a recovery that is not positive
 */
export function spillInCorrected({
  measured,
  background,
  recovery,
}: {
  readonly measured: Measured
  readonly background: Measured
  readonly recovery: Measured
}): Measured {
  const r = recovery.value
  if (!(r > 0) || !Number.isFinite(r))
    throw new InputError('recovery.coefficient', `A recovery of ${r} corrects nothing.`, 'Give a number above 0.')
  const b = background.value
  return {
    value: (measured.value - b * (1 - r)) / r,
    standardUncertainty: Math.hypot(
      measured.standardUncertainty / r,
      (background.standardUncertainty * (1 - r)) / r,
      (recovery.standardUncertainty * (measured.value - b)) / r ** 2,
    ),
  }
}
