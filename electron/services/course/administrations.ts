/** From what each emission image says of the injection to the administrations of a course. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { Instant } from '../../contracts/domain.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { cycleWords } from './cycleWords.ts'
import { instantFromLocal, localMs, secondsBetween, showInstant } from './instants.ts'
import { acceptanceKey } from './questions.ts'
import type { AdministrationDraft } from './types.ts'

/** Statements of two images that lie within this mean one injection; whether they agree about it is another question. */
export const SAME_INJECTION_S = 3600
/** Clock readings of the same moment in two files. Statements that differ by more contradict each other. */
const SAME_MOMENT_S = 60
/** Cycles are weeks apart; administrations that are nearer than this may be one with a wrong date. */
const NEAR_CYCLES_S = 14 * 86_400
/** Statements of the activity that differ by more than this contradict each other. */
const SAME_ACTIVITY_RELATIVE = 0.005

export interface AdministrationFound {
  readonly draft: AdministrationDraft | null
  /** What is missing or contradictory; an unanswered question stops the cycle. */
  readonly problems: readonly ImportProblem[]
  readonly start: Instant | null
  readonly images: readonly ScannedImage[]
}

interface Group {
  readonly start: Instant | null
  readonly images: ScannedImage[]
}

/** When an image says that the activity was given. */
interface StartStatement {
  readonly image: ScannedImage
  readonly start: Instant
}

/**
 * Groups emission images by the administration they follow, in chronological order, and applies the protocol's overrides (cycle 1
 * is the first administration).
 *
 * Statements that cannot both be right are one administration with a question, not two cycles: starts that differ by less than an hour,
 * and a later start beside an image that was acquired after it and names an earlier one.
 *
 * An image whose file gives no start is counted to the last known administration before it; with none known it stands in a
 * group of its own whose start a person must give.
 *
 * @param indexOf the number of the group at a place, from 0: of cycles 1, 2 …
 */
export function findAdministrations(
  images: readonly ScannedImage[],
  protocol: Protocol,
  indexOf: (position: number) => number = (position) => position + 1,
): readonly AdministrationFound[] {
  const known: Group[] = []
  const given = protocol.administrations
    .filter((entry) => entry.startLocal !== undefined)
    .sort((a, b) => a.cycle - b.cycle)
    .map((entry) => instantFromLocal(entry.startLocal ?? ''))

  const byStart = images
    .filter((image) => image.radiopharmaceutical?.administrationStart)
    .sort((a, b) => startMs(a) - startMs(b))
  for (const image of byStart) {
    const start = image.radiopharmaceutical?.administrationStart
    if (!start) continue
    const same = known.find((group) => group.start && (isNear(group.start, start) || isOvertaken(group, start)))
    if (same) same.images.push(image)
    else known.push({ start, images: [image] })
  }

  const without = images.filter((image) => !image.radiopharmaceutical?.administrationStart)
  if (without.length > 0 && known.length === 0) for (const start of given) known.push({ start, images: [] })
  const orphans: ScannedImage[] = []
  for (const image of without) {
    const before = known.filter(
      (group) => group.start && image.acquisitionStart && secondsBetween(group.start, image.acquisitionStart) >= 0,
    )
    const last = before.at(-1)
    if (last) last.images.push(image)
    else orphans.push(image)
  }
  const groups = known.filter((group) => group.images.length > 0)
  if (orphans.length > 0) groups.push({ start: null, images: orphans })
  for (const entry of protocol.administrations)
    if (entry.cycle > groups.length)
      throw new InputError(
        'protocol.unknown-cycle',
        `The protocol gives an administration for cycle ${entry.cycle}, but the images show ${groups.length} cycle(s).`,
        'Correct the cycle number in "administrations", or import the images of that cycle.',
      )
  return groups.map((group, position) =>
    settle(group, indexOf(position), protocol, groups[position - 1]?.start ?? null),
  )
}

function isNear(a: Instant, b: Instant): boolean {
  return Math.abs(secondsBetween(a, b)) <= SAME_INJECTION_S
}

/** Whether an image of the group was acquired after `laterStart`, though it names the group's own start as the last administration. */
function isOvertaken(group: Group, laterStart: Instant): boolean {
  return group.images.some((image) => {
    const own = image.radiopharmaceutical?.administrationStart
    if (!own || !image.acquisitionStart || secondsBetween(own, laterStart) <= 0) return false
    return secondsBetween(laterStart, image.acquisitionStart) > 0
  })
}

function settle(group: Group, cycle: number, protocol: Protocol, startBefore: Instant | null): AdministrationFound {
  const override = protocol.administrations.find((entry) => entry.cycle === cycle)
  const problems: ImportProblem[] = []
  const item = cycleWords(cycle)
  const filePaths = group.images.flatMap((image) => image.files.slice(0, 1).map((file) => file.displayPath))
  const ask = (code: string, message: string, hint: string): void => {
    problems.push({ severity: 'question', code, item, message, hint, seriesUid: null, filePaths })
  }

  const start = override?.startLocal === undefined ? group.start : instantFromLocal(override.startLocal)
  if (!start)
    ask(
      'administration.start-missing',
      `${item}: no file gives the date and time of the administration.`,
      'Enter it in the protocol: administrations → cycle, startLocal (YYYY-MM-DDThh:mm).',
    )
  const starts = statedStarts(group)
  const isContradicted = starts.some(
    (said) => starts[0] && Math.abs(secondsBetween(starts[0].start, said.start)) > SAME_MOMENT_S,
  )
  if (override?.startLocal === undefined && isContradicted)
    ask(
      'administration.start-contradiction',
      `${item}: the files contradict each other about the start of the administration: ${listStarts(starts)}.`,
      'Decide which is right and enter it in the protocol: administrations → cycle, startLocal (YYYY-MM-DDThh:mm).',
    )
  const apartS = start && startBefore ? secondsBetween(startBefore, start) : Infinity
  if (start && apartS < NEAR_CYCLES_S)
    problems.push({
      severity: 'warning',
      code: 'administration.cycles-near',
      item,
      message: `${item} begins ${(apartS / 86_400).toFixed(1)} d after ${cycle > 0 ? `cycle ${cycle - 1}` : 'the one before it'}, by the starts of the administration in its images (${showInstant(start)}).`,
      hint: 'If it is the same administration with a wrong date, enter its start for that cycle in the files, or leave the series out (excludedSeries).',
      seriesUid: null,
      filePaths,
    })

  const statements = group.images.flatMap((image) => {
    const activityBq = image.radiopharmaceutical?.administeredActivityBq
    return typeof activityBq === 'number' && activityBq > 0 ? [{ image, activityBq }] : []
  })
  let activityBq = override?.activityBq ?? null
  if (activityBq === null) {
    const first = statements[0]
    const other = statements.find(
      (said) => first && Math.abs(said.activityBq / first.activityBq - 1) > SAME_ACTIVITY_RELATIVE,
    )
    if (!first)
      ask(
        'administration.activity-missing',
        `${item}: no file gives the administered activity.`,
        'Enter it in the protocol: administrations → cycle, activityBq.',
      )
    else if (other)
      ask(
        'administration.activity-contradiction',
        `${item}: the files contradict each other about the administered activity: ${list(statements)}.`,
        'Decide which is right and enter it in the protocol: administrations → cycle, activityBq.',
      )
    else activityBq = first.activityBq
  }
  const entered = override?.activityBq
  const agrees = statements.some(
    (said) => entered !== undefined && Math.abs(said.activityBq / entered - 1) <= SAME_ACTIVITY_RELATIVE,
  )
  if (entered !== undefined && statements.length > 0 && !agrees)
    problems.push({
      severity: 'warning',
      code: 'administration.activity-not-that-of-the-files',
      item,
      message: `${item}: the protocol says ${showActivity(entered)}, but the files say ${list(statements)}. The protocol's was used.`,
      hint: 'Check it: activityBq is in Bq unless a unit stands with it ("7.4 GBq"). Doses per activity follow from it.',
      seriesUid: null,
      filePaths,
    })
  const source = [
    override?.activityBq === undefined ? 'activity from the image headers' : 'activity entered by the user',
    override?.startLocal === undefined ? 'start from the image headers' : 'start entered by the user',
  ].join(', ')
  const isSettled = !problems.some(
    ({ code, seriesUid }) =>
      code === 'administration.start-contradiction' &&
      !protocol.acceptedProblems.includes(acceptanceKey({ code, seriesUid })),
  )
  const draft = start && isSettled && activityBq !== null ? { activityBq, start, source } : null
  return { draft, problems, start, images: group.images }
}

function statedStarts(group: Group): readonly StartStatement[] {
  return group.images.flatMap((image) => {
    const start = image.radiopharmaceutical?.administrationStart
    return start ? [{ image, start }] : []
  })
}

function listStarts(starts: readonly StartStatement[]): string {
  return starts.map(({ image, start }) => `${showWithOffset(start)} (${scanOf(image)})`).join(', ')
}

function showWithOffset(instant: Instant): string {
  const { utcOffsetMin } = instant
  if (utcOffsetMin === null) return showInstant(instant)
  const minutes = Math.abs(utcOffsetMin)
  const clock = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
  return `${showInstant(instant)} UTC${utcOffsetMin < 0 ? '−' : '+'}${clock}`
}

/** "NM, 2024-01-08 13:17". */
function scanOf(image: ScannedImage): string {
  return `${image.modality}, ${image.acquisitionStart ? showInstant(image.acquisitionStart) : 'undated'}`
}

function showActivity(activityBq: number): string {
  const megabecquerel = activityBq / 1e6
  return `${megabecquerel >= 1 ? megabecquerel.toFixed(1) : megabecquerel.toPrecision(3)} MBq`
}

function list(statements: readonly { readonly image: ScannedImage; readonly activityBq: number }[]): string {
  return statements.map(({ image, activityBq }) => `${(activityBq / 1e6).toFixed(1)} MBq (${scanOf(image)})`).join(', ')
}

function startMs(image: ScannedImage): number {
  const start = image.radiopharmaceutical?.administrationStart
  return start ? localMs(start) : 0
}
