/** The standard normal distribution. */

/** Two-sided 95 % quantile of the standard normal, Φ⁻¹(0.975). */
export const NORMAL_975 = 1.959963984540054

/** Full width at half maximum of a Gaussian over its standard deviation: 2·√(2 ln 2). */
export const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2)

/**
 * Error function to full double precision: series for |x| < 2.5, continued fraction (Lentz) of erfc beyond
 * (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const z = Math.abs(x)
  if (z === 0) return x
  if (z < 2.5) {
    let term = z
    let sum = z
    for (let n = 1; n < 200; n++) {
      term *= (2 * z * z) / (2 * n + 1)
      sum += term
      if (term < sum * 1e-17) break
    }
    return Math.sign(x) * ((2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum)
  }
  return Math.sign(x) * (1 - erfcLarge(z))
}

/** 1 − erf(x) without loss for large x. */
export function erfc(x: number): number {
  return x < 2.5 ? 1 - erf(x) : erfcLarge(x)
}

function erfcLarge(z: number): number {
  // erfc(z) = exp(−z²)/√π · 1/(z + (1/2)/(z + 1/(z + (3/2)/(z + …))))
  let f = z
  for (let k = 120; k >= 1; k--) f = z + k / 2 / f
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * f)
}

/** Φ(x). */
export function normalCdf(x: number): number {
  return x < 0 ? 0.5 * erfc(-x / Math.SQRT2) : 1 - 0.5 * erfc(x / Math.SQRT2)
}
