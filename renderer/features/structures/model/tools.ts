/** The tools, their keys, and what each makes of the options. */
import type { IconName } from '../../../ui/index.ts'

export type ToolId =
  | 'look'
  | 'brush'
  | 'eraser'
  | 'polygon'
  | 'freehand'
  | 'threshold'
  | 'region'
  | 'find'
  | 'walk'
  | 'between'
  | 'grow'
  | 'smooth'
  | 'islands'
  | 'fill'
  | 'combine'
  | 'mirror'

export interface ToolDescription {
  readonly id: ToolId
  readonly label: string
  readonly icon: IconName
  /** The key that chooses it. */
  readonly key: string
  /** `view`: works in the views by the hand; `whole`: on the whole structure at once. */
  readonly group: 'view' | 'whole'
  /** What to do with it, for the options bar. */
  readonly hint: string
}

export const tools: readonly ToolDescription[] = [
  {
    id: 'look',
    label: 'Look',
    icon: 'crosshair',
    key: 'v',
    group: 'view',
    hint: 'Drag the crosshair; nothing is drawn.',
  },
  { id: 'brush', label: 'Brush', icon: 'brush', key: 'b', group: 'view', hint: 'Drag to draw, with Ctrl to erase.' },
  { id: 'eraser', label: 'Eraser', icon: 'eraser', key: 'e', group: 'view', hint: 'Drag to erase, with Ctrl to draw.' },
  {
    id: 'polygon',
    label: 'Polygon',
    icon: 'polygon',
    key: 'p',
    group: 'view',
    hint: 'Click corners; Enter or a double click closes.',
  },
  { id: 'freehand', label: 'Freehand', icon: 'freehand', key: 'd', group: 'view', hint: 'Drag around an area.' },
  {
    id: 'threshold',
    label: 'Threshold',
    icon: 'threshold',
    key: 't',
    group: 'view',
    hint: 'Click inside what is to be found.',
  },
  {
    id: 'region',
    label: 'Region',
    icon: 'region',
    key: 'r',
    group: 'view',
    hint: 'Click: what is alike around the point is taken.',
  },
  {
    id: 'find',
    label: 'Find',
    icon: 'search',
    key: 'f',
    group: 'view',
    hint: 'Click inside what is to be found: its edge is looked for.',
  },
  {
    id: 'walk',
    label: 'Walker',
    icon: 'walker',
    key: 'w',
    group: 'whole',
    hint: 'Strokes in this structure mark the inside, those in another one the outside.',
  },
  {
    id: 'between',
    label: 'Between slices',
    icon: 'between',
    key: 'i',
    group: 'whole',
    hint: 'Fills the empty slices between drawn ones.',
  },
  { id: 'grow', label: 'Grow, shrink', icon: 'grow', key: 'g', group: 'whole', hint: 'Moves the boundary.' },
  {
    id: 'smooth',
    label: 'Smooth',
    icon: 'smooth',
    key: 's',
    group: 'whole',
    hint: 'Rounds the boundary off; the volume stays.',
  },
  {
    id: 'islands',
    label: 'Pieces',
    icon: 'islands',
    key: 'l',
    group: 'whole',
    hint: 'Keeps or tells apart what does not touch.',
  },
  {
    id: 'fill',
    label: 'Holes',
    icon: 'holes',
    key: 'h',
    group: 'whole',
    hint: 'Fills what cannot be reached from outside.',
  },
  { id: 'combine', label: 'Combine', icon: 'combine', key: 'c', group: 'whole', hint: 'With another structure.' },
  {
    id: 'mirror',
    label: 'Mirror',
    icon: 'mirror',
    key: 'm',
    group: 'whole',
    hint: 'In the sagittal plane through the crosshair.',
  },
]

/** Tools that begin where the hand clicks, and show what they would do. */
export const beginsAtPoint = (id: ToolId): boolean => id === 'threshold' || id === 'region' || id === 'find'

export const toolOf = (id: ToolId): ToolDescription => tools.find((tool) => tool.id === id)!

/** Brush radii are stepped so that each key press is seen and both ends are reached in a few. */
const SMALLEST_MM = 1
const LARGEST_MM = 60

/** A brush's next radius, mm: a tenth more or less, at least half a millimetre. */
export function steppedRadius(radiusMm: number, direction: 1 | -1): number {
  const step = Math.max(0.5, Math.round(radiusMm / 5) / 2)
  return Math.min(LARGEST_MM, Math.max(SMALLEST_MM, radiusMm + direction * step))
}
