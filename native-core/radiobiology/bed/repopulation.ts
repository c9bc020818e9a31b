/** BED less what the tumour grows meanwhile, with the time at which the dose rate no longer keeps up. */
import { InputError } from '../../errors/index.ts'
import { courseParts } from '../doseRate/hazard.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import { protraction } from '../repair/leaCatcheside.ts'
import type { RepairModel } from '../repair/types.ts'
import { checkAlphaBeta } from './bed.ts'

export interface Repopulation {
  readonly alphaPerGy: number
  /** Potential doubling time, s. */
  readonly doublingTimeS: number
  /** Growth starts this long after the first dose, s. */
  readonly kickOffS: number
}

export interface EffectiveBed {
  /** BED until `endS` less growth until then, Gy. */
  readonly bedGy: number
  /** BED until `endS` without growth. */
  readonly grossBedGy: number
  /** ln 2·(end − kick-off)/(α·T_pot), Gy; zero before the kick-off. */
  readonly lostGy: number
  readonly doseGy: number
  readonly endS: number
  /** The dose that comes after `endS` and no longer keeps up with growth. */
  readonly wastedDoseGy: number
}

/**
 * BED_eff = BED(T) − max(0, T − T_k)·ln 2/(α·T_pot). T is given, or the critical time: the last moment at which dose rate R and unrepaired damage
 * S still kill as fast as cells grow, α·R·(1 + 2S/(α/β)) = ln 2/T_pot (Dale, Phys Med Biol 41 (1996) 1871, with the quadratic term kept), or the
 * kick-off if that comes later: until then nothing grows. After it the effective BED only falls. Zero where the course never keeps up.
 *
 * @throws InputError `biology.repopulation` for values that are not positive; those of `protraction`.
 */
export function effectiveBed(
  course: DoseRateCourse,
  repair: RepairModel,
  alphaBetaGy: number,
  repopulation: Repopulation,
  untilS: number | 'critical-time' = 'critical-time',
): EffectiveBed {
  checkAlphaBeta(alphaBetaGy)
  const { alphaPerGy, doublingTimeS, kickOffS } = repopulation
  if (!(alphaPerGy > 0) || !(doublingTimeS > 0) || !(kickOffS >= 0))
    throw new InputError(
      'biology.repopulation',
      `Repopulation has α ${alphaPerGy} 1/Gy, doubling time ${doublingTimeS} s and kick-off ${kickOffS} s.`,
      'α and the doubling time are positive, the kick-off time is not negative.',
    )
  const growthPerS = Math.LN2 / (alphaPerGy * doublingTimeS)
  const whole = protraction(course, repair)
  const startS = startOf(course)
  const endS = untilS === 'critical-time' ? criticalTime(course, repair, alphaBetaGy, growthPerS, kickOffS) : untilS
  if (endS === null) {
    return { bedGy: 0, grossBedGy: 0, lostGy: 0, doseGy: 0, endS: startS, wastedDoseGy: whole.doseGy }
  }
  const { doseGy, pairGy2 } = protraction(course, repair, endS)
  const grossBedGy = doseGy + pairGy2 / alphaBetaGy
  const lostGy = Math.max(0, endS - startS - kickOffS) * growthPerS
  return { bedGy: grossBedGy - lostGy, grossBedGy, lostGy, doseGy, endS, wastedDoseGy: whole.doseGy - doseGy }
}

/** Critical time of a dose rate that falls with one half-life, quadratic term left out: ln(α·R₀·T_pot/ln 2)/λ after its start (Dale 1996), s. */
export function simpleCriticalTime(
  initialRateGyPerS: number,
  decayPerS: number,
  { alphaPerGy, doublingTimeS }: Pick<Repopulation, 'alphaPerGy' | 'doublingTimeS'>,
): number {
  return Math.max(0, Math.log((alphaPerGy * initialRateGyPerS * doublingTimeS) / Math.LN2) / decayPerS)
}

const startOf = (course: DoseRateCourse): number =>
  Math.min(...course.map((curve) => (curve.kind === 'exponentials' ? curve.startS : (curve.timesS[0] as number))))

/** The last time at which the course still gains on growth, or null where it never does. */
function criticalTime(
  course: DoseRateCourse,
  repair: RepairModel,
  alphaBetaGy: number,
  growthPerS: number,
  kickOffS: number,
): number | null {
  const startS = startOf(course)
  const growsFromS = startS + kickOffS
  const parts = courseParts(course, repair, Infinity)
  const gains = (timeS: number): number => {
    const part = parts.findLast((one) => one.startS <= timeS)
    const lostPerS = timeS < growsFromS ? 0 : growthPerS
    if (!part) return -lostPerS
    const { rateGyPerS, unrepairedGy } = part.at(timeS - part.startS)
    return rateGyPerS * (1 + (2 * unrepairedGy) / alphaBetaGy) - lostPerS
  }
  const lastS = Math.max(
    ...course.map((curve) => (curve.kind === 'exponentials' ? curve.startS : (curve.timesS.at(-1) as number))),
  )
  // From where all have started the rate only decays or, with uptake, rises once and decays: looked at in steps of its own time scale.
  const slowest = course
    .flatMap((curve) =>
      curve.kind === 'exponentials' ? curve.terms.map((term) => term.decayPerS) : [curve.tailDecayPerS ?? Infinity],
    )
    .filter((rate) => Number.isFinite(rate))
  const longS = slowest.length > 0 ? 60 / Math.min(...slowest) : 0
  const steps = 600
  const times = [
    ...Array.from({ length: steps }, (_, k) => startS + ((lastS - startS) * k) / steps),
    lastS,
    ...Array.from({ length: steps }, (_, k) => lastS + longS * ((k + 1) / steps) ** 3),
    growsFromS,
  ]
    .sort((a, b) => a - b)
    .filter((time, at, all) => at === 0 || time > (all[at - 1] as number))
  const last = times.findLastIndex((time) => gains(time) > 0)
  if (last < 0) return null
  let low = times[last] as number
  let high = times[last + 1] ?? low
  for (let round = 0; round < 200 && high - low > 1e-12 * (high - startS); round++) {
    const middle = (low + high) / 2
    if (gains(middle) > 0) low = middle
    else high = middle
  }
  // Just at a start there is no dose yet.
  return low > startS ? low : high
}
