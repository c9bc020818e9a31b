/** Populations described by a few log-normal parameters, as papers print them. */
import { InputError } from '../../errors/index.ts'
import { choleskyFactor, normalCdf } from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'
import { latePhaseCurve } from './lateCurve.ts'
import type { CurvePopulation } from './types.ts'

/** Median and geometric standard deviation (a factor, 1 = no spread) of a log-normal number. */
export interface LogNormal {
  readonly median: number
  readonly geometricStandardDeviation: number
}

/** mono-exponential: A e^{−kt}; uptake-washout: A (e^{−kt} − e^{−mt}); bi-exponential: A (e^{−kt} + r e^{−mt}); m = k + ln 2/T_early. */
export type PopulationShape = 'mono-exponential' | 'uptake-washout' | 'bi-exponential'

export interface KineticPopulation {
  readonly id: string
  readonly title: string
  readonly shape: PopulationShape
  readonly physicalHalfLifeS: number
  /** Of the late phase. Its distribution is cut off at the physical half-life: nothing is cleared more slowly than it decays. */
  readonly effectiveHalfLifeS: LogNormal
  /** Half-life of the early phase relative to the late one, s (near to its own where it is short). Left out of a mono-exponential. */
  readonly earlyHalfLifeS?: LogNormal
  /** Amplitude of the early over that of the late phase; of a bi-exponential only. */
  readonly earlyShare?: LogNormal
  /** Amplitude of the late phase over the administered activity. Left out: nothing is known of the size of the curve. */
  readonly uptake?: LogNormal
  /** Correlation of the logarithms, in the order uptake (always there), late half-life, early half-life, early share. */
  readonly correlation?: Matrix
}

/** Where nothing is known of the size, its prior is this wide, as a factor, about what the points themselves say. */
export const UNKNOWN_SIZE_FACTOR = 30

/**
 * The population as a curve with a normal prior. Working parameters: ln A (Bq); a standard score of the late half-life,
 * T = exp(m + s·Φ⁻¹(Φ(z)·Φ((ln T_phys − m)/s))), which makes T log-normal below T_phys and cut off there; ln T_early; ln r.
 *
 * @param administeredBq that `uptake` is a share of; 1 makes activities shares of the administered activity
 * @throws InputError `kinetics.population` for numbers that cannot be
 */
export function curvePopulation(population: KineticPopulation, administeredBq: number): CurvePopulation {
  const parameters = shapeParameters(population)
  const size = population.uptake ?? { median: 1, geometricStandardDeviation: UNKNOWN_SIZE_FACTOR }
  checkPopulation(population, [size, ...parameters], administeredBq)
  const { effectiveHalfLifeS: late, physicalHalfLifeS } = population
  const spreads = [size, late, ...parameters.slice(1)].map((p, i) =>
    i === 1 ? (p.geometricStandardDeviation > 1 ? 1 : 0) : Math.log(p.geometricStandardDeviation),
  )
  const correlation = checkedCorrelation(population, spreads.length)
  return {
    id: population.id,
    title: population.title,
    curve: latePhaseCurve(population.shape, late, physicalHalfLifeS),
    prior: {
      mean: [Math.log(size.median * administeredBq), 0, ...parameters.slice(1).map((p) => Math.log(p.median))],
      covariance: spreads.map((a, i) => spreads.map((b, j) => a * b * (correlation[i]?.[j] ?? 0))),
    },
    sizeIndex: 0,
    sizeKnown: population.uptake !== undefined,
  }
}

/** Share of the log-normal late half-life that lies above the physical one and is cut off. */
export function shareCutOff({ effectiveHalfLifeS, physicalHalfLifeS }: KineticPopulation): number {
  const { median, geometricStandardDeviation } = effectiveHalfLifeS
  if (geometricStandardDeviation === 1) return 0
  return 1 - normalCdf(Math.log(physicalHalfLifeS / median) / Math.log(geometricStandardDeviation))
}

function shapeParameters({
  shape,
  effectiveHalfLifeS,
  earlyHalfLifeS,
  earlyShare,
  id,
}: KineticPopulation): LogNormal[] {
  const needed: Record<PopulationShape, readonly (LogNormal | undefined)[]> = {
    'mono-exponential': [],
    'uptake-washout': [earlyHalfLifeS],
    'bi-exponential': [earlyHalfLifeS, earlyShare],
  }
  const given = [earlyHalfLifeS, earlyShare].filter((p) => p !== undefined)
  const own = needed[shape].filter((p) => p !== undefined)
  if (own.length < needed[shape].length || given.length > own.length)
    throw refused(
      id,
      `a ${shape} curve takes ${needed[shape].length === 0 ? 'no early phase' : needed[shape].length === 1 ? 'an early half-life alone' : 'an early half-life and an early share'}`,
    )
  return [effectiveHalfLifeS, ...own]
}

function checkPopulation(population: KineticPopulation, all: readonly LogNormal[], administeredBq: number): void {
  const { id, effectiveHalfLifeS, physicalHalfLifeS } = population
  if (!(administeredBq > 0 && Number.isFinite(administeredBq)))
    throw refused(id, `the administered activity is ${administeredBq} Bq`)
  if (!(physicalHalfLifeS > 0 && Number.isFinite(physicalHalfLifeS)))
    throw refused(id, `the physical half-life is ${physicalHalfLifeS} s`)
  for (const { median, geometricStandardDeviation } of all)
    if (!(
      median > 0 &&
      Number.isFinite(median) &&
      geometricStandardDeviation >= 1 &&
      geometricStandardDeviation <= 100
    ))
      throw refused(
        id,
        `a parameter has the median ${median} and the geometric standard deviation ${geometricStandardDeviation}`,
      )
  if (effectiveHalfLifeS.median >= physicalHalfLifeS)
    throw refused(
      id,
      `the median effective half-life (${(effectiveHalfLifeS.median / 3600).toPrecision(4)} h) is not below the physical one (${(physicalHalfLifeS / 3600).toPrecision(4)} h)`,
    )
}

function checkedCorrelation({ id, correlation }: KineticPopulation, size: number): Matrix {
  const unit = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)))
  if (!correlation) return unit
  const isCorrelation =
    correlation.length === size &&
    correlation.every(
      (row, i) =>
        row.length === size && row[i] === 1 && row.every((v, j) => Math.abs(v) <= 1 && v === correlation[j]?.[i]),
    ) &&
    choleskyFactor(correlation) !== null
  if (isCorrelation) return correlation
  throw refused(
    id,
    `the correlation is no correlation matrix of ${size} parameters (uptake, late half-life, early ones)`,
  )
}

const refused = (id: string, what: string): InputError =>
  new InputError(
    'kinetics.population',
    `Population "${id}": ${what}.`,
    'Correct the population: positive medians, geometric standard deviations of 1 or more, an effective half-life below the physical one.',
  )
