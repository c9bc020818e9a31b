/**
 * Point kernels integrated over voxels: the share of the energy sent out uniformly in one voxel that is deposited in another. With the
 * displacement between emission and deposit, a voxel's share is the mean of Π(1 − |u_i|) over displacements, u in voxels from the offset
 * (the covariogram of the box): each displacement divides its energy among the eight nearest offsets as in linear interpolation, and
 * nothing is lost. Far away, where the kernel is smooth over a voxel, its density at few points is taken instead.
 */
import type { PointKernel } from './types.ts'

export interface VoxelKernelRequest {
  readonly kernel: PointKernel
  readonly spacingMm: readonly [number, number, number]
  /** Density that makes the kernel's g/cm² into lengths. */
  readonly densityGPerMl: number
  /** Of charged particles, whose energy ends abruptly: spread as far as they go. Photons' fades. */
  readonly charged: boolean
  /** Offsets 0 … size − 1 along each axis. */
  readonly size: readonly [number, number, number]
}

/**
 * Share of the energy for offsets (i, j, k) ≥ 0, x fastest, of `size`; that of (−i, j, k) and so on is the same.
 */
export interface VoxelKernel {
  readonly size: readonly [number, number, number]
  readonly spacingMm: readonly [number, number, number]
  readonly fraction: Float64Array
}

const GAUSS_2 = [0.5 - Math.sqrt(1 / 12), 0.5 + Math.sqrt(1 / 12)] as const
/** Three points with the moments of the triangular distribution on [−1, 1] to the fifth. */
const TRIANGLE_AT = Math.sqrt(0.4)
const TRIANGLE_WEIGHT = 1 / 6 / (2 * 0.4)

/** Nodes and weights on [0, 1]; Newton's method on Legendre polynomials. */
function gaussLegendre(count: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5))
    let slope = 1
    for (let step = 0; step < 20; step++) {
      let before = 1
      let value = x
      for (let n = 2; n <= count; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n]
      slope = (count * (x * value - before)) / (x * x - 1)
      const change = value / slope
      x -= change
      if (Math.abs(change) < 1e-15) break
    }
    nodes[i] = (x + 1) / 2
    weights[i] = 1 / ((1 - x * x) * slope * slope)
  }
  return { nodes, weights }
}

interface Directions {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly z: Float64Array
  readonly weight: Float64Array
}

/** Directions of an octant (components ≥ 0), smooth in both angles; weights sum to 1. */
function octantDirections(count: number): Directions {
  const { nodes, weights } = gaussLegendre(count)
  const make = (of: (theta: number, phi: number) => number): Float64Array =>
    Float64Array.from({ length: count * count }, (_, n) =>
      of(((nodes[Math.floor(n / count)] as number) * Math.PI) / 2, ((nodes[n % count] as number) * Math.PI) / 2),
    )
  return {
    x: make((theta, phi) => Math.sin(theta) * Math.cos(phi)),
    y: make((theta, phi) => Math.sin(theta) * Math.sin(phi)),
    z: make((theta) => Math.cos(theta)),
    weight: make((theta) => (Math.PI / 2) * Math.sin(theta)).map(
      (sine, n) => sine * (weights[Math.floor(n / count)] as number) * (weights[n % count] as number),
    ),
  }
}

/** 1 up to `from`, 0 from `to` on, smooth between: the share of a shell that is spread direction by direction. */
function nearShare(radius: number, from: number, to: number): number {
  if (radius <= from) return 1
  if (radius >= to) return 0
  const t = (radius - from) / (to - from)
  return 1 - t * t * t * (10 + t * (6 * t - 15))
}

/** Radius in mm within which this share of the kernel's energy stays. */
function radiusOfShare(kernel: PointKernel, share: number, mmPerGPerCm2: number): number {
  const i = kernel.enclosedFraction.findIndex((value) => value >= share)
  return (kernel.radiiGPerCm2[i < 0 ? kernel.radiiGPerCm2.length - 1 : i] as number) * mmPerGPerCm2
}

/**
 * The kernel of a voxel grid.
 *
 * @param request spacing in mm, positive; density in g/mL, positive; whole sizes of at least 1
 */
export function voxelKernel(request: VoxelKernelRequest): VoxelKernel {
  const { kernel, spacingMm, size } = request
  const mmPerGPerCm2 = 10 / request.densityGPerMl
  const widest = Math.max(...spacingMm)
  const fraction = new Float64Array(size[0] * size[1] * size[2])
  const farthest = Math.hypot(...size.map((n, axis) => n * (spacingMm[axis] as number)))
  const range = request.charged ? radiusOfShare(kernel, 0.98, mmPerGPerCm2) : 0
  const nearTo = Math.min(30 * widest, Math.max(10 * widest, 1.2 * range))
  const nearFrom = nearTo - 4 * widest
  const radiiMm = kernel.radiiGPerCm2.map((r) => r * mmPerGPerCm2)

  spreadNear(fraction, request, radiiMm, nearFrom, nearTo, farthest)
  if (farthest > nearFrom) addFar(fraction, request, radiiMm, nearFrom, nearTo)
  return { size, spacingMm, fraction }
}

function spreadNear(
  fraction: Float64Array,
  { kernel, spacingMm, size }: VoxelKernelRequest,
  radiiMm: Float64Array,
  nearFrom: number,
  nearTo: number,
  farthest: number,
): void {
  const [nx, ny, nz] = size
  const narrowest = Math.min(...spacingMm)
  const directions = new Map<number, Directions>()
  const spread = (radius: number, energy: number): void => {
    // Where no voxel's face is crossed ten points are exact to nine digits. Else some to a voxel; fewer where many radii share it.
    const inVoxels = radius / narrowest
    const wanted = 10 + 8 * Math.min(inVoxels, 8) + 2.5 * Math.max(0, inVoxels - 8)
    const count = inVoxels < 1 ? 10 : 8 * Math.ceil(wanted / 8)
    let set = directions.get(count)
    if (!set) directions.set(count, (set = octantDirections(count)))
    for (let n = 0; n < set.weight.length; n++) {
      const x = (radius * (set.x[n] as number)) / spacingMm[0]
      const y = (radius * (set.y[n] as number)) / spacingMm[1]
      const z = (radius * (set.z[n] as number)) / spacingMm[2]
      const i = Math.floor(x)
      const j = Math.floor(y)
      const k = Math.floor(z)
      const weight = energy * (set.weight[n] as number)
      // Half of the displacements of this size go the other way; those to offset 0 come from both.
      for (let c = k; c <= k + 1 && c < nz; c++) {
        const wz = weight * (c === k ? 1 - (z - k) : z - k) * (c > 0 ? 0.5 : 1)
        for (let b = j; b <= j + 1 && b < ny; b++) {
          const wy = wz * (b === j ? 1 - (y - j) : y - j) * (b > 0 ? 0.5 : 1)
          const row = (c * ny + b) * nx
          if (i < nx) fraction[row + i] = (fraction[row + i] as number) + wy * (1 - (x - i)) * (i > 0 ? 0.5 : 1)
          if (i + 1 < nx) fraction[row + i + 1] = (fraction[row + i + 1] as number) + wy * (x - i) * 0.5
        }
      }
    }
  }
  const last = Math.min(nearTo, farthest)
  for (let n = 1; n < radiiMm.length; n++) {
    const from = radiiMm[n - 1] as number
    const to = Math.min(radiiMm[n] as number, last)
    if (from >= last) break
    const width = (radiiMm[n] as number) - from
    const deposit = (kernel.enclosedFraction[n] as number) - (kernel.enclosedFraction[n - 1] as number)
    if (!(deposit > 0)) continue
    const pieces = Math.max(1, Math.ceil((to - from) / Math.max(narrowest / 5, from / 50)))
    const piece = (to - from) / pieces
    for (let p = 0; p < pieces; p++) {
      for (const x of GAUSS_2) {
        const radius = from + (p + x) * piece
        const share = nearShare(radius, nearFrom, nearTo)
        if (share > 0) spread(radius, (deposit * (piece / width) * share) / 2)
      }
    }
  }
}

/** Energy per mm³ beyond what is spread, by the square of the radius in mm: log-log between the middles of the kernel's bins. */
function farDensity(
  kernel: PointKernel,
  radiiMm: Float64Array,
  mmPerGPerCm2: number,
  nearFrom: number,
  nearTo: number,
): (squareMm2: number) => number {
  const logRadius: number[] = []
  const logShell: number[] = []
  for (let n = 1; n < radiiMm.length; n++) {
    const [a, b] = [radiiMm[n - 1] as number, radiiMm[n] as number]
    const deposit = (kernel.enclosedFraction[n] as number) - (kernel.enclosedFraction[n - 1] as number)
    if (b < 0.25 * nearFrom || !(deposit > 0)) continue
    logRadius.push(Math.log(0.5 * (a + b)))
    logShell.push(Math.log(deposit / (b - a)))
  }
  const end = radiiMm.at(-1) as number
  const path = kernel.tailMeanFreePathGPerCm2 * mmPerGPerCm2
  return (squareMm2) => {
    const radius = Math.sqrt(squareMm2)
    const share = 1 - nearShare(radius, nearFrom, nearTo)
    if (share === 0 || logRadius.length < 2) return 0
    let shell = 0
    if (radius > end) {
      if (path > 0) shell = (kernel.tailFraction / path) * Math.exp(-(radius - end) / path)
    } else {
      const x = Math.log(radius)
      // Bins are equally wide in the logarithm but for gaps where nothing was deposited.
      let i = 0
      let high = logRadius.length - 1
      if (x > (logRadius[high] as number) + 0.1) return 0
      while (high - i > 1) {
        const middle = (i + high) >> 1
        if ((logRadius[middle] as number) <= x) i = middle
        else high = middle
      }
      const [a, b] = [logRadius[i] as number, logRadius[i + 1] as number]
      const [f, g] = [logShell[i] as number, logShell[i + 1] as number]
      shell = Math.exp(f + ((x - a) / (b - a)) * (g - f))
    }
    return (share * shell) / (4 * Math.PI * squareMm2)
  }
}

/** A function of r², looked up: linear between nodes 1 % apart in r². */
function tabulated(of: (squareMm2: number) => number, least: number, most: number): (squareMm2: number) => number {
  const step = 0.01
  const first = Math.log(least)
  const values = Float64Array.from({ length: Math.ceil((Math.log(most) - first) / step) + 2 }, (_, i) =>
    of(Math.exp(first + i * step)),
  )
  return (squareMm2) => {
    const at = (Math.log(squareMm2) - first) / step
    if (at < 0) return 0
    const i = Math.min(values.length - 2, Math.floor(at))
    const below = values[i] as number
    return below + (at - i) * ((values[i + 1] as number) - below)
  }
}

function addFar(
  fraction: Float64Array,
  { kernel, spacingMm, size, densityGPerMl }: VoxelKernelRequest,
  radiiMm: Float64Array,
  nearFrom: number,
  nearTo: number,
): void {
  const [dx, dy, dz] = spacingMm
  const widest = Math.max(...spacingMm)
  const exact = farDensity(kernel, radiiMm, 10 / densityGPerMl, nearFrom, nearTo)
  // Nothing is asked for closer than where shares begin, nor beyond the farthest voxel's corner.
  const farthest = Math.hypot((size[0] + 1) * dx, (size[1] + 1) * dy, (size[2] + 1) * dz)
  const density = tabulated(exact, nearFrom ** 2, Math.max(farthest, 1.1 * nearFrom) ** 2)
  const volume = dx * dy * dz
  // The mean over displacements differs from the middle by d²/12 times the second derivatives: 3e-4 at 24 voxels, for 1/r².
  const careful = (24 * widest) ** 2
  const least = Math.max(0, nearFrom - 2 * widest) ** 2
  for (let k = 0, at = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const plane = (j * dy) ** 2 + (k * dz) ** 2
      for (let i = 0; i < size[0]; i++, at++) {
        const square = plane + (i * dx) ** 2
        if (square < least) continue
        if (square > careful) {
          fraction[at] = (fraction[at] as number) + volume * density(square)
          continue
        }
        let mean = 0
        for (let c = -1; c <= 1; c++) {
          const z2 = ((k + c * TRIANGLE_AT) * dz) ** 2
          for (let b = -1; b <= 1; b++) {
            const y2 = ((j + b * TRIANGLE_AT) * dy) ** 2
            for (let a = -1; a <= 1; a++) {
              const x2 = ((i + a * TRIANGLE_AT) * dx) ** 2
              const weight =
                (a === 0 ? 1 - 2 * TRIANGLE_WEIGHT : TRIANGLE_WEIGHT) *
                (b === 0 ? 1 - 2 * TRIANGLE_WEIGHT : TRIANGLE_WEIGHT) *
                (c === 0 ? 1 - 2 * TRIANGLE_WEIGHT : TRIANGLE_WEIGHT)
              mean += weight * density(x2 + y2 + z2)
            }
          }
        }
        fraction[at] = (fraction[at] as number) + volume * mean
      }
    }
  }
}

/** Voxels of this offset by symmetry: 1 to 8. */
export const mirrorCount = (i: number, j: number, k: number): number =>
  (i > 0 ? 2 : 1) * (j > 0 ? 2 : 1) * (k > 0 ? 2 : 1)

/** Energy of all offsets of the kernel with their mirror images; what is missing to 1 goes farther. */
export function totalFraction({ size, fraction }: VoxelKernel): number {
  let sum = 0
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++) sum += mirrorCount(i, j, k) * (fraction[at] as number)
  return sum
}
