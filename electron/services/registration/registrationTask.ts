/** A registration of two time points' images as one task for a worker. */
import { InputError } from '../../../native-core/errors/index.ts'
import type {
  DeformableRegistration,
  DeformableRequest,
  LinearRegistration,
  LinearRequest,
  RegistrationChannel,
  RegistrationRun,
} from '../../../native-core/kernels/registration.ts'
import type { Mat4 } from '../../../native-core/imaging/index.ts'

export interface RegistrationTask {
  readonly kind: 'rigid' | 'affine' | 'deformable'
  readonly channels: readonly [RegistrationChannel, ...RegistrationChannel[]]
  /** Fixed to moving coordinates, or how to begin. */
  readonly initial: LinearRequest['initial']
  /** Deformable only. */
  readonly controlSpacingMm?: number
  readonly regularisation?: number
  readonly threads?: number
}

export interface RegistrationAnswer {
  readonly linear: LinearRegistration
  /** Behind the linear one; null for a linear task. */
  readonly deformable: DeformableRegistration | null
}

/** The registrations of the core, which block their thread. */
export interface RegistrationKernels {
  registerLinear(request: LinearRequest, run: RegistrationRun): LinearRegistration
  registerDeformable(request: DeformableRequest, run: RegistrationRun): DeformableRegistration
}

/** Part of the progress that the linear registration before a deformable one takes. */
const LINEAR_PER_MILLE = 250

/**
 * Rigid, affine, or first rigid and then deformable. Progress goes over both parts; cancel is polled by the kernels.
 *
 * @throws InputError and CancelledError of the kernels.
 */
export function runRegistration(
  task: RegistrationTask,
  kernels: RegistrationKernels,
  control: Int32Array | null,
): RegistrationAnswer {
  const { kind, channels, initial } = task
  const threads = task.threads ?? 0
  if (kind !== 'deformable')
    return { linear: kernels.registerLinear({ kind, channels, initial }, { threads, control }), deformable: null }
  // Only the cancel slot: the progress of a part is not that of the whole.
  const quiet = control ? control.subarray(0, 1) : null
  const linear = kernels.registerLinear({ kind: 'rigid', channels, initial }, { threads, control: quiet })
  if (control) Atomics.store(control, 1, LINEAR_PER_MILLE)
  const deformable = kernels.registerDeformable(
    {
      channels,
      initial: linear.fixedToMoving,
      ...(task.controlSpacingMm === undefined ? {} : { controlSpacingMm: task.controlSpacingMm }),
      ...(task.regularisation === undefined ? {} : { regularisation: task.regularisation }),
    },
    { threads, control },
  )
  return { linear, deformable }
}

/** Soft tissue, in HU: air and metal outside it would rule the match. */
const SOFT_TISSUE_HU = [-200, 300] as const

/** A channel of a pair of CTs, or of a pair of emission images (whose scale may differ). */
export function channelOf(
  modality: 'ct' | 'emission',
  fixed: RegistrationChannel['fixed'],
  moving: RegistrationChannel['moving'],
  metric: RegistrationChannel['metric'],
): RegistrationChannel {
  return { fixed, moving, metric, ...(modality === 'ct' ? { range: SOFT_TISSUE_HU } : {}) }
}

/**
 * Correlation supposes that the values of the images follow each other, which Hounsfield units and activity do not. An image of
 * unknown modality (null) is let through.
 * @throws InputError `register.modalities`.
 */
export function assertComparable(
  images: readonly { readonly name: string; readonly modality: string | null }[],
  metric: RegistrationChannel['metric'],
): void {
  const known = images.filter(({ modality }) => modality !== null)
  const ofCt = known.filter(({ modality }) => modality === 'CT').length
  if (metric !== 'normalised-correlation' || ofCt === 0 || ofCt === known.length) return
  throw new InputError(
    'register.modalities',
    `${known.map(({ name, modality }) => `${name} is ${modality}`).join(', ')}: their values do not follow each other, so normalised correlation cannot match them.`,
    'Match by mutual information and look at the result with care, or register the CTs of both sessions.',
  )
}

/** In words: what was done, and how it ended. */
export function describeRegistration(task: RegistrationTask, answer: RegistrationAnswer): string {
  const course = (answer.deformable ?? answer.linear).course
  const last = course.at(-1)!
  const metric = task.channels.map((channel) => channel.metric.replace('-', ' ')).join(' and ')
  const how =
    answer.deformable === null
      ? `${task.kind}, ${metric}`
      : `deformable (cubic B-splines, control points ${answer.deformable.controlSpacingMm.map((mm) => mm.toFixed(0)).join(' × ')} mm, regularisation ${answer.deformable.regularisation.toPrecision(3)}) behind a rigid one, ${metric}`
  const initial: Mat4 | string = typeof task.initial === 'string' ? task.initial.replaceAll('-', ' ') : 'a given map'
  return `${how}; begun from ${String(initial)}; ${course.length} levels, the finest of ${last.lattice.dimensions.join(' × ')} points; ${last.stop === 'converged' ? 'converged' : last.stop === 'no-progress' ? 'ended where no step improves the match' : 'ended at the limit of iterations'}`
}
