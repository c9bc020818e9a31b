/** BED maps as the store keeps them, whatever became of what they were made from. */
import type { BedMapResult } from '../../contracts/bedMaps.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Store } from '../ports/store.ts'
import type { DoseExtent } from './doseExtent.ts'
import { patientRef } from './protocolOf.ts'

/** What an artifact keeps; ids, time and staleness are added when it is read. */
export interface StoredBedMap extends Omit<
  BedMapResult,
  'bedId' | 'createdAt' | 'stale' | 'staleBecause' | 'bed' | 'eqd2' | 'g'
> {
  readonly bed: DoseExtent
  readonly eqd2: DoseExtent
  readonly g: DoseExtent
}

export type KeptBedMap = Omit<BedMapResult, 'stale' | 'staleBecause'>

/** The latest BED maps of a dose; null where there are none. */
export function storedBedMap(store: Store, patient: StoredPatient, doseId: string): KeptBedMap | null {
  const artifact = store.read.latestArtifact('biological-effect', patientRef(patient.record.id), doseId)
  if (!artifact) return null
  const stored = artifact.payload as StoredBedMap
  const volume = (name: 'bed' | 'eqd2' | 'g') => {
    const id = artifact.volumes[name]
    if (id === undefined) throw new Error(`BED map ${artifact.key} has no volume ${name}`)
    return { id, ...stored[name] }
  }
  return {
    ...stored,
    bedId: artifact.key,
    createdAt: artifact.createdAt,
    bed: volume('bed'),
    eqd2: volume('eqd2'),
    g: volume('g'),
  }
}
