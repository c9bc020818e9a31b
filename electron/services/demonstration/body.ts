/** What a simulated body is made of. */
import type { Point, Solid } from './implicit.ts'
import type { TissueName } from './tissues.ts'

/** One piece of the body. Where pieces overlap, the earlier one in the list is what is there. */
export interface BodyPart {
  readonly solid: Solid
  readonly tissue: TissueName
  /** Index into `Anatomy.compartments`: what its activity belongs to. */
  readonly compartment: number
}

export interface Compartment {
  readonly name: string
  readonly tissue: TissueName
  /** Same concentration as that compartment, but outside the structure that bears its name (vessels and spine beyond it). */
  readonly extensionOf: string | null
}

/** A structure as a physician would draw it. */
export interface DrawnStructure {
  readonly name: string
  readonly type: 'GTV' | 'ORGAN' | 'EXTERNAL'
  readonly colourRgb: readonly [number, number, number]
  readonly solid: Solid
  /** Compartments that lie inside. */
  readonly holds: readonly string[]
}

export interface Anatomy {
  /** All pieces, with their tissues: what the CT shows. */
  readonly parts: readonly BodyPart[]
  /** The same body cut by activity only: the first pieces of `parts`, and the whole body for what remains. */
  readonly activityParts: readonly BodyPart[]
  readonly compartments: readonly Compartment[]
  readonly structures: readonly DrawnStructure[]
  /** Lesions with their analytic volumes. */
  readonly lesions: readonly PlacedLesion[]
}

export interface PlacedLesion {
  readonly name: string
  readonly site: 'liver' | 'abdomen'
  readonly centreMm: Point
  readonly radiiMm: Point
  readonly turnDeg: number
  readonly volumeMl: number
  readonly contrast: number | null
}
