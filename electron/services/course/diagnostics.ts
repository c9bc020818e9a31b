/** Scans of another nuclide than the therapy's: told apart from its time points, and put in order. */
import type { ImportProblem } from '../../contracts/problems.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { SAME_INJECTION_S } from './administrations.ts'
import { findCycles } from './cycles.ts'
import type { CyclesContext } from './cycles.ts'
import { secondsBetween, showInstant } from './instants.ts'
import { describe } from './timePoints.ts'
import type { DiagnosticDraft } from './types.ts'

export interface ByNuclide {
  readonly ofTherapy: readonly ScannedImage[]
  readonly diagnostic: readonly ScannedImage[]
}

/**
 * Parts the images where some name the therapy's nuclide and others another one. An image with another nuclide is diagnostic where it names an
 * administration of its own; one that shares the administration of a therapy image, or names none, says a wrong nuclide: it stays, with a warning.
 */
export function byNuclide(
  images: readonly ScannedImage[],
  therapyNuclide: string,
  problems: ImportProblem[],
): ByNuclide {
  const stated = ({ radiopharmaceutical }: ScannedImage): string | null => radiopharmaceutical?.nuclide ?? null
  if (therapyNuclide === '' || !images.some((image) => stated(image) === therapyNuclide))
    return { ofTherapy: images, diagnostic: [] }
  const isOther = (image: ScannedImage): boolean => {
    const nuclide = stated(image)
    return nuclide !== null && nuclide !== therapyNuclide
  }
  const starts = images.flatMap((image) =>
    isOther(image) ? [] : (image.radiopharmaceutical?.administrationStart ?? []),
  )
  const hasOwnAdministration = ({ radiopharmaceutical }: ScannedImage): boolean => {
    const start = radiopharmaceutical?.administrationStart
    return Boolean(start) && starts.every((one) => start && Math.abs(secondsBetween(one, start)) > SAME_INJECTION_S)
  }
  const diagnostic = images.filter((image) => isOther(image) && hasOwnAdministration(image))
  for (const image of images) if (isOther(image)) problems.push(told(image, therapyNuclide, diagnostic.includes(image)))
  return { ofTherapy: images.filter((image) => !diagnostic.includes(image)), diagnostic }
}

function told(image: ScannedImage, therapyNuclide: string, isDiagnostic: boolean): ImportProblem {
  const nuclide = image.radiopharmaceutical?.nuclide ?? ''
  const start = image.radiopharmaceutical?.administrationStart
  return {
    severity: isDiagnostic ? 'note' : 'warning',
    code: isDiagnostic ? 'course.diagnostic-scan' : 'course.other-nuclide',
    item: describe(image),
    message: isDiagnostic
      ? `${describe(image)} is of ${nuclide}, given ${start ? showInstant(start) : 'at an unknown time'}: it is a diagnostic scan, and no time point of the ${therapyNuclide} therapy.`
      : `${describe(image)} says ${nuclide}, but names no administration apart from those of ${therapyNuclide}: it is taken as a scan of ${therapyNuclide}.`,
    hint: isDiagnostic
      ? ''
      : 'If it is of another nuclide, leave it out (excludedSeries), or correct its administration in the file.',
    seriesUid: image.seriesUid,
    filePaths: [],
  }
}

/**
 * Diagnostic scans as administrations with dated time points, numbered −1, −2 … by nuclide and in the order of time. Overrides of the protocol are
 * those of the therapy's cycles, so that the files alone say what was given; what they leave open refuses the scan.
 */
export function findDiagnostics(
  images: readonly ScannedImage[],
  {
    isPositronEmitter,
    ...context
  }: Omit<CyclesContext, 'preferred'> & { readonly isPositronEmitter: (nuclide: string) => boolean },
): DiagnosticDraft[] {
  const protocol = { ...context.protocol, administrations: [], referenceTimePoint: 'auto' as const }
  const nuclides = [...new Set(images.flatMap(({ radiopharmaceutical }) => radiopharmaceutical?.nuclide ?? []))].sort()
  const found: DiagnosticDraft[] = []
  for (const nuclide of nuclides) {
    const problems: ImportProblem[] = []
    const own = images.filter(({ radiopharmaceutical }) => radiopharmaceutical?.nuclide === nuclide)
    const preferred = isPositronEmitter(nuclide) ? 'PT' : 'NM'
    const before = found.length
    const cycles = findCycles(own, { ...context, protocol, problems, preferred }, (at) => -(before + at + 1))
    for (const cycle of cycles)
      found.push({ ...cycle, nuclide, agent: cycle.reference.emission.radiopharmaceutical?.agent ?? '' })
    context.problems.push(...problems.map(refusedNotAsked))
  }
  return found
}

/** No entry of the protocol answers for a diagnostic scan. */
function refusedNotAsked(problem: ImportProblem): ImportProblem {
  return problem.severity === 'question' && problem.code.startsWith('administration.')
    ? {
        ...problem,
        severity: 'refused',
        hint: 'Correct it in the files of the diagnostic scan, and import them again.',
      }
    : problem
}
