/** A known population as plain data, which can go to another thread, and the curves that it stands for. */
import { curvePopulation } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { CurvePopulation, KineticPopulation } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { PopulationView } from '../../contracts/populations.ts'
import { sitePopulation } from '../populations/index.ts'

export type PopulationDefinition =
  | { readonly kind: 'table'; readonly population: Omit<KineticPopulation, 'physicalHalfLifeS'> }
  | {
      readonly kind: 'stored'
      readonly population: Pick<PopulationView, 'populationId' | 'name' | 'version' | 'content'>
    }

export interface CurvesFor {
  /** Of the decay data in use; a stored population has its own. */
  readonly physicalHalfLifeS: number
  /** null: an uptake that the population may have is not used. */
  readonly administeredBq: number | null
  /** Of the structure, for a population of activity per kilogram. */
  readonly massKg?: number | undefined
}

/**
 * Curves of a population in Bq of one patient.
 *
 * @throws InputError `kinetics.population`, or as `sitePopulation`, where it cannot be brought to the patient
 */
export function populationCurves(definition: PopulationDefinition, patient: CurvesFor): CurvePopulation {
  const { physicalHalfLifeS, administeredBq, massKg } = patient
  if (definition.kind === 'table') return sizedCurves({ ...definition.population, physicalHalfLifeS }, administeredBq)
  const curves = sitePopulation(definition.population, { administeredBq: administeredBq ?? 1, massKg })
  // Without the administered activity only curves whose size is a parameter of its own keep their meaning.
  return { ...curves, sizeKnown: administeredBq !== null || curves.sizeIndex === null }
}

/** Curves of a population; without the administered activity its uptake cannot be used, and of the size nothing is known. */
export function sizedCurves(population: KineticPopulation, administeredBq: number | null): CurvePopulation {
  if (administeredBq !== null) return curvePopulation(population, administeredBq)
  const { uptake: _, ...sizeless } = population
  return curvePopulation(sizeless, 1)
}
