/** Distances from the zero surface of a function, by fast marching (Sethian, Proc. Natl. Acad. Sci. 93, 1996, 1591). */
import type { Vec3 } from '../../types.ts'

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
        // Where phi is a distance already it is kept, curved as the surface may be; no voxel is farther than along an axis.
        const straight = steep > 0 ? Math.abs(own) / steep : Infinity
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
    const ax = Math.min(x > 0 ? known(m - 1) : Infinity, x < nx - 1 ? known(m + 1) : Infinity)
    const ay = Math.min(y > 0 ? known(m - nx) : Infinity, y < ny - 1 ? known(m + nx) : Infinity)
    const az = Math.min(z > 0 ? known(m - slice) : Infinity, z < nz - 1 ? known(m + slice) : Infinity)
    const mm = arrival(ax, ay, az)
    if (mm >= distance[m]!) return
    distance[m] = mm
    heap.push(m, mm)
  }

  function known(m: number): number {
    return state[m] === KNOWN ? distance[m]! : Infinity
  }

  /**
   * The solution of Σ ((t − aᵢ)/hᵢ)² = 1 over the axes whose known neighbour is nearer than t: the farthest is left out
   * as long as it is not.
   */
  function arrival(ax: number, ay: number, az: number): number {
    let [useX, useY, useZ] = [ax < Infinity, ay < Infinity, az < Infinity]
    for (;;) {
      let [w, wa, waa, most] = [0, 0, 0, -Infinity]
      const add = (a: number, h: number): void => {
        const own = 1 / (h * h)
        w += own
        wa += own * a
        waa += own * a * a
        if (a > most) most = a
      }
      if (useX) add(ax, hx)
      if (useY) add(ay, hy)
      if (useZ) add(az, hz)
      const root = wa * wa - w * (waa - 1)
      const t = root >= 0 ? (wa + Math.sqrt(root)) / w : -Infinity
      if (t >= most) return t
      if (useX && ax === most) useX = false
      else if (useY && ay === most) useY = false
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
