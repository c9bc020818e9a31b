/** Which patients' estimates from few scans name a population. */
import type { Protocol } from '../../contracts/protocol.ts'
import type { PopulationUse } from '../../contracts/populations.ts'
import type { StoreReader } from '../ports/store.ts'

/**
 * Every place of a protocol that names a population, by patient; those of the program's own tables among them.
 *
 * @param protocolOf the protocol that counts for a patient
 */
export function populationUses(
  read: Pick<StoreReader, 'patients'>,
  protocolOf: (patientId: string) => Protocol,
): PopulationUse[] {
  return read.patients().flatMap(({ id, name }) => {
    const { fewScans } = protocolOf(id)
    const places = [
      { structure: null, ...fewScans },
      ...Object.entries(fewScans.byStructure).map(([structure, choice]) => ({ structure, ...choice })),
    ]
    return places.flatMap(({ structure, method, population }) =>
      method === 'none' || population === null
        ? []
        : [{ populationId: population, patientId: id, patientName: name, structure, method }],
    )
  })
}
