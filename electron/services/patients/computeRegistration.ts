/** A registration of two time points of a stored patient, computed and kept as a proposal for a person to judge. */
import { InputError } from '../../../native-core/errors/index.ts'
import { invertAffine } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'
import type { RegistrationCompute, RegistrationQuality } from '../../contracts/registrations.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import { RegistrationGraph } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { Store } from '../ports/store.ts'
import { aroundStructure, channelOf, describeRegistration, insideBox } from '../registration/index.ts'
import type { RegistrationAnswer, RegistrationTask } from '../registration/index.ts'
import { addRegistration, framesOf } from './registrations.ts'

export interface RegistrationHow {
  readonly progress: (fraction: number, what: string) => void
  readonly signal: AbortSignal
}

/**
 * Computes the registration and stores it as proposed. Answers with its id.
 *
 * @throws InputError as `framesOf` and the registration, `registration.no-image` where a time point lacks an image that is to match,
 * `registration.no-start` where the present registration is to begin from and there is none; CancelledError.
 */
export async function computeRegistration(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: RegistrationCompute,
  compute: Compute,
  { progress, signal }: RegistrationHow,
): Promise<string> {
  const { moving, fixed, ...frames } = framesOf(course, ask.movingTimePointId, ask.fixedTimePointId)
  const load = async (image: ScannedImage) => ({
    grid: image.grid,
    values: await store.voxels.get(patient.voxelsOf.get(image.key) ?? ''),
  })
  progress(0, 'Reading the images')
  const channels: RegistrationTask['channels'][number][] = []
  for (const which of ask.channels) {
    const [a, b] = [imageOf(fixed, which), imageOf(moving, which)]
    const channel = channelOf(which, await load(a), await load(b), ask.metric)
    const mask = await regionOf(store, ask, a.grid)
    channels.push(mask ? { ...channel, fixedMask: mask } : channel)
  }
  const [first, ...others] = channels
  if (!first) throw new Error('the ask has a channel')
  const task: RegistrationTask = {
    kind: ask.kind,
    channels: [first, ...others],
    initial: startOf(patient, ask, frames.fromFrameOfReferenceUid, frames.toFrameOfReferenceUid),
    ...(ask.kind === 'deformable' ? { controlSpacingMm: ask.controlSpacingMm } : {}),
  }
  const answer = await compute.registerImages(task, {
    signal,
    progress: (fraction) => progress(fraction, 'Registering'),
  })
  const { linear, deformable } = answer
  const method = {
    description: describeRegistration(task, answer),
    remarks: [...new Set([...linear.remarks, ...(deformable?.remarks ?? [])])],
    quality: qualityOf(task, answer),
  }
  const displacementVolumeId = deformable ? await store.voxels.put(deformable.deformation.displacementMm) : ''
  return addRegistration(store, patient.record.id, {
    ...frames,
    type: deformable ? 'DEFORMABLE' : ask.kind === 'affine' ? 'AFFINE' : 'RIGID',
    matrix: linear.movingToFixed,
    deformation: deformable
      ? {
          grid: deformable.deformation.grid,
          fixedToMoving: deformable.deformation.fixedToMoving,
          displacementVolumeId,
        }
      : null,
    origin: 'computed',
    method,
  })
}

function imageOf(timePoint: TimePointDraft, which: 'ct' | 'emission'): ScannedImage {
  const image = which === 'ct' ? timePoint.ct : timePoint.emission
  if (image) return image
  throw new InputError(
    'registration.no-image',
    `The time point at ${timePoint.hoursAfterInjection.toFixed(0)} h p.i. has no CT to register.`,
    'Register the emission images instead.',
  )
}

function startOf(
  patient: StoredPatient,
  { initial }: RegistrationCompute,
  from: string,
  to: string,
): RegistrationTask['initial'] {
  if (initial.kind === 'centres-of-mass') return 'centres-of-mass'
  if (initial.kind === 'matrix') return invertAffine(initial.movingToFixed)
  const present = new RegistrationGraph(patient.registrations).path(from, to)
  if (present) return invertAffine(present.matrix)
  throw new InputError(
    'registration.no-start',
    'There is no registration of these two time points yet to begin from.',
    'Begin from the centres of mass, or move the image by hand first.',
  )
}

/** The part of the fixed image that counts, as a mask on its grid; null for all of it. */
async function regionOf(
  store: Store,
  { region }: RegistrationCompute,
  grid: ImageGrid,
): Promise<FractionalMask | null> {
  if (!region) return null
  if (region.kind === 'box') return insideBox(grid, region.lowMm, region.highMm)
  const record = store.read.structure(region.structureId)
  if (!record)
    throw new InputError('structures.unknown', 'This structure is not in the store.', 'Open the time point again.')
  return aroundStructure(grid, await store.shapes.get(record.geometryVolumeId), region.marginMm)
}

function qualityOf(task: RegistrationTask, { linear, deformable }: RegistrationAnswer): RegistrationQuality {
  const found = deformable ?? linear
  return {
    metric: task.channels[0].metric,
    metricBefore: found.course.at(-1)!.metricBefore,
    metricAfter: found.course.at(-1)!.metricAfter,
    overlapFraction: found.overlapFraction,
    jacobianMinimum: deformable?.jacobianMinimum ?? null,
    jacobianMaximum: deformable?.jacobianMaximum ?? null,
    foldedFraction: deformable ? 0 : null,
    structures: [],
    landmarks: null,
  }
}
