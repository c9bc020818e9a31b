/** By how much each structure wins or loses each voxel: the field whose zero is the structure's boundary. */
import type { Vec3, VoxelBox } from '../../types.ts'
import { largestTwo } from './probability.ts'
import type { NetworkDescription, NetworkLabel } from './types.ts'

/** Margins are kept as 16-bit integers: steps of 3·10⁻⁵. */
export const MARGIN_UNIT = 32767
/** Voxels that a structure loses by more than this are not kept; they count as lost wholly. The boundary moves by less than a thousandth of a voxel. */
const LOST = -0.999

/** Margins, −1 to 1 in units of 1/MARGIN_UNIT, of the voxels of a box (x fastest); outside it −1. */
export interface MarginField {
  readonly box: VoxelBox
  readonly margins: Int16Array
}

interface Piece {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly width: number
  readonly height: number
  readonly margins: Int16Array
}

/**
 * Collects margins plane by plane, cropped to where they matter. Of channels that exclude each other a structure's margin is its probability minus the largest one
 * of all others (background included), p_c − max p_k: above zero it has the voxel, and two that touch share one boundary. Of regions it is 2p − 1.
 */
export class MarginStore {
  readonly #pieces = new Map<NetworkLabel, Piece[]>()
  readonly #labels: readonly NetworkLabel[]
  readonly #output: NetworkDescription['output']
  readonly #size: Vec3

  /** @param size of the planes that are added, voxels; the third is not used before `field`. */
  constructor(size: Vec3, labels: readonly NetworkLabel[], output: NetworkDescription['output']) {
    this.#size = size
    this.#labels = labels
    this.#output = output
  }

  /** Adds plane z from the probabilities of `width` × `height` voxels, channel after channel, of which the image begins at `before`. */
  add(z: number, probabilities: Float32Array, width: number, height: number, before: readonly [number, number]): void {
    const [nx, ny] = this.#size
    const plane = this.#labels.map(() => new Int16Array(nx * ny))
    const count = width * height
    const isExclusive = this.#output.decision === 'exclusive'
    for (let y = 0, n = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, n++) {
        const voxel = x + before[0] + width * (y + before[1])
        const top = isExclusive ? largestTwo(probabilities, count, voxel, this.#output.channels) : null
        this.#labels.forEach(({ channel }, at) => {
          const own = probabilities[channel * count + voxel]!
          const margin = top === null ? 2 * own - 1 : own - (top.best === channel ? top.second : top.first)
          plane[at]![n] = margin > LOST ? Math.round(Math.min(1, margin) * MARGIN_UNIT) : -MARGIN_UNIT
        })
      }
    }
    this.#labels.forEach((label, at) => {
      const piece = cropped(plane[at]!, nx, ny, z)
      if (piece) this.#pieces.set(label, [...(this.#pieces.get(label) ?? []), piece])
    })
  }

  /** The field of a structure; null where it loses everywhere. */
  field(label: NetworkLabel): MarginField | null {
    const pieces = this.#pieces.get(label) ?? []
    if (!pieces.some(({ margins }) => margins.some((margin) => margin > 0))) return null
    const low = (of: (piece: Piece) => number): number =>
      pieces.reduce((least, piece) => Math.min(least, of(piece)), Infinity)
    const high = (of: (piece: Piece) => number): number => pieces.reduce((most, piece) => Math.max(most, of(piece)), 0)
    const start: Vec3 = [low(({ x }) => x), low(({ y }) => y), low(({ z }) => z)]
    const size: Vec3 = [
      high(({ x, width }) => x + width) - start[0],
      high(({ y, height }) => y + height) - start[1],
      high(({ z }) => z + 1) - start[2],
    ]
    const margins = new Int16Array(size[0] * size[1] * size[2]).fill(-MARGIN_UNIT)
    for (const piece of pieces)
      for (let j = 0; j < piece.height; j++)
        margins.set(
          piece.margins.subarray(j * piece.width, (j + 1) * piece.width),
          piece.x - start[0] + size[0] * (piece.y + j - start[1] + size[1] * (piece.z - start[2])),
        )
    return { box: { start, size }, margins }
  }
}

function cropped(plane: Int16Array, nx: number, ny: number, z: number): Piece | null {
  let [x0, y0, x1, y1] = [nx, ny, -1, -1]
  for (let y = 0, n = 0; y < ny; y++)
    for (let x = 0; x < nx; x++, n++) {
      if (plane[n] === -MARGIN_UNIT) continue
      x0 = Math.min(x0, x)
      x1 = Math.max(x1, x)
      y0 = Math.min(y0, y)
      y1 = y
    }
  if (x1 < 0) return null
  const [width, height] = [x1 - x0 + 1, y1 - y0 + 1]
  const margins = new Int16Array(width * height)
  for (let j = 0; j < height; j++) {
    const from = x0 + nx * (y0 + j)
    margins.set(plane.subarray(from, from + width), j * width)
  }
  return { x: x0, y: y0, z, width, height, margins }
}
