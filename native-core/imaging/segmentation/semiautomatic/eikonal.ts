/** Distances from the zero surface of a function, by fast marching (Sethian, Proc. Natl. Acad. Sci. 93, 1996, 1591). */
import type { Vec3 } from '../../types.ts'

/**
 * Where the slope differs from 1 by less, phi is a distance already and is kept: the slope by central differences is itself off by a few per cent
 * on coarse voxels, and dividing by it again and again would move the surface. Designed.
 */
const SLOPE_OF_DISTANCE = 0.1

/**
 * The signed distance (mm, positive where `phi` is) from the surface phi = 0, for the voxels within `widthMm` of it;
 * beyond ± `widthMm`. At the surface it is phi over its slope, so that the surface stays where it is. Null where phi
 * has no zero.
 */
export function distanceFromZero(phi: Float32Array, size: Vec3, spacingMm: Vec3, widthMm: number): Float32Array | null {
  const [nx, ny, nz] = size
  const slice = nx * ny
  const [hx, hy, hz] = spacingMm
  const distance = new Float32Array(phi.length).fill(widthMm)
  const state = new Uint8Array(phi.length)
  const heap = createHeap()
  // Of the voxel that is reached, along each axis.
  const [nearest, value, weight] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)]
  let side = true
  const nearZero = (own: number, other: number, h: number): number =>
    own >= 0 === other >= 0 ? Infinity : (h * Math.abs(own)) / (Math.abs(own) + Math.abs(other))
  let n = 0
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, n++) {
        const own = phi[n]!
        const side = own >= 0
        const isBeside =
          (x > 0 && phi[n - 1]! >= 0 !== side) ||
          (x < nx - 1 && phi[n + 1]! >= 0 !== side) ||
          (y > 0 && phi[n - nx]! >= 0 !== side) ||
          (y < ny - 1 && phi[n + nx]! >= 0 !== side) ||
          (z > 0 && phi[n - slice]! >= 0 !== side) ||
          (z < nz - 1 && phi[n + slice]! >= 0 !== side)
        if (!isBeside) continue
        const zero = (isThere: boolean, m: number, h: number): number =>
          isThere ? nearZero(own, phi[m]!, h) : Infinity
        const ax = Math.min(zero(x > 0, n - 1, hx), zero(x < nx - 1, n + 1, hx))
        const ay = Math.min(zero(y > 0, n - nx, hy), zero(y < ny - 1, n + nx, hy))
        const az = Math.min(zero(z > 0, n - slice, hz), zero(z < nz - 1, n + slice, hz))
        const steep = Math.hypot(
          slopeAlong(phi, n, x, nx, 1) / hx,
          slopeAlong(phi, n, y, ny, nx) / hy,
          slopeAlong(phi, n, z, nz, slice) / hz,
        )
        // No voxel is farther than along an axis.
        const isDistance = Math.abs(steep - 1) < SLOPE_OF_DISTANCE
        const straight = isDistance ? Math.abs(own) : steep > 0 ? Math.abs(own) / steep : Infinity
        distance[n] = Math.min(widthMm, straight, ax, ay, az)
        state[n] = START
        heap.push(n, distance[n]!)
      }
  if (heap.isEmpty()) return null
  while (!heap.isEmpty()) {
    const m = heap.pop()
    if (state[m]! >= KNOWN) continue
    state[m] = KNOWN
    const x = m % nx
    const y = Math.floor(m / nx) % ny
    const z = Math.floor(m / slice)
    if (x > 0) reach(m - 1, x - 1, y, z)
    if (x < nx - 1) reach(m + 1, x + 1, y, z)
    if (y > 0) reach(m - nx, x, y - 1, z)
    if (y < ny - 1) reach(m + nx, x, y + 1, z)
    if (z > 0) reach(m - slice, x, y, z - 1)
    if (z < nz - 1) reach(m + slice, x, y, z + 1)
  }
  for (let m = 0; m < phi.length; m++) if (!(phi[m]! >= 0)) distance[m] = -distance[m]!
  return distance

  function reach(m: number, x: number, y: number, z: number): void {
    if (state[m] !== UNKNOWN) return
    side = phi[m]! >= 0
    along(m, x, nx, 1, hx, 0)
    along(m, y, ny, nx, hy, 1)
    along(m, z, nz, slice, hz, 2)
    const mm = arrival()
    if (mm >= distance[m]!) return
    distance[m] = mm
    heap.push(m, mm)
  }

  /**
   * The upwind difference along an axis as (t − a)·√w: of the second order, (3t − 4d₁ + d₂)/2h, where the voxel behind the nearer neighbour is known too
   * (Sethian, SIAM Rev. 41, 1999, 199, section 4.3), else of the first.
   */
  function along(m: number, place: number, count: number, stride: number, h: number, axis: 0 | 1 | 2): void {
    const low = place > 0 ? known(m - stride) : Infinity
    const high = place < count - 1 ? known(m + stride) : Infinity
    const near = Math.min(low, high)
    nearest[axis] = near
    value[axis] = near
    weight[axis] = 1 / (h * h)
    if (near === Infinity) return
    const isLow = low <= high
    const isThere = isLow ? place > 1 : place < count - 2
    const next = m + (isLow ? -2 : 2) * stride
    if (!isThere || state[next] !== KNOWN) return
    // Beyond the surface the distance goes on below zero.
    const far = phi[next]! >= 0 === side ? distance[next]! : -distance[next]!
    if (far > near) return
    value[axis] = (4 * near - far) / 3
    weight[axis] = 2.25 / (h * h)
  }

  function known(m: number): number {
    return state[m] === KNOWN && phi[m]! >= 0 === side ? distance[m]! : Infinity
  }

  /**
   * The solution of Σ w (t − a)² = 1 over the axes whose known neighbour is nearer than t: the farthest is left out as long as it is not.
   */
  function arrival(): number {
    let [useX, useY, useZ] = [nearest[0]! < Infinity, nearest[1]! < Infinity, nearest[2]! < Infinity]
    for (;;) {
      let [w, wa, waa, most] = [0, 0, 0, -Infinity]
      const add = (axis: number): void => {
        const [own, a] = [weight[axis]!, value[axis]!]
        w += own
        wa += own * a
        waa += own * a * a
        if (nearest[axis]! > most) most = nearest[axis]!
      }
      if (useX) add(0)
      if (useY) add(1)
      if (useZ) add(2)
      const root = wa * wa - w * (waa - 1)
      const t = root >= 0 ? (wa + Math.sqrt(root)) / w : -Infinity
      if (t >= most) return t
      if (useX && nearest[0] === most) useX = false
      else if (useY && nearest[1] === most) useY = false
      else useZ = false
    }
  }
}

/** Central difference, one-sided at the ends, a voxel. */
function slopeAlong(phi: Float32Array, n: number, place: number, count: number, stride: number): number {
  const before = place > 0 ? 1 : 0
  const after = place < count - 1 ? 1 : 0
  return before + after === 0 ? 0 : (phi[n + after * stride]! - phi[n - before * stride]!) / (before + after)
}

const UNKNOWN = 0
const START = 1
const KNOWN = 2

/** A binary heap of voxels by distance. */
function createHeap() {
  const voxels: number[] = []
  const keys: number[] = []
  return {
    isEmpty: (): boolean => voxels.length === 0,
    push: (voxel: number, key: number): void => {
      let at = voxels.length
      voxels.push(voxel)
      keys.push(key)
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (keys[parent]! <= key) break
        voxels[at] = voxels[parent]!
        keys[at] = keys[parent]!
        at = parent
      }
      voxels[at] = voxel
      keys[at] = key
    },
    pop: (): number => {
      const top = voxels[0]!
      const voxel = voxels.pop()!
      const key = keys.pop()!
      const count = voxels.length
      if (count === 0) return top
      let at = 0
      for (let child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && keys[child + 1]! < keys[child]!) child++
        if (keys[child]! >= key) break
        voxels[at] = voxels[child]!
        keys[at] = keys[child]!
        at = child
      }
      voxels[at] = voxel
      keys[at] = key
      return top
    },
  }
}
