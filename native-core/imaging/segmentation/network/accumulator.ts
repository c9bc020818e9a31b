/** Weighted mean of the answers for overlapping boxes, with only as many planes in memory as a box has. */
import type { Vec3 } from '../../types.ts'
import { gaussianWeights } from './tiles.ts'

/**
 * Boxes are added layer by layer (rising first plane, any order inside a layer), and planes that no later box reaches are handed out. A voxel's
 * mean is Σ w·answer / Σ w over the boxes that hold it, so that the weights sum to one whatever the overlap.
 */
export class TileAccumulator {
  readonly #size: Vec3
  readonly #patch: Vec3
  readonly #channels: number
  readonly #weights: readonly [Float64Array, Float64Array, Float64Array]
  /** Ring of planes: channel after channel of one plane, plane z in slot z mod (planes of a box). */
  readonly #sums: Float32Array
  readonly #total: Float32Array
  #done = 0

  constructor(size: Vec3, patch: Vec3, channels: number) {
    this.#size = size
    this.#patch = patch
    this.#channels = channels
    this.#weights = [gaussianWeights(patch[0]), gaussianWeights(patch[1]), gaussianWeights(patch[2])]
    const plane = size[0] * size[1]
    this.#sums = new Float32Array(patch[2] * channels * plane)
    this.#total = new Float32Array(patch[2] * plane)
  }

  /** Adds the answer for the box that begins at `start`: channels × box, x fastest. */
  add(start: Vec3, answer: Float32Array): void {
    const [nx, ny] = this.#size
    const [px, py, pz] = this.#patch
    const [wx, wy, wz] = this.#weights
    const plane = nx * ny
    for (let k = 0; k < pz; k++) {
      const slot = (start[2] + k) % pz
      for (let j = 0; j < py; j++) {
        const across = wz[k]! * wy[j]!
        const row = start[0] + nx * (start[1] + j)
        for (let i = 0; i < px; i++) this.#total[slot * plane + row + i]! += across * wx[i]!
        for (let c = 0; c < this.#channels; c++) {
          const from = px * (j + py * (k + pz * c))
          const to = plane * (c + this.#channels * slot) + row
          for (let i = 0; i < px; i++) this.#sums[to + i]! += across * wx[i]! * answer[from + i]!
        }
      }
    }
  }

  /** Hands out the mean of each plane below `before` that is still held: channel after channel. What is handed out is only good during the call. */
  finish(before: number, take: (z: number, means: Float32Array) => void): void {
    const plane = this.#size[0] * this.#size[1]
    const length = plane * this.#channels
    for (; this.#done < before; this.#done++) {
      const slot = this.#done % this.#patch[2]
      const sums = this.#sums.subarray(slot * length, (slot + 1) * length)
      const total = this.#total.subarray(slot * plane, (slot + 1) * plane)
      for (let c = 0; c < this.#channels; c++) for (let n = 0; n < plane; n++) sums[c * plane + n]! /= total[n]!
      take(this.#done, sums)
      sums.fill(0)
      total.fill(0)
    }
  }
}
