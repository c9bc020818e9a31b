/**
 * The structures of one grid while they are edited. An edit is begun, drawn (as often as the hand moves), and then committed as one step or
 * cancelled; until then its effect can be seen and nothing of what was there before is lost. Steps are undone and done again without limit.
 */
import { InputError } from '../../../errors/index.ts'
import type { ImageGrid } from '../../types.ts'
import { applyTool, type EditLimits, type ToolMode } from './applyTool.ts'
import { CoverageVolume, type Brick } from './coverageVolume.ts'
import { brickChange, History, isBlankChange, turnBrick, type BrickChange, type Step } from './history.ts'
import type { CoverageBox } from './types.ts'

/** What is known of an edited structure besides its voxels. Treated as a value: a change is another object. */
export interface EditedStructure {
  readonly id: string
}

/** Limits by the ids of structures; see `EditLimits`. */
export interface EditRules {
  readonly value?: EditLimits['value']
  readonly inside?: string
  /** Structures of higher priority: they keep what they have. */
  readonly giveWayTo?: readonly string[]
  /** Structures of lower priority: they lose what the edited one gains. */
  readonly takeFrom?: readonly string[]
}

interface Pending<Structure> {
  readonly label: string
  readonly structures: readonly Structure[]
  /** Of each structure the bricks that were replaced, as they were. */
  readonly before: Map<string, Map<number, Brick>>
}

export class SegmentationEditor<Structure extends EditedStructure> {
  readonly grid: ImageGrid
  readonly #volumes = new Map<string, CoverageVolume>()
  readonly #history = new History<readonly Structure[]>()
  #structures: readonly Structure[] = []
  #pending: Pending<Structure> | null = null
  #ids = 0

  constructor(grid: ImageGrid) {
    this.grid = grid
  }

  get structures(): readonly Structure[] {
    return this.#structures
  }

  get undoLabel(): string | null {
    return this.#history.undoLabel
  }

  get redoLabel(): string | null {
    return this.#history.redoLabel
  }

  /** Steps that were done, and the bytes that all steps keep. */
  get historySize(): { readonly steps: number; readonly bytes: number } {
    return { steps: this.#history.length, bytes: this.#history.bytes }
  }

  /** The ids of the structures that the edit under way has touched; empty where none is. */
  get pendingIds(): readonly string[] {
    return this.#pending === null ? [] : [...this.#pending.before.keys()]
  }

  /** The voxels of a structure, the effect of an edit under way included. Throws InputError `segmentation.no-such-structure`. */
  volume(id: string): CoverageVolume {
    const volume = this.#structures.some((one) => one.id === id) ? this.#volumes.get(id) : undefined
    if (volume === undefined) {
      throw new InputError(
        'segmentation.no-such-structure',
        `There is no structure ${id} to edit.`,
        'Choose a structure of the list.',
      )
    }
    return volume
  }

  /** What a structure was before the edit under way: for showing both. Null where that edit has not touched it. */
  beforePending(id: string): CoverageVolume | null {
    const bricks = this.#pending?.before.get(id)
    if (bricks === undefined) return null
    const now = this.volume(id)
    const then = new CoverageVolume(this.grid)
    for (const number of new Set([...now.brickNumbers(), ...bricks.keys()])) {
      then.setBrick(number, bricks.has(number) ? bricks.get(number) : now.brick(number))
    }
    return then
  }

  /** Begins an edit; one that is under way is cancelled. */
  begin(label: string): void {
    this.cancel()
    this.#pending = { label, structures: this.#structures, before: new Map() }
  }

  /** Draws into a structure, as a part of the edit that was begun. */
  apply(id: string, tool: CoverageBox, mode: ToolMode, rules: EditRules = {}): void {
    const pending = this.#pending
    if (pending === null) throw new Error('An edit is drawn before it is begun')
    const volumes = (ids: readonly string[]) => ids.filter((one) => one !== id).map((one) => this.volume(one))
    const takeFrom = volumes(rules.takeFrom ?? [])
    const limits: EditLimits = {
      ...(rules.value === undefined ? {} : { value: rules.value }),
      ...(rules.inside === undefined ? {} : { inside: this.volume(rules.inside) }),
      outside: volumes(rules.giveWayTo ?? []),
    }
    applyTool(this.volume(id), tool, mode, limits, takeFrom, (volume, brick, before) => {
      const structureId = this.#idOf(volume)
      let bricks = pending.before.get(structureId)
      if (bricks === undefined) pending.before.set(structureId, (bricks = new Map()))
      if (!bricks.has(brick)) bricks.set(brick, before)
    })
  }

  /** Takes the effect of the edit under way back to where it began; the edit goes on. For tools that show another effect with each move. */
  rewind(): void {
    if (this.#pending === null) return
    const { label } = this.#pending
    this.begin(label)
  }

  /** An id that no structure has or had. */
  newId(): string {
    let id: string
    do id = `new-${++this.#ids}`
    while (this.#volumes.has(id))
    return id
  }

  /** Puts a new, empty structure onto the list, as a part of the edit that was begun. */
  include(structure: Structure): void {
    if (this.#pending === null) throw new Error('A structure is included before an edit is begun')
    // Steps that can be undone speak of a structure by its id, also after it was removed.
    if (this.#volumes.has(structure.id)) throw new Error(`The id ${structure.id} was used before`)
    this.#volumes.set(structure.id, new CoverageVolume(this.grid))
    this.#structures = [...this.#structures, structure]
  }

  /** Ends the edit as one step; `structures` is the list after it. False where it changed nothing: then there is no step. */
  commit(structures: readonly Structure[] = this.#structures): boolean {
    const pending = this.#pending
    if (pending === null) return false
    const changes: BrickChange[] = []
    for (const [id, bricks] of pending.before) {
      const volume = this.#volumes.get(id)!
      for (const [number, before] of bricks) {
        const change = brickChange(id, number, before, volume.brick(number))
        if (!isBlankChange(change)) changes.push(change)
      }
    }
    this.#pending = null
    this.#structures = structures
    if (changes.length === 0 && structures === pending.structures) return false
    this.#history.push({ label: pending.label, changes, before: pending.structures, after: structures })
    return true
  }

  /** Ends the edit as if it had never been. */
  cancel(): void {
    const pending = this.#pending
    this.#pending = null
    if (pending === null) return
    for (const [id, bricks] of pending.before) {
      const volume = this.#volumes.get(id)!
      for (const [number, before] of bricks) volume.setBrick(number, before)
    }
    for (const one of this.#structures) if (!pending.structures.includes(one)) this.#volumes.delete(one.id)
    this.#structures = pending.structures
  }

  /** Puts a structure in that was there before the editing began: no step. Its coverage must lie in the grid. */
  load(structure: Structure, coverage: CoverageBox): void {
    const volume = new CoverageVolume(this.grid)
    volume.write(coverage)
    this.#volumes.set(structure.id, volume)
    this.#structures = [...this.#structures, structure]
  }

  /** Adds a structure to the list, as a step. */
  add(label: string, structure: Structure, coverage?: CoverageBox): void {
    this.begin(label)
    this.include(structure)
    if (coverage !== undefined) this.apply(structure.id, coverage, 'replace')
    this.commit()
  }

  /** Takes a structure off the list, as a step. */
  remove(label: string, id: string): void {
    this.begin(label)
    this.apply(id, { box: { start: [0, 0, 0], size: [0, 0, 0] }, coverage: new Uint8Array(0) }, 'replace')
    this.commit(this.#structures.filter((one) => one.id !== id))
  }

  /** Changes what is known of a structure, as a step. */
  change(label: string, structure: Structure): void {
    this.volume(structure.id)
    this.begin(label)
    this.commit(this.#structures.map((one) => (one.id === structure.id ? structure : one)))
  }

  /** Takes the last step back (an edit under way is cancelled first). Null where there is none. */
  undo(): Step<readonly Structure[]> | null {
    this.cancel()
    const step = this.#history.undo()
    if (step === undefined) return null
    this.#turn(step.changes)
    this.#structures = step.before
    return step
  }

  /** Does the step again that was taken back last. Null where there is none. */
  redo(): Step<readonly Structure[]> | null {
    this.cancel()
    const step = this.#history.redo()
    if (step === undefined) return null
    this.#turn(step.changes)
    this.#structures = step.after
    return step
  }

  #turn(changes: readonly BrickChange[]): void {
    for (const change of changes) turnBrick(this.#volumes.get(change.structureId)!, change)
  }

  #idOf(volume: CoverageVolume): string {
    for (const [id, one] of this.#volumes) if (one === volume) return id
    throw new Error('A volume that is not edited here')
  }
}
