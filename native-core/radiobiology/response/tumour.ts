/** How a tumour answers a course of dose rates: growth, kill with repair, dying cells that take their time to go, oxygen. */
import { InputError } from '../../errors/index.ts'
import { courseParts } from '../doseRate/hazard.ts'
import type { CoursePart } from '../doseRate/hazard.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import { hypoxicSensitivity } from '../oxygen/oer.ts'
import type { RepairModel } from '../repair/types.ts'
import { integrate } from './dormandPrince.ts'
import { checkGrowth, growthPerS } from './growth.ts'
import type { GrowthLaw } from './growth.ts'
import { checkTimes } from './times.ts'

export interface TumourModel {
  readonly growth: GrowthLaw
  readonly alphaPerGy: number
  readonly alphaBetaGy: number
  readonly repair: RepairModel
  /** Half-time with which dead tissue goes, s; 0: at once. */
  readonly clearanceHalfTimeS: number
  /** A part of the cells that is short of oxygen, if any. */
  readonly hypoxia?: {
    readonly fraction: number
    readonly oerAlpha: number
    readonly oerBeta: number
    /** Half-time with which hypoxic cells become well supplied, s; null: never. */
    readonly reoxygenationHalfTimeS: number | null
  }
}

export interface TumourState {
  readonly timeS: number
  /** Living tissue, in the unit of the initial volume. */
  readonly living: number
  /** ln(living/initial): still a number where the tissue is far less than a cell. */
  readonly logSurvival: number
  /** Living tissue that is short of oxygen. */
  readonly hypoxic: number
  /** Dying tissue that is still there. */
  readonly dying: number
  /** What a scan sees: living and dying. */
  readonly volume: number
}

/**
 * Volumes at `timesS` (ascending, on the clock of the course; the first one carries `initialVolume`, all of it living):
 *   P_i′ = [g(V) − α_i·R − 2β_i·R·S]·P_i,  X′ = Σ(α_i·R + 2β_i·R·S)·P_i − c·X,  V = ΣP_i + X
 * with R the dose rate, S the unrepaired damage, g the growth law; hypoxic cells pass into well-supplied ones at their rate. Living tissue is carried as
 * its logarithm, so that nothing underflows. Kill by the linear–quadratic model for protracted dose in differential form.
 *
 * @throws InputError `biology.growth`, `biology.response`, `biology.alpha-beta` and those of `piecesOf`.
 */
export function tumourResponse(
  model: TumourModel,
  course: DoseRateCourse,
  initialVolume: number,
  timesS: readonly number[],
): TumourState[] {
  check(model, initialVolume, timesS)
  const { growth, alphaPerGy, alphaBetaGy, clearanceHalfTimeS, hypoxia } = model
  const beta = alphaPerGy / alphaBetaGy
  const clearance = clearanceHalfTimeS > 0 ? Math.LN2 / clearanceHalfTimeS : 0
  const poor = hypoxia && hypoxia.fraction > 0 ? hypoxia : null
  const low = poor ? hypoxicSensitivity(alphaPerGy, beta, poor.oerAlpha, poor.oerBeta) : null
  const supply = poor?.reoxygenationHalfTimeS ? Math.LN2 / poor.reoxygenationHalfTimeS : 0
  // ln of well-supplied and hypoxic tissue, each over the initial volume; dying tissue over it.
  const y = Float64Array.of(Math.log1p(-(poor?.fraction ?? 0)), poor ? Math.log(poor.fraction) : -Infinity, 0)
  const rightSide =
    (part: CoursePart | null, startS: number) =>
    (t: number, state: Float64Array, slope: Float64Array): void => {
      const { rateGyPerS: r, unrepairedGy: s } = part ? part.at(t - startS) : { rateGyPerS: 0, unrepairedGy: 0 }
      const rich = Math.exp(state[0] as number)
      const hypoxic = low ? Math.exp(state[1] as number) : 0
      const dying = clearanceHalfTimeS > 0 ? (state[2] as number) : 0
      const volume = initialVolume * (rich + hypoxic + dying)
      const grow = growthPerS(
        growth,
        volume,
        growth.kind === 'gompertz' ? Math.log(initialVolume) + logOfSum(state, dying) : undefined,
      )
      const kill = r * (alphaPerGy + 2 * beta * s)
      const killLow = low ? r * (low.alphaPerGy + 2 * low.betaPerGy2 * s) : 0
      slope[0] = grow - kill + (supply > 0 ? supply * Math.exp((state[1] as number) - (state[0] as number)) : 0)
      slope[1] = low ? grow - killLow - supply : 0
      slope[2] = clearanceHalfTimeS > 0 ? kill * rich + killLow * hypoxic - clearance * (state[2] as number) : 0
    }
  const last = timesS.at(-1) as number
  const spans = spansOf(course, model.repair, timesS[0] as number, last)
  const states: TumourState[] = []
  let step: number | undefined
  let span = 0
  let nowS = timesS[0] as number
  for (const timeS of timesS) {
    while (nowS < timeS) {
      const { part, endS } = spans[span] as Span
      const stopS = Math.min(endS, timeS)
      if (stopS > nowS)
        step = integrate(
          rightSide(part, part?.startS ?? 0),
          nowS,
          stopS,
          y,
          TOLERANCE,
          // Small first steps: repair and uptake are fast where a part begins.
          Math.min(step ?? 60, 3600),
        )
      nowS = stopS
      if (stopS === endS) span++
    }
    states.push(stateOf(timeS, y, initialVolume, clearanceHalfTimeS > 0))
  }
  return states
}

const TOLERANCE = { relative: 1e-9, absolute: [1e-10, 1e-10, 1e-12] } as const

interface Span {
  readonly part: CoursePart | null
  readonly endS: number
}

/** The parts of the course, with what lies before the first one as a span without dose. */
function spansOf(course: DoseRateCourse, repair: RepairModel, fromS: number, toS: number): Span[] {
  if (course.length === 0) return [{ part: null, endS: toS }]
  const firstS = Math.min(...course.map((c) => (c.kind === 'exponentials' ? c.startS : (c.timesS[0] as number))))
  if (firstS >= toS) return [{ part: null, endS: toS }]
  const parts = courseParts(course, repair, toS)
  return [
    ...(firstS > fromS ? [{ part: null, endS: firstS }] : []),
    ...parts.filter(({ endS }) => endS > fromS).map((part) => ({ part, endS: part.endS })),
  ]
}

function stateOf(timeS: number, y: Float64Array, initialVolume: number, cleared: boolean): TumourState {
  const [poor, dying] = [y[1] as number, y[2] as number]
  const logSurvival = logOfSum(y, 0)
  const living = initialVolume * Math.exp(logSurvival)
  const left = cleared ? initialVolume * dying : 0
  return { timeS, living, logSurvival, hypoxic: initialVolume * Math.exp(poor), dying: left, volume: living + left }
}

/** ln of well-supplied, hypoxic and dying tissue together; the first two come as logarithms. */
function logOfSum(y: Float64Array, dying: number): number {
  const [rich, poor] = [y[0] as number, y[1] as number]
  const waning = dying > 0 ? Math.log(dying) : -Infinity
  const top = Math.max(rich, poor, waning)
  return top + Math.log(Math.exp(rich - top) + Math.exp(poor - top) + Math.exp(waning - top))
}

function check(model: TumourModel, initialVolume: number, timesS: readonly number[]): void {
  checkGrowth(model.growth)
  const { alphaPerGy, alphaBetaGy, clearanceHalfTimeS, hypoxia } = model
  if (!(alphaPerGy >= 0) || !(alphaBetaGy > 0) || !(clearanceHalfTimeS >= 0) || !(initialVolume > 0))
    throw new InputError(
      'biology.response',
      `The tumour has α ${alphaPerGy} 1/Gy, α/β ${alphaBetaGy} Gy, a clearance half-time of ${clearanceHalfTimeS} s and a volume of ${initialVolume}.`,
      'α and the half-time are not negative, α/β and the volume positive.',
    )
  if (hypoxia && !(hypoxia.fraction >= 0 && hypoxia.fraction < 1))
    throw new InputError(
      'biology.response',
      `The hypoxic fraction is ${hypoxia.fraction}.`,
      'It lies from 0 to below 1.',
    )
  checkTimes(timesS, 'the response', 'biology.response')
}
