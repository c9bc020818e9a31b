/**
 * The random walker (Grady, IEEE Trans. Pattern Anal. Mach. Intell. 28, 2006, 1768): the probability that a walk from a
 * voxel, which crosses edges of the image unwillingly, meets a voxel marked as inside before one marked as outside. It
 * is the potential between the marks in a network of conductances (`conductance.ts`); the level ½ is the boundary.
 *
 * The conductance between neighbours is exp(−β (g·L/C)²) · area/distance with the area between the voxels and the
 * distance of their centres, so that voxels need not be cubes. g is the magnitude of the image's gradient half-way
 * between them, C the difference of the means of the two kinds of marks, L a length: where it is the voxels' own
 * spacing, g·L along an edge is Grady's difference between neighbours; with one and the same length the result does not
 * depend on how finely the image is sampled.
 */
import { InputError } from '../../../errors/index.ts'
import type { VoxelBox } from '../../types.ts'
import { potentials, TOLERANCE } from './conductance.ts'
import { quantity, valuesIn } from './place.ts'
import { slopes } from './smoothing.ts'
import { step } from './step.ts'
import { coverageAbove } from './subVoxel.ts'
import type { Found, RandomWalkerAsk, SegmentationControl, SegmentationImage } from './types.ts'

/** What passes even the strongest edge, so that every voxel is reached from the marks. */
const LEAST = 1e-6

/**
 * The region of probability ½ and more. Marks outside the box are not used. Errors: InputError `segmentation.marks`
 * where one kind is missing or both are on a voxel, `segmentation.no-contrast`, `segmentation.random-walker` for
 * parameters without sense; CancelledError.
 */
export function randomWalker(image: SegmentationImage, ask: RandomWalkerAsk, control: SegmentationControl): Found {
  const { box, beta } = ask
  const s = image.grid.spacingMm
  const edgeLengthMm = ask.edgeLengthMm ?? Math.max(...s)
  if (!(beta > 0) || !(edgeLengthMm > 0) || !Number.isFinite(beta * edgeLengthMm))
    throw new InputError(
      'segmentation.random-walker',
      'β and the edge length must be more than 0.',
      'Give for example β = 90 and the resolution of the image in mm.',
    )
  const { size } = box
  const values = valuesIn(image, box)
  const isFixed = new Uint8Array(values.length)
  const start = new Float64Array(values.length).fill(0.5)
  const mean = [ask.inside, ask.outside].map((marks, kind) => {
    const places = placesIn(image, box, marks)
    const what = kind === 0 ? 'inside' : 'outside'
    if (places.length === 0)
      throw marksError(`No voxel of the box is marked as ${what}`, 'Mark some voxels of each kind inside the box.')
    for (const n of places) {
      if (isFixed[n] === 1 && start[n] !== 1 - kind)
        throw marksError('A voxel is marked both as inside and as outside', 'Take one of the two marks away.')
      isFixed[n] = 1
      start[n] = 1 - kind
    }
    return places.reduce((sum, n) => sum + values[n]!, 0) / places.length
  }) as [number, number]
  const contrast = Math.abs(mean[0] - mean[1])
  if (!(contrast > 0))
    throw new InputError(
      'segmentation.no-contrast',
      `The voxels marked as inside and outside have the same mean, ${quantity(mean[0], image.unit)}.`,
      'Mark voxels that differ.',
    )
  const network = networkOf()
  let first = 0
  const found = potentials(network, isFixed, start, (iteration, correction) => {
    if (iteration === 0) first = correction
    step(
      control,
      correction > 0 ? Math.max(0, 1 - Math.log(correction / TOLERANCE) / Math.max(1, Math.log(first / TOLERANCE))) : 1,
    )
  })
  const probability = Float32Array.from(found.values)
  return {
    coverage: coverageAbove({ values: probability, size, spacingMm: s }, { start: [0, 0, 0], size }, 0.5),
    pieceAt: null,
    parameters: {
      beta,
      edgeLengthMm,
      contrast,
      meanInside: mean[0],
      meanOutside: mean[1],
      iterations: found.iterations,
      converged: found.converged,
    },
    description: `random walker, β = ${beta} over ${quantity(edgeLengthMm, 'mm')}, contrast ${quantity(contrast, image.unit)} between the marks`,
    remarks: [
      ...(found.converged ? [] : [`It did not converge in ${found.iterations} iterations.`]),
      ...(ask.edgeLengthMm === null ? ['Without an edge length the result depends on the spacing of the voxels.'] : []),
    ],
  }

  function networkOf() {
    const g = slopes(values, size, s)
    const [nx, ny, nz] = size
    const strides = [1, nx, nx * ny] as const
    const largest = Math.max(...s.map((mm) => (s[0] * s[1] * s[2]) / (mm * mm)))
    const weights = strides.map((stride, axis) => {
      const out = new Float64Array(values.length)
      const mm = s[axis]!
      const geometry = (s[0] * s[1] * s[2]) / (mm * mm) / largest
      const [u, v] = [0, 1, 2].filter((other) => other !== axis).map((other) => g[other]!) as [
        Float32Array,
        Float32Array,
      ]
      const count = [nx, ny, nz][axis]!
      for (let n = 0; n < values.length - stride; n++) {
        if (Math.floor(n / stride) % count === count - 1) continue
        const m = n + stride
        const along = (values[m]! - values[n]!) / mm
        const [across, over] = [(u[n]! + u[m]!) / 2, (v[n]! + v[m]!) / 2]
        const squared = along * along + across * across + over * over
        out[n] = geometry * (Math.exp((-beta * squared * edgeLengthMm * edgeLengthMm) / (contrast * contrast)) + LEAST)
      }
      return out
    }) as [Float64Array, Float64Array, Float64Array]
    return { size, x: weights[0], y: weights[1], z: weights[2] }
  }
}

/** Places in the box of voxels of the image. */
function placesIn({ grid }: SegmentationImage, { start, size }: VoxelBox, voxels: ArrayLike<number>): number[] {
  const [nx, ny, nz] = grid.dimensions
  const places: number[] = []
  for (let index = 0; index < voxels.length; index++) {
    const n = voxels[index]!
    if (!Number.isInteger(n) || n < 0 || n >= nx * ny * nz)
      throw marksError(`The mark ${n} is no voxel of the image`, 'Mark voxels of the image that is segmented.')
    const x = (n % nx) - start[0]
    const y = (Math.floor(n / nx) % ny) - start[1]
    const z = Math.floor(n / (nx * ny)) - start[2]
    if (x >= 0 && y >= 0 && z >= 0 && x < size[0] && y < size[1] && z < size[2])
      places.push(x + size[0] * (y + size[1] * z))
  }
  return places
}

const marksError = (why: string, hint: string): InputError => new InputError('segmentation.marks', `${why}.`, hint)
