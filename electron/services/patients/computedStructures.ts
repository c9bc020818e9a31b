/** Structure sets that the program made: stored beside the others, to be reviewed, used only where a person chooses them. */
import type { StructureShape } from '../../../native-core/imaging/types.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { Store, StructureInput } from '../ports/store.ts'
import { storeStructureSet } from './storeStructureSet.ts'
import type { NewStructureSet } from './storeStructureSet.ts'

export type ComputedStructure = Pick<StructureInput, 'name' | 'type' | 'colourRgb' | 'method' | 'identity'> & {
  readonly shape: StructureShape
}

/** Stores a set of origin 'computed' whose structures are all to review. Answers with its id and those of the structures, in order. */
export function addComputedSet(
  store: Store,
  patientId: string,
  timePoint: TimePointDraft,
  set: Omit<NewStructureSet, 'origin'> & { readonly structures: readonly ComputedStructure[] },
): Promise<{ readonly setId: string; readonly structureIds: readonly string[] }> {
  return storeStructureSet(store, patientId, timePoint, { ...set, origin: 'computed' }, async (batch) => {
    const structures: StructureInput[] = []
    for (const [position, { shape, ...structure }] of set.structures.entries())
      structures.push({
        ...structure,
        number: position + 1,
        review: 'to-review',
        geometryVolumeId: await store.shapes.put(shape, batch),
      })
    return structures
  })
}
