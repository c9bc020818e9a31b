/** Adaptive Runge–Kutta integration for systems of a few equations that are not stiff. */

export type RightHandSide = (t: number, y: Float64Array, slope: Float64Array) => void

const C = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1] as const
const A: readonly (readonly number[])[] = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
/** Fifth minus fourth order. */
const E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const

export interface Tolerance {
  readonly relative: number
  /** Absolute tolerance of each variable. */
  readonly absolute: readonly number[]
}

/**
 * Carries y from `from` to `to` with the pair of Dormand & Prince (J Comput Appl Math 6 (1980) 19) and step control by the estimated error. The right-hand
 * side must be smooth in between. Returns the step that would come next, to start from.
 *
 * @throws Error where the step becomes too small to move (a bug of the model, or stiffness).
 */
export function integrate(
  f: RightHandSide,
  from: number,
  to: number,
  y: Float64Array,
  { relative, absolute }: Tolerance,
  firstStep = (to - from) / 100,
): number {
  const n = y.length
  const k = Array.from({ length: 7 }, () => new Float64Array(n))
  const stage = new Float64Array(n)
  let t = from
  let h = Math.min(firstStep, to - from)
  f(t, y, k[0] as Float64Array)
  while (t < to) {
    const last = t + h >= to
    if (last) h = to - t
    for (let s = 1; s < 7; s++) {
      const row = A[s] as readonly number[]
      for (let i = 0; i < n; i++) {
        let sum = y[i] as number
        for (let j = 0; j < s; j++) sum += h * (row[j] as number) * ((k[j] as Float64Array)[i] as number)
        stage[i] = sum
      }
      f(t + (C[s] as number) * h, stage, k[s] as Float64Array)
    }
    let error = 0
    for (let i = 0; i < n; i++) {
      let difference = 0
      for (let j = 0; j < 7; j++) difference += (E[j] as number) * ((k[j] as Float64Array)[i] as number)
      const scale =
        (absolute[i] as number) + relative * Math.max(Math.abs(y[i] as number), Math.abs(stage[i] as number))
      error = Math.max(error, Math.abs((h * difference) / scale))
    }
    if (error <= 1) {
      t = last ? to : t + h
      y.set(stage)
      ;(k[0] as Float64Array).set(k[6] as Float64Array)
      if (t >= to) return h * Math.min(5, 0.9 * Math.max(error, 1e-10) ** -0.2)
    }
    h *= Math.max(0.2, Math.min(5, 0.9 * Math.max(error, 1e-10) ** -0.2))
    if (!(h > 1e-14 * Math.max(Math.abs(t), to - from))) throw new Error(`integration stands still at ${t}`)
  }
  return h
}
