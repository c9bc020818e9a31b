/** From what each emission image says of the injection to the administrations of a course. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { Instant } from '../../contracts/domain.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { instantFromLocal, localMs, secondsBetween, showInstant } from './instants.ts'
import type { AdministrationDraft } from './types.ts'

/** Statements of two images about one injection may differ by clock settings; more than this is another injection. */
const SAME_INJECTION_S = 3600
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

/**
 * Groups emission images by the administration they follow, in chronological order, and applies the protocol's overrides (cycle 1
 * is the first administration).
 *
 * An image whose file gives no start is counted to the last known administration before it; with none known it stands in a
 * group of its own whose start a person must give.
 */
export function findAdministrations(
  images: readonly ScannedImage[],
  protocol: Protocol,
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
    const same = known.find((group) => group.start && Math.abs(secondsBetween(group.start, start)) <= SAME_INJECTION_S)
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
  return groups.map((group, position) => settle(group, position + 1, protocol))
}

function settle(group: Group, cycle: number, protocol: Protocol): AdministrationFound {
  const override = protocol.administrations.find((entry) => entry.cycle === cycle)
  const problems: ImportProblem[] = []
  const item = `Cycle ${cycle}`
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
  const draft = start && activityBq !== null ? { activityBq, start, source } : null
  return { draft, problems, start, images: group.images }
}

function showActivity(activityBq: number): string {
  const megabecquerel = activityBq / 1e6
  return `${megabecquerel >= 1 ? megabecquerel.toFixed(1) : megabecquerel.toPrecision(3)} MBq`
}

function list(statements: readonly { readonly image: ScannedImage; readonly activityBq: number }[]): string {
  return statements
    .map(({ image, activityBq }) => {
      const when = image.acquisitionStart ? showInstant(image.acquisitionStart) : 'undated'
      return `${(activityBq / 1e6).toFixed(1)} MBq (${image.modality}, ${when})`
    })
    .join(', ')
}

function startMs(image: ScannedImage): number {
  const start = image.radiopharmaceutical?.administrationStart
  return start ? localMs(start) : 0
}
