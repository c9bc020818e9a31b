/**
 * Holds voxels and makes slices of them. It runs in a worker, so that the window never waits for voxels; nothing in here
 * knows that. Volumes beyond a budget of memory are forgotten, least recently used first, and asked for again when needed.
 */
import { IDENTITY_MAT4 } from '../../native-core/imaging/index.ts'
import type { Deformation, ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import { compose, invert, patientToIndex, type Affine } from './affine.ts'
import type { ColourMapName } from './colourMaps.ts'
import type { ComparisonMode } from './comparison.ts'
import type { Window } from './composite.ts'
import { fieldLines } from './fieldLines.ts'
import { inPixels, levelLines, planeOf, type PlaneLines } from './levelLines.ts'
import { maskOutlines, padded, type MaskLines } from './maskOutlines.ts'
import type { Polyline } from './outline.ts'
import type { SlicePlane } from './planes.ts'
import { reslice, voxelAt, type Volume } from './reslice.ts'
import { compared, fused } from './slicePicture.ts'
import { shrink, type Projection, type Shrinking } from './projection.ts'

export interface VolumeSource {
  readonly id: string
  readonly url: string
  readonly grid: ImageGrid
}

export interface MaskSource extends VolumeSource {
  readonly boxStart: Vec3
  readonly boxSize: Vec3
}

/** One image in the picture: `toWorld` maps the image's patient coordinates to those of the view. */
export interface Layer {
  readonly id: string
  readonly toWorld: Affine
}

/** A second pair of images, to be seen with the first; its CT has the same window. */
export interface SecondImages {
  readonly ct: Layer | null
  readonly emission: Layer | null
  readonly emissionWindow: Window
  readonly mode: ComparisonMode
}

export interface SliceAsk {
  readonly plane: SlicePlane
  readonly ct: Layer | null
  readonly emission: Layer | null
  readonly ctWindow: Window
  readonly emissionWindow: Window
  readonly map: ColourMapName
  readonly blend: number
  readonly masks: readonly Layer[]
  /** Lines of equal value of one image (isodoses), at these values of its voxels. */
  readonly levels: { readonly layer: Layer; readonly values: readonly number[] } | null
  readonly second?: SecondImages | null
  /** Bent grid lines of a deformation in the coordinates of the view. */
  readonly field?: { readonly id: string; readonly stepMm: number } | null
}

export interface SliceAnswer {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8ClampedArray<ArrayBuffer>
  readonly outlines: readonly MaskLines[]
  /** One entry for each of the asked levels, in pixels of the slice. */
  readonly levels: readonly (readonly Polyline[])[]
  readonly fieldLines: readonly Polyline[]
  /** What was asked for and is not loaded. */
  readonly missing: readonly string[]
}

interface Held {
  readonly volume: Volume
  readonly patientToIndex: Affine
  readonly grid: ImageGrid
  readonly bytes: number
  usedAt: number
  /** Lines by plane, registration and level, the latest few: panning, zooming and windowing do not change them. */
  readonly lines: Map<string, readonly PlaneLines[]>
}

/** How many planes' lines a volume remembers: enough for three views of a few slices each. */
const PLANES_KEPT = 12

type Fetch = (url: string) => Promise<Response>

export class SliceEngine {
  #held = new Map<string, Held>()
  /** The deformation that is looked at. */
  #field: { readonly id: string; readonly deformation: Deformation } | null = null
  #clock = 0
  readonly #fetch: Fetch
  readonly #budgetBytes: number

  constructor(fetchBytes: Fetch, budgetBytes = 1.5e9) {
    this.#fetch = fetchBytes
    this.#budgetBytes = budgetBytes
  }

  /** Fetches a volume of little-endian float32 and keeps it. `onProgress` hears fractions. Throws where bytes are missing. */
  async loadVolume(source: VolumeSource, onProgress: (fraction: number) => void): Promise<void> {
    if (this.#touch(source.id)) return
    const [nx, ny, nz] = source.grid.dimensions
    const bytes = await this.#bytes(source.url, nx * ny * nz * 4, onProgress)
    this.#keep(source.id, { values: new Float32Array(bytes.buffer), dimensions: [nx, ny, nz] }, source.grid)
  }

  /** Fetches a mask of uint8 fractions in a box of its grid and keeps it with a margin of one empty voxel. */
  async loadMask(source: MaskSource): Promise<void> {
    if (this.#touch(source.id)) return
    const [nx, ny, nz] = source.boxSize
    const bytes = await this.#bytes(source.url, nx * ny * nz, () => {})
    const mask = padded(bytes, source)
    this.#keep(source.id, mask.volume, mask.grid)
  }

  /** Fetches the displacements of a deformation (x, y, z in mm for each voxel, float32) and keeps them in place of the last ones. */
  async loadField(source: VolumeSource, onProgress: (fraction: number) => void): Promise<void> {
    if (this.#field?.id === source.id) return
    const [nx, ny, nz] = source.grid.dimensions
    const bytes = await this.#bytes(source.url, 3 * nx * ny * nz * 4, onProgress)
    const displacementMm = new Float32Array(bytes.buffer)
    this.#field = { id: source.id, deformation: { grid: source.grid, displacementMm, fixedToMoving: IDENTITY_MAT4 } }
  }

  has(id: string): boolean {
    return this.#held.has(id)
  }

  slice(ask: SliceAsk): SliceAnswer {
    const missing: string[] = []
    const sample = (layer: Layer | null): Float32Array | null => {
      if (!layer) return null
      const held = this.#use(layer.id)
      if (!held) {
        missing.push(layer.id)
        return null
      }
      const out = new Float32Array(ask.plane.width * ask.plane.height)
      reslice(held.volume, compose(held.patientToIndex, invert(layer.toWorld)), ask.plane, out)
      return out
    }
    const rgba = ask.second ? compared(ask, ask.second, sample) : fused(ask, sample(ask.ct), sample(ask.emission))
    const outlines: MaskLines[] = []
    for (const layer of ask.masks) {
      const held = this.#use(layer.id)
      if (!held) missing.push(layer.id)
      else outlines.push(this.#outline(layer, held, ask.plane))
    }
    const levels = ask.levels ? this.#levels(ask.levels.layer, ask.levels.values, ask.plane, missing) : []
    return {
      width: ask.plane.width,
      height: ask.plane.height,
      rgba,
      outlines,
      levels,
      fieldLines: ask.field ? this.#fieldLines(ask.field, ask.plane, missing) : [],
      missing,
    }
  }

  #fieldLines({ id, stepMm }: { id: string; stepMm: number }, plane: SlicePlane, missing: string[]): Polyline[] {
    if (this.#field?.id === id) return fieldLines(this.#field.deformation, plane, stepMm)
    missing.push(id)
    return []
  }

  #outline(layer: Layer, held: Held, plane: SlicePlane): MaskLines {
    const of = planeOf(plane)
    const [lines] = this.#remembered(held, layer, of, '', () => [
      maskOutlines(held.volume, held.grid, layer.toWorld, of),
    ])
    return { id: layer.id, lines: inPixels(lines as PlaneLines, plane, of) }
  }

  #levels(layer: Layer, values: readonly number[], plane: SlicePlane, missing: string[]): Polyline[][] {
    const held = this.#use(layer.id)
    if (!held) {
      if (!missing.includes(layer.id)) missing.push(layer.id)
      return []
    }
    const of = planeOf(plane)
    const lines = this.#remembered(held, layer, of, values.join(' '), () =>
      levelLines(held.volume, held.grid, layer.toWorld, of, values),
    )
    return lines.map((one) => inPixels(one, plane, of))
  }

  #remembered(
    held: Held,
    layer: Layer,
    of: ReturnType<typeof planeOf>,
    what: string,
    make: () => readonly PlaneLines[],
  ): readonly PlaneLines[] {
    const key = [...of.normal, of.offsetMm.toFixed(4), ...layer.toWorld, what].join(' ')
    let lines = held.lines.get(key)
    if (!lines) {
      lines = make()
      held.lines.set(key, lines)
      const oldest = held.lines.keys().next().value
      if (held.lines.size > PLANES_KEPT && oldest !== undefined) held.lines.delete(oldest)
    }
    return lines
  }

  /** Values of the voxels that hold a point, null where a layer does not reach it or is not loaded. Masks give 0 to 1. */
  probe(point: Vec3, layers: readonly Layer[]): (number | null)[] {
    return layers.map((layer) => {
      const held = this.#use(layer.id)
      if (!held) return null
      const value = voxelAt(held.volume, compose(held.patientToIndex, invert(layer.toWorld)), point)
      return value !== null && held.volume.values instanceof Uint8Array ? value / 255 : value
    })
  }

  /** A volume small enough to project: blocks of voxels by their maximum or mean. Null where it is not loaded. */
  projection(id: string, largest: number, by: Shrinking): Projection | null {
    const held = this.#use(id)
    return held ? shrink(held.volume, held.grid, largest, by) : null
  }

  async #bytes(
    url: string,
    expected: number,
    onProgress: (fraction: number) => void,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#fetch(url)
    if (!response.ok || !response.body) throw new Error(`The voxels could not be read (status ${response.status})`)
    const bytes = new Uint8Array(expected)
    let at = 0
    const reader = response.body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (at + value.length > expected) throw new Error('More voxels came than the image has')
      bytes.set(value, at)
      at += value.length
      onProgress(expected === 0 ? 1 : at / expected)
    }
    if (at !== expected) throw new Error(`Only ${at} of ${expected} bytes of voxels came`)
    return bytes
  }

  #keep(id: string, volume: Volume, grid: ImageGrid): void {
    this.#held.set(id, {
      volume,
      grid,
      patientToIndex: patientToIndex(grid),
      bytes: volume.values.byteLength,
      usedAt: ++this.#clock,
      lines: new Map(),
    })
    let total = 0
    for (const held of this.#held.values()) total += held.bytes
    const oldestFirst = [...this.#held].sort((a, b) => a[1].usedAt - b[1].usedAt)
    for (const [key, held] of oldestFirst) {
      if (total <= this.#budgetBytes || key === id) break
      this.#held.delete(key)
      total -= held.bytes
    }
  }

  #use(id: string): Held | undefined {
    const held = this.#held.get(id)
    if (held) held.usedAt = ++this.#clock
    return held
  }

  #touch(id: string): boolean {
    return this.#use(id) !== undefined
  }
}
