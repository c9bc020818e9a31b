/**
 * Counter-based random numbers: Philox-4×32-10 (Salmon et al., SC 2011). A stream is (seed, stream); the n-th number of a stream
 * depends on nothing else, so results are the same in any order and on any number of threads.
 */
const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85

/** One block of four 32-bit words for a counter (four words) and a key (two words). */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const hi0 = highWord(M0, c0)
    const lo0 = Math.imul(M0, c0)
    const hi1 = highWord(M1, c2)
    const lo1 = Math.imul(M1, c2)
    c0 = (hi1 ^ c1 ^ k0) >>> 0
    c1 = lo1 >>> 0
    c2 = (hi0 ^ c3 ^ k1) >>> 0
    c3 = lo0 >>> 0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  return [c0, c1, c2, c3]
}

/** Upper 32 bits of the product of two unsigned 32-bit words, by halves of 16 bits. */
function highWord(a: number, b: number): number {
  const [a1, a0] = [a >>> 16, a & 0xffff]
  const [b1, b0] = [b >>> 16, b & 0xffff]
  const middle = a1 * b0 + ((a0 * b0) >>> 16)
  // Sums stay below 2^53: exact in double precision.
  const carry = (middle & 0xffff) + a0 * b1
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0
}

/** A stream of uniform and normal numbers. Not for cryptography. */
export class RandomStream {
  #key: readonly [number, number]
  #stream: number
  #block = 0
  #words: number[] = []

  constructor(seed: number, stream = 0) {
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]
    this.#stream = stream >>> 0
  }

  #next(): number {
    if (this.#words.length === 0) {
      this.#words = [...philox4x32([this.#block >>> 0, 0, this.#stream, 0], this.#key)].reverse()
      this.#block++
    }
    return this.#words.pop() as number
  }

  /** Uniform in (0, 1), 53 bits. */
  uniform(): number {
    const high = this.#next() >>> 5
    const low = this.#next() >>> 6
    return (high * 67108864 + low + 0.5) / 9007199254740992
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    const r = Math.sqrt(-2 * Math.log(this.uniform()))
    return r * Math.cos(2 * Math.PI * this.uniform())
  }
}
