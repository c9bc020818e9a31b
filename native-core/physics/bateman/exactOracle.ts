/**
 * For tests: Bateman's closed form (Proc. Cambridge Philos. Soc. 15 (1910) 423) summed over every path of a network, in fixed-point
 * arithmetic of 4000 bits (1200 digits), so that its cancellations do not matter. Rates must differ.
 */
import type { DecayNetwork } from './network.ts'

const BITS = 4000
const ONE = 1n << BigInt(BITS)

/** A double, exactly (what lies below 2^-4000 does not occur). */
function exact(value: number): bigint {
  if (value === 0) return 0n
  const exponent = Math.max(-1022, Math.floor(Math.log2(Math.abs(value)))) - 52
  const mantissa = BigInt(Math.round(value / 2 ** Math.max(exponent, -1000) / 2 ** Math.min(0, exponent + 1000)))
  const shift = BigInt(BITS + exponent)
  return shift >= 0n ? mantissa << shift : mantissa >> -shift
}

const times = (a: bigint, b: bigint): bigint => (a * b) >> BigInt(BITS)
const over = (a: bigint, b: bigint): bigint => (a << BigInt(BITS)) / b

/** e^(−x), x ≥ 0. */
function expMinus(x: bigint): bigint {
  if (x > BigInt(BITS) * ONE) return 0n
  const halvings = 80n
  const small = x >> halvings
  let [sum, term] = [0n, ONE]
  for (let m = 1n; term !== 0n; m++) {
    sum += m % 2n === 1n ? term : -term
    term = times(term, small) / m
  }
  for (let i = 0n; i < halvings; i++) sum = times(sum, sum)
  return sum
}

/** To a double, with all its digits. */
function toNumber(value: bigint): number {
  const size = value.toString(2).length
  const shift = Math.max(0, size - 64)
  const [high, power] = [Number(value >> BigInt(shift)), shift - BITS]
  return high * 2 ** Math.max(-1000, power) * 2 ** Math.min(0, power + 1000)
}

/** Σ_k e^{−x_k}/Π_{l≠k}(x_l − x_k): the divided difference, up to its sign. */
function dividedDifference(x: readonly bigint[]): bigint {
  let sum = 0n
  x.forEach((xk, k) => {
    let term = expMinus(xk)
    x.forEach((xl, l) => {
      if (l !== k) term = over(term, xl - xk)
    })
    sum += term
  })
  return sum
}

/** Nuclei of every member at `timeS` and their integral (s), from nuclei of the first member. */
export function exactBateman(
  network: DecayNetwork,
  nuclei: number,
  timeS: number,
): { nuclei: number[]; integral: number[] } {
  const t = exact(timeS)
  const rate = network.members.map((m) => times(exact(m.decayPerS + m.clearancePerS), t))
  const decay = network.members.map((m) => times(exact(m.decayPerS), t))
  const [amount, integral] = [network.members.map(() => 0n), network.members.map(() => 0n)]
  const walk = (at: number, path: readonly bigint[], weight: bigint): void => {
    amount[at] = (amount[at] as bigint) + times(weight, dividedDifference(path))
    integral[at] = (integral[at] as bigint) + times(weight, dividedDifference([...path, 0n]))
    for (const feed of network.feeds) {
      if (feed.from !== at || feed.to === null) continue
      walk(feed.to, [...path, rate[feed.to] as bigint], times(times(weight, exact(feed.share)), decay[at] as bigint))
    }
  }
  walk(0, [rate[0] as bigint], exact(nuclei))
  return { nuclei: amount.map(toNumber), integral: integral.map((v) => toNumber(times(v, t))) }
}
