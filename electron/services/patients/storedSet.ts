import { InputError } from '../../../native-core/errors/index.ts'
import type { StructureShape } from '../../../native-core/imaging/types.ts'
import { structureSetsOf } from '../course/index.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { ScannedStructureSet } from '../ports/dicomSource.ts'
import type { Store, StructureRecord, StructureSetRecord } from '../ports/store.ts'

export interface StoredSet {
  readonly set: ScannedStructureSet
  readonly record: StructureSetRecord
  readonly structures: readonly { readonly record: StructureRecord; readonly shape: StructureShape }[]
}

/** The set of a time point with this id, or the one in use (null). @throws InputError `structures.none-in-use`, `structures.unknown-set`. */
export function storedSet(
  store: Store,
  patient: StoredPatient,
  timePoint: TimePointDraft,
  setId: string | null,
): StoredSet {
  const set =
    setId === null
      ? timePoint.structureSet
      : structureSetsOf(timePoint.emission, timePoint.ct, patient).find(({ key }) => patient.idOf.get(key) === setId)
  const id = set ? patient.idOf.get(set.key) : undefined
  const record = id === undefined ? null : store.read.structureSet(id)
  if (!set || !record)
    throw setId === null
      ? new InputError(
          'structures.none-in-use',
          `The time point at ${timePoint.hoursAfterInjection.toFixed(0)} h p.i. has no structures in use.`,
          'Choose or draw structures there first.',
        )
      : new InputError(
          'structures.unknown-set',
          'This structure set does not belong to the time point.',
          'Choose one of the sets that are listed for it.',
        )
  const structures = record.structures.flatMap((one) => {
    const scanned = set.structures.find(({ number }) => number === one.number)
    return scanned ? [{ record: one, shape: scanned.shape }] : []
  })
  return { set, record, structures }
}

/** Those of a set with these ids, in their order. @throws InputError `structures.unknown`. */
export function chosenOf({ structures, record }: StoredSet, ids: readonly string[]): StoredSet['structures'] {
  return ids.map((id) => {
    const found = structures.find((one) => one.record.id === id)
    if (found) return found
    throw new InputError(
      'structures.unknown',
      `A structure that was asked for is not in the set "${record.label}".`,
      'Open the time point again and choose from its list.',
    )
  })
}
