/**
 * Registration of a moving image onto a fixed one (C++, `src/registration`): rigid and affine maps, and free-form deformations. Blocks its
 * thread. All coordinates are patient coordinates, LPS in mm; a linear map is given in both directions.
 */
import { CancelledError, InputError } from '../errors/index.ts'
import {
  IDENTITY_MAT4,
  assertAffine,
  assertValidGrid,
  gridCentreMm,
  indexToPatientMatrix,
  invertAffine,
  isRigidTransform,
  patientToIndexMatrix,
  voxelCount,
  wholeBox,
} from '../imaging/index.ts'
import type { Deformation, FractionalMask, ImageGrid, Mat4, Vec3, VoxelBox } from '../imaging/index.ts'
import { nativeKernels } from './load.ts'
import type { NativeRegistration } from './load.ts'
import { boxAround, planLevels } from './registrationPlan.ts'
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
 * Weight of the bending energy for each metric of the first channel, mm²: those with which landmarks of simulated CTs came closest
 * (tests/validation/registration.test.ts); between a tenth and three times of them the errors differ by 0.2 mm.
 */
export const DEFAULT_REGULARISATION: Readonly<Record<RegistrationMetric, number>> = {
  'normalised-correlation': 100,
  'mutual-information': 1000,
}
/** Voxels around a mask that belong to its surroundings: an edge needs both its sides. */
const MASK_MARGIN = 4
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

function nativeChannel(channel: RegistrationChannel): object {
  const { fixed, moving, fixedMask, movingMask, metric, weight = 1 } = channel
  const [low, high] = rangeOf(channel)
  return {
    fixed: nativeImage(fixed),
    moving: nativeImage(moving),
    masks: (fixedMask ? 1 : 0) + (movingMask ? 2 : 0),
    ...(fixedMask ? { fixedMask: nativeImage(wholeVolume(fixedMask)) } : {}),
    ...(movingMask ? { movingMask: nativeImage(wholeVolume(movingMask)) } : {}),
    metric: metric === 'normalised-correlation' ? 0 : 1,
    weight,
    low,
    high,
  }
}

function nativeImage({ grid, values }: Volume): object {
  return {
    values,
    size: Int32Array.from(grid.dimensions),
    patientToIndex: Float64Array.from(patientToIndexMatrix(grid).slice(0, 12)),
    indexToPatient: Float64Array.from(indexToPatientMatrix(grid).slice(0, 12)),
  }
}

function wholeVolume({ grid, box, fractions }: FractionalMask): Volume {
  const values = new Float32Array(voxelCount(grid))
  const [nx, ny] = grid.dimensions
  for (let k = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++) {
      const from = box.size[0] * (j + box.size[1] * k)
      values.set(
        fractions.subarray(from, from + box.size[0]),
        box.start[0] + nx * (j + box.start[1] + ny * (k + box.start[2])),
      )
    }
  return { grid, values }
}

function rangeOf({ fixed, moving, range }: RegistrationChannel): readonly [number, number] {
  if (range) return range
  let [low, high] = [Infinity, -Infinity]
  for (const { values } of [fixed, moving])
    for (let n = 0; n < values.length; n++) {
      const value = values[n]!
      if (value < low) low = value
      if (value > high) high = value
    }
  return high > low ? [low, high] : [low, low + 1]
}

/** The part of the fixed image that is compared; throws for what cannot be. */
function checkedBox(channels: readonly RegistrationChannel[]): VoxelBox {
  for (const { fixed, moving, fixedMask } of channels) {
    checkVolume(fixed, 'fixed')
    checkVolume(moving, 'moving')
    if (fixedMask && !fixedMask.fractions.some((fraction) => fraction > 0))
      throw new InputError(
        'registration.empty-mask',
        'The mask of the fixed image is empty: nothing would be compared.',
        'Choose a structure that lies inside the image.',
      )
  }
  const { fixed, fixedMask } = channels[0]!
  if (!fixedMask) return wholeBox(fixed.grid)
  // On another grid the mask says only which points count.
  return sameVoxels(fixedMask.grid, fixed.grid) ? boxAround(fixedMask, MASK_MARGIN) : wholeBox(fixed.grid)
}

function sameVoxels(a: ImageGrid, b: ImageGrid): boolean {
  const near = (x: readonly number[], y: readonly number[]): boolean => x.every((v, n) => Math.abs(v - y[n]!) < 1e-4)
  return (
    near(a.dimensions, b.dimensions) &&
    near(a.spacingMm, b.spacingMm) &&
    near(a.originMm, b.originMm) &&
    near(a.direction, b.direction)
  )
}

function checkVolume({ grid, values }: Volume, name: 'fixed' | 'moving'): void {
  assertValidGrid(grid, `The grid of the ${name} image`)
  if (values.length !== voxelCount(grid))
    throw new InputError(
      'geometry.size-mismatch',
      `The ${name} image has ${values.length} voxels, its grid ${voxelCount(grid)}.`,
      'Load the image again.',
    )
  for (let n = 0; n < values.length; n++)
    if (!Number.isFinite(values[n]))
      throw new InputError(
        'image.not-finite',
        `The ${name} image has a voxel that is not a finite number.`,
        'Check the image; such voxels cannot be compared.',
      )
}

function startOf({ initial, channels }: LinearRequest): Mat4 {
  if (typeof initial !== 'string') {
    assertAffine(initial)
    return initial
  }
  if (initial === 'identity') return IDENTITY_MAT4
  const [{ fixed, moving }] = channels
  const [from, to] =
    initial === 'centres'
      ? [gridCentreMm(fixed.grid), gridCentreMm(moving.grid)]
      : [centreOfMassMm(fixed, rangeOf(channels[0])), centreOfMassMm(moving, rangeOf(channels[0]))]
  const [x, y, z] = to.map((at, axis) => at - from[axis]!) as [number, number, number]
  return [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1]
}

/** Of what the values have above the low end of the range. */
function centreOfMassMm({ grid, values }: Volume, [low, high]: readonly [number, number]): Vec3 {
  const [nx, ny, nz] = grid.dimensions
  const sum = [0, 0, 0]
  let mass = 0
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) {
        const weight = Math.min(values[n]!, high) - low
        if (!(weight > 0)) continue
        mass += weight
        sum[0]! += weight * i
        sum[1]! += weight * j
        sum[2]! += weight * k
      }
  if (!(mass > 0)) return gridCentreMm(grid)
  const m = indexToPatientMatrix(grid)
  const [i, j, k] = sum.map((s) => s / mass) as [number, number, number]
  return [0, 1, 2].map(
    (row) => m[4 * row]! * i + m[4 * row + 1]! * j + m[4 * row + 2]! * k + m[4 * row + 3]!,
  ) as unknown as Vec3
}

function toMat4(m: Float64Array): Mat4 {
  return [...m, 0, 0, 0, 1]
}
