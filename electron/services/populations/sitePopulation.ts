/** A stored population as estimates from few scans take one. */
import type { CurvePopulation } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { PopulationView } from '../../contracts/populations.ts'
import { patientPrior } from './priorContent.ts'

/**
 * The population in Bq of one patient: `population` of `estimateFewScans` and of `scanTime`. Its size is known where the curve has a
 * parameter for it.
 *
 * @throws InputError as `patientPrior`
 */
export function sitePopulation(
  { populationId, name, version, content }: Pick<PopulationView, 'populationId' | 'name' | 'version' | 'content'>,
  patient: Parameters<typeof patientPrior>[1],
): CurvePopulation {
  const { curve, prior, sizeIndex } = patientPrior(content, patient)
  return { id: populationId, title: `${name}, version ${version}`, curve, prior, sizeIndex, sizeKnown: true }
}
