/** The end of a population's fit as an answer: estimates with standard errors, information criteria, patients, warnings. */
import { quadraticForm } from '../../statistics/index.ts'
import { conditionalCovariance } from './conditionalMode.ts'
import { POPULATION_VERSION } from './defaults.ts'
import type { Ended } from './fitPopulation.ts'
import type { SubjectData } from './foce.ts'
import { subjectMean, unpack } from './layout.ts'
import type { Layout } from './layout.ts'
import { product, transposed } from './matrices.ts'
import { estimateCovariance, omegaErrors, standardErrorOf } from './standardErrors.ts'
import type { EstimateCovariance } from './standardErrors.ts'
import type { Estimated, PopulationAlgorithm, PopulationFit, PopulationSubjectEstimate } from './types.ts'

const OBJECTIVES: Record<PopulationAlgorithm, string> = {
  'foce-interaction': '−2 log likelihood by first-order conditional estimation with interaction (expected information)',
  'lindstrom-bates':
    '−2 log likelihood of the linear mixed model around the modes (Lindstrom and Bates, maximum likelihood)',
}

/** A variance between patients counts as zero where it is this small beside what one patient's points could tell of it. */
const NO_SPREAD = 1e-3
const LARGE_CONDITION = 1e6
/** Shrinkage from which estimates of single patients mostly repeat the mean (Savic & Karlsson 2009). */
const LARGE_SHRINKAGE = 0.3

export function describeFit(
  layout: Layout,
  subjects: readonly SubjectData[],
  end: Ended,
  method: PopulationAlgorithm,
  startsMinusTwoLogLikelihood: readonly number[],
): PopulationFit {
  const { theta, value, modes } = end
  const { beta, factor, residual } = unpack(layout, theta)
  const { curve } = subjects[0] as SubjectData
  const omega = product(factor, transposed(factor))
  const still = withoutSpread(layout, end, omega)
  const bound = boundUnknowns(layout, still)
  const covariance = estimateCovariance(end.gradientAt, theta, bound)
  const patients = subjects.map((subject, i) => describeSubject(layout, subject, beta, factor, end, i))
  const pointCount = subjects.reduce((s, { timesS }) => s + timesS.length, 0)
  const k = layout.size
  const aic = value + 2 * k
  const left = pointCount - k - 1
  const shrinkage = omega.map((row, p) => {
    const spread = Math.sqrt(row[p] ?? 0)
    return layout.random.includes(p) && spread > 0 && !still.includes(p) ? 1 - sdOf(patients, p) / spread : null
  })
  const estimated = (v: number, index: number): Estimated => ({
    value: v,
    standardError: standardErrorOf(covariance, index),
  })
  const count = layout.parameterCount
  return {
    algorithm: { name: 'theratwin.population-fit', version: POPULATION_VERSION, method },
    objective: OBJECTIVES[method],
    curveId: curve.id,
    mu: beta.slice(0, count).map(estimated),
    covariateEffects: layout.covariates.map((effect, c) => ({
      ...effect,
      ...estimated(beta[count + c] ?? 0, count + c),
    })),
    omega,
    omegaStandardErrors: omegaErrors(layout, theta, covariance),
    residual: residualErrors(layout, residual, covariance),
    minusTwoLogLikelihood: value,
    parameterCount: k,
    aic,
    aicc: left > 0 ? aic + (2 * k * (k + 1)) / left : null,
    bic: value + k * Math.log(pointCount),
    subjects: patients,
    shrinkage,
    conditionNumber: covariance.conditionNumber,
    patientCount: modes.length,
    pointCount,
    converged: end.converged,
    iterations: end.iterations,
    startsMinusTwoLogLikelihood,
    warnings: warningsOf(
      end,
      covariance,
      still.map((p) => curve.parameters[p]?.title ?? ''),
      curve.parameters.flatMap((p, i) => ((shrinkage[i] ?? 0) > LARGE_SHRINKAGE ? [p.title] : [])),
    ),
  }
}

/** Working parameters whose variance between patients has gone to zero. */
function withoutSpread(layout: Layout, { modes }: Ended, omega: readonly (readonly number[])[]): number[] {
  return layout.random.filter((p) => {
    const most = Math.max(...modes.map(({ data }) => data.information[p]?.[p] ?? 0))
    return (omega[p]?.[p] ?? 0) * most < NO_SPREAD
  })
}

const boundUnknowns = ({ entries, fixedCount, random }: Layout, still: readonly number[]): number[] =>
  entries.flatMap(({ row, column }, e) =>
    still.includes(row) || still.includes(random[column] ?? -1) ? [fixedCount + e] : [],
  )

function describeSubject(
  layout: Layout,
  { label, curve, shifts }: SubjectData,
  beta: readonly number[],
  factor: readonly (readonly number[])[],
  { modes }: Ended,
  index: number,
): PopulationSubjectEstimate {
  const mode = modes[index]
  if (!mode) throw new Error('a mode for each patient')
  const covariance = conditionalCovariance(mode, factor)
  const mean = subjectMean(layout, beta, shifts)
  const gradient = new Float64Array(mean.length)
  const tiaBqS = curve.integral(mode.phi, gradient)
  return {
    label,
    phi: mode.phi,
    covariance,
    eta: mode.phi.map((v, k) => v - (mean[k] ?? 0)),
    tiaBqS,
    tiaUncertaintyBqS: Math.sqrt(Math.max(0, quadraticForm(covariance, [...gradient]))),
  }
}

function sdOf(patients: readonly PopulationSubjectEstimate[], parameter: number): number {
  const values = patients.map(({ eta }) => eta[parameter] ?? 0)
  const mean = values.reduce((s, v) => s + v, 0) / values.length
  return Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1))
}

function residualErrors(
  { form, fixedCount, entries }: Layout,
  residual: { readonly additive: number; readonly proportional: number },
  covariance: EstimateCovariance,
): PopulationFit['residual'] {
  const first = fixedCount + entries.length
  const fitted = (value: number, index: number): Estimated => {
    const relative = standardErrorOf(covariance, index)
    return { value, standardError: relative === null ? null : relative * value }
  }
  const none = { value: 0, standardError: null }
  return {
    additive: form === 'proportional' ? none : fitted(residual.additive, first),
    proportional: form === 'additive' ? none : fitted(residual.proportional, form === 'combined' ? first + 1 : first),
  }
}

function warningsOf(
  end: Ended,
  covariance: EstimateCovariance,
  still: readonly string[],
  shrunk: readonly string[],
): { code: string; message: string }[] {
  const list: { code: string; message: string }[] = []
  if (!end.converged)
    list.push({ code: 'population.not-converged', message: 'The fit did not converge: do not use it as a prior.' })
  if (covariance.covariance === null)
    list.push({
      code: 'population.no-standard-errors',
      message: 'The likelihood is flat around the estimates: there are no standard errors.',
    })
  if ((covariance.conditionNumber ?? 0) > LARGE_CONDITION)
    list.push({
      code: 'population.condition',
      message:
        'The estimates depend on each other strongly: the curve has more parameters than these points can tell apart.',
    })
  if (still.length > 0)
    list.push({
      code: 'population.no-spread',
      message: `The points show no spread between patients of: ${still.join(', ')}. Its variance is zero.`,
    })
  if (shrunk.length > 0)
    list.push({
      code: 'population.shrinkage',
      message: `The estimates of single patients are drawn to the mean by more than 30 % for: ${shrunk.join(', ')}.`,
    })
  return list
}
