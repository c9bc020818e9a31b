/** Landmarks of two time points: marked once, and every registration of the two is measured by them. */
import { invertAffine } from '../../../native-core/imaging/index.ts'
import { z } from '../../contracts/schema.ts'
import { registrationLandmarkSchema } from '../../contracts/registrations.ts'
import type { RegistrationLandmark, RegistrationQuality } from '../../contracts/registrations.ts'
import type { RegistrationRecord, Store } from '../ports/store.ts'
import { landmarkErrors } from '../registration/index.ts'
import type { FixedToMoving } from '../registration/index.ts'
import { patientRef } from './protocolOf.ts'

/** What a registration is between: coordinates "from" are the moving image's, "to" the fixed one's. */
export type Frames = Pick<RegistrationRecord, 'fromFrameOfReferenceUid' | 'toFrameOfReferenceUid'>

const landmarksSchema = z.array(registrationLandmarkSchema)

/** The pair of frames in one order, whichever of them is the fixed one. */
function slotOf(frames: Frames): { readonly code: string; readonly isSwapped: boolean } {
  const { fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to } = frames
  const isSwapped = from > to
  return { code: `registration.landmarks/${isSwapped ? `${to}/${from}` : `${from}/${to}`}`, isSwapped }
}

const swapped = ({ name, fixedMm, movingMm }: RegistrationLandmark): RegistrationLandmark => ({
  name,
  fixedMm: movingMm,
  movingMm: fixedMm,
})

/** The landmarks that a person marked, "fixed" and "moving" as the frames say. */
export function landmarksOf(store: Store, patientId: string, frames: Frames): RegistrationLandmark[] {
  const { code, isSwapped } = slotOf(frames)
  const stored = landmarksSchema.parse(store.read.decision(patientRef(patientId), code)?.value ?? [])
  return isSwapped ? stored.map(swapped) : stored
}

/** Earlier ones stay readable in the store; none takes them back. */
export function saveLandmarks(
  store: Store,
  patientId: string,
  frames: Frames,
  landmarks: readonly RegistrationLandmark[],
): void {
  const { code, isSwapped } = slotOf(frames)
  const value = landmarks.length === 0 ? null : isSwapped ? landmarks.map(swapped) : landmarks
  store.transaction({ action: 'registration.landmarks' }, (write) =>
    write.recordDecision({ subject: patientRef(patientId), code, value, reason: '' }),
  )
}

/** Target registration errors (mm) of a stored registration; null without landmarks. */
export async function landmarkQuality(
  store: Store,
  record: RegistrationRecord,
): Promise<RegistrationQuality['landmarks']> {
  const pairs = landmarksOf(store, record.patientId, record)
  if (pairs.length === 0) return null
  const found = landmarkErrors(pairs, await mapOf(store, record))
  return found && { ...found, each: [...found.each] }
}

/** The map of a stored registration from fixed to moving coordinates, its displacements read. */
export async function mapOf(store: Store, { deformation, matrix }: RegistrationRecord): Promise<FixedToMoving> {
  if (deformation === null) return invertAffine(matrix)
  const { grid, fixedToMoving, displacementVolumeId } = deformation
  return { grid, fixedToMoving, displacementMm: await store.voxels.get(displacementVolumeId) }
}
