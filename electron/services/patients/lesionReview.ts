/** What a person decides about lesions: which candidates are lesions, and which lesion is which. Each decision is a new set. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { LesionCandidates, LesionsAccept, LesionsIdentify, TumourBurdenView } from '../../contracts/lesions.ts'
import type { StructureToSave } from '../../contracts/structures.ts'
import type { CourseDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Store, StructureRecord } from '../ports/store.ts'
import { storedCandidate } from './lesionParameters.ts'
import { burdenOf } from './lesionSearch.ts'
import { chosenOf, storedSet } from './storedSet.ts'
import { saveStructures } from './structureSets.ts'
import { timePointOf } from './timePointOf.ts'

/** The candidates of a set that a search made. @throws InputError `structures.unknown-set`, `lesions.no-candidate`. */
export function lesionCandidates(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  { timePointId, setId }: { readonly timePointId: string; readonly setId: string },
): LesionCandidates {
  const { record } = storedSet(store, patient, timePointOf(course, timePointId), setId)
  const stored = record.structures.map(storedCandidate)
  const [first] = stored
  if (!first) throw new Error('a stored set has structures')
  return {
    setId,
    label: record.label,
    thresholdBqPerMl: first.thresholdBqPerMl,
    description: record.structures[0]?.method?.description ?? '',
    tooSmall: { ...first.tooSmall },
    candidates: stored.map(({ candidate }) => candidate),
  }
}

/**
 * Stores the accepted candidates, reviewed, with the structures of another set beside them, as a new set; answers with its id and the burden of
 * what was accepted.
 *
 * @throws InputError `structures.unknown-set`, `structures.unknown`, `lesions.no-candidate`, `lesions.accepted-twice`, `lesions.nothing-to-store`.
 */
export async function acceptLesions(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: LesionsAccept,
): Promise<{ setId: string; burden: TumourBurdenView }> {
  const timePoint = timePointOf(course, ask.timePointId)
  const set = storedSet(store, patient, timePoint, ask.setId)
  if (new Set(ask.accepted.map(({ structureId }) => structureId)).size < ask.accepted.length)
    throw new InputError('lesions.accepted-twice', 'A candidate is accepted twice.', 'Name each candidate once.')
  const chosen = chosenOf(
    set,
    ask.accepted.map(({ structureId }) => structureId),
  )
  const numbers = chosen.map(({ record }) => storedCandidate(record).candidate)
  const beside = ask.withSetId === null ? [] : storedSet(store, patient, timePoint, ask.withSetId).record.structures
  const structures: StructureToSave[] = [
    ...beside.map(keptAs),
    ...chosen.map(({ record }, position): StructureToSave => ({
      ...keptAs(record),
      name: ask.accepted[position]?.name ?? record.name,
      identity: ask.accepted[position]?.identity ?? null,
      review: 'reviewed',
    })),
  ]
  if (structures.length === 0)
    throw new InputError(
      'lesions.nothing-to-store',
      'No candidate is accepted and no other structures are taken along: the new set would be empty.',
      'Accept a lesion, or take the organs of another set along.',
    )
  const { patientId, timePointId, label, use } = ask
  const setId = await saveStructures(store, patient, course, { patientId, timePointId, label, use, structures })
  return { setId, burden: burdenOf(numbers.map((one) => ({ ...one, isAccepted: true }))) }
}

/**
 * Stores identities that a person confirmed: for each set a new one with the same structures, to the bit, and these identities.
 *
 * @throws InputError `structures.unknown-set`, `structures.unknown`, `lesions.identity-twice` where two structures of a time point would be one lesion.
 */
export async function identifyLesions(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: LesionsIdentify,
): Promise<{ timePointId: string; setId: string }[]> {
  const plans = ask.sets.map(({ timePointId, setId, identities }) => {
    const set = storedSet(store, patient, timePointOf(course, timePointId), setId)
    chosenOf(
      set,
      identities.map(({ structureId }) => structureId),
    )
    const identityOf = new Map(identities.map(({ structureId, identity }) => [structureId, identity]))
    const structures = set.record.structures.map((record): StructureToSave => {
      const identity = identityOf.get(record.id)
      return { ...keptAs(record), identity: identity === undefined ? record.identity : identity }
    })
    const seen = new Set<string>()
    for (const { name, identity } of structures) {
      if (identity === null) continue
      if (seen.has(identity))
        throw new InputError(
          'lesions.identity-twice',
          `"${name}" would be the lesion "${identity}", which another structure of the time point is already.`,
          'Give each lesion of a time point its own identity.',
        )
      seen.add(identity)
    }
    return { timePointId, structures }
  })
  const stored: { timePointId: string; setId: string }[] = []
  for (const { timePointId, structures } of plans) {
    const { patientId, label, use } = ask
    stored.push({
      timePointId,
      setId: await saveStructures(store, patient, course, { patientId, timePointId, label, use, structures }),
    })
  }
  return stored
}

function keptAs({ id, name, type, colourRgb, review, identity }: StructureRecord): StructureToSave {
  return {
    kind: 'kept',
    structureId: id,
    name,
    type,
    colourRgb: colourRgb === null ? null : [...colourRgb],
    review,
    identity,
  }
}
