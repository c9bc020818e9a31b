/** What brings a time point to the reference one, of all the registrations of a patient. */
import { IDENTITY_MAT4 } from '../../../native-core/imaging/index.ts'
import type { RegistrationUse } from '../../contracts/analysis.ts'
import type { ScannedPatient } from '../ports/dicomSource.ts'
import { awaitedRegistrations } from './awaitedRegistrations.ts'
import type { AwaitedBetween } from './awaitedRegistrations.ts'
import { acceptedLinks, linearLinks, RegistrationGraph, unjudgedLink } from './registrationGraph.ts'
import type { RegistrationPath } from './registrationGraph.ts'

export interface CourseRegistrations {
  readonly ofReference: RegistrationUse
  /** From one frame of reference to another; kind 'missing' where nothing that counts leads there. */
  readonly use: (from: string | null, to: string | null) => RegistrationUse
  readonly awaited: AwaitedBetween
  /** How many frames are registered directly to this one, by linear ones. Those that wait for a judgement are among them, so that accepting
   * them does not make another time point the reference. */
  readonly degree: (frame: string | null) => number
}

export function courseRegistrations(patient: ScannedPatient): CourseRegistrations {
  const linear = linearLinks(patient.registrations)
  const waiting = (patient.unjudgedRegistrations ?? []).filter(({ isDeformable }) => !isDeformable)
  const [byMatrices, byAll] = [new RegistrationGraph(linear), new RegistrationGraph(acceptedLinks(patient))]
  const hubs = new RegistrationGraph([...linear, ...waiting.map(unjudgedLink)])
  return {
    ofReference: { kind: 'reference', toReference: [...IDENTITY_MAT4], source: 'reference time point' },
    use: (from, to) => useOf(byMatrices.path(from, to), byAll.path(from, to)),
    awaited: awaitedRegistrations(patient),
    degree: (frame) => hubs.degree(frame),
  }
}

/** The linear way, and beside it the way that counts where a deformable registration is on it. */
function useOf(linear: RegistrationPath | null, counting: RegistrationPath | null): RegistrationUse {
  if (!counting) return { kind: 'missing', toReference: null, source: '' }
  if (counting.steps.length === 0)
    return { kind: 'same-frame-of-reference', toReference: [...IDENTITY_MAT4], source: 'same frame of reference' }
  const source = counting.sources.join(' → ')
  return {
    kind: 'registration-object',
    toReference: [...(linear ?? counting).matrix],
    source: linear ? linear.sources.join(' → ') : `linear part of ${source}`,
    ...deformableUse(counting, source),
  }
}

function deformableUse({ steps }: RegistrationPath, source: string): Pick<RegistrationUse, 'deformable'> {
  if (!steps.some(({ link }) => link.deformation)) return {}
  const [only] = steps
  if (steps.length === 1 && only?.link.deformation) {
    const { registrationId, fieldId } = only.link.deformation
    return { deformable: { registrationId, fieldId, source } }
  }
  const chain = steps.map(({ link, matrix }) => ({
    registrationId: link.name,
    fieldId: link.deformation?.fieldId ?? null,
    matrix: [...matrix],
  }))
  return { deformable: { registrationId: '', fieldId: '', source, chain } }
}
