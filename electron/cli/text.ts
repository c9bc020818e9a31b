/** Lines for people. */
import type { ImportProblem } from '../contracts/problems.ts'
import type { ScannedFolder } from '../services/ports/dicomSource.ts'

const ORDER: readonly ImportProblem['severity'][] = ['refused', 'question', 'warning', 'note', 'ignored']
const TITLES = {
  refused: 'Refused',
  question: 'To decide',
  warning: 'Warnings',
  note: 'Notes',
  ignored: 'Ignored',
} as const

export function problemsText(problems: readonly ImportProblem[]): string {
  return ORDER.flatMap((severity) => {
    const these = problems.filter((problem) => problem.severity === severity)
    if (these.length === 0) return []
    return [
      `${TITLES[severity]} (${these.length})`,
      ...these.map(
        ({ item, message, hint, code }) => `  - ${named(item, message)}${hint ? `\n    → ${hint}` : ''} (${code})`,
      ),
    ]
  }).join('\n')
}

/** The message with the item it is about, where it does not name it itself. */
function named(item: string, message: string): string {
  return item === '' || message.includes(item) ? message : `${item}: ${message}`
}

export function foundText(scan: ScannedFolder): string {
  return [
    `${scan.filesSeen} files, ${(scan.bytesSeen / 1e6).toFixed(0)} MB`,
    ...scan.patients.map(({ patient, images, structureSets, registrations, kept }) => {
      const counts = new Map<string, number>()
      for (const { modality } of images) counts.set(modality, (counts.get(modality) ?? 0) + 1)
      const parts = [...counts].map(([modality, count]) => `${count} ${modality}`)
      return `  ${patient.name || 'no name'} (${patient.mrn || 'no MRN'}): ${[...parts, `${structureSets.length} structure sets`, `${registrations.length} registrations`, `${kept.length} kept unused`].join(', ')}`
    }),
  ].join('\n')
}
