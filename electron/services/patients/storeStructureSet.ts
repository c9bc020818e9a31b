/** A new structure set of a time point beside those that are there; nothing is overwritten. */
import type { TimePointDraft } from '../course/index.ts'
import type { Store, StructureInput } from '../ports/store.ts'

type Batch = ReturnType<Store['volumes']['batch']>

export interface NewStructureSet {
  /** First part of the set's key: 'drawn', 'propagated', 'lesions', 'network'. */
  readonly kind: string
  readonly action: string
  readonly origin: 'drawn' | 'computed'
  readonly label: string
  /** Of the images that it was made on; left out: the CT, or the emission image where there is none. */
  readonly referencedSeriesUid?: string
}

/**
 * Stores a set: its geometries, which `structures` puts into the batch, then its records; where the former fails nothing stays. Answers with its id
 * and those of the structures, in order.
 */
export async function storeStructureSet(
  store: Store,
  patientId: string,
  timePoint: TimePointDraft,
  { kind, action, origin, label, referencedSeriesUid }: NewStructureSet,
  structures: (batch: Batch) => Promise<readonly StructureInput[]>,
): Promise<{ readonly setId: string; readonly structureIds: readonly string[] }> {
  const batch = store.volumes.batch()
  let made: readonly StructureInput[]
  try {
    made = await structures(batch)
    await batch.flush()
  } catch (error) {
    await batch.discard()
    throw error
  }
  const prefix = `${kind}/${timePoint.id}/`
  const { id, structureIds } = store.transaction({ action }, (write, read) =>
    write.addStructureSet({
      patientId,
      seriesId: null,
      key: `${prefix}${read.structureSetsOfPatient(patientId).filter(({ key }) => key.startsWith(prefix)).length + 1}`,
      origin,
      label,
      frameOfReferenceUid: timePoint.emission.frameOfReferenceUid,
      referencedSeriesUid: referencedSeriesUid ?? (timePoint.ct ?? timePoint.emission).seriesUid,
      sourceSha256s: [],
      structures: made,
    }),
  )
  return { setId: id, structureIds }
}
