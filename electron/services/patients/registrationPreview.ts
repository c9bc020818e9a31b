/** The moving images of a stored registration as they lie on the fixed ones, and how structures agree there: made once, for the eye. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { VoxelBox } from '../../../native-core/imaging/index.ts'
import type { RegistrationPreview } from '../../contracts/registrations.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { ArtifactSpec, Store } from '../ports/store.ts'
import type { Compute } from '../ports/compute.ts'
import type { RegistrationHow } from './computeRegistration.ts'
import { mapOf } from './registrationLandmarks.ts'
import { registrationOf } from './registrations.ts'
import { agreementOf, shapesOf } from './structureAgreement.ts'

const VERSION = 'registration-preview/3'
const AIR_HU = -1024

interface StoredMask {
  readonly name: string
  readonly box: VoxelBox
}

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
  const map = await mapOf(store, record)
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
  const structures: StoredMask[] = []
  if (record.deformation) {
    progress(0.7, 'Carrying the structures')
    const shapes = shapesOf(store, patient.record.id, moving)
    const work = { structures: shapes, sliceThicknessMm: grid.spacingMm[2] }
    for (const { name, mask } of await compute.warp({ kind: 'structures', map, grid, work }, { signal })) {
      if (mask.fractions.length === 0) continue
      const bytes = Uint8Array.from(mask.fractions, (fraction) => Math.round(255 * fraction))
      volumes[`structure-${structures.length}`] = (await store.volumes.put(bytes)).id
      structures.push({ name, box: mask.box })
    }
    progress(0.8, 'Computing the Jacobian')
    const { determinants } = await compute.warp({ kind: 'jacobian', map, grid, work: {} }, { signal })
    volumes['jacobian'] = await store.voxels.put(determinants)
  }
  progress(0.85, 'Measuring structures')
  const shapes = {
    fixed: shapesOf(store, patient.record.id, fixed),
    moving: shapesOf(store, patient.record.id, moving),
  }
  const agreement = await agreementOf({ ...shapes, grid }, map, compute, signal)
  store.transaction({ action: 'registration.preview' }, (write) =>
    write.putArtifact({
      ...spec,
      subject: { entity: 'registration', id: registrationId },
      slot: 'preview',
      payload: { grid, structures, agreement },
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
  const { grid, structures, agreement } = artifact.payload as Pick<RegistrationPreview, 'grid' | 'agreement'> & {
    readonly structures: readonly StoredMask[]
  }
  return {
    grid,
    ctId: artifact.volumes['ct'] ?? null,
    emissionId: artifact.volumes['emission'] ?? null,
    jacobianId: artifact.volumes['jacobian'] ?? null,
    displacementId: record.deformation?.displacementVolumeId ?? null,
    displacementGrid: (record.deformation?.grid as RegistrationPreview['displacementGrid']) ?? null,
    structures: structures.map(({ name, box }, position) => ({
      id: artifact.volumes[`structure-${position}`] ?? '',
      name,
      grid,
      boxStart: [...box.start],
      boxSize: [...box.size],
    })),
    agreement,
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
  const setInput = (role: string, { structureSet }: TimePointDraft) => {
    const id = structureSet ? patient.idOf.get(structureSet.key) : undefined
    return id === undefined ? [] : [store.read.inputOf(role, { entity: 'structure-set', id })]
  }
  const spec: ArtifactSpec = {
    kind: 'resampled-image',
    algorithmVersion: VERSION,
    parameters: { grid: (fixed.ct ?? fixed.emission).grid },
    inputs: [
      store.read.inputOf('registration', { entity: 'registration', id: registrationId }),
      ...imageInput('anatomy', moving.ct),
      ...imageInput('emission', moving.emission),
      ...setInput('structures', moving),
      ...setInput('fixed-structures', fixed),
    ],
  }
  return { spec, record, fixed, moving }
}
