/**
 * Exponential of a lower triangular matrix with non-negative elements below the diagonal (rates of a decay network), and its integral.
 *
 * Scaling and squaring with an exact diagonal. Every quantity is a sum of non-negative terms, so that nothing cancels; the diagonal is
 * set to exp(a_ii·h) after each squaring instead of being squared, so that the relative error of an element below it is added to at each
 * squaring instead of being doubled: r(2h) ≤ max over paths of Σ r(h) + n·ε. It ends near 1e-13 whatever the stiffness (2^100) and
 * however close rates are to each other. Bateman's closed form has differences of rates in its denominators and fails there.
 *
 * Sources: Higham, Functions of Matrices (SIAM 2008), ch. 10; Al-Mohy and Higham, SIAM J. Matrix Anal. Appl. 31 (2009) 970 (exact
 * diagonal of triangular matrices, algorithm 2.1); Xue and Ye, Numer. Math. 110 (2008) 393 (entrywise accuracy of the exponential of
 * essentially non-negative matrices).
 */

/** A lower triangular matrix by rows: `rates[i][j]`, j ≤ i. Off the diagonal ≥ 0, on it ≤ 0; per s. */
export type TriangularRates = readonly Float64Array[]

export interface TriangularExponential {
  /** e^{A·t}, by rows. */
  readonly exponential: readonly Float64Array[]
  /** ∫₀ᵗ e^{A·s} ds, s; by rows. */
  readonly integral: readonly Float64Array[]
}

const rows = (n: number): Float64Array[] => Array.from({ length: n }, (_, i) => new Float64Array(i + 1))

/** C = A·B for lower triangular matrices; `add` to what C has. */
function multiply(a: TriangularRates, b: TriangularRates, c: readonly Float64Array[], add: boolean): void {
  for (let i = 0; i < a.length; i++) {
    const [ai, ci] = [a[i]!, c[i]!]
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = j; k <= i; k++) sum += ai[k]! * b[k]![j]!
      ci[j] = add ? ci[j]! + sum : sum
    }
  }
}

/** (1 − e^{−x})/x·h for x = rate·h: the integral of one that decays. */
const decayIntegral = (rate: number, h: number): number => (rate * h === 0 ? h : -Math.expm1(-rate * h) / rate)

function setDiagonal(rates: TriangularRates, h: number, e: readonly Float64Array[], p: readonly Float64Array[]): void {
  rates.forEach((row, i) => {
    e[i]![i] = Math.exp(row[i]! * h)
    p[i]![i] = decayIntegral(-row[i]!, h)
  })
}

/**
 * e^{Ah} and its integral for a step short against every rate, by Taylor series of the shifted matrix B = A + σ ≥ 0:
 * e^{Ah} = e^{−σh} Σ (Bh)^m/m!, ∫ = Σ B^m·∫ s^m e^{−σs}/m! ds. Elements that are m steps from the diagonal begin with the m-th term,
 * so that the series is longer than the matrix.
 */
function shortStep(rates: TriangularRates, h: number): { e: Float64Array[]; p: Float64Array[] } {
  const n = rates.length
  const shift = Math.max(0, ...rates.map((row, i) => -row[i]!))
  const x = shift * h
  const [e, p] = [rows(n), rows(n)]
  const scaled = rates.map((row, i) => row.map((v, j) => (v + (i === j ? shift : 0)) * h))
  // (Bh)^m/m!
  let power = rows(n)
  power.forEach((row, i) => (row[i] = 1))
  let spare = rows(n)
  const damp = Math.exp(-x)
  for (let m = 0; m < n + 24; m++) {
    // ∫₀ʰ s^m e^{−σs} ds = h^{m+1} e^{−x} Σ_{j>m} m!/j!·x^{j−m−1}
    let term = 1 / (m + 1)
    let tail = 0
    for (let j = m + 2; term > 1e-20 * tail; j++) {
      tail += term
      term *= x / j
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        e[i]![j]! += damp * power[i]![j]!
        p[i]![j]! += damp * h * tail * power[i]![j]!
      }
    }
    multiply(scaled, power, spare, false)
    for (const row of spare) for (let j = 0; j < row.length; j++) row[j]! /= m + 1
    ;[power, spare] = [spare, power]
  }
  return { e, p }
}

/** @param timeS finite, ≥ 0. */
export function triangularExponential(rates: TriangularRates, timeS: number): TriangularExponential {
  const n = rates.length
  const fastest = Math.max(0, ...rates.map((row, i) => -row[i]!))
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.max(fastest * timeS, Number.MIN_VALUE) / 0.5)))
  const stepS = timeS / 2 ** halvings
  let { e, p } = shortStep(rates, stepS)
  setDiagonal(rates, stepS, e, p)
  for (let level = 1; level <= halvings; level++) {
    const squared = rows(n)
    multiply(e, e, squared, false)
    const integral = p.map((row) => row.slice())
    multiply(e, p, integral, true)
    e = squared
    p = integral
    setDiagonal(rates, timeS / 2 ** (halvings - level), e, p)
  }
  return { exponential: e, integral: p }
}
