/**
 * Registration of a moving image onto a fixed one (C++, `src/registration`): rigid and affine maps, and free-form deformations. Blocks its
 * thread. All coordinates are patient coordinates, LPS in mm; a linear map is given in both directions.
 */
import { CancelledError, InputError } from '../errors/index.ts'
import {
  assertAffine,
  indexToPatientMatrix,
  invertAffine,
  isRigidTransform,
  patientToIndexMatrix,
} from '../imaging/index.ts'
import type { Deformation, FractionalMask, ImageGrid, Mat4, Vec3 } from '../imaging/index.ts'
import { nativeKernels } from './load.ts'
import type { NativeRegistration } from './load.ts'
import { checkedBox, nativeChannel, startOf } from './registrationInput.ts'
import { planLevels } from './registrationPlan.ts'
import type { RegistrationLevel } from './registrationPlan.ts'
import type { Volume } from './index.ts'

export type RegistrationMetric = 'mutual-information' | 'normalised-correlation'

/** A pair of images that is to match. */
export interface RegistrationChannel {
  readonly fixed: Volume
  readonly moving: Volume
  readonly metric: RegistrationMetric
  /** Against the other channels; 1 if left out. */
  readonly weight?: number
  /** Only this part of the fixed image counts; on any grid. */
  readonly fixedMask?: FractionalMask | null
  readonly movingMask?: FractionalMask | null
  /** Values are held to this range before they are compared: CT numbers of soft tissue, say. All values if left out. */
  readonly range?: readonly [low: number, high: number] | null
}

export interface RegistrationRun {
  /** 0 (default): as many as the machine has. The result has the same bits whatever the number. */
  readonly threads?: number
  readonly control?: Int32Array | null
}

export interface LinearRequest {
  readonly kind: 'rigid' | 'affine'
  readonly channels: readonly [RegistrationChannel, ...RegistrationChannel[]]
  /**
   * Where to begin: a map of fixed to moving coordinates; the images where they are; their middles, or the centres of mass of their values
   * above the lowest, on each other.
   */
  readonly initial: Mat4 | 'identity' | 'centres' | 'centres-of-mass'
  /** Points compared on the finest level, at most; 600,000 if left out. */
  readonly maximumPoints?: number
  readonly levels?: number
}

export interface DeformableRequest {
  readonly channels: readonly [RegistrationChannel, ...RegistrationChannel[]]
  /** Fixed to moving coordinates: the rigid or affine map that the deformation stands before. */
  readonly initial: Mat4
  /** Distance of the finest control points, mm; 24 if left out. */
  readonly controlSpacingMm?: number
  /** Weight of the bending energy against the metric, mm²; `DEFAULT_REGULARISATION` if left out. */
  readonly regularisation?: number
  /** Points compared on the finest level, at most; 2,200,000 if left out. */
  readonly maximumPoints?: number
  readonly levels?: number
  readonly iterations?: number
}

export interface RegistrationCourse {
  readonly stop: 'converged' | 'iterations' | 'no-progress'
  readonly iterations: number
  /** The metric: mutual information in nats, or the correlation coefficient; larger is better. */
  readonly metricBefore: number
  readonly metricAfter: number
  readonly lattice: ImageGrid
}

export interface LinearRegistration {
  readonly fixedToMoving: Mat4
  readonly movingToFixed: Mat4
  readonly course: readonly RegistrationCourse[]
  /** Part of the fixed image (or its mask) that the moving one covers. */
  readonly overlapFraction: number
  readonly converged: boolean
  readonly remarks: readonly string[]
}

export interface DeformableRegistration {
  /** On the finest lattice. */
  readonly deformation: Deformation
  readonly course: readonly RegistrationCourse[]
  readonly overlapFraction: number
  readonly converged: boolean
  /** Of x ↦ x + u(x), in the cells of the lattice. */
  readonly jacobianMinimum: number
  readonly jacobianMaximum: number
  readonly controlSpacingMm: Vec3
  readonly regularisation: number
  readonly remarks: readonly string[]
}

/**
 * Weight of the bending energy for each metric of the first channel, mm²: chosen by landmarks of simulated CTs
 * (tests/validation/registration.test.ts) and balls without noise (registration.test.ts); noisy ones would do with more, clean ones with less.
 */
export const DEFAULT_REGULARISATION: Readonly<Record<RegistrationMetric, number>> = {
  'normalised-correlation': 30,
  'mutual-information': 1000,
}
const LEAST_WEIGHTED_OVERLAP = 0.3

/**
 * Finds the rigid or affine map on which the images match best, from coarse to fine. With a mask of an organ and a start it is the local
 * refinement of that organ's place.
 *
 * Throws InputError `registration.no-overlap`, `registration.constant`, `registration.empty-mask`, `registration.not-rigid`,
 * `image.not-finite`, and for invalid grids and sizes; CancelledError.
 */
export function registerLinear(request: LinearRequest, run: RegistrationRun = {}): LinearRegistration {
  const { kind, channels } = request
  const box = checkedBox(channels)
  const start = startOf(request)
  if (kind === 'rigid' && !isRigidTransform(start))
    throw new InputError(
      'registration.not-rigid',
      'A rigid registration cannot begin from a map that stretches or mirrors.',
      'Begin from a rigid one, or register affine.',
    )
  const plan = planLevels(channels[0].fixed.grid, box, {
    maximumPoints: request.maximumPoints ?? 600_000,
    levels: request.levels ?? 4,
    controlSpacingMm: null,
    iterations: 120,
  })
  const answer = ran(kind === 'rigid' ? 0 : 1, channels, plan, start, 0, run)
  const fixedToMoving = toMat4(answer.fixedToMoving)
  const { course, overlapFraction, converged, remarks } = told(answer, plan)
  return {
    fixedToMoving,
    movingToFixed: invertAffine(fixedToMoving),
    course,
    overlapFraction,
    converged,
    remarks,
  }
}

/**
 * Finds the deformation, behind the given linear map, on which the images match best: cubic B-splines whose control points come closer from
 * level to level (Rueckert 1999), held smooth by their bending energy. Where a level folds it is done again with more of that, which the remarks
 * say; a field that folds all the same is refused.
 *
 * Throws as `registerLinear`, and InputError `registration.folded`.
 */
export function registerDeformable(request: DeformableRequest, run: RegistrationRun = {}): DeformableRegistration {
  const { channels, initial } = request
  const box = checkedBox(channels)
  assertAffine(initial)
  const plan = planLevels(channels[0].fixed.grid, box, {
    maximumPoints: request.maximumPoints ?? 2_200_000,
    levels: request.levels ?? 3,
    controlSpacingMm: request.controlSpacingMm ?? 24,
    iterations: request.iterations ?? 60,
  })
  const regularisation = request.regularisation ?? DEFAULT_REGULARISATION[channels[0].metric]
  const answer = ran(2, channels, plan, initial, regularisation, run)
  const last = plan.at(-1)!
  const { course, overlapFraction, converged, remarks } = told(answer, plan)
  const used = Math.max(...answer.levels.map((level) => level.regularisation))
  return {
    deformation: { grid: last.lattice, displacementMm: answer.displacementMm, fixedToMoving: initial },
    course,
    overlapFraction,
    converged,
    jacobianMinimum: answer.smallestJacobian,
    jacobianMaximum: answer.largestJacobian,
    controlSpacingMm: last.lattice.dimensions.map(
      (n, axis) => (n * last.lattice.spacingMm[axis]!) / last.intervals![axis]!,
    ) as unknown as Vec3,
    regularisation: used,
    remarks:
      used > regularisation
        ? [
            ...remarks,
            `The field would have folded with a regularisation of ${regularisation}: it was raised to ${used.toPrecision(3)}.`,
          ]
        : remarks,
  }
}

function ran(
  kind: 0 | 1 | 2,
  channels: readonly RegistrationChannel[],
  plan: readonly RegistrationLevel[],
  start: Mat4,
  regularisation: number,
  { threads = 0, control = null }: RegistrationRun,
): NativeRegistration {
  const answer = nativeKernels().registerImages(
    {
      kind,
      channels: channels.map(nativeChannel),
      levels: plan.map(({ lattice, intervals, ...level }) => ({
        ...level,
        lattice: Int32Array.from(lattice.dimensions),
        indexToPatient: Float64Array.from(indexToPatientMatrix(lattice).slice(0, 12)),
        patientToIndex: Float64Array.from(patientToIndexMatrix(lattice).slice(0, 12)),
        ...(intervals ? { intervals: Int32Array.from(intervals) } : {}),
      })),
      start: Float64Array.from(start.slice(0, 12)),
      regularisation,
      unfoldings: 3,
    },
    threads,
    control,
  )
  switch (answer.outcome) {
    case 'done':
      return answer
    case 'cancelled':
      throw new CancelledError('The registration')
    case 'no-overlap':
      throw new InputError(
        'registration.no-overlap',
        'The images have too little in common: less than a tenth of the fixed image, or of its mask, lies inside the moving one.',
        'Begin from the centres of mass, move the image by hand first, or check that both show the same part of the patient.',
      )
    case 'constant':
      throw new InputError(
        'registration.constant',
        'One of the images has the same value everywhere that it is compared: there is nothing to match.',
        'Check the image, the mask and the range of values.',
      )
    case 'folded':
      throw new InputError(
        'registration.folded',
        'The deformation folds: tissue would be turned inside out, also with a thousand times the regularisation.',
        'Register rigidly first, use a larger distance of control points, or a mask that leaves out what is in one image only.',
      )
  }
}

function told(
  answer: NativeRegistration,
  plan: readonly RegistrationLevel[],
): Pick<LinearRegistration, 'course' | 'overlapFraction' | 'converged' | 'remarks'> {
  const course = answer.levels.map(({ stop, iterations, firstCost, lastCost }, level) => ({
    stop,
    iterations,
    metricBefore: -firstCost,
    metricAfter: -lastCost,
    lattice: plan[level]!.lattice,
  }))
  const overlapFraction = answer.levels.at(-1)!.overlap
  const converged = course.at(-1)!.stop !== 'iterations'
  return {
    course,
    overlapFraction,
    converged,
    remarks: [
      ...(converged ? [] : ['The finest level ended at its limit of iterations: the match may still improve.']),
      ...(overlapFraction < LEAST_WEIGHTED_OVERLAP
        ? [`The moving image covers only ${(100 * overlapFraction).toFixed(0)} % of the fixed one.`]
        : []),
    ],
  }
}

function toMat4(m: Float64Array): Mat4 {
  return [...m, 0, 0, 0, 1]
}
