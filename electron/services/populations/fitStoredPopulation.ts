/** From the stored analyses to a stored population. */
import { InputError } from '../../../native-core/errors/index.ts'
import { POPULATION_VERSION } from '../../../native-core/kinetics/population/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { GatheredCurve, PopulationFitAsk } from '../../contracts/populations.ts'
import type { Compute, ComputeOptions } from '../ports/compute.ts'
import type { Store } from '../ports/store.ts'
import { gatherCurves } from './gatherCurves.ts'
import type { PopulationTask } from './populationTask.ts'
import { priorContent } from './priorContent.ts'
import { addPopulation } from './storedPopulations.ts'

export interface PopulationPorts {
  readonly compute: Pick<Compute, 'fitPopulation'>
  readonly nuclides: NuclideTable
  readonly hashOf: (value: unknown) => string
}

/**
 * Gathers the curves, fits on a worker, stores the selected curve's prior as the next version of its name.
 *
 * @throws InputError `population.none`, `population.not-converged`, those of `gatherCurves` and `runPopulationTask`; CancelledError
 */
export async function fitStoredPopulation(
  store: Store,
  ask: PopulationFitAsk,
  { compute, nuclides, hashOf }: PopulationPorts,
  options: ComputeOptions = {},
): Promise<{ readonly populationId: string; readonly added: boolean }> {
  const { selection, name } = ask
  const curves = gatherCurves(store.read, selection).filter(({ leftOut }) => leftOut === '')
  if (curves.length === 0)
    throw new InputError(
      'population.none',
      `No stored analysis has a curve of a structure like "${selection.structure}" with an agent like "${selection.agent}" and ${selection.nuclide}.`,
      'Look at what is left out and why, or choose other patterns.',
    )
  const nuclide = findNuclide(nuclides, selection.nuclide)
  const task = taskOf(ask, curves, nuclide.halfLifeS)
  const answer = await compute.fitPopulation(task, options)
  if (!answer.fit.converged)
    throw new InputError(
      'population.not-converged',
      `The fit of "${name}" did not converge.`,
      'Follow more starts, take a diagonal covariance or a curve of fewer parameters, or gather more patients.',
    )
  const patients = new Set(curves.map(({ patientId }) => patientId)).size
  const content = priorContent(answer, task, {
    agent: selection.agent,
    nuclide: nuclide.name,
    structure: selection.structure,
    patientCount: patients,
    dataHash: hashOf({ task, version: POPULATION_VERSION }),
    evidence: 'site',
    source: `${curves.length} curves of ${patients} ${patients === 1 ? 'patient' : 'patients'} of this site`,
    from: curves.map(({ analysisKey, cycle, structure }) => ({ analysisKey, cycle, structure })),
    note: ask.note,
  })
  return addPopulation(store, name, content, 'population.fit')
}

function taskOf(ask: PopulationFitAsk, curves: readonly GatheredCurve[], physicalHalfLifeS: number): PopulationTask {
  const { selection, curves: curveIds, circulationRatePerS, residual, omega, algorithm, starts, seed } = ask
  const { normalisation } = selection
  return {
    ...{ curveIds, normalisation, physicalHalfLifeS, circulationRatePerS, residual, omega, algorithm, starts, seed },
    covariates: [],
    subjects: curves.map(({ points, administeredBq, massKg, structure, cycle }, i) => {
      const divisor = administeredBq * (normalisation === 'administered-per-kg' ? massKg : 1)
      return {
        label: `curve ${i + 1} (${structure}, cycle ${cycle})`,
        timesS: points.map(({ timeS }) => timeS),
        values: points.map(({ activityBq }) => activityBq / divisor),
      }
    }),
  }
}
