/** Carrying structures from another time point: by which registration, which of them, and what came of it. */
import type {
  PatientView,
  PropagatedStructure,
  RegistrationView,
  StructuresPropagate,
} from '../../../../electron/contracts/index.ts'
import { formatDate } from '../../../ui/index.ts'
import { timePointTitle } from '../../images/index.ts'

/** For the box in which a structure is registered once more. */
export const REFINE_MARGIN = {
  value: 20,
  unit: 'mm',
  source: 'some voxels of SPECT around the structure, so that its edge and what lies about it count',
  evidence: 'designed',
} as const

export interface TimePointChoice {
  readonly id: string
  readonly title: string
}

/** Every time point of the patient but that one. */
export function sourcesFor(view: PatientView | null, targetId: string): TimePointChoice[] {
  const cycles = view?.cycles ?? []
  return cycles.flatMap((cycle) =>
    cycle.timePoints
      .filter((point) => point.id !== targetId && (point.ct !== null || point.emission !== null))
      .map((point) => ({
        id: point.id,
        title: cycles.length > 1 ? `Cycle ${cycle.index}, ${timePointTitle(point)}` : timePointTitle(point),
      })),
  )
}

/** By what structures would be carried: the rule of the backend, told before it is asked. */
export interface CarryRoute {
  readonly kind: 'deformable' | 'linear' | 'same-frame' | 'none'
  readonly words: string
}

/**
 * The shortest chain of accepted registrations, of the same two frames of reference the newest deformable one before the linear ones, each in
 * either direction. Time points that one registration names on the same side share a frame of reference and lie as they are.
 */
export function routeBetween(views: readonly RegistrationView[], sourceId: string, targetId: string): CarryRoute {
  const accepted = views
    .filter(({ status }) => status === 'accepted')
    .sort(
      (a, b) =>
        Number(b.type === 'DEFORMABLE') - Number(a.type === 'DEFORMABLE') ||
        (b.decidedAt ?? '').localeCompare(a.decidedAt ?? ''),
    )
  const isSameFrame = views.some((view) =>
    [view.fixedTimePointIds, view.movingTimePointIds].some((ids) => ids.includes(sourceId) && ids.includes(targetId)),
  )
  if (isSameFrame) return { kind: 'same-frame', words: 'Both are in one frame of reference: carried as they lie.' }
  const chain = shortestChain(accepted, sourceId, targetId)
  if (!chain)
    return {
      kind: 'none',
      words:
        'No accepted registration is known between the two. Make one, or accept the one that came with the images: step Images, page Registration. Where both were acquired in one frame of reference none is needed.',
    }
  const [only] = chain
  const kinds = chain.map(kindOf)
  return {
    kind: kinds.includes('deformable') ? 'deformable' : 'linear',
    words:
      chain.length === 1 && only
        ? `By the ${kindOf(only)} registration ${judged(only)}.`
        : `By ${chain.length} registrations, one after the other: ${chain.map((view) => `${kindOf(view)}, ${judged(view)}`).join('; ')}.`,
  }
}

const kindOf = ({ type }: RegistrationView) => (type === 'DEFORMABLE' ? 'deformable' : 'linear')

const judged = ({ decidedBy, decidedAt }: RegistrationView): string =>
  `accepted by ${decidedBy ?? '?'} on ${formatDate(decidedAt)}`

/** Registrations from one time point to another, the fewest. Null where none lead there. */
function shortestChain(
  views: readonly RegistrationView[],
  sourceId: string,
  targetId: string,
): readonly RegistrationView[] | null {
  let reached = new Map<string, readonly RegistrationView[]>([[sourceId, []]])
  for (let size = 0; size < reached.size;) {
    size = reached.size
    const next = new Map(reached)
    for (const view of views)
      for (const [from, to] of [
        [view.fixedTimePointIds, view.movingTimePointIds],
        [view.movingTimePointIds, view.fixedTimePointIds],
      ] as const) {
        const path = from.map((id) => reached.get(id)).find((one) => one !== undefined)
        if (path === undefined) continue
        // All of a frame of reference are reached at once.
        for (const id of from) if (!next.has(id)) next.set(id, path)
        for (const id of to) if (!next.has(id)) next.set(id, [...path, view])
      }
    reached = next
    const found = reached.get(targetId)
    if (found) return found
  }
  return null
}

export interface CarryForm {
  readonly sourceId: string
  readonly setId: string
  /** Ids of structures of the set that are not carried. */
  readonly leftOut: readonly string[]
  readonly refines: boolean
  readonly refineImage: 'ct' | 'emission'
  readonly marginMm: number
}

/** The request that a form makes; null where no structure is left. */
export function carryAsk(
  form: CarryForm,
  patientId: string,
  targetId: string,
  structureIds: readonly string[],
): StructuresPropagate | null {
  const chosen = structureIds.filter((id) => !form.leftOut.includes(id))
  if (chosen.length === 0) return null
  return {
    patientId,
    sourceTimePointId: form.sourceId,
    targetTimePointId: targetId,
    setId: form.setId,
    // Each by name, also where all are chosen: the set can hold others that no list shows, as the outline of the body.
    structureIds: [...chosen],
    registrationId: null,
    refine: form.refines ? { structureIds: chosen, marginMm: form.marginMm, image: form.refineImage } : null,
    label: null,
  }
}

/** Change of volume in per cent with its sign: "+3 %". */
export function volumeChange({ volumeBeforeMl, volumeAfterMl }: PropagatedStructure): string {
  if (!(volumeBeforeMl > 0)) return '–'
  const percent = 100 * (volumeAfterMl / volumeBeforeMl - 1)
  const digits = Math.abs(percent).toFixed(Math.abs(percent) < 9.95 ? 1 : 0)
  return Number(digits) === 0 ? '0 %' : `${percent > 0 ? '+' : '−'}${digits} %`
}
