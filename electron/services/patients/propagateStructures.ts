/** Structures of one time point carried to another, of any cycle, as a set for a person to review. */
import { InputError } from '../../../native-core/errors/index.ts'
import { maskVolumeMl, shapeVolumeMl } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, StructureShape } from '../../../native-core/imaging/index.ts'
import type { PropagatedStructure, StructureMethod, StructuresPropagate } from '../../contracts/structures.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { Store, StructureRecord } from '../ports/store.ts'
import { acceptedMap, nameOf } from './acceptedRegistration.ts'
import type { AcceptedMap, MapTools } from './acceptedRegistration.ts'
import { addComputedSet } from './computedStructures.ts'
import type { ComputedStructure } from './computedStructures.ts'
import type { RegistrationHow } from './computeRegistration.ts'
import { refineStructure } from './refineStructure.ts'
import type { Refined } from './refineStructure.ts'
import { chosenOf, storedSet } from './storedSet.ts'
import { timePointOf } from './timePointOf.ts'

/** From this relative change of its volume on a structure's remark says so. */
const VOLUME_CHANGE = 0.1
/** From this part of its volume outside the target's images on. */
const OUTSIDE = 0.005

export interface Propagation {
  readonly setId: string
  readonly registration: string
  readonly structures: readonly PropagatedStructure[]
  /** Of what was left out. */
  readonly remarks: readonly string[]
}

/**
 * Carries structures by the accepted registration (`acceptedMap`) onto the voxels of the target's CT, or its emission image where it has none,
 * and stores them as a new set of origin 'computed', each to review; existing sets stay as they are. A structure that does not reach the target's
 * images is left out and named.
 *
 * @throws InputError `time-point.unknown`, `structures.none-in-use`, `structures.unknown-set`, `structures.unknown`, those of
 * `acceptedMap`, `propagate.one-time-point`, `propagate.nothing-left`; CancelledError.
 */
export async function propagateStructures(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: StructuresPropagate,
  compute: Pick<Compute, 'warp' | 'registerImages'>,
  { progress, signal }: RegistrationHow,
): Promise<Propagation> {
  const source = timePointOf(course, ask.sourceTimePointId)
  const target = timePointOf(course, ask.targetTimePointId)
  if (source.id === target.id)
    throw new InputError(
      'propagate.one-time-point',
      'Source and target are one time point.',
      'Choose another time point to carry the structures to.',
    )
  const set = storedSet(store, patient, source, ask.setId)
  const chosen = ask.structureIds === null ? set.structures : chosenOf(set, ask.structureIds)
  const refined = new Set(
    ask.refine === null ? [] : chosenOf(set, ask.refine.structureIds).map(({ record }) => record.id),
  )
  progress(0, 'Reading the registration')
  const tools: MapTools = { store, patient, course, compute, signal }
  const map = await acceptedMap(tools, source, target, ask.registrationId)
  const grid = (target.ct ?? target.emission).grid
  const thickness = { sliceThicknessMm: (source.ct ?? source.emission).grid.spacingMm[2] }
  const carry = async (
    name: string,
    shape: StructureShape,
    toSource: AcceptedMap['toSource'],
  ): Promise<FractionalMask> => {
    const work = { structures: [{ name, shape }], ...thickness }
    const [carried] = await compute.warp({ kind: 'structures', map: toSource, grid, work }, { signal })
    if (!carried) throw new Error('one structure was carried')
    return carried.mask
  }
  const from = `${set.record.origin} "${set.record.label}" of ${nameOf(course, source)}`
  const made: { computed: ComputedStructure; told: Omit<PropagatedStructure, 'structureId'> }[] = []
  const remarks: string[] = []
  for (const [position, { record, shape }] of chosen.entries()) {
    progress(position / chosen.length, `Carrying ${record.name}`)
    const volumeBeforeMl = shapeVolumeMl(shape, thickness)
    let mask = await carry(record.name, shape, map.toSource)
    if (!(maskVolumeMl(mask) > 0)) {
      remarks.push(`"${record.name}" was left out: it does not reach the images of ${nameOf(course, target)}.`)
      continue
    }
    let local: Refined | null = null
    if (ask.refine !== null && refined.has(record.id)) {
      const how = { map: map.toSource, mask, ...ask.refine }
      local = await refineStructure({ store, patient, compute, signal }, source, target, how)
      if (local.toSource !== null) mask = await carry(record.name, shape, local.toSource)
    }
    const told = toldOf(record, { volumeBeforeMl, mask, local })
    made.push({ computed: computedOf(record, { mask, set: set.record.id, from, source, map, told, local }), told })
  }
  if (made.length === 0)
    throw new InputError(
      'propagate.nothing-left',
      `None of the structures reaches the images of ${nameOf(course, target)}.`,
      'Check the registration of the two time points, and whether the images show the same part of the body.',
    )
  progress(0.98, 'Storing the structures')
  const { setId, structureIds } = await addComputedSet(store, patient.record.id, target, {
    kind: 'propagated',
    action: 'structures.propagate',
    label: ask.label ?? `Carried from ${nameOf(course, source)}`,
    structures: made.map(({ computed }) => computed),
  })
  return {
    setId,
    registration: map.description,
    structures: made.map(({ told }, position) => ({ structureId: structureIds[position] ?? '', ...told })),
    remarks,
  }
}

function toldOf(
  { name }: StructureRecord,
  { volumeBeforeMl, mask, local }: { volumeBeforeMl: number; mask: FractionalMask; local: Refined | null },
): Omit<PropagatedStructure, 'structureId'> {
  const volumeAfterMl = maskVolumeMl(mask) + mask.volumeOutsideMl
  const change = volumeAfterMl / volumeBeforeMl - 1
  const remarks = [...(local?.remarks ?? [])]
  if (Math.abs(change) > VOLUME_CHANGE)
    remarks.push(
      `Its volume changed by ${change > 0 ? '+' : '−'}${(100 * Math.abs(change)).toFixed(0)} % (${volumeBeforeMl.toFixed(1)} to ${volumeAfterMl.toFixed(1)} mL).`,
    )
  if (mask.volumeOutsideMl > OUTSIDE * volumeAfterMl)
    remarks.push(`${mask.volumeOutsideMl.toFixed(1)} mL of it lie outside the images.`)
  return { name, volumeBeforeMl, volumeAfterMl, refinedByMm: local?.movedMm ?? null, remarks }
}

function computedOf(
  { name, type, colourRgb, identity, id }: StructureRecord,
  made: {
    readonly mask: FractionalMask
    readonly set: string
    readonly from: string
    readonly source: TimePointDraft
    readonly map: AcceptedMap
    readonly told: Omit<PropagatedStructure, 'structureId'>
    readonly local: Refined | null
  },
): ComputedStructure {
  const { mask, set, from, source, map, told, local } = made
  const description = [
    `Carried from ${from} by ${map.description}`,
    ...(local?.toSource ? [local.description] : []),
    ...told.remarks,
  ].join('. ')
  const parameters: StructureMethod['parameters'] = {
    sourceTimePointId: source.id,
    sourceSetId: set,
    sourceStructureId: id,
    registration: map.kind,
    registrationId: map.registrationId,
    volumeBeforeMl: told.volumeBeforeMl,
    volumeAfterMl: told.volumeAfterMl,
    ...(told.refinedByMm === null ? {} : { refinedByMm: told.refinedByMm }),
  }
  const method: StructureMethod = { kind: 'propagated', description: description.slice(0, 2000), parameters }
  return { name, type, colourRgb, identity, method, shape: { kind: 'voxels', mask } }
}
