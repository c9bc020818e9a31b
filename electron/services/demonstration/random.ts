/**
 * Seeded random numbers for simulated images. Streams are named, so that adding one use of randomness never shifts another:
 * the same seed and name give the same numbers on every machine and in every version that keeps the name.
 */
export interface RandomStream {
  /** Uniform in [0, 1) with 32 random bits. */
  uniform(): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Standard normal deviate (polar method of Marsaglia and Bray, SIAM Rev. 6 (1964) 260). */
  normal(): number
  /** Poisson deviate with the given mean (≥ 0). */
  poisson(mean: number): number
}

/** Four 32-bit words from a text: FNV-1a with four offsets, then a finalising mix (Murmur3's). */
function hashWords(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35]
  for (let w = 0; w < 4; w++) {
    let h = words[w]!
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    words[w] = (h ^ (h >>> 16)) >>> 0
  }
  return words
}

/** A stream of xoshiro128** (Blackman and Vigna, ACM TOMS 47 (2021) 36) for one named use of one seed. */
export function createRandom(seed: number, name: string): RandomStream {
  let [a, b, c, d] = hashWords(`${seed}/${name}`)
  if ((a | b | c | d) === 0) a = 1
  const next = (): number => {
    const x = Math.imul(b, 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
  for (let i = 0; i < 16; i++) next()

  const uniform = (): number => next() / 4294967296
  let spare: number | null = null
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare
      spare = null
      return kept
    }
    for (;;) {
      const u = 2 * uniform() - 1
      const v = 2 * uniform() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const f = Math.sqrt((-2 * Math.log(s)) / s)
        spare = v * f
        return u * f
      }
    }
  }
  const poisson = (mean: number): number => {
    if (!(mean > 0)) return 0
    if (mean < 30) {
      // Multiplication of uniforms: exact.
      const limit = Math.exp(-mean)
      let k = 0
      for (let p = uniform(); p > limit; p *= uniform()) k++
      return k
    }
    // From 30 on, the normal approximation with the skewness term of the Cornish–Fisher expansion: mean, variance and skewness
    // of the deviate are those of the Poisson distribution to better than the rounding.
    const z = normal()
    return Math.max(0, Math.floor(mean + z * Math.sqrt(mean) + (z * z - 1) / 6 + 0.5))
  }
  return { uniform, between: (low, high) => low + (high - low) * uniform(), normal, poisson }
}
