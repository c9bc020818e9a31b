/** The structures of one time point while they are drawn. Runs in the drawing worker; knows neither the window nor messages. */
import type { StructureMethod, StructureToSave } from '../../../../electron/contracts/index.ts'
import { InputError } from '../../../../native-core/errors/index.ts'
import { indexToPatient, isSameGrid, resampleMask } from '../../../../native-core/imaging/index.ts'
import {
  coverageOfMask,
  SegmentationEditor,
  type CoverageBox,
  type CoverageVolume,
  type EditRules,
} from '../../../../native-core/imaging/segmentation/manual/index.ts'
import type { SegmentedRegion } from '../../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { ImageGrid, Vec3 } from '../../../../native-core/imaging/types.ts'
import type { SlicePlane } from '../../../viewer/planes.ts'
import { OutlineMaker } from './lines.ts'
import { perform, searchTask, type LoadedImage } from './operations.ts'
import type {
  DrawingState,
  DrawnLines,
  DrawnStructure,
  DrawRules,
  ImageRole,
  Operation,
  SearchOperation,
  SearchTask,
} from './protocol.ts'
import { uploadOf } from './upload.ts'
import { methodAfter, operationText } from './words.ts'

interface Pending {
  readonly id: string
  readonly label: string
  readonly operation: Operation
  readonly wasEmpty: boolean
  /** The structures on the list before it. */
  readonly known: ReadonlySet<string>
  /** Structures as they were before it, once they were asked for. */
  readonly before: Map<string, CoverageVolume | null>
  readonly beforeMl: number
  text: string
  /** What a semi-automatic tool was asked and found; null for others. */
  parameters: StructureMethod['parameters'] | null
  targetId: string
  note: string
}

export class DrawingSession {
  readonly #role: ImageRole
  readonly #editor: SegmentationEditor<DrawnStructure>
  readonly #images = new Map<ImageRole, LoadedImage>()
  readonly #outlines = new OutlineMaker()
  /** Of each structure, how often its voxels changed: what was worked out for a number is right for it. */
  readonly #versions = new Map<string, number>()
  #pending: Pending | null = null
  #revision = 0
  #edits = 0
  #saved: readonly DrawnStructure[] = []

  /** `role`: the image whose grid is drawn on. */
  constructor(role: ImageRole, grid: ImageGrid) {
    this.#role = role
    this.#editor = new SegmentationEditor(grid)
  }

  /** Puts a stored structure in; voxels of another grid are brought onto this one by volume. */
  load(structure: DrawnStructure, grid: ImageGrid, content: CoverageBox): void {
    this.#editor.load(structure, isSameGrid(grid, this.#editor.grid) ? content : this.#brought(grid, content))
    this.#saved = this.#editor.structures
  }

  setImage(role: ImageRole, image: LoadedImage): void {
    this.#images.set(role, image)
  }

  /** What an edit looks for, with structures as they are without the one under way. Throws InputError as `edit`. */
  search(id: string, operation: SearchOperation): SearchTask {
    return searchTask(id, operation, {
      grid: this.#editor.grid,
      volumeOf: (of) => this.#editor.beforePending(of) ?? this.#editor.volume(of),
      image: (role) => this.#image(role),
    })
  }

  /**
   * Draws an edit that can be seen, on top of the one under way (`more`) or in its place (`anew`). `found`: what `search` led to, where it was
   * looked for elsewhere.
   */
  edit(
    id: string,
    operation: Operation,
    rules: DrawRules,
    step: 'more' | 'anew',
    found?: SegmentedRegion,
  ): DrawingState {
    const isMore = step === 'more' && this.#pending?.id === id && this.#pending.operation.kind === operation.kind
    if (!isMore) this.#begin(id, operation)
    const pending = this.#pending!
    try {
      const done = perform(id, operation, {
        editor: this.#editor,
        image: (role) => this.#image(role),
        rules: this.#rules(id, rules),
        ...(found ? { found } : {}),
      })
      pending.targetId = done.targetId
      pending.note = done.note
      const image = operation.kind === 'threshold' ? this.#image(operation.image) : null
      const limits = image && done.limits ? { limits: done.limits, unit: image } : null
      pending.text = done.region?.description ?? operationText(operation, (other) => this.#name(other), limits)
      pending.parameters = done.region?.parameters ?? null
    } catch (error) {
      this.cancel()
      throw error
    }
    return this.#changed(this.#editor.pendingIds)
  }

  /** Makes the edit under way a step that can be undone. */
  commit(): DrawingState {
    const pending = this.#pending
    if (pending === null) return this.state()
    this.#pending = null
    const touched = new Set(this.#editor.pendingIds)
    const edited = (one: DrawnStructure): DrawnStructure => {
      const isTarget = one.id === pending.targetId
      const text = isTarget || !pending.known.has(one.id) ? pending.text : `gave way to ${this.#name(pending.targetId)}`
      return {
        ...one,
        keptId: null,
        method: methodAfter(one.method, pending.wasEmpty && isTarget, pending.operation, text, pending.parameters),
      }
    }
    if (touched.size === 0) this.#editor.commit()
    else this.#editor.commit(this.#editor.structures.map((one) => (touched.has(one.id) ? edited(one) : one)))
    return this.#changed(touched)
  }

  cancel(): DrawingState {
    const touched = this.#editor.pendingIds
    this.#pending = null
    this.#editor.cancel()
    return this.#changed(touched)
  }

  undo(): DrawingState {
    if (this.#pending !== null) return this.cancel()
    const step = this.#editor.undo()
    return this.#changed(step?.changes.map((change) => change.structureId) ?? [])
  }

  redo(): DrawingState {
    if (this.#pending !== null) return this.state()
    const step = this.#editor.redo()
    return this.#changed(step?.changes.map((change) => change.structureId) ?? [])
  }

  add(structure: DrawnStructure): DrawingState {
    this.cancel()
    this.#editor.add(`New structure ${structure.name}`, structure)
    return this.#changed([structure.id])
  }

  remove(id: string): DrawingState {
    this.cancel()
    this.#editor.remove(`Remove ${this.#name(id)}`, id)
    return this.#changed([id])
  }

  change(label: string, structure: DrawnStructure): DrawingState {
    this.cancel()
    this.#editor.change(label, structure)
    return this.#changed([])
  }

  /** What is now is what is stored. */
  markSaved(): DrawingState {
    this.cancel()
    this.#saved = this.#editor.structures
    return this.#changed([])
  }

  lines(plane: SlicePlane, ids: readonly string[]): DrawnLines[] {
    const there = new Set(this.#editor.structures.map((one) => one.id))
    return ids
      .filter((id) => there.has(id))
      .map((id) => {
        const version = `${id} ${this.#versions.get(id) ?? 0}`
        const before = this.#before(id)
        return {
          id,
          lines: this.#outlines.lines(this.#editor.volume(id), version, plane),
          before: before && this.#outlines.lines(before, `${id} before ${this.#edits}`, plane),
        }
      })
  }

  async upload(): Promise<{ structures: StructureToSave[]; empty: string[] }> {
    this.cancel()
    const structures: StructureToSave[] = []
    const empty: string[] = []
    for (const one of this.#editor.structures) {
      const volume = this.#editor.volume(one.id)
      const described = {
        name: one.name,
        type: one.type,
        colourRgb: one.colourRgb && ([...one.colourRgb] as [number, number, number]),
        review: one.review,
        identity: one.identity,
      }
      if (one.keptId !== null) structures.push({ kind: 'kept', structureId: one.keptId, ...described })
      else if (volume.isEmpty) empty.push(one.name)
      else {
        const mask = await uploadOf(this.#role, volume.read(volume.bounds()))
        structures.push({ kind: 'voxels', mask, method: one.method, ...described })
      }
    }
    return { structures, empty }
  }

  state(): DrawingState {
    const { grid, structures, undoLabel, redoLabel } = this.#editor
    const pending = this.#pending
    return {
      revision: this.#revision,
      structures: structures.map((one) => {
        const volume = this.#editor.volume(one.id)
        const isChanged = !this.#saved.includes(one)
        return { ...one, volumeMl: volume.volumeMl, middleMm: middleOf(grid, volume), isChanged }
      }),
      pending: pending && {
        label: pending.text,
        note: pending.note,
        beforeMl: pending.beforeMl,
        afterMl: this.#editor.volume(pending.targetId).volumeMl,
      },
      undoLabel,
      redoLabel,
      // Each step leaves a list of its own, and undoing it brings the list of before back.
      isChanged: structures !== this.#saved,
    }
  }

  #begin(id: string, operation: Operation): void {
    const targetId = operation.kind === 'mirror' ? (operation.intoId ?? id) : id
    this.#edits++
    // What the edit under way did is undone first: it is the state before it that counts.
    this.cancel()
    const volume = this.#editor.volume(targetId)
    const label = `${operationText(operation, (other) => this.#name(other))}, ${this.#name(targetId)}`
    this.#pending = {
      id,
      label,
      operation,
      targetId,
      wasEmpty: volume.isEmpty,
      known: new Set(this.#editor.structures.map((one) => one.id)),
      before: new Map(),
      beforeMl: volume.volumeMl,
      text: '',
      parameters: null,
      note: '',
    }
    this.#editor.begin(label.charAt(0).toUpperCase() + label.slice(1))
  }

  /** What a structure was before a previewed edit; null where none changes it. A stroke is seen as it is drawn. */
  #before(id: string): CoverageVolume | null {
    const pending = this.#pending
    if (pending === null || pending.operation.kind === 'brush') return null
    let before = pending.before.get(id)
    if (before === undefined) pending.before.set(id, (before = this.#editor.beforePending(id)))
    return before
  }

  #rules(id: string, { overlap, insideId, value }: DrawRules): EditRules {
    const others = this.#editor.structures.filter((one) => one.id !== id && one.kind !== 'other').map((one) => one.id)
    const image = value && this.#image(value.image)
    return {
      ...(insideId === null ? {} : { inside: insideId }),
      ...(overlap === 'takes' ? { takeFrom: others } : {}),
      ...(overlap === 'gives' ? { giveWayTo: others } : {}),
      ...(image && value
        ? { value: { grid: image.grid, values: image.values, low: value.low, high: value.high } }
        : {}),
    }
  }

  #image(role: ImageRole): LoadedImage {
    const image = this.#images.get(role)
    if (image) return image
    throw new InputError(
      'segmentation.no-image',
      `This time point has no ${role === 'ct' ? 'CT' : 'emission image'} to take values from.`,
      'Choose the other image.',
    )
  }

  #name(id: string): string {
    return this.#editor.structures.find((one) => one.id === id)?.name ?? id
  }

  #changed(ids: Iterable<string>): DrawingState {
    this.#revision++
    for (const id of ids) this.#versions.set(id, (this.#versions.get(id) ?? 0) + 1)
    return this.state()
  }

  #brought(grid: ImageGrid, content: CoverageBox): CoverageBox {
    const fractions = Float32Array.from(content.coverage, (value) => value / 255)
    return coverageOfMask(resampleMask({ grid, box: content.box, fractions, volumeOutsideMl: 0 }, this.#editor.grid))
  }
}

function middleOf(grid: ImageGrid, volume: CoverageVolume): Vec3 | null {
  if (volume.isEmpty) return null
  const { start, size } = volume.bounds()
  return indexToPatient(grid, start.map((first, axis) => first + (size[axis]! - 1) / 2) as unknown as Vec3)
}
