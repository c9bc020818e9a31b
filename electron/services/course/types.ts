import type { Instant } from '../../contracts/domain.ts'
import type { RegistrationUse } from '../../contracts/analysis.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { ScannedImage, ScannedStructureSet } from '../ports/dicomSource.ts'

/** One SPECT/CT or PET/CT session: its emission image, and what goes with it. */
export interface TimePointDraft {
  readonly id: string
  /** 1-based order in the cycle. */
  readonly index: number
  readonly start: Instant
  readonly hoursAfterInjection: number
  readonly emission: ScannedImage
  readonly ct: ScannedImage | null
  readonly structureSet: ScannedStructureSet | null
  readonly registration: RegistrationUse
  /** Registrations from files, in words, that would bring it to the reference one if a person accepted them; else empty. */
  readonly awaits: readonly string[]
}

export interface AdministrationDraft {
  readonly activityBq: number
  readonly start: Instant
  /** Where the two come from, in words for the report. */
  readonly source: string
}

export interface CycleDraft {
  readonly index: number
  readonly administration: AdministrationDraft
  readonly reference: TimePointDraft
  readonly timePoints: readonly TimePointDraft[]
}

/**
 * Scans after an administration of another nuclide than the therapy's: the diagnostic half of a theranostic pair. Never a time point of a cycle.
 * Their index is −1, −2 …, so that one number names cycles and diagnostic administrations.
 */
export interface DiagnosticDraft extends CycleDraft {
  readonly nuclide: string
  readonly agent: string
}

/** A patient's images put in the order of the therapy: agent, cycles, time points. */
export interface CourseDraft {
  readonly agent: string
  readonly nuclide: string
  readonly nuclideSource: string
  readonly cycles: readonly CycleDraft[]
  readonly diagnostics: readonly DiagnosticDraft[]
  readonly problems: readonly ImportProblem[]
  readonly assumptions: readonly string[]
}
