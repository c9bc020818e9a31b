/** How the emission image of a stored time point becomes activity. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import { decayDataOf } from '../analysis/decayData.ts'
import { quantification } from '../analysis/quantify.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Store } from '../ports/store.ts'
import { givenWith } from './givenWith.ts'
import { protocolOf } from './protocolOf.ts'

/** By the nuclide of its own administration: nothing of the therapy's calibration is left for a diagnostic scan. */
export type ImageQuantification = ReturnType<typeof quantification> & {
  readonly nuclide: string
  readonly halfLifeS: number
}

/** @throws InputError `nuclide.not-in-table`, those of `quantification`. */
export function imageQuantification(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  { id, emission }: TimePointDraft,
  nuclides: NuclideTable,
): ImageQuantification {
  const cycle = [...course.cycles, ...course.diagnostics].find(({ timePoints }) =>
    timePoints.some((timePoint) => timePoint.id === id),
  )
  if (!cycle) throw new Error(`time point ${id} is in no cycle`)
  const { nuclide, protocol } = givenWith(course, cycle, protocolOf(store, patient.record.id))
  const decay = decayDataOf(nuclide, nuclides, emission.radiopharmaceutical?.halfLifeS ?? null)
  if (!decay)
    throw new InputError(
      'nuclide.not-in-table',
      `There are no decay data for the radionuclide "${nuclide}".`,
      'Correct the radionuclide in the protocol (nuclide, e.g. "Lu-177").',
    )
  return { ...quantification(emission, protocol, decay.decayConstantPerS), nuclide, halfLifeS: decay.halfLifeS }
}
