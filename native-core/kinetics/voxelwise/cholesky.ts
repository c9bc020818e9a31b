/** Systems of up to five equations without any allocation: they are solved some ten million times. */

/** Row stride of the matrices. */
export const STRIDE = 5

/**
 * Cholesky factor (lower) of the leading `size` rows of a symmetric matrix into `factor`; false where it is not safely positive definite:
 * a pivot that lost 13 digits of its diagonal.
 */
export function factorise(matrix: Float64Array, size: number, factor: Float64Array): boolean {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * STRIDE + j] as number
      for (let k = 0; k < j; k++) sum -= (factor[i * STRIDE + k] as number) * (factor[j * STRIDE + k] as number)
      if (i !== j) factor[i * STRIDE + j] = sum / (factor[j * STRIDE + j] as number)
      else if (sum > 1e-13 * (matrix[i * STRIDE + i] as number)) factor[i * STRIDE + i] = Math.sqrt(sum)
      else return false
    }
  }
  return true
}

/** Solves with the factor, in place. */
export function substitute(factor: Float64Array, size: number, right: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = right[i] as number
    for (let k = 0; k < i; k++) sum -= (factor[i * STRIDE + k] as number) * (right[k] as number)
    right[i] = sum / (factor[i * STRIDE + i] as number)
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = right[i] as number
    for (let k = i + 1; k < size; k++) sum -= (factor[k * STRIDE + i] as number) * (right[k] as number)
    right[i] = sum / (factor[i * STRIDE + i] as number)
  }
}
