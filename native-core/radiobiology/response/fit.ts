/** A tumour's response model fitted to volumes that were measured over the cycles. */
import { InputError } from '../../errors/index.ts'
import { correlationOf, NORMAL_975, RandomStream } from '../../statistics/index.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import { covarianceOf } from './fitCovariance.ts'
import { checkVolumes, informativeOf, isInformative, refuseTooFew } from './fitData.ts'
import {
  atStart,
  checkFree,
  logSlope,
  modelWith,
  naturalOf,
  rangeOf,
  unitOf,
  valueIn,
  wordsOf,
  workingOf,
} from './fitParameters.ts'
import { boundAt, costOf, descend, lowestOf } from './fitSolver.ts'
import type { Descent, Residuals } from './fitSolver.ts'
import type { FittedParameter, ResponseFit, ResponseFitProblem } from './fitTypes.ts'
import { tumourResponse } from './tumour.ts'
import type { TumourModel } from './tumour.ts'

/** Points that are looked at before, and how many of the best are followed. Designed. */
const LOOKED_AT = 24
const FOLLOWED = 4
/** A fit with a larger coefficient of variation says little; kinetics calls the same limit. */
const LARGE_CV = 0.5
const SEED = 20_260_615

/** ln of the volumes at ascending times after `startS`. Also where all of it is far less than a cell. */
export function logVolumes(
  model: TumourModel,
  course: DoseRateCourse,
  initialVolume: number,
  startS: number,
  timesS: readonly number[],
): number[] {
  const states = tumourResponse(model, course, initialVolume, timesS[0] === startS ? timesS : [startS, ...timesS])
  return (timesS[0] === startS ? states : states.slice(1)).map(({ dying, volume, logSurvival }) =>
    dying > 0 ? Math.log(volume) : Math.log(initialVolume) + logSurvival,
  )
}

/**
 * Fits the free parameters of `tumourResponse` to measured volumes: least squares of (ln V − ln f)/σ with log-normal priors as further residuals (then
 * the mode of the posterior, MAP), Levenberg–Marquardt from several starts with a Jacobian by differences. Uncertainties are those that the volumes state
 * (not scaled by χ²): covariance (JᵀJ)⁻¹. AICc = χ² + 2k + 2k(k + 1)/(n − k − 1) with the priors as data (Burnham & Anderson 2002, eq. 2.24, σ known).
 *
 * @throws InputError `biology.fit-data` for volumes that are wrong or too few (with the best fit of fewer parameters as a hint), `biology.fit-parameter`,
 *   `biology.fit-undetermined` where the volumes say nothing about a parameter or only about a combination; those of `tumourResponse`.
 */
export function fitTumourResponse(problem: ResponseFitProblem, course: DoseRateCourse): ResponseFit {
  checkFree(problem)
  checkVolumes(problem)
  refuseTooFew(problem, course, fitTumourResponse)
  const residuals = residualsOf(problem, course)
  const start = problem.free.map(({ name }) =>
    workingOf(name, valueIn(problem.model, problem.initialVolume, name) as number),
  )
  // Uncaught: what is wrong with the model itself has to be told.
  const { model, initialVolume } = modelWith(
    problem,
    problem.free.map(({ name }, j) => naturalOf(name, start[j] as number)),
  )
  logVolumes(model, course, initialVolume, problem.startS, timesOf(problem))
  const found = startsOf(problem, residuals, start).flatMap((one) => descend(residuals, one) ?? [])
  const best = lowestOf(found)
  if (!best)
    throw new InputError(
      'biology.fit-data',
      'The model cannot be computed near where the fit starts.',
      'Start from other values of the free parameters.',
    )
  const agreeing = found.filter(({ cost }) => cost <= best.cost + 1e-4 * (1 + best.cost)).length
  return describe(problem, residuals, best, { agreeing, starts: found.length })
}

const timesOf = ({ volumes }: ResponseFitProblem): number[] => volumes.map(({ timeS }) => timeS)

function residualsOf(problem: ResponseFitProblem, course: DoseRateCourse): Residuals {
  const { free, volumes, startS } = problem
  const timesS = timesOf(problem)
  const bounds = free.map(({ name }) =>
    rangeOf(name, workingOf(name, valueIn(problem.model, problem.initialVolume, name) as number)),
  )
  return {
    bounds,
    at: (working) => {
      const values = free.map(({ name }, j) => naturalOf(name, working[j] as number))
      const { model, initialVolume } = modelWith(problem, values)
      let logs: number[]
      try {
        logs = logVolumes(model, course, initialVolume, startS, timesS)
      } catch {
        // Far from the volumes a model may be too stiff to integrate: the search goes elsewhere.
        return null
      }
      return [
        ...volumes.map(
          ({ volume, relativeUncertainty }, i) => ((logs[i] as number) - Math.log(volume)) / relativeUncertainty,
        ),
        ...free.flatMap(({ prior }, j) =>
          prior ? [(Math.log(values[j] as number) - Math.log(prior.median)) / prior.sdOfLog] : [],
        ),
      ]
    },
  }
}

/** The given start, the medians of the priors, and the best of drawn points around them. */
function startsOf(problem: ResponseFitProblem, residuals: Residuals, given: readonly number[]): number[][] {
  const random = new RandomStream(SEED)
  const centre = problem.free.map(({ name, prior }, j) =>
    prior ? workingOf(name, inside(name, prior.median)) : (given[j] as number),
  )
  const drawn = Array.from({ length: LOOKED_AT }, () =>
    problem.free.map(({ name, prior }, j) => {
      const spread = prior ? prior.sdOfLog : name === 'initialVolume' ? 0.2 : 1.2
      return (centre[j] as number) + spread * random.normal()
    }),
  )
  const ranked = drawn
    .map((point) => ({ point, cost: costOf(residuals.at(point)) }))
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, FOLLOWED)
  const same = centre.every((value, j) => value === given[j])
  return [[...given], ...(same ? [] : [centre]), ...ranked.map(({ point }) => point)]
}

const inside = (name: FittedParameter['name'], value: number): number =>
  name === 'hypoxicFraction' ? Math.min(value, 1 - 1e-6) : value

function describe(
  problem: ResponseFitProblem,
  residuals: Residuals,
  best: Descent,
  { agreeing, starts }: { readonly agreeing: number; readonly starts: number },
): ResponseFit {
  const { free, volumes } = problem
  const inner = free.flatMap((_, j) => (boundAt(residuals, best.working, j) === 'none' ? [j] : []))
  const small = innerCovariance(problem, best, inner)
  const covariance = free.map((_, i) => free.map((__, j) => small[inner.indexOf(i)]?.[inner.indexOf(j)] ?? 0))
  const parameters = free.map(({ name }, j): FittedParameter => {
    const working = best.working[j] as number
    const value = naturalOf(name, working)
    const atBound = !inner.includes(j)
    const sd = Math.sqrt(covariance[j]?.[j] as number)
    const cv = logSlope(name, value) * sd
    return {
      name,
      unit: unitOf(name),
      value,
      standardUncertainty: atBound ? null : cv * value,
      cv: atBound ? null : cv,
      interval: atBound
        ? null
        : [naturalOf(name, working - NORMAL_975 * sd), naturalOf(name, working + NORMAL_975 * sd)],
      atBound,
    }
  })
  const measured = best.residuals.slice(0, volumes.length)
  const chiSquare = costOf(measured.filter((_, i) => isInformative(problem, i)))
  const priorChiSquare = costOf(best.residuals.slice(volumes.length))
  const informative = informativeOf(problem)
  const data = informative + free.filter(({ prior }) => prior).length
  const k = free.length
  return {
    problem,
    parameters,
    ...modelWith(
      problem,
      parameters.map(({ value }) => value),
    ),
    covariance,
    correlation: correlationOf(covariance),
    chiSquare,
    priorChiSquare,
    informative,
    degreesOfFreedom: data - k,
    aicc: data - k - 1 > 0 ? chiSquare + priorChiSquare + 2 * k + (2 * k * (k + 1)) / (data - k - 1) : null,
    residuals: measured.map((r) => -r),
    converged: best.converged,
    agreeingStarts: agreeing,
    starts,
    remarks: remarksOf(parameters, best.converged, chiSquare, data - k, agreeing),
  }
}

/** (JᵀJ)⁻¹ of the parameters inside their range. @throws InputError `biology.fit-undetermined` */
function innerCovariance(
  problem: ResponseFitProblem,
  best: Descent,
  inner: readonly number[],
): readonly (readonly number[])[] {
  if (inner.length === 0) return []
  const rows = best.jacobian.map((row) => inner.map((j) => row[j] as number))
  const words = (k: number): string => wordsOf(problem.free[inner[k] as number]?.name ?? 'alphaPerGy')
  const { covariance, silent } = covarianceOf(rows, inner.length)
  if (silent.length > 0)
    throw new InputError(
      'biology.fit-undetermined',
      `The volumes do not depend on ${silent.map(words).join(' and ')}.`,
      'Hold it at a value from elsewhere, give it a prior, or check that the doses and the scans lie where they should.',
    )
  if (!covariance)
    throw new InputError(
      'biology.fit-undetermined',
      `The volumes determine only a combination of ${inner.map((_, k) => words(k)).join(', ')}.`,
      'Hold one of them, give one a prior, or measure volumes at other times: before the therapy for growth, soon after a cycle for clearance.',
    )
  return covariance
}

function remarksOf(
  parameters: readonly FittedParameter[],
  converged: boolean,
  chiSquare: number,
  degreesOfFreedom: number,
  agreeing: number,
): string[] {
  const loose = parameters.filter(({ cv }) => cv !== null && cv > LARGE_CV)
  const held = parameters.filter(({ atBound }) => atBound)
  return [
    ...(converged ? [] : ['The search did not come to rest: the values are the best that were found.']),
    ...held.map(
      ({ name }) => `${atStart(name)} stands at the end of its range: the volumes give no value, only a limit.`,
    ),
    ...loose.map(({ name, cv }) => `${atStart(name)} is known to ${Math.round(100 * (cv ?? 0))} % only.`),
    ...(degreesOfFreedom > 0 && chiSquare > degreesOfFreedom + 4 * Math.sqrt(2 * degreesOfFreedom)
      ? [
          `χ² is ${chiSquare.toPrecision(3)} for ${degreesOfFreedom} degrees of freedom: the model or the uncertainties of the volumes do not fit, and those of the parameters are too small.`,
        ]
      : []),
    ...(degreesOfFreedom <= 0 ? ['There are as many parameters as data: nothing shows whether the model fits.'] : []),
    ...(agreeing < 2 ? ['Only one start led to this optimum: there may be a better one.'] : []),
  ]
}
