/**
 * Integrals of exponentials that do not lose digits where two rates meet or a rate is nearly zero. All over x from 0 to `length`,
 * which may be Infinity where the rates are positive.
 */

/** (1 − e⁻ᶻ)/z, 1 at zero. */
export const phi1 = (z: number): number => (z === 0 ? 1 : -Math.expm1(-z) / z)

/** (z − 1 + e⁻ᶻ)/z², 1/2 at zero. */
export function phi2(z: number): number {
  if (Math.abs(z) > 0.5) return (z + Math.expm1(-z)) / (z * z)
  let term = 0.5
  let sum = 0.5
  for (let n = 3; n < 25; n++) {
    term *= -z / n
    sum += term
  }
  return sum
}

/** ∫ e^(−rate·x) dx. */
export const decayIntegral = (rate: number, length: number): number =>
  length === Infinity ? 1 / rate : length * phi1(rate * length)

/** (e^(−a·x) − e^(−b·x))/(b − a): what a first compartment that empties at `a` leaves in a second that empties at `b`. */
export const exponentialDifference = (a: number, b: number, x: number): number =>
  x === Infinity ? 0 : x * Math.exp(-Math.min(a, b) * x) * phi1(Math.abs(b - a) * x)

/** ∫ e^(−outer·x)·(e^(−a·x) − e^(−b·x))/(b − a) dx. */
export function differenceIntegral(outer: number, a: number, b: number, length: number): number {
  const p = outer + Math.min(a, b)
  const q = outer + Math.max(a, b)
  if (length === Infinity) return 1 / (p * q)
  if ((q - p) * length > 1) return (decayIntegral(p, length) - decayIntegral(q, length)) / (q - p)
  // Nearly equal rates: by quadrature of x·e^(−p·x)·φ1((q − p)·x), which is smooth. Beyond 45/p nothing is left of it.
  return gaussLegendre(p > 0 ? Math.min(length, 45 / p) : length, p, (x) => x * Math.exp(-p * x) * phi1((q - p) * x))
}

/** Nodes and weights on [−1, 1] of 16 points (Abramowitz & Stegun, table 25.4), positive half. */
const NODES = [
  0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438, 0.755404408355003,
  0.8656312023878318, 0.9445750230732326, 0.9894009349916499,
] as const
const WEIGHTS = [
  0.1894506104550685, 0.18260341504492358, 0.16915651939500254, 0.14959598881657674, 0.12462897125553388,
  0.09515851168249279, 0.062253523938647894, 0.027152459411754096,
] as const

/** The 16 points on [−1, 1] with their weights. */
export const gaussLegendreNodes: readonly { readonly x: number; readonly weight: number }[] = [
  ...[...NODES.keys()].reverse().map((k) => ({ x: -(NODES[k] as number), weight: WEIGHTS[k] as number })),
  ...[...NODES.keys()].map((k) => ({ x: NODES[k] as number, weight: WEIGHTS[k] as number })),
]

/**
 * ∫ f dx from 0 to `length` for a function whose fastest exponential has the rate `fastest`: Gauss–Legendre of 16 points on parts over
 * which that one falls by at most e², exact to rounding there.
 */
export function gaussLegendre(length: number, fastest: number, f: (x: number) => number): number {
  const parts = Math.max(1, Math.ceil((fastest * length) / 2))
  const width = length / parts
  let sum = 0
  for (let part = 0; part < parts; part++) sum += gaussLegendrePart(part * width, width, f)
  return sum
}

/** ∫ f dx from `from` over `width` by the 16 points. */
export function gaussLegendrePart(from: number, width: number, f: (x: number) => number): number {
  const half = width / 2
  const middle = from + half
  let sum = 0
  for (let k = 0; k < NODES.length; k++) {
    const step = (NODES[k] as number) * half
    sum += (WEIGHTS[k] as number) * half * (f(middle - step) + f(middle + step))
  }
  return sum
}

/**
 * The same for a sum of falling exponentials and a smooth rest, whatever `fastest` is: parts grow with x, for what falls fast has gone by then. The work
 * goes with the logarithm of `fastest`·`length`.
 */
export function gradedGaussLegendre(length: number, fastest: number, f: (x: number) => number): number {
  if (fastest * length < 200) return gaussLegendre(length, fastest, f)
  let sum = 0
  for (let x = 0; x < length;) {
    const width = Math.min(length - x, Math.max(2 / fastest, x / 4))
    sum += gaussLegendrePart(x, width, f)
    x = length - x <= width ? length : x + width
  }
  return sum
}
