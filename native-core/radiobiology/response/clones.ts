/** Sensitive and resistant cells as a branching process: the probability that a course leaves none. */
import { InputError } from '../../errors/index.ts'
import { courseParts } from '../doseRate/hazard.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import type { RepairModel } from '../repair/types.ts'
import { integrate } from './dormandPrince.ts'

export interface Clone {
  readonly name: string
  /** Cells at the start. */
  readonly cells: number
  readonly birthPerS: number
  readonly deathPerS: number
  readonly alphaPerGy: number
  readonly alphaBetaGy: number
  /** Probability that one daughter of a division belongs to the next clone of the list; 0 for the last. */
  readonly mutation: number
}

/** @throws InputError `biology.clones` */
export function checkClones(clones: readonly Clone[]): void {
  if (clones.length === 0) throw new InputError('biology.clones', 'There are no clones.', 'Give at least one.')
  clones.forEach((clone, at) => {
    const { name, cells, birthPerS, deathPerS, alphaPerGy, alphaBetaGy, mutation } = clone
    const bad =
      !(cells >= 0) ||
      !(birthPerS >= 0) ||
      !(deathPerS >= 0) ||
      !(alphaPerGy >= 0) ||
      !(alphaBetaGy > 0) ||
      !(mutation >= 0 && mutation <= 1) ||
      (mutation > 0 && at === clones.length - 1)
    if (bad)
      throw new InputError(
        'biology.clones',
        `Clone "${name}" has ${cells} cells, birth ${birthPerS} and death ${deathPerS} 1/s, α ${alphaPerGy} 1/Gy, α/β ${alphaBetaGy} Gy, mutation ${mutation}.`,
        'Nothing is negative, α/β is positive, a mutation needs a next clone and lies from 0 to 1.',
      )
  })
}

/**
 * Probability that no cell is left at `untilS`: Π q_i^N_i, where q_i is the chance that the descendants of one cell of clone i are gone by then. Backward
 * equations of the branching process (Athreya & Ney 1972), from q = 0 at the end:
 *   −q_i′ = b_i·[(1 − m_i)·q_i² + m_i·q_i·q_(i+1)] + d_i + h_i(t) − (b_i + d_i + h_i(t))·q_i
 * with the hazard of kill h_i = α_i·R·(1 + 2S/(α/β)_i). For one clone it is Zaider and Minerbo's TCP. Carried as ln(1 − q), so that small chances keep
 * their digits.
 */
export function eradicationProbability(
  clones: readonly Clone[],
  course: DoseRateCourse,
  repair: RepairModel,
  untilS: number,
): number {
  checkClones(clones)
  const parts = courseParts(course, repair, untilS)
  // u = ln(1 − q): 0 at the end.
  const u = new Float64Array(clones.length)
  for (const part of [...parts].reverse()) {
    const length = part.endS - part.startS
    integrate(
      (back, state, slope) => {
        const { rateGyPerS: r, unrepairedGy: s } = part.at(length - back)
        clones.forEach(({ birthPerS: b, deathPerS, alphaPerGy, alphaBetaGy, mutation: m }, i) => {
          const lost = deathPerS + alphaPerGy * r * (1 + (2 * s) / alphaBetaGy)
          const p = Math.exp(state[i] as number)
          // p = 1 − q: p' (backward in time) = p·[b·(1 − p) − lost] + b·m·q·(p_next − p)
          // p_next/p of logarithms: p itself may be too small for a number.
          const ratio = m > 0 ? Math.exp((state[i + 1] as number) - (state[i] as number)) : 1
          slope[i] = b * (1 - p) - lost + b * m * (1 - p) * (ratio - 1)
        })
      },
      0,
      length,
      u,
      { relative: 1e-10, absolute: clones.map(() => 1e-10) },
      Math.min(60, length),
    )
  }
  const log = clones.reduce(
    (sum, { cells }, i) => (cells > 0 ? sum + cells * Math.log1p(-Math.exp(u[i] as number)) : sum),
    0,
  )
  return Math.exp(log)
}
