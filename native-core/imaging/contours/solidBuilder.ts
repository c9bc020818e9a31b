/** Cuts a stack of labelled slices into pieces: between linked components, and beyond components that end. */
import { InputError } from '../../errors/index.ts'
import { areaBetween, bodyEnd } from './areaModel.ts'
import { makePiece } from './piece.ts'
import { shapeField } from './shapeField.ts'
import type { Knot } from './areaModel.ts'
import type { LabelledSlice, LinkedGroup, SliceComponent } from './components.ts'
import type { PlaneLattice } from './coverage.ts'
import type { Piece } from './piece.ts'
import type { PixelBox, ShapeField } from './shapeField.ts'

/** A set of components of one slice. */
interface SetKey {
  readonly slice: number
  readonly labels: readonly number[]
}

/** Makes the pieces of a solid. Holds the fields of component sets, each made once on a box that serves all its pieces. */
export class SolidBuilder {
  private readonly slices: readonly LabelledSlice[]
  private readonly lattice: PlaneLattice
  private readonly links: readonly (readonly LinkedGroup[])[]
  private readonly spacing: number | null
  /** Part (connected body) of each component, by slice and label − 1; box of the fields of each part. */
  private readonly parts: readonly Int32Array[]
  private readonly partBoxes = new Map<number, PixelBox>()
  private readonly fields = new Map<string, ShapeField>()

  constructor(
    slices: readonly LabelledSlice[],
    lattice: PlaneLattice,
    links: readonly (readonly LinkedGroup[])[],
    spacing: number | null,
  ) {
    this.slices = slices
    this.lattice = lattice
    this.links = links
    this.spacing = spacing
    this.parts = connectedParts(slices, links)
    const margin = this.margin(
      Math.max(spacing ?? 0, ...slices.slice(1).map((s, n) => (links[n]!.length > 0 ? s.w - slices[n]!.w : 0))),
    )
    slices.forEach((slice, n) => {
      for (const component of slice.components) {
        const part = this.parts[n]![component.label - 1]!
        const box = widen(component, margin)
        const known = this.partBoxes.get(part)
        this.partBoxes.set(part, known === undefined ? box : unite(known, box))
      }
    })
  }

  /** All pieces; `pause` is called between them and may throw. */
  build(pause: () => void): Piece[] {
    const pieces: Piece[] = []
    this.links.forEach((groups, n) => {
      pause()
      for (const group of groups) pieces.push(this.between(n, group))
    })
    this.slices.forEach((slice, n) => {
      for (const component of slice.components) {
        for (const side of [1, -1] as const) {
          if (!this.isLinked(n, component.label, side)) pieces.push(this.end(n, component, side))
        }
      }
    })
    return pieces
  }

  private between(n: number, group: LinkedGroup): Piece {
    const lowerSlice = this.slices[n]!
    const upperSlice = this.slices[n + 1]!
    const lower: Knot = { w: lowerSlice.w, areaMm2: this.areaOf(n, group.lower) }
    const upper: Knot = { w: upperSlice.w, areaMm2: this.areaOf(n + 1, group.upper) }
    const before = this.continuation(n, group.lower, -1)
    const after = this.continuation(n + 1, group.upper, 1)
    const lowerField = this.field(n, group.lower)
    const upperField = this.field(n + 1, group.upper)
    const isAlone =
      before === null && after === null && this.isFree(n, group.lower, -1) && this.isFree(n + 1, group.upper, 1)
    const area = areaBetween(
      lower,
      upper,
      this.knot(before),
      this.knot(after),
      isAlone ? this.loneCurvature(lower, upper, lowerField, upperField) : 0,
    )
    return makePiece(
      {
        wStart: lower.w,
        wEnd: upper.w,
        lower: lowerField,
        upper: upperField,
        box: this.pieceBox(
          [
            { slice: n, labels: group.lower },
            { slice: n + 1, labels: group.upper },
          ],
          upper.w - lower.w,
        ),
        wContour: lower.w,
        shiftU: 0,
        shiftV: 0,
      },
      area,
    )
  }

  /** Bend of the area of a body with two contours only: that of a rounded body if it closes on both sides, else none. */
  private loneCurvature(lower: Knot, upper: Knot, lowerField: ShapeField, upperField: ShapeField): number {
    const h = upper.w - lower.w
    const aspect = this.aspect(lower.areaMm2, lowerField, upper.areaMm2, upperField)
    const up = bodyEnd([upper.areaMm2, lower.areaMm2], [h], h, aspect)
    const down = bodyEnd([lower.areaMm2, upper.areaMm2], [h], h, aspect)
    return up.kind === 'closed' && down.kind === 'closed' ? -aspect : 0
  }

  private aspect(areaA: number, a: ShapeField, areaB: number, b: ShapeField): number {
    return areaA > areaB ? areaA / a.inscribedMm ** 2 : areaB / b.inscribedMm ** 2
  }

  private end(n: number, component: SliceComponent, side: 1 | -1): Piece {
    const slice = this.slices[n]!
    const labels = [component.label]
    const previous = this.continuation(n, labels, side === 1 ? -1 : 1)
    const limit = this.endLimit(n, side, previous)
    const field = this.field(n, labels)
    const areas = [component.areaMm2]
    const gaps: number[] = []
    let aspect = component.areaMm2 / field.inscribedMm ** 2
    let shiftU = 0
    let shiftV = 0
    if (previous !== null) {
      const inward = side === 1 ? -1 : 1
      let from: SetKey = { slice: n, labels }
      for (
        let set: SetKey | null = previous;
        set !== null && areas.length < 4;
        set = this.continuation(from.slice, from.labels, inward)
      ) {
        areas.push(this.areaOf(set.slice, set.labels))
        gaps.push(Math.abs(this.slices[set.slice]!.w - this.slices[from.slice]!.w))
        from = set
      }
      const gap = gaps[0]!
      if (areas.length === 2 && areas[1]! > component.areaMm2) {
        aspect = areas[1]! / this.field(previous.slice, previous.labels).inscribedMm ** 2
      }
      const centre = this.centroidOf(previous.slice, previous.labels)
      const limitShift = (value: number): number => Math.min(1, Math.max(-1, value))
      shiftU = limitShift((component.centroidU - centre.u) / gap) * side
      shiftV = limitShift((component.centroidV - centre.v) / gap) * side
    }
    const end = bodyEnd(areas, gaps, limit, aspect)
    const wEnd = slice.w + side * end.lengthMm
    const area = side === 1 ? end.area : (t: number): number => end.area(end.lengthMm - t)
    return makePiece(
      {
        wStart: Math.min(slice.w, wEnd),
        wEnd: Math.max(slice.w, wEnd),
        lower: field,
        upper: null,
        box: this.pieceBox([{ slice: n, labels }], limit),
        wContour: slice.w,
        shiftU,
        shiftV,
      },
      area,
    )
  }

  /** Distance to where the next contour of an ending component would be. */
  private endLimit(n: number, side: 1 | -1, previous: SetKey | null): number {
    const interval = side === 1 ? n : n - 1
    const neighbour = this.slices[n + side]
    if (neighbour !== undefined && this.links[interval]!.length > 0) return Math.abs(neighbour.w - this.slices[n]!.w)
    if (previous !== null) return Math.abs(this.slices[previous.slice]!.w - this.slices[n]!.w)
    if (this.spacing !== null) return this.spacing
    throw new InputError(
      'structure.single-slice',
      'The structure has contours on one slice only, and the thickness of that slice is not known.',
      'Import the image that the structure was drawn on with it.',
    )
  }

  /** The components that the whole set `labels` goes over into, on its own, one slice further on `side`; null if none. */
  private continuation(n: number, labels: readonly number[], side: 1 | -1): SetKey | null {
    const groups = this.links[side === 1 ? n : n - 1]
    if (groups === undefined) return null
    const wanted = labels.join(',')
    for (const group of groups) {
      if ((side === 1 ? group.lower : group.upper).join(',') === wanted) {
        return { slice: n + side, labels: side === 1 ? group.upper : group.lower }
      }
    }
    return null
  }

  private isLinked(n: number, label: number, side: 1 | -1): boolean {
    const groups = this.links[side === 1 ? n : n - 1] ?? []
    return groups.some((group) => (side === 1 ? group.lower : group.upper).includes(label))
  }

  private isFree(n: number, labels: readonly number[], side: 1 | -1): boolean {
    return labels.length === 1 && !this.isLinked(n, labels[0]!, side)
  }

  private knot(set: SetKey | null): Knot | null {
    return set === null ? null : { w: this.slices[set.slice]!.w, areaMm2: this.areaOf(set.slice, set.labels) }
  }

  private areaOf(n: number, labels: readonly number[]): number {
    return labels.reduce((sum, label) => sum + this.slices[n]!.components[label - 1]!.areaMm2, 0)
  }

  private centroidOf(n: number, labels: readonly number[]): { u: number; v: number } {
    let [u, v, total] = [0, 0, 0]
    for (const label of labels) {
      const c = this.slices[n]!.components[label - 1]!
      u += c.centroidU * c.areaMm2
      v += c.centroidV * c.areaMm2
      total += c.areaMm2
    }
    return { u: u / total, v: v / total }
  }

  private field(n: number, labels: readonly number[]): ShapeField {
    const key = `${n}:${labels.join(',')}`
    let field = this.fields.get(key)
    if (field === undefined) {
      const box = this.partBoxes.get(this.parts[n]![labels[0]! - 1]!)!
      field = shapeField(this.slices[n]!, labels, box, this.lattice)
      this.fields.set(key, field)
    }
    return field
  }

  /** Pixels around an outline that it may bulge into between contours `heightMm` apart. */
  private margin(heightMm: number): number {
    return 3 + Math.ceil((0.35 * heightMm) / this.lattice.pitchMm)
  }

  /** The pixels of their part's fields that the sets may reach. */
  private pieceBox(sets: readonly SetKey[], heightMm: number): PixelBox {
    const margin = this.margin(heightMm)
    const first = sets[0]!
    const part = this.partBoxes.get(this.parts[first.slice]![first.labels[0]! - 1]!)!
    const boxes = sets.flatMap((set) =>
      set.labels.map((label) => widen(this.slices[set.slice]!.components[label - 1]!, margin)),
    )
    const box = boxes.reduce(unite)
    return {
      columnLow: Math.max(box.columnLow, part.columnLow) - part.columnLow,
      columnHigh: Math.min(box.columnHigh, part.columnHigh) - part.columnLow,
      rowLow: Math.max(box.rowLow, part.rowLow) - part.rowLow,
      rowHigh: Math.min(box.rowHigh, part.rowHigh) - part.rowLow,
    }
  }
}

/** Numbers the connected bodies: components joined through links, from slice to slice. */
function connectedParts(
  slices: readonly LabelledSlice[],
  links: readonly (readonly LinkedGroup[])[],
): readonly Int32Array[] {
  const first: number[] = []
  let count = 0
  for (const slice of slices) {
    first.push(count)
    count += slice.components.length
  }
  const parent = Int32Array.from({ length: count }, (_, n) => n)
  const root = (n: number): number => {
    while (parent[n] !== n) n = parent[n]!
    return n
  }
  links.forEach((groups, n) => {
    for (const { lower, upper } of groups) {
      const members = [...lower.map((l) => first[n]! + l - 1), ...upper.map((l) => first[n + 1]! + l - 1)]
      const target = root(members[0]!)
      for (const member of members) parent[root(member)] = target
    }
  })
  return slices.map((slice, n) => Int32Array.from(slice.components, (_, label) => root(first[n]! + label)))
}

function widen(box: PixelBox, margin: number): PixelBox {
  return {
    columnLow: box.columnLow - margin,
    columnHigh: box.columnHigh + margin,
    rowLow: box.rowLow - margin,
    rowHigh: box.rowHigh + margin,
  }
}

function unite(a: PixelBox, b: PixelBox): PixelBox {
  return {
    columnLow: Math.min(a.columnLow, b.columnLow),
    columnHigh: Math.max(a.columnHigh, b.columnHigh),
    rowLow: Math.min(a.rowLow, b.rowLow),
    rowHigh: Math.max(a.rowHigh, b.rowHigh),
  }
}
