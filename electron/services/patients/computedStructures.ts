/** Structure sets that the program made: stored beside the others, to be reviewed, used only where a person chooses them. */
import type { StructureShape } from '../../../native-core/imaging/types.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { Store, StructureInput } from '../ports/store.ts'

export type ComputedStructure = Pick<StructureInput, 'name' | 'type' | 'colourRgb' | 'method' | 'identity'> & {
  readonly shape: StructureShape
}

/** Stores a set of origin 'computed' whose structures are all to review. Answers with its id and those of the structures, in order. */
export async function addComputedSet(
  store: Store,
  patientId: string,
  timePoint: TimePointDraft,
  set: {
    /** First part of the set's key: 'propagated', 'lesions'. */
    readonly kind: string
    readonly action: string
    readonly label: string
    readonly structures: readonly ComputedStructure[]
  },
): Promise<{ readonly setId: string; readonly structureIds: readonly string[] }> {
  const structures: StructureInput[] = []
  const batch = store.volumes.batch()
  try {
    for (const [position, { shape, ...structure }] of set.structures.entries())
      structures.push({
        ...structure,
        number: position + 1,
        review: 'to-review',
        geometryVolumeId: await store.shapes.put(shape, batch),
      })
    await batch.flush()
  } catch (error) {
    await batch.discard()
    throw error
  }
  const prefix = `${set.kind}/${timePoint.id}/`
  const { id, structureIds } = store.transaction({ action: set.action }, (write, read) =>
    write.addStructureSet({
      patientId,
      seriesId: null,
      key: `${prefix}${read.structureSetsOfPatient(patientId).filter(({ key }) => key.startsWith(prefix)).length + 1}`,
      origin: 'computed',
      label: set.label,
      frameOfReferenceUid: timePoint.emission.frameOfReferenceUid,
      referencedSeriesUid: (timePoint.ct ?? timePoint.emission).seriesUid,
      sourceSha256s: [],
      structures,
    }),
  )
  return { setId: id, structureIds }
}
