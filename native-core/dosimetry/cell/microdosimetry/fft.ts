/** Discrete Fourier transform in place, radix 2 (Cooley & Tukey 1965); the length is a power of two. `inverse` does not divide by it. */
export function fft(re: Float64Array, im: Float64Array, inverse = false): void {
  const n = re.length
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      ;[re[i], re[j]] = [re[j]!, re[i]!]
      ;[im[i], im[j]] = [im[j]!, im[i]!]
    }
  }
  const sign = inverse ? 1 : -1
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2
    for (let k = 0; k < half; k++) {
      const angle = (sign * 2 * Math.PI * k) / size
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      for (let from = k; from < n; from += size) {
        const to = from + half
        const [x, y] = [re[to]! * c - im[to]! * s, re[to]! * s + im[to]! * c]
        re[to] = re[from]! - x
        im[to] = im[from]! - y
        re[from] = re[from]! + x
        im[from] = im[from]! + y
      }
    }
  }
}
