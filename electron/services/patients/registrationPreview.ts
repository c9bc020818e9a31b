/** The moving images of a stored registration as they lie on the fixed ones: made once, for the eye. */
import { invertAffine } from '../../../native-core/imaging/index.ts'
import type { RegistrationPreview } from '../../contracts/registrations.ts'
import type { CourseDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { ArtifactSpec, Store } from '../ports/store.ts'
import type { Compute } from '../ports/compute.ts'
import type { FixedToMoving } from '../registration/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { registrationOf } from './registrations.ts'
import type { RegistrationHow } from './computeRegistration.ts'

const VERSION = 'registration-preview/2'
const AIR_HU = -1024

/** @throws InputError `registration.unknown`, `registration.no-image`; CancelledError. */
export async function previewRegistration(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  registrationId: string,
  compute: Pick<Compute, 'warp'>,
  { progress, signal }: RegistrationHow,
): Promise<void> {
  const { spec, record, fixed, moving } = prepared(store, patient, course, registrationId)
  if (store.read.artifact(store.read.artifactKey(spec))) return
  const map: FixedToMoving = record.deformation
    ? {
        grid: record.deformation.grid,
        fixedToMoving: record.deformation.fixedToMoving,
        displacementMm: await store.voxels.get(record.deformation.displacementVolumeId),
      }
    : invertAffine(record.matrix)
  const grid = (fixed.ct ?? fixed.emission).grid
  const volumes: Record<string, string> = {}
  const carry = async (name: string, image: ScannedImage | null, fill: number): Promise<void> => {
    if (!image) return
    const moving = { grid: image.grid, values: await store.voxels.get(patient.voxelsOf.get(image.key) ?? '') }
    const carried = await compute.warp({ kind: 'image', map, grid, work: { moving, fill } }, { signal })
    volumes[name] = await store.voxels.put(carried)
  }
  progress(0.05, 'Carrying the CT')
  await carry('ct', moving.ct, AIR_HU)
  progress(0.5, 'Carrying the emission image')
  await carry('emission', moving.emission, 0)
  if (record.deformation) {
    progress(0.8, 'Computing the Jacobian')
    const { determinants } = await compute.warp({ kind: 'jacobian', map, grid, work: {} }, { signal })
    volumes['jacobian'] = await store.voxels.put(determinants)
  }
  store.transaction({ action: 'registration.preview' }, (write) =>
    write.putArtifact({
      ...spec,
      subject: { entity: 'registration', id: registrationId },
      slot: 'preview',
      payload: { grid },
      volumes,
    }),
  )
}

/** @throws InputError `registration.unknown`, `registration.no-preview` where none was made. */
export function registrationPreview(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  registrationId: string,
): RegistrationPreview {
  const { spec, record } = prepared(store, patient, course, registrationId)
  const artifact = store.read.artifact(store.read.artifactKey(spec))
  if (!artifact)
    throw new InputError('registration.no-preview', 'The images have not been carried yet.', 'Ask for the preview.')
  const { grid } = artifact.payload as Pick<RegistrationPreview, 'grid'>
  return {
    grid,
    ctId: artifact.volumes['ct'] ?? null,
    emissionId: artifact.volumes['emission'] ?? null,
    jacobianId: artifact.volumes['jacobian'] ?? null,
    displacementId: record.deformation?.displacementVolumeId ?? null,
    displacementGrid: (record.deformation?.grid as RegistrationPreview['displacementGrid']) ?? null,
  }
}

function prepared(store: Store, patient: StoredPatient, course: CourseDraft, registrationId: string) {
  const record = registrationOf(store, patient.record.id, registrationId)
  const timePoints = course.cycles.flatMap((cycle) => cycle.timePoints)
  const inFrame = (uid: string) => timePoints.find(({ emission }) => emission.frameOfReferenceUid === uid)
  const [fixed, moving] = [inFrame(record.toFrameOfReferenceUid), inFrame(record.fromFrameOfReferenceUid)]
  if (!fixed || !moving)
    throw new InputError(
      'registration.no-image',
      'The course has no images in one of the frames of reference of this registration.',
      'Import the images that it registers.',
    )
  const imageInput = (role: string, image: ScannedImage | null) =>
    image ? [store.read.inputOf(role, { entity: 'image', id: patient.idOf.get(image.key) ?? '' })] : []
  const spec: ArtifactSpec = {
    kind: 'resampled-image',
    algorithmVersion: VERSION,
    parameters: { grid: (fixed.ct ?? fixed.emission).grid },
    inputs: [
      store.read.inputOf('registration', { entity: 'registration', id: registrationId }),
      ...imageInput('anatomy', moving.ct),
      ...imageInput('emission', moving.emission),
    ],
  }
  return { spec, record, fixed, moving }
}
