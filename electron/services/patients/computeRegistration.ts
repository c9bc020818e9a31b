/** A registration of two time points of a stored patient, computed and kept as a proposal for a person to judge. */
import { InputError } from '../../../native-core/errors/index.ts'
import { invertAffine } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'
import type { RegistrationCompute, RegistrationQuality } from '../../contracts/registrations.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import { linearLinks, RegistrationGraph, structureSetsOf } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { Store } from '../ports/store.ts'
import { aroundStructure, channelOf, describeRegistration, insideBox } from '../registration/index.ts'
import type { RegistrationAnswer, RegistrationTask } from '../registration/index.ts'
import { addRegistration, framesOf } from './registrations.ts'
import { agreementOf, shapesOf } from './structureAgreement.ts'

export interface RegistrationHow {
  readonly progress: (fraction: number, what: string) => void
  readonly signal: AbortSignal
}

/** Part of the progress that the registration itself takes; its structures are measured in the rest. */
const REGISTERED = 0.85

/**
 * Computes the registration, measures its structures and stores it as proposed. Answers with its id.
 *
 * @throws InputError as `framesOf` and the registration, `registration.no-image` where a time point lacks an image that is to match,
 * `registration.no-start` where the present registration is to begin from and there is none, `structures.unknown` where the region's
 * structure is not one of the fixed time point; CancelledError.
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
  const structures = {
    fixed: shapesOf(store, patient.record.id, fixed),
    moving: shapesOf(store, patient.record.id, moving),
    grid: (fixed.ct ?? fixed.emission).grid,
  }
  progress(0, 'Reading the images')
  const channels: RegistrationTask['channels'][number][] = []
  for (const which of ask.channels) {
    const hint = 'Register the emission images instead.'
    const [a, b] = [imageToRegister(fixed, which, hint), imageToRegister(moving, which, hint)]
    const channel = channelOf(which, await load(a), await load(b), ask.metric)
    const mask = await regionOf(store, patient, fixed, ask, a.grid)
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
    progress: (fraction) => progress(REGISTERED * fraction, 'Registering'),
  })
  const { linear, deformable } = answer
  progress(REGISTERED, 'Measuring structures')
  const map = deformable?.deformation ?? linear.fixedToMoving
  const agreement = await agreementOf(structures, map, compute, signal)
  const method = {
    description: describeRegistration(task, answer),
    remarks: [...new Set([...localRemarks(store, ask), ...linear.remarks, ...(deformable?.remarks ?? [])])],
    quality: qualityOf(task, answer, agreement),
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

/** The image to register. @throws InputError `registration.no-image`, whose hint is given. */
export function imageToRegister(timePoint: TimePointDraft, which: 'ct' | 'emission', hint: string): ScannedImage {
  const image = which === 'ct' ? timePoint.ct : timePoint.emission
  if (image) return image
  throw new InputError(
    'registration.no-image',
    `The time point at ${timePoint.hoursAfterInjection.toFixed(0)} h p.i. has no CT to register.`,
    hint,
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
  const present = new RegistrationGraph(linearLinks(patient.registrations)).path(from, to)
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
  patient: StoredPatient,
  { emission, ct }: TimePointDraft,
  { region }: RegistrationCompute,
  grid: ImageGrid,
): Promise<FractionalMask | null> {
  if (!region) return null
  if (region.kind === 'box') return insideBox(grid, region.lowMm, region.highMm)
  const record = store.read.structure(region.structureId)
  const isHere = structureSetsOf(emission, ct, patient).some(
    ({ key }) => patient.idOf.get(key) === record?.structureSetId,
  )
  if (!record || !isHere)
    throw new InputError(
      'structures.unknown',
      'The structure to register around is not one of the fixed time point.',
      'Choose one of the structures of the fixed time point, or a box.',
    )
  return aroundStructure(grid, await store.shapes.get(record.geometryVolumeId), region.marginMm)
}

/** A registration of a part of the body is not one of the rest: whoever judges it is to know. */
function localRemarks(store: Store, { region }: RegistrationCompute): string[] {
  if (!region) return []
  const where =
    region.kind === 'box'
      ? `between ${region.lowMm.map((mm) => mm.toFixed(0)).join(', ')} and ${region.highMm.map((mm) => mm.toFixed(0)).join(', ')} mm`
      : `around ${store.read.structure(region.structureId)?.name ?? 'a structure'} with a margin of ${region.marginMm} mm`
  return [`Only the box ${where} was registered: it holds there, and may be wrong for the rest of the body.`]
}

function qualityOf(
  task: RegistrationTask,
  { linear, deformable }: RegistrationAnswer,
  structures: RegistrationQuality['structures'],
): RegistrationQuality {
  const found = deformable ?? linear
  const last = found.course.at(-1)
  return {
    metric: task.channels[0].metric,
    metricBefore: last?.metricBefore ?? null,
    metricAfter: last?.metricAfter ?? null,
    overlapFraction: found.overlapFraction,
    jacobianMinimum: deformable?.jacobianMinimum ?? null,
    jacobianMaximum: deformable?.jacobianMaximum ?? null,
    // The kernel refuses a field that folds.
    foldedFraction: deformable ? 0 : null,
    structures,
    landmarks: null,
  }
}
