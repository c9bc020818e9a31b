/** Nonlinear mixed-effects fit of the curves of many patients. */
import { CancelledError, InputError } from '../../errors/index.ts'
import { minimiseBfgs } from '../../statistics/index.ts'
import { checkCurvePoints } from './checkCurve.ts'
import { bestMode } from './conditionalMode.ts'
import type { ConditionalMode } from './conditionalMode.ts'
import { describeFit } from './describeFit.ts'
import { foceObjective } from './foce.ts'
import type { PopulationPoint, SubjectData } from './foce.ts'
import { layoutOf, subjectMean, unpack } from './layout.ts'
import type { Layout } from './layout.ts'
import { alternate } from './lindstromBates.ts'
import { linearMixedObjective } from './linearMixed.ts'
import { pooledStarts, startingPoint } from './start.ts'
import type { PopulationFit, PopulationRequest } from './types.ts'

/** Where a fit ended. */
export interface Ended {
  readonly theta: readonly number[]
  readonly value: number
  readonly modes: readonly ConditionalMode[]
  readonly gradientAt: (theta: readonly number[]) => readonly number[]
  readonly iterations: number
  readonly converged: boolean
}

/** Fewer patients than this cannot tell the spread between patients from chance. */
const FEWEST_PATIENTS = 3
const MOST_ITERATIONS = 300
const DEFAULT_STARTS = 2

/**
 * Maximum likelihood of β, Ω and the residual errors of y = f(t, X_i β + η_i) + ε, η ~ N(0, Ω), sd(ε) = additive + proportional·|f|.
 * `foce-interaction` minimises −2 log likelihood of first-order conditional estimation with interaction by BFGS; `lindstrom-bates`
 * alternates as nlme of R does. Several starts are followed; the best end is the answer, and says whether it converged.
 *
 * @throws InputError `population.too-few`, `population.points`, `population.covariate`, `population.omega`, `population.start`,
 *   `population.residual`; CancelledError
 */
export function fitPopulation(request: PopulationRequest): PopulationFit {
  const { curve, residual, omega = 'diagonal', covariates = [], starts = DEFAULT_STARTS, seed = 1 } = request
  const layout = layoutOf(curve.parameters.length, omega, residual, covariates)
  const subjects = checkedSubjects(request, layout)
  const method = request.algorithm ?? 'foce-interaction'
  if (method === 'lindstrom-bates' && residual !== 'additive')
    throw new InputError(
      'population.residual',
      'The alternation of Lindstrom and Bates takes residual errors of one size only.',
      'Choose the additive residual error, or first-order conditional estimation with interaction.',
    )
  const cancelled = request.cancelled ?? ((): boolean => false)
  const from = request.start
    ? [checkedStart(request.start, request)]
    : pooledStarts(curve, subjects, Math.min(10, Math.max(1, starts)), seed)
  const ends: Ended[] = []
  for (const [s, phi] of from.entries()) {
    if (cancelled()) throw new CancelledError('The fit of the population')
    const tell = (share: number): void => request.progress?.((s + share) / from.length)
    const started = startingPoint(layout, subjects, phi)
    ends.push(
      method === 'foce-interaction'
        ? followFoce(layout, subjects, started, cancelled, tell)
        : followAlternation(layout, subjects, started.theta, cancelled),
    )
    tell(1)
  }
  const sorted = ends.filter(({ value }) => Number.isFinite(value)).sort((a, b) => a.value - b.value)
  const best = sorted[0]
  if (!best)
    throw new InputError(
      'population.start',
      `No start of "${curve.title}" led to a curve with a likelihood.`,
      'Give starting values, another curve, or a residual error with an additive part.',
    )
  return describeFit(
    layout,
    subjects,
    best,
    method,
    sorted.map(({ value }) => value),
  )
}

function followFoce(
  layout: Layout,
  subjects: readonly SubjectData[],
  started: { readonly theta: readonly number[]; readonly starts: readonly (readonly number[])[] },
  cancelled: () => boolean,
  tell: (share: number) => void,
): Ended {
  let starts = started.starts
  let theta = [...started.theta]
  let iterations = 0
  let converged = false
  const evaluate = (x: readonly number[]): PopulationPoint => {
    const point = foceObjective(layout, subjects, x, starts)
    if (Number.isFinite(point.value)) starts = point.modes.map((mode) => mode.b)
    return point
  }
  for (let round = 0; round < 3; round++) {
    const minimum = minimiseBfgs(evaluate, theta, {
      maximumIterations: MOST_ITERATIONS,
      gradientTolerance: 2e-5,
      stop: (iteration) => {
        if (cancelled()) throw new CancelledError('The fit of the population')
        tell((iteration / (iteration + 30)) * 0.9)
        return false
      },
    })
    theta = minimum.x
    iterations += minimum.iterations
    converged = minimum.converged
    // A patient may have a better mode elsewhere; then the search goes on from there.
    const better = betterModes(layout, subjects, theta, starts)
    if (!better) break
    starts = better
  }
  const last = evaluate(theta)
  return {
    theta,
    value: last.value,
    modes: last.modes,
    gradientAt: (x) => foceObjective(layout, subjects, x, starts).gradient,
    iterations,
    converged,
  }
}

function betterModes(
  layout: Layout,
  subjects: readonly SubjectData[],
  theta: readonly number[],
  starts: readonly (readonly number[])[],
): (readonly number[])[] | null {
  const { beta, factor, residual } = unpack(layout, theta)
  const now = foceObjective(layout, subjects, theta, starts).modes
  let isBetter = false
  const modes = subjects.map((subject, i) => {
    const best = bestMode({ ...subject, residual }, subjectMean(layout, beta, subject.shifts), factor)
    const own = now[i]
    if (!own || !best.converged || best.cost > own.cost - 1e-4) return starts[i] ?? best.b
    isBetter = true
    return best.b
  })
  return isBetter ? modes : null
}

function followAlternation(
  layout: Layout,
  subjects: readonly SubjectData[],
  theta: readonly number[],
  cancelled: () => boolean,
): Ended {
  const { linear, ...end } = alternate(layout, subjects, theta, cancelled)
  return { ...end, gradientAt: (x) => linearMixedObjective(layout, linear, x).gradient }
}

function checkedStart(start: readonly number[], { curve }: PopulationRequest): readonly number[] {
  if (start.length === curve.parameters.length && start.every(Number.isFinite)) return start
  throw new InputError(
    'population.start',
    `There are ${start.length} starting values for the ${curve.parameters.length} parameters of "${curve.title}".`,
    'Give one finite working value for each parameter, or leave them out.',
  )
}

function checkedSubjects({ curve, subjects, covariates = [] }: PopulationRequest, layout: Layout): SubjectData[] {
  const needed = Math.max(FEWEST_PATIENTS, layout.random.length + 1)
  if (subjects.length < needed)
    throw new InputError(
      'population.too-few',
      `${subjects.length} patient${subjects.length === 1 ? '' : 's'} cannot determine the spread of ${layout.random.length} parameters of "${curve.title}".`,
      `Gather at least ${needed} patients, or fit a curve of fewer parameters.`,
    )
  const points = subjects.reduce((s, { timesS }) => s + timesS.length, 0)
  if (points <= layout.size)
    throw new InputError(
      'population.too-few',
      `${points} points cannot determine the ${layout.size} unknowns of the population.`,
      'Gather more patients, or fit a curve of fewer parameters or a diagonal covariance.',
    )
  return subjects.map((subject) => {
    checkCurvePoints(subject)
    const shifts = covariates.map(({ covariate, reference }) => {
      const value = subject.covariates?.[covariate]
      if (value !== undefined && Number.isFinite(value - reference)) return value - reference
      throw new InputError(
        'population.covariate',
        `${subject.label} has no value of the covariate "${covariate}".`,
        'Give it, leave the patient out, or leave the covariate out.',
      )
    })
    const { label, timesS, values } = subject
    return { label, curve: subject.curve ?? curve, timesS, values, shifts }
  })
}
