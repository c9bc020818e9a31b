/** What analysis and voxel doses ask of the accepted deformable registrations of a stored patient. */
import type { DeformablePorts } from '../analysis/index.ts'
import type { CourseDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { Store } from '../ports/store.ts'
import { acceptedMap } from './acceptedRegistration.ts'

/** Maps are read, and inverted where they lead the other way, when they are asked for (`acceptedMap`). */
export function deformablePorts(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  compute: Pick<Compute, 'warp'>,
): DeformablePorts {
  return {
    mapTo: async ({ registrationId, chain }, source, target, signal = new AbortController().signal) => {
      // A chain is found again from the same registrations: both directions take the same one.
      const tools = { store, patient, course, compute, signal }
      return (await acceptedMap(tools, source, target, chain ? null : registrationId)).toSource
    },
    warp: (task, options) => compute.warp(task, options),
  }
}
