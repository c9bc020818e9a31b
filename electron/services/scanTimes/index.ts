/** When to scan, for the window: the populations that are known, and what each method would miss at each time. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { AnswerOf, RequestOf } from '../../contracts/index.ts'
import type { ScanPopulation } from '../../contracts/scanTime.ts'
import { decayDataOf } from '../analysis/decayData.ts'
import type { Compute, ComputeOptions } from '../ports/compute.ts'
import { findPopulation } from '../singleTimePoint/index.ts'
import type { KnownPopulation } from '../singleTimePoint/index.ts'

export { runScanTimeTask } from './scanTimeTask.ts'
export type { ScanTimeTask } from './scanTimeTask.ts'

/** All populations, the program's and the site's own: those that fit agent, nuclide and structure first. */
export function scanPopulations(
  populations: readonly KnownPopulation[],
  course: { readonly agent: string; readonly nuclide: string },
  structure: { readonly name: string; readonly isLesion: boolean },
): ScanPopulation[] {
  return populations
    .map((entry) => ({
      populationId: entry.id,
      title: entry.title,
      agent: entry.agent,
      nuclide: entry.nuclide,
      patients: entry.patients,
      evidence: entry.evidence,
      sources: [...entry.sources],
      note: entry.note,
      fits: entry.fits(course, structure.name, structure.isLesion),
    }))
    .sort((a, b) => Number(b.fits) - Number(a.fits))
}

export interface ScanTimePorts {
  readonly populations: readonly KnownPopulation[]
  readonly nuclides: NuclideTable
  readonly compute: Pick<Compute, 'adviseScanTime'>
}

/**
 * The expected error of every method that takes so many scans, with the best time of each, tried on another thread.
 *
 * @throws InputError `kinetics.population-unknown`, `nuclide.not-in-table`, those of `runScanTimeTask`; CancelledError
 */
export async function adviseScanTime(
  { populationId, scans, noise }: RequestOf<'scanTime.advice'>,
  { populations, nuclides, compute }: ScanTimePorts,
  options?: ComputeOptions,
): Promise<AnswerOf<'scanTime.advice'>> {
  const { nuclide, definition } = findPopulation(populations, populationId)
  const decay = decayDataOf(nuclide, nuclides, null)
  if (!decay)
    throw new InputError(
      'nuclide.not-in-table',
      `There are no decay data for ${nuclide}, the radionuclide of the population "${populationId}".`,
      'Choose a population of another radionuclide.',
    )
  const physicalHalfLifeS = decay.halfLifeS
  const task = { population: definition, physicalHalfLifeS, scans, noise }
  return { physicalHalfLifeS, methods: [...(await compute.adviseScanTime(task, options))] }
}
