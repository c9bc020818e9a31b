/** Lesions of several time points and cycles as one table: which is which, their volume, activity and dose. */
import { InputError } from '../../../native-core/errors/index.ts'
import { maskVolumeMl } from '../../../native-core/imaging/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/index.ts'
import { identitiesOf, matchLesions } from '../../../native-core/imaging/segmentation/lesions/index.ts'
import type { LesionEvent } from '../../../native-core/imaging/segmentation/lesions/index.ts'
import type { LesionCell, LesionEventView, LesionFollowUp, LesionsFollow } from '../../contracts/lesions.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Store } from '../ports/store.ts'
import { acceptedMap, nameOf } from './acceptedRegistration.ts'
import type { RegistrationHow } from './computeRegistration.ts'
import { commonGrid } from './commonGrid.ts'
import { burdenOf } from './lesionSearch.ts'
import { lesionsOf } from './measuredLesions.ts'
import type { FollowPorts, MeasuredLesion } from './measuredLesions.ts'
import { timePointOf } from './timePointOf.ts'

/**
 * Brings the lesions of all time points to the first one by accepted registrations and tells which is which, in the order of time, each against
 * every lesion as it was last seen. What a person has identified (`identity`) stays so. Nothing is stored.
 *
 * @throws InputError `time-point.unknown`, `lesions.no-time-points`, `lesions.none`, those of `acceptedMap` and `quantification`; CancelledError.
 */
export async function followLesions(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: LesionsFollow,
  ports: FollowPorts,
  { progress, signal }: RegistrationHow,
): Promise<LesionFollowUp> {
  const timePoints = timePointsOf(course, ask)
  const [first] = timePoints
  if (!first) throw new InputError('lesions.no-time-points', 'The course has no time points.', 'Import its images.')
  const tools = { store, patient, course, compute: ports.compute, signal }
  const remarks: string[] = []
  const measured = []
  for (const [position, timePoint] of timePoints.entries()) {
    progress((0.5 * position) / timePoints.length, `Measuring ${nameOf(course, timePoint)}`)
    const map = await acceptedMap(tools, timePoint, first)
    measured.push({ timePoint, map, ...(await lesionsOf(tools, timePoint, ports)) })
  }
  remarks.push(...new Set(measured.flatMap((one) => one.remarks)))
  if (measured.every(({ lesions }) => lesions.length === 0))
    throw new InputError(
      'lesions.none',
      'None of the time points has lesions in its structures in use.',
      'Find or draw lesions, accept them, and use the set.',
    )
  const grid = commonGrid(
    measured.map(({ timePoint, map }) => ({ grid: timePoint.emission.grid, toCommon: map.toSource })),
  )
  const table = new Table(measured.map(({ timePoint }) => timePoint.id))
  for (const [position, { timePoint, map, lesions }] of measured.entries()) {
    progress(0.5 + (0.5 * position) / timePoints.length, `Following the lesions of ${nameOf(course, timePoint)}`)
    const structures = lesions.map(({ cell, shape }) => ({ name: cell.structureId, shape }))
    const sliceThicknessMm = (timePoint.ct ?? timePoint.emission).grid.spacingMm[2]
    const work = { structures, sliceThicknessMm }
    const carried =
      structures.length === 0
        ? []
        : await ports.compute.warp({ kind: 'structures', map: map.toSource, grid, work }, { signal })
    table.add(
      position,
      lesions.map((lesion, at) => ({ ...lesion, mask: carried[at]!.mask })),
      ask,
    )
  }
  return {
    timePoints: measured.map(({ timePoint, map, set, lesions }, position) => ({
      timePointId: timePoint.id,
      cycle: cycleOf(course, timePoint),
      hoursAfterInjection: timePoint.hoursAfterInjection,
      start: timePoint.start,
      setId: set?.setId ?? null,
      label: set?.label ?? '',
      registration: position === 0 ? '' : map.description,
      burden: burdenOf(
        lesions.flatMap(({ cell: { review, volumeMl, meanBqPerMl } }) =>
          meanBqPerMl === null ? [] : [{ isAccepted: review !== 'to-review', volumeMl, meanBqPerMl }],
        ),
      ),
      events: table.events[position] ?? [],
    })),
    lesions: table.rows(),
    undecided: table.undecided,
    remarks,
  }
}

function timePointsOf(course: CourseDraft, { timePointIds }: LesionsFollow): TimePointDraft[] {
  const all = course.cycles.flatMap((cycle) => cycle.timePoints)
  if (timePointIds === null) return course.cycles.map(({ reference }) => reference)
  const wanted = new Set(timePointIds.map((id) => timePointOf(course, id).id))
  return all.filter(({ id }) => wanted.has(id))
}

function cycleOf(course: CourseDraft, { id }: TimePointDraft): number {
  return course.cycles.find(({ timePoints }) => timePoints.some((one) => one.id === id))?.index ?? 0
}

type Carried = MeasuredLesion & { readonly mask: FractionalMask }

/** The table as it grows, one time point after the other. */
class Table {
  readonly events: LesionEventView[][] = []
  readonly undecided: LesionFollowUp['undecided'] = []
  readonly #ids: readonly string[]
  readonly #rows = new Map<string, { ancestors: Set<string>; cells: (LesionCell | null)[]; confirmed: boolean }>()
  /** Every lesion as it was last seen, but for those that merged into another. */
  readonly #known = new Map<string, { readonly mask: FractionalMask; readonly seenAt: number }>()

  constructor(timePointIds: readonly string[]) {
    this.#ids = timePointIds
  }

  add(position: number, lesions: readonly Carried[], ask: LesionsFollow): void {
    const events: LesionEventView[] = []
    const identified = lesions.filter(({ identity }) => identity !== null)
    for (const lesion of identified) {
      const identity = lesion.identity ?? ''
      const event = this.#known.has(identity) ? 'same' : 'appeared'
      this.#place(identity, position, lesion, event, [], true)
      if (position > 0) events.push(confirmedEvent(event, identity, lesion.cell))
    }
    const said = new Set(identified.flatMap(({ identity }) => identity ?? []))
    const previous = [...this.#known].filter(([identity]) => !said.has(identity))
    const open = lesions.filter(({ identity, mask }) => identity === null && maskVolumeMl(mask) > 0)
    const found = matchLesions(
      previous.map(([id, { mask }]) => ({ id, mask })),
      open.map(({ cell, mask }) => ({ id: cell.structureId, mask })),
      ask,
    )
    const named = identitiesOf(
      found,
      previous.map(([id, { mask }]) => ({ id, identity: id, volumeMl: maskVolumeMl(mask) })),
      open.map(({ cell, mask }) => ({ id: cell.structureId, volumeMl: maskVolumeMl(mask) })),
      [...this.#rows.keys()],
    )
    const seenBefore = new Map(previous.map(([id, { seenAt }]) => [id, seenAt]))
    for (const lesion of open) {
      const { identity, ancestors } = named.current.find(({ id }) => id === lesion.cell.structureId)!
      const event = found.find(({ current }) => current.includes(lesion.cell.structureId))!
      if (identity === null) this.#ask(position, lesion, event, ancestors)
      else this.#place(identity, position, lesion, event.kind, ancestors, false)
    }
    for (const { kind, previous: gone, current } of found)
      if (kind === 'merged') {
        const into = named.current.find(({ id }) => id === current[0])?.identity
        for (const identity of gone) if (identity !== into) this.#known.delete(identity)
      }
    if (position > 0)
      events.push(
        ...found
          // One that is gone is told of once.
          .filter(({ kind, previous: [id] }) => kind !== 'disappeared' || seenBefore.get(id ?? '') === position - 1)
          .map((event) => ({ ...event, previous: [...event.previous], current: [...event.current] })),
      )
    this.events.push(events)
  }

  rows(): LesionFollowUp['lesions'] {
    return [...this.#rows].map(([identity, { ancestors, cells, confirmed }]) => ({
      identity,
      confirmed,
      ancestors: [...ancestors].filter((one) => one !== identity),
      cells,
    }))
  }

  #place(
    identity: string,
    position: number,
    { cell, mask }: Carried,
    event: LesionEvent['kind'],
    ancestors: readonly string[],
    isConfirmed: boolean,
  ): void {
    const row = this.#rows.get(identity) ?? { ancestors: new Set(), cells: this.#ids.map(() => null), confirmed: true }
    for (const one of ancestors) row.ancestors.add(one)
    row.confirmed &&= isConfirmed
    row.cells[position] = { ...cell, event }
    this.#rows.set(identity, row)
    this.#known.set(identity, { mask, seenAt: position })
  }

  #ask(position: number, { cell }: Carried, { kind, reason }: LesionEvent, candidates: readonly string[]): void {
    const timePointId = this.#ids[position] ?? ''
    this.undecided.push({ timePointId, cell: { ...cell, event: kind }, candidates: [...candidates], reason })
  }
}

function confirmedEvent(kind: 'same' | 'appeared', identity: string, { structureId }: LesionCell): LesionEventView {
  return {
    kind,
    previous: kind === 'same' ? [identity] : [],
    current: [structureId],
    by: 'identity',
    overlap: null,
    distanceMm: null,
    reason: `A person said that it is ${identity}.`,
  }
}
