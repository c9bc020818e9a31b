/** A fit of a population as what is stored, and back as what the core computes with. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ParametricCurve } from '../../../native-core/kinetics/parametric/index.ts'
import { checkPrior, rescaledPrior, sizeParameter } from '../../../native-core/kinetics/population/index.ts'
import type { PriorWithResidual } from '../../../native-core/kinetics/population/index.ts'
import type { PopulationPrior } from '../../contracts/populations.ts'
import { checkContent } from './checkContent.ts'
import { curveOf } from './populationTask.ts'
import type { PopulationAnswer, PopulationTask } from './populationTask.ts'

export type PriorWords = Pick<
  PopulationPrior,
  'agent' | 'nuclide' | 'structure' | 'patientCount' | 'dataHash' | 'evidence' | 'source' | 'from' | 'note'
>

export function priorContent(
  { fit, selection }: PopulationAnswer,
  task: PopulationTask,
  words: PriorWords,
): PopulationPrior {
  const { normalisation, physicalHalfLifeS, circulationRatePerS, residual } = task
  const curve = curveOf(fit.curveId, task)
  const { name, version, method } = fit.algorithm
  const repeats = fit.subjects.length > words.patientCount
  return {
    ...words,
    curve: {
      id: fit.curveId,
      physicalHalfLifeS,
      ...(circulationRatePerS === undefined ? {} : { circulationRatePerS }),
    },
    normalisation,
    parameters: curve.parameters.map((p) => ({ name: p.name, title: p.title, unit: p.unit, scale: p.scale })),
    mu: fit.mu.map((m) => ({ ...m })),
    covariateEffects: fit.covariateEffects.map((effect) => ({ ...effect })),
    omega: fit.omega.map((row) => [...row]),
    omegaStandardErrors: fit.omegaStandardErrors.map((row) => [...row]),
    residual: {
      form: residual,
      additive: { ...fit.residual.additive },
      proportional: { ...fit.residual.proportional },
    },
    curveCount: fit.subjects.length,
    pointCount: fit.pointCount,
    minusTwoLogLikelihood: fit.minusTwoLogLikelihood,
    aic: fit.aic,
    aicc: fit.aicc,
    bic: fit.bic,
    shrinkage: [...fit.shrinkage],
    conditionNumber: fit.conditionNumber,
    converged: fit.converged,
    candidates: selection.candidates.map((candidate) => ({ ...candidate })),
    algorithm: { name, version, method, objective: fit.objective },
    warnings: [
      ...fit.warnings.map((warning) => ({ ...warning })),
      ...(repeats
        ? [
            {
              code: 'population.repeats',
              message: `${fit.subjects.length} curves of ${words.patientCount} ${words.patientCount === 1 ? 'patient' : 'patients'} were taken as independent: the spread between patients may be understated.`,
            },
          ]
        : []),
    ],
  }
}

/** A stored population brought to one patient's activities. */
export interface PatientPrior extends PriorWithResidual {
  readonly curve: ParametricCurve
  /** Index of the working parameter that is the logarithm of the curve's size; null where there is none. */
  readonly sizeIndex: number | null
}

/**
 * The prior in Bq of a patient with the activity that was administered to him, and the mass of the structure where the population is per
 * kilogram. Covariates of the population are taken at his values.
 *
 * @throws InputError `population.mass`, `population.covariate`, `population.prior` and `population.residual` for content that does not fit its curve (`checkContent`)
 */
export function patientPrior(
  content: PopulationPrior,
  patient: {
    readonly administeredBq: number
    readonly massKg?: number | undefined
    readonly covariates?: Readonly<Record<string, number>>
  },
): PatientPrior {
  const { normalisation, residual, omega, covariateEffects, curve: setting } = content
  const curve = curveOf(setting.id, { ...setting, normalisation }, patient.administeredBq)
  checkContent(content, curve)
  const mean = content.mu.map(({ value }) => value)
  for (const { parameter, covariate, reference, value } of covariateEffects) {
    const own = patient.covariates?.[covariate]
    if (own === undefined || !Number.isFinite(own))
      throw new InputError(
        'population.covariate',
        `The population depends on "${covariate}", which is not given for the patient.`,
        'Give its value, in the unit that the population was fitted with.',
      )
    mean[parameter] = (mean[parameter] ?? 0) + value * (own - reference)
  }
  const prior = { mean, covariance: omega }
  checkPrior(prior, curve)
  const factor = patient.administeredBq * (normalisation === 'administered-per-kg' ? massOf(patient.massKg) : 1)
  if (!(factor > 0 && Number.isFinite(factor)))
    throw new InputError(
      'population.administered',
      `The administered activity is ${patient.administeredBq} Bq.`,
      'Give a positive activity.',
    )
  const own = { prior, residual: { additive: residual.additive.value, proportional: residual.proportional.value } }
  return { curve, sizeIndex: sizeParameter(curve), ...rescaledPrior(curve, own, factor) }
}

function massOf(massKg: number | undefined): number {
  if (massKg !== undefined && massKg > 0) return massKg
  throw new InputError(
    'population.mass',
    'The population is of activity per kilogram, and the mass of the structure is not given.',
    'Give its mass.',
  )
}
