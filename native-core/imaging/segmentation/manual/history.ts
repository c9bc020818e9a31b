/**
 * What was done, to be taken back and done again without limit. A step keeps, of each brick it changed, the run lengths of
 * before XOR after: the same bytes lead both ways, bit for bit, and thousands of strokes stay small.
 */
import { BRICK_LENGTH, type Brick, type CoverageVolume } from './coverageVolume.ts'
import { packRuns, unpackRuns } from './runLengths.ts'

export interface BrickChange {
  readonly structureId: string
  readonly brick: number
  readonly difference: Uint8Array
}

/** A step: its bricks, and the list of structures (or whatever the caller keeps beside them) before and after it. */
export interface Step<State> {
  readonly label: string
  readonly changes: readonly BrickChange[]
  readonly before: State
  readonly after: State
}

/** The change from one content of a brick to another. */
export function brickChange(structureId: string, brick: number, before: Brick, after: Brick): BrickChange {
  const difference = new Uint8Array(BRICK_LENGTH)
  if (before !== undefined) difference.set(before)
  if (after !== undefined) for (let n = 0; n < BRICK_LENGTH; n++) difference[n]! ^= after[n]!
  return { structureId, brick, difference: packRuns(difference) }
}

/** True where a brick is after the change what it was before: drawn over and back again. */
export function isBlankChange({ difference }: BrickChange): boolean {
  return difference.length === BLANK.length && difference.every((byte, n) => byte === BLANK[n])
}
const BLANK = packRuns(new Uint8Array(BRICK_LENGTH))

/** Turns the bricks of a structure from before a change to after it, and back. */
export function turnBrick(volume: CoverageVolume, change: BrickChange): void {
  const bytes = unpackRuns(change.difference, BRICK_LENGTH)
  const present = volume.brick(change.brick)
  if (present !== undefined) for (let n = 0; n < BRICK_LENGTH; n++) bytes[n]! ^= present[n]!
  volume.setBrick(change.brick, bytes)
}

export class History<State> {
  readonly #done: Step<State>[] = []
  readonly #undone: Step<State>[] = []

  /** A step was done: what had been undone is forgotten. */
  push(step: Step<State>): void {
    this.#done.push(step)
    this.#undone.length = 0
  }

  /** The step to take back, which is then one that can be done again; undefined where there is none. */
  undo(): Step<State> | undefined {
    const step = this.#done.pop()
    if (step !== undefined) this.#undone.push(step)
    return step
  }

  /** The step to do again; undefined where there is none. */
  redo(): Step<State> | undefined {
    const step = this.#undone.pop()
    if (step !== undefined) this.#done.push(step)
    return step
  }

  get undoLabel(): string | null {
    return this.#done.at(-1)?.label ?? null
  }

  get redoLabel(): string | null {
    return this.#undone.at(-1)?.label ?? null
  }

  /** Number of steps that were done and not taken back. */
  get length(): number {
    return this.#done.length
  }

  /** Bytes that the steps keep. */
  get bytes(): number {
    let sum = 0
    for (const step of [...this.#done, ...this.#undone]) {
      for (const change of step.changes) sum += change.difference.byteLength
    }
    return sum
  }
}
