/**
 * Potentials in a network of conductances between neighbouring voxels: Σ w (p_i − p_j) = 0 at each free voxel. Solved
 * by conjugate gradients with an incomplete Cholesky preconditioner without fill (Meijerink and van der Vorst, Math.
 * Comput. 31, 1977, 148), which the wide range of conductances asks for: the modified one, which is quicker on smooth
 * images, stalls on noisy ones.
 */
import type { Vec3 } from '../../types.ts'

/** Conductances from each voxel to the next one along x, y and z; 0 at the ends. */
export interface Network {
  readonly size: Vec3
  readonly x: Float64Array
  readonly y: Float64Array
  readonly z: Float64Array
}

/**
 * Root mean square, over the voxels, of the correction that the preconditioner still asks for, of potentials from 0 to
 * 1.
 */
export const TOLERANCE = 5e-5
const MOST_ITERATIONS = 600
const LEAST_PIVOT = 1e-12

export interface Potentials {
  readonly values: Float64Array
  readonly iterations: number
  readonly converged: boolean
}

/**
 * The potentials with those at `isFixed` voxels kept as `start` has them. `tell` is called with each iteration and the
 * correction.
 */
export function potentials(
  network: Network,
  isFixed: Uint8Array,
  start: Float64Array,
  tell: (iteration: number, correction: number) => void,
): Potentials {
  const [nx, ny] = network.size
  const slice = nx * ny
  const count = start.length
  // A slice of zeros before and after: neighbours need no bounds.
  const vector = (): Float64Array => new Float64Array(count + 2 * slice)
  const padded = (values: Float64Array): Float64Array => {
    const out = vector()
    out.set(values, slice)
    return out
  }
  const first = slice
  const end = slice + count
  const [wx, wy, wz] = [padded(network.x), padded(network.y), padded(network.z)]
  const diagonal = vector()
  const b = vector()
  const p = padded(start)
  const isKept = (n: number): boolean => isFixed[n - slice] === 1
  for (const [w, stride] of [
    [wx, 1],
    [wy, nx],
    [wz, slice],
  ] as const)
    for (let n = first; n < end - stride; n++) {
      const g = w[n]!
      if (g === 0) continue
      const m = n + stride
      diagonal[n]! += g
      diagonal[m]! += g
      if (!isKept(n) && !isKept(m)) continue
      if (!isKept(n)) b[n]! += g * p[m]!
      if (!isKept(m)) b[m]! += g * p[n]!
      w[n] = 0
    }
  for (let n = first; n < end; n++)
    if (isKept(n) || diagonal[n] === 0) {
      diagonal[n] = 1
      b[n] = p[n]!
    }

  const scale = vector()
  for (let n = first; n < end; n++) {
    const pivot =
      diagonal[n]! -
      (wx[n - 1]! * scale[n - 1]!) ** 2 -
      (wy[n - nx]! * scale[n - nx]!) ** 2 -
      (wz[n - slice]! * scale[n - slice]!) ** 2
    // Positive for such a network (an M-matrix), but for rounding.
    scale[n] = 1 / Math.sqrt(Math.max(pivot, LEAST_PIVOT * diagonal[n]!))
  }

  const r = vector()
  const z = vector()
  const s = vector()
  const q = vector()
  multiply(p, r)
  for (let n = first; n < end; n++) r[n] = b[n]! - r[n]!
  let rho = precondition()
  s.set(z)
  for (let iteration = 0; ; iteration++) {
    let squares = 0
    for (let n = first; n < end; n++) squares += z[n]! * z[n]!
    const correction = Math.sqrt(squares / count)
    tell(iteration, correction)
    const converged = !(correction > TOLERANCE)
    if (converged || iteration === MOST_ITERATIONS)
      return { values: p.slice(first, end), iterations: iteration, converged }
    multiply(s, q)
    let product = 0
    for (let n = first; n < end; n++) product += s[n]! * q[n]!
    const alpha = rho / product
    for (let n = first; n < end; n++) {
      p[n]! += alpha * s[n]!
      r[n]! -= alpha * q[n]!
    }
    const before = rho
    rho = precondition()
    const beta = rho / before
    for (let n = first; n < end; n++) s[n] = z[n]! + beta * s[n]!
  }

  function multiply(v: Float64Array, out: Float64Array): void {
    for (let n = first; n < end; n++)
      out[n] =
        diagonal[n]! * v[n]! -
        wx[n]! * v[n + 1]! -
        wx[n - 1]! * v[n - 1]! -
        wy[n]! * v[n + nx]! -
        wy[n - nx]! * v[n - nx]! -
        wz[n]! * v[n + slice]! -
        wz[n - slice]! * v[n - slice]!
  }

  /** z from r by the two triangular factors; answers with r·z. */
  function precondition(): number {
    for (let n = first; n < end; n++) {
      const sum =
        r[n]! +
        wx[n - 1]! * scale[n - 1]! * z[n - 1]! +
        wy[n - nx]! * scale[n - nx]! * z[n - nx]! +
        wz[n - slice]! * scale[n - slice]! * z[n - slice]!
      z[n] = sum * scale[n]!
    }
    let product = 0
    for (let n = end - 1; n >= first; n--) {
      const sum = wx[n]! * z[n + 1]! + wy[n]! * z[n + nx]! + wz[n]! * z[n + slice]!
      const value = (z[n]! + sum * scale[n]!) * scale[n]!
      z[n] = value
      product += value * r[n]!
    }
    return product
  }
}
