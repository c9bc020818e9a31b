/** The fit of a population as it is sent to a worker: plain data in and out. */
import { CancelledError } from '../../../native-core/errors/index.ts'
import { parametricCurve } from '../../../native-core/kinetics/parametric/index.ts'
import type { ParametricCurve } from '../../../native-core/kinetics/parametric/index.ts'
import { fitPopulation, selectPopulationCurve } from '../../../native-core/kinetics/population/index.ts'
import type {
  CovariateEffect,
  CurveSelection,
  OmegaStructure,
  PopulationAlgorithm,
  PopulationFit,
  PopulationSubject,
  ResidualForm,
} from '../../../native-core/kinetics/population/index.ts'
import type { Normalisation } from '../../contracts/populations.ts'

/** What a curve needs beside its parameters; see `curveOf`. */
export interface CurveSetting {
  readonly normalisation: Normalisation
  readonly physicalHalfLifeS: number
  readonly circulationRatePerS?: number | undefined
}

export interface PopulationTask extends CurveSetting {
  readonly curveIds: readonly string[]
  /** Values normalised already; without curves of their own. */
  readonly subjects: readonly Omit<PopulationSubject, 'curve'>[]
  readonly residual: ResidualForm
  readonly omega: OmegaStructure
  readonly covariates: readonly CovariateEffect[]
  readonly algorithm: PopulationAlgorithm
  readonly starts: number
  readonly seed: number
}

export interface PopulationAnswer {
  /** That of the selected curve. */
  readonly fit: PopulationFit
  readonly selection: CurveSelection
}

/**
 * The curve of values that are shares of the administered activity; with `administeredBq` that of activities in Bq.
 *
 * @throws InputError `kinetics.unknown-model`, `kinetics.curve-input`
 */
export function curveOf(curveId: string, setting: CurveSetting, administeredBq = 1): ParametricCurve {
  const { normalisation, physicalHalfLifeS, circulationRatePerS } = setting
  return parametricCurve(curveId, {
    physicalRatePerS: Math.LN2 / physicalHalfLifeS,
    ...(circulationRatePerS === undefined ? {} : { circulationRatePerS }),
    ...(normalisation === 'administered' ? { administeredBq } : {}),
  })
}

/**
 * Fits every curve to the population and selects one by AICc.
 *
 * @param isCancelled asked between iterations
 * @throws InputError of `fitPopulation`, `selectPopulationCurve` and `curveOf`; CancelledError
 */
export function runPopulationTask(
  task: PopulationTask,
  progress: (fraction: number) => void = () => undefined,
  isCancelled: () => boolean = () => false,
): PopulationAnswer {
  const { curveIds, subjects, residual, omega, covariates, algorithm, starts, seed } = task
  const curves = curveIds.map((curveId) => curveOf(curveId, task))
  const fits = curves.map((curve, i) => {
    if (isCancelled()) throw new CancelledError('The fit of the population')
    return fitPopulation({
      curve,
      ...{ subjects, residual, omega, covariates, algorithm, starts, seed },
      progress: (share) => {
        progress((i + share) / curves.length)
      },
      cancelled: isCancelled,
    })
  })
  const selection = selectPopulationCurve(fits)
  const fit = fits.find(({ curveId }) => curveId === selection.selected)
  if (!fit) throw new Error('the selected curve was fitted')
  return { fit, selection }
}
