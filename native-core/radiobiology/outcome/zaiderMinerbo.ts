/** TCP of a birth-and-death process under a dose rate that changes in time. */
import { InputError } from '../../errors/index.ts'
import { gaussLegendreNodes } from '../doseRate/exponentials.ts'
import { courseHistory } from '../doseRate/integrate.ts'
import { piecesOf } from '../doseRate/pieces.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import { repairRates } from '../repair/leaCatcheside.ts'
import type { RepairModel } from '../repair/types.ts'

export interface ZaiderMinerboParameters {
  readonly clonogens: number
  readonly alphaPerGy: number
  readonly alphaBetaGy: number
  /** Potential doubling time: the birth rate is ln 2/T_pot, s. */
  readonly doublingTimeS: number
  /** Natural death over birth rate, from 0 to below 1. */
  readonly cellLossFactor: number
}

/**
 * TCP(t) = {1 − L/(1 + b·L·∫₀ᵗ ds/L(s))}ⁿ with L = S(t)·e^((b−d)t) and S = exp(−αD(t) − βQ(t)) of the course until t (Zaider & Minerbo, Phys Med Biol 45
 * (2000) 279). u = L/(1 + b·L·∫ds/L(s)) is carried as 1/(1/L + b·∫ds/L(s)) in logarithms, so that nothing under- or overflows; Gauss–Legendre on steps that
 * are halved until ln TCP changes by less than 1e-9. `timeS` counts on the clock of the course.
 *
 * @throws InputError `biology.tcp`, those of `piecesOf` and `repairRates`.
 */
export function zaiderMinerboTcp(
  course: DoseRateCourse,
  repair: RepairModel,
  timeS: number,
  { clonogens, alphaPerGy, alphaBetaGy, doublingTimeS, cellLossFactor }: ZaiderMinerboParameters,
): number {
  if (
    !(clonogens > 0) ||
    !(alphaPerGy > 0) ||
    !(alphaBetaGy > 0) ||
    !(doublingTimeS > 0) ||
    !(cellLossFactor >= 0 && cellLossFactor < 1)
  )
    throw new InputError(
      'biology.tcp',
      `TCP has ${clonogens} clonogens, α ${alphaPerGy} 1/Gy, α/β ${alphaBetaGy} Gy, doubling time ${doublingTimeS} s and cell loss ${cellLossFactor}.`,
      'The first four are positive; the cell-loss factor lies from 0 to below 1.',
    )
  const birth = Math.LN2 / doublingTimeS
  const growth = birth * (1 - cellLossFactor)
  const rates = repairRates(repair)
  const cuts = [...piecesOf(course, timeS).map(({ startS }) => startS), timeS]
  const startS = cuts[0] as number
  const logL = (times: readonly number[]): number[] => {
    const sums = times.map((time) => growth * (time - startS))
    for (const { ratePerS, fraction } of rates)
      courseHistory(course, ratePerS, times).forEach(({ doseGy, pairGy2 }, k) => {
        sums[k] = (sums[k] as number) - alphaPerGy * fraction * (doseGy + pairGy2 / alphaBetaGy)
      })
    return sums
  }
  const hazard = (steps: number): number => {
    const times: number[] = []
    const weights: number[] = []
    for (let piece = 0; piece + 1 < cuts.length; piece++) {
      const [from, to] = [cuts[piece] as number, cuts[piece + 1] as number]
      for (let k = 0; k < steps; k++) {
        // Finer at the start of each piece, where the dose rate is high.
        const a = from + (to - from) * (k / steps) ** 2
        const b = from + (to - from) * ((k + 1) / steps) ** 2
        for (const { x, weight } of gaussLegendreNodes) {
          times.push(a + ((b - a) * (1 + x)) / 2)
          weights.push((weight * (b - a)) / 2)
        }
      }
    }
    const logs = logL([...times, timeS])
    const least = logs.reduce((low, log) => Math.min(low, log))
    const end = Math.exp(least - (logs.at(-1) as number))
    const since = weights.reduce((sum, weight, k) => sum + weight * Math.exp(least - (logs[k] as number)), 0)
    // ln TCP = n·ln(1 − u)
    return -clonogens * Math.log1p(-Math.min(1, Math.exp(least - Math.log(end + birth * since))))
  }
  let last = hazard(8)
  for (let steps = 16; steps <= 1024; steps *= 2) {
    const next = hazard(steps)
    if (next === last || Math.abs(next - last) <= 1e-9 * Math.abs(next)) return Math.exp(-next)
    last = next
  }
  throw new InputError(
    'biology.tcp',
    `The integral of the birth-and-death model until ${timeS} s does not settle.`,
    'Ask for an earlier time: doubling times and half-lives are far shorter than it.',
  )
}
