/** Order of many numbers, for weighted quantiles. */

const DIGIT_BITS = 11
const DIGITS = 1 << DIGIT_BITS

/**
 * The permutation that puts finite `values` into ascending order. Radix sort on their 32-bit roundings (linear in the number), then
 * the values that round alike are sorted among themselves.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const n = values.length
  const keys = radixKeys(values)
  let order = new Uint32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  let next = new Uint32Array(n)
  const counts = new Uint32Array(DIGITS)
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    counts.fill(0)
    for (let i = 0; i < n; i++) counts[(keys[i]! >>> shift) & (DIGITS - 1)]!++
    let sum = 0
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = counts[digit]!
      counts[digit] = sum
      sum += count
    }
    for (let i = 0; i < n; i++) {
      const item = order[i]!
      next[counts[(keys[item]! >>> shift) & (DIGITS - 1)]!++] = item
    }
    ;[order, next] = [next, order]
  }
  sortRuns(order, keys, values)
  return order
}

/** Whole numbers in the order of the values' 32-bit roundings: sign bit flipped, negative numbers inverted. */
function radixKeys(values: Float64Array): Uint32Array {
  const bits = new Uint32Array(Float32Array.from(values, (value) => value + 0).buffer)
  for (let i = 0; i < bits.length; i++) {
    const b = bits[i]!
    bits[i] = b >>> 31 === 1 ? ~b : b | 0x80000000
  }
  return bits
}

function sortRuns(order: Uint32Array, keys: Uint32Array, values: Float64Array): void {
  for (let start = 0; start < order.length;) {
    const key = keys[order[start]!]!
    let end = start + 1
    let isSorted = true
    for (; end < order.length && keys[order[end]!] === key; end++) {
      isSorted &&= values[order[end - 1]!]! <= values[order[end]!]!
    }
    if (!isSorted) order.subarray(start, end).sort((a, b) => values[a]! - values[b]!)
    start = end
  }
}
