/** What the emission images of one study say of the injection, side by side. */
import type { Radiopharmaceutical } from '../../contracts/domain.ts'
import { question } from './problems.ts'
import type { ImageDraft } from './types.ts'
import { secondsBetween, showInstant } from './times.ts'

const SAME_ACTIVITY = 0.005
const SAME_MOMENT_S = 60

interface Statement {
  readonly draft: ImageDraft
  readonly given: Radiopharmaceutical
}

/** Asks about images of one study that contradict each other; each of them gets the question, since any may be wrong. */
export function checkStudies(drafts: readonly ImageDraft[]): void {
  const studies = new Map<string, Statement[]>()
  for (const draft of drafts) {
    const given = draft.image.radiopharmaceutical
    if (!given) continue
    const members = studies.get(draft.image.studyUid) ?? []
    members.push({ draft, given })
    studies.set(draft.image.studyUid, members)
  }
  for (const members of studies.values()) {
    compare(
      members,
      'nuclide.contradiction',
      'radionuclides',
      'nuclide',
      ({ nuclide }) => nuclide,
      (a, b) => a === b,
      (n) => n,
    )
    // Different nuclides are different injections: their activities and times need not agree.
    const byNuclide = new Set(members.map(({ given }) => given.nuclide).filter((nuclide) => nuclide !== null))
    if (byNuclide.size > 1) continue
    compare(
      members,
      'administration.activity-contradiction',
      'administered activities',
      'administrations → activityBq',
      ({ administeredActivityBq }) => administeredActivityBq,
      (a, b) => Math.abs(a / b - 1) <= SAME_ACTIVITY,
      (bq) => `${Number((bq / 1e6).toPrecision(6))} MBq`,
    )
    compare(
      members,
      'administration.start-contradiction',
      'starts of the administration',
      'administrations → startLocal',
      ({ administrationStart }) => administrationStart,
      (a, b) => Math.abs(secondsBetween(a, b)) <= SAME_MOMENT_S,
      showInstant,
    )
  }
}

function compare<T>(
  members: readonly Statement[],
  code: string,
  what: string,
  entry: string,
  read: (given: Radiopharmaceutical) => T | null,
  same: (a: T, b: T) => boolean,
  show: (value: T) => string,
): void {
  const told = members.flatMap(({ draft, given }) => {
    const value = read(given)
    return value === null ? [] : [{ draft, value }]
  })
  const [first] = told
  if (!first || told.every(({ value }) => same(first.value, value))) return
  const list = told
    .map(({ draft, value }) => `${show(value)} (${draft.image.modality} "${draft.image.seriesDescription}")`)
    .join(', ')
  const finding = question(
    code,
    `The series of one study give different ${what}: ${list}.`,
    `Decide which is right and enter it in the protocol (${entry}).`,
  )
  for (const { draft } of told) draft.findings.push(finding)
}
