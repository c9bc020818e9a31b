import type { ImportSummary } from '../../../../electron/contracts/index.ts'

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

/** What an import brought, in words; what it did not bring is not mentioned. */
export function countsOf(summary: ImportSummary): string[] {
  const parts = [
    plural(summary.filesSeen, 'file seen', 'files seen'),
    plural(summary.imagesAdded, 'image added', 'images added'),
  ]
  if (summary.imagesKnown > 0)
    parts.push(plural(summary.imagesKnown, 'image was there before', 'images were there before'))
  if (summary.structureSets > 0) parts.push(plural(summary.structureSets, 'structure set', 'structure sets'))
  if (summary.registrations > 0) parts.push(plural(summary.registrations, 'registration', 'registrations'))
  if (summary.registrationsAccepted > 0)
    parts.push(`${plural(summary.registrationsAccepted, 'registration', 'registrations')} accepted`)
  return parts
}

export const acceptLabel = (count: number): string =>
  `Accept ${count === 1 ? 'the registration' : `${count} registrations`}`

/** Registrations that came with the files and nobody has judged. */
export const toJudge = ({ patients }: ImportSummary): number =>
  patients.reduce((sum, { registrationsToJudge }) => sum + registrationsToJudge.length, 0)

/** The summary once all its registrations were accepted. */
export function withAccepted(summary: ImportSummary): ImportSummary {
  return {
    ...summary,
    patients: summary.patients.map((patient) => ({ ...patient, registrationsToJudge: [] })),
    registrationsAccepted: summary.registrationsAccepted + toJudge(summary),
  }
}
