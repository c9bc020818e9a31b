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
    const p0 = BigInt(M0) * BigInt(c0 >>> 0)
    const p1 = BigInt(M1) * BigInt(c2 >>> 0)
    const hi0 = Number(p0 >> 32n)
    const lo0 = Number(p0 & 0xffffffffn)
    const hi1 = Number(p1 >> 32n)
    const lo1 = Number(p1 & 0xffffffffn)
    c0 = (hi1 ^ c1 ^ k0) >>> 0
    c1 = lo1
    c2 = (hi0 ^ c3 ^ k1) >>> 0
    c3 = lo0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  return [c0, c1, c2, c3]
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
