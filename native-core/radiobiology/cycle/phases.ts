/** Cell cycle: cells whose sensitivity depends on the phase in which the radiation finds them. */
import { InputError } from '../../errors/index.ts'

/** Cells of one phase: their share, and ln of the survival of one exposure. */
export interface PhaseEffect {
  readonly fraction: number
  readonly logSurvival: number
}

/**
 * What becomes of the phases while the exposures last; an assumption that is named with the result.
 * - `none`: each cell stays in its phase throughout. The survivors are those of the resistant phases: least effect.
 * - `between-exposures`: a cell stays in its phase during an exposure, and all phases are as full as at first when the next one comes.
 * - `continuous`: phases change so fast against the dose rate that every cell meets the mean effect of all: largest effect.
 */
export type Redistribution = 'none' | 'between-exposures' | 'continuous'

/**
 * ln of the population's survival after `exposures` equal exposures, for cells of several phases (Sinclair, Radiat Res 33 (1968) 620, for the dependence
 * on the phase): ln Σ fᵢSᵢⁿ, n·ln Σ fᵢSᵢ, or n·Σ fᵢ·ln Sᵢ, by the assumption on redistribution. By Jensen's inequality they fall in this order. The first
 * and last are the limits between which Brenner et al., Int J Radiat Oncol Biol Phys 32 (1995) 379 (LQR) go over with the time of redistribution.
 *
 * @throws InputError `biology.phases`
 */
export function phasedLogSurvival(
  phases: readonly PhaseEffect[],
  redistribution: Redistribution,
  exposures = 1,
): number {
  checkPhases(phases, exposures)
  if (redistribution === 'continuous')
    return exposures * phases.reduce((sum, { fraction, logSurvival }) => sum + fraction * logSurvival, 0)
  return redistribution === 'none' ? logMixture(phases, exposures) : exposures * logMixture(phases, 1)
}

/** ln Σ fᵢSᵢⁿ, relative to the phase that survives best. */
function logMixture(phases: readonly PhaseEffect[], power: number): number {
  const present = phases.filter(({ fraction }) => fraction > 0)
  const most = Math.max(...present.map(({ logSurvival }) => logSurvival))
  // Shares of what is lost beyond the best: exact also where hardly anything is.
  const lost = present.reduce(
    (sum, { fraction, logSurvival }) => sum + fraction * Math.expm1(power * (logSurvival - most)),
    0,
  )
  return power * most + Math.log1p(lost)
}

function checkPhases(phases: readonly PhaseEffect[], exposures: number): void {
  const total = phases.reduce((sum, { fraction }) => sum + fraction, 0)
  if (phases.some(({ fraction }) => !(fraction >= 0)) || !(Math.abs(total - 1) < 1e-6))
    throw new InputError(
      'biology.phases',
      `The shares of the phases of the cell cycle are ${phases.map(({ fraction }) => fraction).join(', ') || 'missing'}.`,
      'Give one share for each phase, none negative; they add to 1.',
    )
  const bad = phases.find(({ logSurvival }) => !(logSurvival <= 0))
  if (bad)
    throw new InputError(
      'biology.phases',
      `ln of the survival of a phase is ${bad.logSurvival}.`,
      'A survival lies from 0 to 1: check dose, α and β.',
    )
  if (!Number.isInteger(exposures) || exposures < 1)
    throw new InputError('biology.phases', `There are ${exposures} exposures.`, 'Give a whole number from 1 on.')
}
