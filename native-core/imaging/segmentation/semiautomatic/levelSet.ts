/**
 * A level set that moves from a ball about the seed to the edge of what it lies in, its surface held smooth by its
 * curvature.
 *
 * φ is the signed distance (positive inside) in a band about the surface; φ_t = |∇φ| (f + ℓ (k − k̄)) with k =
 * ∇·(∇φ/|∇φ|) and its mean k̄ over the surface. With `two-means`, f = ((u − c₂)² − (u − c₁)²)/(c₁ − c₂)², the descent
 * of Chan and Vese's energy (IEEE Trans. Image Process. 10, 2001, 266) with equal weights, divided by the squared
 * contrast: c₁ and c₂ are the means inside and outside (in the box, without the voxels of the edge, whose mixture would
 * move it outward), f is 1 inside and −1 outside an ideal edge, and 0 half-way. With `range`, f = 1 in the middle of
 * the range and 0 at its ends, and at least −1 beyond, the propagation term of threshold level sets (Lefohn, Cates and
 * Whitaker, MICCAI 2003): for CT, where the tissues around are many. ℓ has the unit of a length. Without k̄ a ball of
 * radius R would come to rest where f = 2ℓ/R, inside the edge: by 4 % of the volume for 12 mm, ℓ of 1 mm and voxels of
 * 2 mm in CT, and more in emission images. With it the flow of the curvature alone keeps the volume (Huisken, J. Reine
 * Angew. Math. 382, 1987, 35): a ball rests where f = 0 whatever ℓ is, another body where f = 0 in the mean over its
 * surface. Each voxel moves with the speed of the nearest point of the surface, so that φ stays a distance and |∇φ| is
 * 1 (Adalsteinsson and Sethian, J. Comput. Phys. 148, 1999, 2); a one-sided slope in its place is off by 3h/(8R) for
 * voxels of h. Distances anew after some steps by fast marching (`eikonal.ts`). Nothing in it is random.
 */
import { InputError } from '../../../errors/index.ts'
import type { Vec3 } from '../../types.ts'
import { distanceFromZero } from './eikonal.ts'
import { percent, quantity, seedIn, valuesIn } from './place.ts'
import { tricubic, trilinear } from './smoothing.ts'
import { step } from './step.ts'
import { coverageAbove } from './subVoxel.ts'
import { voxelShrinkageMm3 } from './voxelShrinkage.ts'
import type { Found, LevelSetAsk, SegmentationControl, SegmentationImage } from './types.ts'

/**
 * Half-width of the band, in the largest spacing; steps between two marches. Within them the surface moves by less than
 * the band.
 */
const BAND_VOXELS = 3.5
const STEPS = 8
/** Part of the largest stable time step. */
const COURANT = 0.5
/**
 * It has come to rest when in a round the surface of a ball of its volume moved by less than this part of a voxel,
 * twice on end.
 */
const AT_REST_VOXELS = 5e-4
const MOST_ROUNDS = 150
/** Curvatures are brought to the surface by a factor of two at most: beyond, the band reaches past the centre. */
const LEAST_STRETCH = 0.5
/** The mean curvature is taken over voxels nearer to the surface than this, in the largest spacing, by their nearness. */
const NEAR_VOXELS = 1.5
/** A change of the volume by the voxels from which on it is told, where the image has no resolution that tells more. Designed. */
const SHRINKAGE_TOLD = 0.01
/** Radius of a ball of volume 1. */
const BALL_RADIUS = Math.cbrt(3 / (4 * Math.PI))

/**
 * The region that the surface encloses at rest. Errors: InputError `segmentation.level-set` for parameters without
 * sense, `segmentation.seed-outside`, `segmentation.no-contrast`, `segmentation.nothing-found` where it vanished;
 * CancelledError.
 */
export function levelSet(image: SegmentationImage, ask: LevelSetAsk, control: SegmentationControl): Found {
  const { box, startRadiusMm, curvatureMm, data } = ask
  if (!(startRadiusMm > 0) || !(curvatureMm >= 0) || !Number.isFinite(startRadiusMm + curvatureMm))
    throw refused('The start radius must be more than 0 and the curvature not below 0.')
  if (data.kind === 'range' && !(data.to > data.from)) throw refused('The range must end above its begin.')
  const { size } = box
  const s = image.grid.spacingMm
  const values = valuesIn(image, box)
  const seed = seedIn(image, box, ask.seedMm)
  const widthMm = BAND_VOXELS * Math.max(...s)
  const inverseSquares = s.reduce((sum, mm) => sum + 1 / (mm * mm), 0)
  const dt = COURANT / (Math.sqrt(inverseSquares) + 2 * curvatureMm * inverseSquares)
  let phi: Float32Array = Float32Array.from(ball(seed, size, s, startRadiusMm), (mm) =>
    Math.max(-widthMm, Math.min(widthMm, mm)),
  )
  if (!phi.some((mm) => mm < 0)) throw refused('The ball to begin with fills the box.')
  const total = values.reduce((sum, value) => sum + value, 0)
  let [volume, calm, rounds] = [volumeOf(phi), 0, 0]
  let means: { inside: number; outside: number } = meansOf(phi)
  // Between voxels the image is linear on the way, and cubic from where it first came to rest: the place of rest is the cubic one's.
  let isClose = false
  const cubic = tricubic(values, size)
  for (; rounds < MOST_ROUNDS && calm < 2; rounds++) {
    step(control, rounds / MOST_ROUNDS)
    const force = forceOf()
    move(phi, force, { size, spacingMm: s, widthMm, dt, curvatureMm })
    const next = distanceFromZero(phi, size, s, widthMm)
    if (next === null)
      throw new InputError(
        'segmentation.nothing-found',
        'The surface vanished, or left the box on all sides.',
        'Begin with a larger ball in the middle of the structure, with less curvature, or take a larger box.',
      )
    phi = next
    const before = volume
    volume = volumeOf(phi)
    means = meansOf(phi)
    calm = Math.abs(Math.cbrt(volume) - Math.cbrt(before)) * BALL_RADIUS <= AT_REST_VOXELS ? calm + 1 : 0
    if (calm > 0 && !isClose) [calm, isClose] = [0, true]
  }
  const converged = calm >= 2
  const byVoxels = voxelShrinkageMm3(phi, size, s) / (volume * s[0] * s[1] * s[2])
  const halfway = (means.inside + means.outside) / 2
  return {
    coverage: coverageAbove({ values: phi, size, spacingMm: s }, { start: [0, 0, 0], size }, 0),
    pieceAt: null,
    parameters: {
      startRadiusMm,
      curvatureMm,
      data: data.kind,
      ...(data.kind === 'range' ? { from: data.from, to: data.to } : {}),
      meanInside: means.inside,
      meanOutside: means.outside,
      rounds,
      converged,
      expectedChangeByVoxels: byVoxels,
    },
    description:
      data.kind === 'range'
        ? `level set, ${quantity(data.from, '')} to ${quantity(data.to, image.unit)}, curvature ${quantity(curvatureMm, 'mm')}`
        : `level set between two means, ${quantity(means.inside, '')} and ${quantity(means.outside, image.unit)} (half-way ${quantity(halfway, image.unit)}), curvature ${quantity(curvatureMm, 'mm')}`,
    remarks: [
      ...(converged ? [] : [`It did not come to rest in ${rounds * STEPS} steps: the last state is given.`]),
      ...(image.fwhmMm === undefined && Math.abs(byVoxels) >= SHRINKAGE_TOLD ? [shrinkage(byVoxels, s)] : []),
    ],
  }

  /** Sum of the parts of voxels inside, by the distance along their mean half-width. */
  function volumeOf(field: Float32Array): number {
    let sum = 0
    for (let n = 0; n < field.length; n++) sum += partOf(field[n]!)
    return sum
  }

  function partOf(mm: number): number {
    const h = Math.cbrt(s[0] * s[1] * s[2])
    return mm >= h / 2 ? 1 : mm <= -h / 2 ? 0 : 0.5 + mm / h
  }

  /** Voxels of the edge hold both sides: they count only where a side has no others. */
  function meansOf(field: Float32Array): { inside: number; outside: number } {
    const edgeMm = Math.max(...s)
    const clear = { inside: 0, insideCount: 0, outside: 0, outsideCount: 0 }
    let [sum, weight] = [0, 0]
    for (let n = 0; n < field.length; n++) {
      const mm = field[n]!
      if (mm > edgeMm) {
        clear.inside += values[n]!
        clear.insideCount++
      } else if (mm < -edgeMm) {
        clear.outside += values[n]!
        clear.outsideCount++
      }
      const part = partOf(mm)
      sum += part * values[n]!
      weight += part
    }
    return {
      inside: clear.insideCount > 0 ? clear.inside / clear.insideCount : sum / weight,
      outside: clear.outsideCount > 0 ? clear.outside / clear.outsideCount : (total - sum) / (field.length - weight),
    }
  }

  function forceOf(): (x: number, y: number, z: number) => number {
    const clamp = (f: number): number => Math.max(-1, Math.min(1, f))
    const value = isClose ? cubic : (x: number, y: number, z: number): number => trilinear(values, size, x, y, z)
    if (data.kind === 'range') {
      const half = (data.to - data.from) / 2
      return (x, y, z) => {
        const u = value(x, y, z)
        return clamp(Math.min(u - data.from, data.to - u) / half)
      }
    }
    const contrast = means.inside - means.outside
    if (!(Math.abs(contrast) > 0) || !Number.isFinite(contrast))
      throw new InputError(
        'segmentation.no-contrast',
        `Inside and outside have the same mean, ${quantity(means.inside, image.unit)}.`,
        'Begin inside the structure, in a box that also holds what is around it.',
      )
    const halfway = (means.inside + means.outside) / 2
    return (x, y, z) => clamp((2 * (value(x, y, z) - halfway)) / contrast)
  }
}

const shrinkage = (part: number, s: Vec3): string =>
  `By its curvature the volume is expected to be about ${percent(Number(Math.abs(part).toPrecision(2)))} too ${part < 0 ? 'small' : 'large'}: voxels of ${s.map((mm) => Number(mm.toPrecision(3))).join(' × ')} mm blur its edge, and half-way lies ${part < 0 ? 'inside' : 'outside'} it.`

const refused = (why: string): InputError =>
  new InputError('segmentation.level-set', why, 'Give other numbers for the level set.')

/** Distance into a ball about a voxel's centre. */
function ball(centre: number, [nx, ny, nz]: Vec3, s: Vec3, radiusMm: number): Float32Array {
  const c = [centre % nx, Math.floor(centre / nx) % ny, Math.floor(centre / (nx * ny))] as const
  return Float32Array.from({ length: nx * ny * nz }, (_, n) => {
    const [x, y, z] = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]
    return radiusMm - Math.hypot((x - c[0]) * s[0], (y - c[1]) * s[1], (z - c[2]) * s[2])
  })
}

interface Moving {
  readonly size: Vec3
  readonly spacingMm: Vec3
  readonly widthMm: number
  readonly dt: number
  readonly curvatureMm: number
}

/**
 * For each voxel of the band the force at the nearest point of the surface, x − φ∇φ/|∇φ|: so φ stays a distance, and
 * rests where the force at the surface is none.
 */
function speedAtSurface(
  phi: Float32Array,
  band: Int32Array,
  force: (x: number, y: number, z: number) => number,
  { size: [nx, ny, nz], spacingMm: [hx, hy, hz] }: Moving,
  speed: Float32Array,
): void {
  const slice = nx * ny
  for (let b = 0; b < band.length; b++) {
    const n = band[b]!
    const x = n % nx
    const y = Math.floor(n / nx) % ny
    const z = Math.floor(n / slice)
    const [x0, x1] = [x > 0 ? 1 : 0, x < nx - 1 ? 1 : 0]
    const [y0, y1] = [y > 0 ? 1 : 0, y < ny - 1 ? 1 : 0]
    const [z0, z1] = [z > 0 ? 1 : 0, z < nz - 1 ? 1 : 0]
    const gx = (phi[n + x1]! - phi[n - x0]!) / (Math.max(1, x0 + x1) * hx)
    const gy = (phi[n + y1 * nx]! - phi[n - y0 * nx]!) / (Math.max(1, y0 + y1) * hy)
    const gz = (phi[n + z1 * slice]! - phi[n - z0 * slice]!) / (Math.max(1, z0 + z1) * hz)
    const steep = Math.sqrt(gx * gx + gy * gy + gz * gz)
    const way = steep > 0 ? phi[n]! / steep : 0
    speed[b] = force(x - (way * gx) / hx, y - (way * gy) / hy, z - (way * gz) / hz)
  }
}

/** Some explicit steps of φ in its band. */
function move(phi: Float32Array, force: (x: number, y: number, z: number) => number, how: Moving): void {
  const { size, spacingMm: s, widthMm, dt, curvatureMm } = how
  const [nx, ny, nz] = size
  const slice = nx * ny
  let count = 0
  for (let n = 0; n < phi.length; n++) if (Math.abs(phi[n]!) < widthMm) count++
  const band = new Int32Array(count)
  count = 0
  for (let n = 0; n < phi.length; n++) if (Math.abs(phi[n]!) < widthMm) band[count++] = n
  const f = new Float32Array(band.length)
  const bends = new Float32Array(band.length)
  const [ix, iy, iz] = [1 / s[0], 1 / s[1], 1 / s[2]]
  const nearMm = NEAR_VOXELS * Math.max(...s)
  for (let round = 0; round < STEPS; round++) {
    speedAtSurface(phi, band, force, how, f)
    let [bendSum, weight] = [0, 0]
    for (let b = 0; curvatureMm > 0 && b < band.length; b++) {
      const n = band[b]!
      const x = n % nx
      const y = Math.floor(n / nx) % ny
      const z = Math.floor(n / slice)
      const [xm, xp] = [x > 0 ? -1 : 0, x < nx - 1 ? 1 : 0]
      const [ym, yp] = [y > 0 ? -nx : 0, y < ny - 1 ? nx : 0]
      const [zm, zp] = [z > 0 ? -slice : 0, z < nz - 1 ? slice : 0]
      const own = phi[n]!
      const [left, right] = [phi[n + xm]!, phi[n + xp]!]
      const [front, back] = [phi[n + ym]!, phi[n + yp]!]
      const [below, above] = [phi[n + zm]!, phi[n + zp]!]
      bends[b] = 0
      const [gx, gy, gz] = [((right - left) * ix) / 2, ((back - front) * iy) / 2, ((above - below) * iz) / 2]
      const squared = gx * gx + gy * gy + gz * gz
      if (squared > 1e-12) {
        const xx = (right + left - 2 * own) * ix * ix
        const yy = (back + front - 2 * own) * iy * iy
        const zz = (above + below - 2 * own) * iz * iz
        const xy = ((phi[n + xp + yp]! - phi[n + xm + yp]! - phi[n + xp + ym]! + phi[n + xm + ym]!) * ix * iy) / 4
        const xz = ((phi[n + xp + zp]! - phi[n + xm + zp]! - phi[n + xp + zm]! + phi[n + xm + zm]!) * ix * iz) / 4
        const yz = ((phi[n + yp + zp]! - phi[n + ym + zp]! - phi[n + yp + zm]! + phi[n + ym + zm]!) * iy * iz) / 4
        // ∇·(∇φ/|∇φ|)·|∇φ|, the sum of the principal curvatures times the slope.
        const bent =
          (gx * gx * (yy + zz) +
            gy * gy * (xx + zz) +
            gz * gz * (xx + yy) -
            2 * (gx * gy * xy + gx * gz * xz + gy * gz * yz)) /
          squared
        // As the force, at the surface: the principal curvatures k of a parallel one at the distance φ are k/(1 − kφ), taken as alike.
        bends[b] = bent / Math.max(LEAST_STRETCH, 1 - (bent * own) / 2)
      }
      const near = Math.max(0, 1 - Math.abs(own) / nearMm)
      bendSum += near * bends[b]!
      weight += near
    }
    const mean = weight > 0 ? bendSum / weight : 0
    for (let b = 0; b < band.length; b++) phi[band[b]!]! += dt * (f[b]! + curvatureMm * (bends[b]! - mean))
  }
}
