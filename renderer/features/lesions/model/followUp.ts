/** Lesions over time: what the table says of each event, and what a person's answers make of the identities. */
import type { LesionCell, LesionFollowUp, LesionsIdentify, PatientView } from '../../../../electron/contracts/index.ts'
import type { IconName } from '../../../ui/index.ts'

type Row = LesionFollowUp['lesions'][number]
type Undecided = LesionFollowUp['undecided'][number]

export const eventMarks: Readonly<Record<LesionCell['event'], { readonly icon: IconName; readonly text: string }>> = {
  same: { icon: 'check', text: 'same' },
  appeared: { icon: 'plus', text: 'appeared' },
  disappeared: { icon: 'close', text: 'disappeared' },
  merged: { icon: 'combine', text: 'merged' },
  split: { icon: 'mirror', text: 'split' },
  uncertain: { icon: 'question', text: 'uncertain' },
}

/** What stands in a cell: the lesion with its event; that it disappeared here; nothing where it was not there before or is long gone. */
export function eventAt({ cells }: Pick<Row, 'cells'>, position: number): LesionCell['event'] | null {
  const cell = cells[position]
  // At the first time point all are there for the first time: that is no event.
  if (cell) return position === 0 ? null : cell.event
  return position > 0 && cells[position - 1] ? 'disappeared' : null
}

/** Why the program holds that; '' where nothing is told. */
export function reasonAt(
  { timePoints }: Pick<LesionFollowUp, 'timePoints'>,
  { identity, cells }: Pick<Row, 'identity' | 'cells'>,
  position: number,
): string {
  const events = timePoints[position]?.events ?? []
  const id = cells[position]?.structureId
  const told =
    id === undefined
      ? events.find(({ kind, previous }) => kind === 'disappeared' && previous.includes(identity))
      : events.find(({ current }) => current.includes(id))
  return told?.reason ?? ''
}

/** Time points to begin with: the reference of each cycle where there are several cycles, else all of the cycle. */
export function firstTimePoints(view: PatientView | null): string[] {
  const cycles = view?.cycles ?? []
  const withEmission = cycles.map((cycle) => cycle.timePoints.filter(({ emission }) => emission !== null))
  if (cycles.length < 2) return withEmission.flat().map(({ id }) => id)
  return cycles.flatMap((cycle, n) => {
    const point = withEmission[n]?.find(({ id }) => id === cycle.referenceTimePointId) ?? withEmission[n]?.[0]
    return point ? [point.id] : []
  })
}

/** What a person said of an undecided lesion: '' nothing yet, else its identity. */
export type Answers = Readonly<Record<string, string>>

/** The next free name of a lesion. */
export function freeIdentity(taken: Iterable<string>): string {
  const used = new Set(taken)
  let number = 1
  while (used.has(`L${number}`)) number++
  return `L${number}`
}

/**
 * Which lesions an undecided one can be: those that the program holds possible first, then the others that are not there at that time point, then
 * one that was not seen before.
 */
export function identityChoices(
  { lesions, timePoints }: Pick<LesionFollowUp, 'lesions' | 'timePoints'>,
  undecided: Undecided,
  answers: Answers,
): { readonly value: string; readonly label: string }[] {
  const position = timePoints.findIndex(({ timePointId }) => timePointId === undecided.timePointId)
  const absent = lesions.filter(({ cells }) => !cells[position]).map(({ identity }) => identity)
  const possible = undecided.candidates.filter((one) => absent.includes(one))
  const others = absent.filter((one) => !possible.includes(one))
  const own = answers[undecided.cell.structureId] ?? ''
  const taken = new Set([...lesions.map(({ identity }) => identity), ...Object.values(answers)])
  // Its own new name stays on offer once it is chosen.
  const isNew = own !== '' && !lesions.some(({ identity }) => identity === own)
  const fresh = isNew ? own : freeIdentity(taken)
  return [
    ...possible.map((value) => ({ value, label: `${value} (possible)` })),
    ...others.map((value) => ({ value, label: value })),
    { value: fresh, label: `a new lesion, ${fresh}` },
  ]
}

/** Why the answers cannot be stored; '' if they can. */
export function hindranceOf(followUp: LesionFollowUp, answers: Answers): string {
  const said = new Map<string, string>()
  for (const { timePointId, cell } of followUp.undecided) {
    const identity = answers[cell.structureId] ?? ''
    if (identity === '') continue
    const key = `${timePointId} ${identity}`
    const other = said.get(key)
    if (other !== undefined) return `${cell.name} and ${other} cannot both be ${identity} at one time point.`
    said.set(key, cell.name)
  }
  return ''
}

/** What is stored once the person confirms: every lesion of the table, and the undecided ones that were answered. */
export function identitiesToStore(followUp: LesionFollowUp, answers: Answers): LesionsIdentify['sets'] {
  return followUp.timePoints.flatMap(({ timePointId, setId }, position) => {
    if (setId === null) return []
    const known = followUp.lesions.flatMap(({ identity, cells }) => {
      const cell = cells[position]
      return cell ? [{ structureId: cell.structureId, identity }] : []
    })
    const answered = followUp.undecided.flatMap(({ timePointId: at, cell }) => {
      const identity = answers[cell.structureId] ?? ''
      return at === timePointId && identity !== '' ? [{ structureId: cell.structureId, identity }] : []
    })
    const identities = [...known, ...answered]
    return identities.length === 0 ? [] : [{ timePointId, setId, identities }]
  })
}

/** Nothing is left to confirm. */
export const isAllConfirmed = ({ lesions, undecided }: LesionFollowUp): boolean =>
  undecided.length === 0 && lesions.every(({ confirmed }) => confirmed)

/** The table with another name for a lesion, wherever it is told of. */
export function renamed(followUp: LesionFollowUp, identity: string, newIdentity: string): LesionFollowUp {
  const nameOf = (one: string): string => (one === identity ? newIdentity : one)
  return {
    ...followUp,
    lesions: followUp.lesions.map((row) => ({
      ...row,
      identity: nameOf(row.identity),
      ancestors: row.ancestors.map(nameOf),
    })),
    undecided: followUp.undecided.map((one) => ({ ...one, candidates: one.candidates.map(nameOf) })),
    timePoints: followUp.timePoints.map((point) => ({
      ...point,
      events: point.events.map((event) => ({ ...event, previous: event.previous.map(nameOf) })),
    })),
  }
}

/** Why a lesion cannot be called so; '' if it can. */
export function nameHindrance({ lesions }: LesionFollowUp, answers: Answers, identity: string, name: string): string {
  if (name === '') return 'A lesion needs a name.'
  const taken = name !== identity && [...lesions.map((one) => one.identity), ...Object.values(answers)].includes(name)
  return taken ? `Another lesion is called "${name}" already. Choose another name.` : ''
}
