/** The inverse DCT of JPEG (ITU-T T.81 A.3.3), in double precision: no integer short cuts, so that rounding is the only error. */

/** Natural index of each position in zigzag order (T.81 figure A.6). */
export const ZIGZAG = new Uint8Array(64)
for (let sum = 0, k = 0; sum < 15; sum++) {
  for (let i = Math.max(0, sum - 7); i <= Math.min(7, sum); i++, k++) {
    const [row, column] = sum % 2 === 0 ? [sum - i, i] : [i, sum - i]
    ZIGZAG[k] = row * 8 + column
  }
}

/** COSINE[x × 8 + u] = C(u) / 2 · cos((2x + 1)uπ / 16). */
const COSINE = new Float64Array(64)
for (let x = 0; x < 8; x++) {
  for (let u = 0; u < 8; u++) {
    COSINE[x * 8 + u] = ((u === 0 ? Math.SQRT1_2 : 1) / 2) * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
  }
}

/**
 * Dequantises and transforms blocks of 64 coefficients (natural order; the table is in zigzag order) to samples of `precision` bits,
 * as a plane of 8 × blocksAcross columns.
 */
export function inverseDct(
  coefficients: Int32Array,
  quantisation: Uint16Array,
  blocksAcross: number,
  blocksDown: number,
  precision: number,
): Uint16Array {
  const width = 8 * blocksAcross
  const samples = new Uint16Array(width * 8 * blocksDown)
  const level = 1 << (precision - 1)
  const most = (1 << precision) - 1
  const steps = new Float64Array(64)
  for (let k = 0; k < 64; k++) steps[ZIGZAG[k]!] = quantisation[k]!
  const half = new Float64Array(64)
  for (let block = 0; block < blocksAcross * blocksDown; block++) {
    const from = 64 * block
    const to = Math.floor(block / blocksAcross) * 8 * width + (block % blocksAcross) * 8
    // Along rows of coefficients (v), then along columns.
    for (let v = 0; v < 8; v++) {
      for (let x = 0; x < 8; x++) {
        let sum = 0
        for (let u = 0; u < 8; u++) sum += COSINE[x * 8 + u]! * coefficients[from + v * 8 + u]! * steps[v * 8 + u]!
        half[v * 8 + x] = sum
      }
    }
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        let sum = 0
        for (let v = 0; v < 8; v++) sum += COSINE[y * 8 + v]! * half[v * 8 + x]!
        const value = Math.round(sum) + level
        samples[to + y * width + x] = value < 0 ? 0 : value > most ? most : value
      }
    }
  }
  return samples
}
