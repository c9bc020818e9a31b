/**
 * The coverage of one structure on a whole grid, kept as bricks of 16³ voxels. A brick is never changed once it is in place: a
 * write puts new bricks in, so that who kept the old ones (undo, a preview that is cancelled) still has them. Bricks of zeros are not kept.
 */
import { InputError } from '../../../errors/index.ts'
import { voxelVolumeMl } from '../../grid.ts'
import type { ImageGrid, VoxelBox } from '../../types.ts'
import { boxLength, EMPTY_BOX } from './boxes.ts'
import { FULL, type CoverageBox } from './types.ts'

const SIDE = 16
export const BRICK_LENGTH = SIDE ** 3

/** A brick's bytes; undefined where all are 0. */
export type Brick = Uint8Array | undefined

export class CoverageVolume {
  readonly grid: ImageGrid
  readonly #bricks = new Map<number, Uint8Array>()
  readonly #columns: number
  readonly #rows: number
  #sum = 0

  constructor(grid: ImageGrid) {
    this.grid = grid
    this.#columns = Math.ceil(grid.dimensions[0] / SIDE)
    this.#rows = Math.ceil(grid.dimensions[1] / SIDE)
  }

  /** Σ coverage · voxel volume, in mL. */
  get volumeMl(): number {
    return (this.#sum / FULL) * voxelVolumeMl(this.grid)
  }

  get isEmpty(): boolean {
    return this.#sum === 0
  }

  /** The numbers of the bricks that hold anything. */
  brickNumbers(): number[] {
    return [...this.#bricks.keys()]
  }

  brick(number: number): Brick {
    return this.#bricks.get(number)
  }

  /** Puts a brick in the place of another. The caller gives it away: it must not change it afterwards. */
  setBrick(number: number, brick: Brick): void {
    this.#sum += total(brick) - total(this.#bricks.get(number))
    if (brick === undefined || isBlank(brick)) this.#bricks.delete(number)
    else this.#bricks.set(number, brick)
  }

  /** Coverage of voxel (i, j, k), which must lie in the grid. */
  at(i: number, j: number, k: number): number {
    const brick = this.#bricks.get((i >> 4) + this.#columns * ((j >> 4) + this.#rows * (k >> 4)))
    return brick === undefined ? 0 : brick[(i & 15) + SIDE * ((j & 15) + SIDE * (k & 15))]!
  }

  /** The voxels of a box; it must lie in the grid. */
  read(box: VoxelBox): CoverageBox {
    this.#check(box)
    const coverage = new Uint8Array(boxLength(box))
    this.#visit(box, (number, inBrick, inBox, count) => {
      const brick = this.#bricks.get(number)
      if (brick !== undefined) coverage.set(brick.subarray(inBrick, inBrick + count), inBox)
    })
    return { box, coverage }
  }

  /**
   * Writes the voxels of a box, which must lie in the grid. `replaced` hears of each brick that differs afterwards, with what it was.
   */
  write({ box, coverage }: CoverageBox, replaced: (number: number, before: Brick) => void = () => {}): void {
    this.#check(box)
    const fresh = new Map<number, Uint8Array>()
    this.#visit(box, (number, inBrick, inBox, count) => {
      let brick = fresh.get(number)
      if (brick === undefined) {
        const old = this.#bricks.get(number)
        if (!differs(old, inBrick, coverage, inBox, count)) return
        brick = old === undefined ? new Uint8Array(BRICK_LENGTH) : old.slice()
        fresh.set(number, brick)
      }
      brick.set(coverage.subarray(inBox, inBox + count), inBrick)
    })
    for (const [number, brick] of fresh) {
      replaced(number, this.#bricks.get(number))
      this.setBrick(number, brick)
    }
  }

  /** The smallest box around all that is covered; of size 0 where nothing is. */
  bounds(): VoxelBox {
    const low = [Infinity, Infinity, Infinity]
    const high = [-1, -1, -1]
    for (const [number, brick] of this.#bricks) {
      const origin = this.#origin(number)
      const reaches = origin.every((start, axis) => start >= low[axis]! && start + SIDE - 1 <= high[axis]!)
      if (reaches) continue
      for (let at = 0; at < BRICK_LENGTH; at++) {
        if (brick[at] === 0) continue
        const index = [origin[0]! + (at & 15), origin[1]! + ((at >> 4) & 15), origin[2]! + (at >> 8)]
        for (let axis = 0; axis < 3; axis++) {
          if (index[axis]! < low[axis]!) low[axis] = index[axis]!
          if (index[axis]! > high[axis]!) high[axis] = index[axis]!
        }
      }
    }
    if (high[0]! < 0) return EMPTY_BOX
    return {
      start: [low[0]!, low[1]!, low[2]!],
      size: [high[0]! - low[0]! + 1, high[1]! - low[1]! + 1, high[2]! - low[2]! + 1],
    }
  }

  #origin(number: number): number[] {
    const column = number % this.#columns
    const rest = (number - column) / this.#columns
    const row = rest % this.#rows
    return [column * SIDE, row * SIDE, ((rest - row) / this.#rows) * SIDE]
  }

  /** Visits the box as runs along x, each inside one brick. */
  #visit(box: VoxelBox, run: (number: number, inBrick: number, inBox: number, count: number) => void): void {
    const [x0, y0, z0] = box.start
    const [nx, ny, nz] = box.size
    for (let z = 0; z < nz; z++) {
      const k = z0 + z
      for (let y = 0; y < ny; y++) {
        const j = y0 + y
        const row = this.#columns * ((j >> 4) + this.#rows * (k >> 4))
        const line = SIDE * ((j & 15) + SIDE * (k & 15))
        for (let x = 0; x < nx;) {
          const i = x0 + x
          const count = Math.min(nx - x, SIDE - (i & 15))
          run((i >> 4) + row, (i & 15) + line, x + nx * (y + ny * z), count)
          x += count
        }
      }
    }
  }

  #check({ start, size }: VoxelBox): void {
    const isInside = start.every(
      (first, axis) => first >= 0 && size[axis]! >= 0 && first + size[axis]! <= this.grid.dimensions[axis]!,
    )
    if (!isInside) {
      throw new InputError(
        'segmentation.outside-image',
        `The box of ${size.join(' × ')} voxels from ${start.join(', ')} does not lie in the image of ${this.grid.dimensions.join(' × ')}.`,
        'Draw inside the image.',
      )
    }
  }
}

function differs(brick: Brick, inBrick: number, coverage: Uint8Array, inBox: number, count: number): boolean {
  for (let n = 0; n < count; n++) if ((brick?.[inBrick + n] ?? 0) !== coverage[inBox + n]) return true
  return false
}

function total(brick: Brick): number {
  if (brick === undefined) return 0
  let sum = 0
  for (let n = 0; n < BRICK_LENGTH; n++) sum += brick[n]!
  return sum
}

function isBlank(brick: Uint8Array): boolean {
  for (let n = 0; n < BRICK_LENGTH; n++) if (brick[n] !== 0) return false
  return true
}
