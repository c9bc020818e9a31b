import type { Window } from './composite.ts'

/** CT windows by the names radiology uses, in HU. */
export const ctPresets: readonly { readonly id: string; readonly label: string; readonly window: Window }[] = [
  { id: 'soft', label: 'Soft tissue', window: { low: -160, high: 240 } },
  { id: 'bone', label: 'Bone', window: { low: -450, high: 1050 } },
  { id: 'lung', label: 'Lung', window: { low: -1350, high: 150 } },
]

/** A round number at or above: 1, 1.5, 2, 3, 5 or 7.5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.5, 2, 3, 5, 7.5, 10].find((one) => one * power >= value * (1 - 1e-9)) ?? 10
  return step * power
}

/** The window after a drag: right widens, down darkens; a full view's width changes the width of the window threefold. */
export function draggedWindow(from: Window, dx: number, dy: number, viewPx: number, minimumWidth: number): Window {
  const width = Math.max(minimumWidth, (from.high - from.low) * 3 ** (dx / viewPx))
  const level = (from.low + from.high) / 2 + (dy / viewPx) * (from.high - from.low)
  return { low: level - width / 2, high: level + width / 2 }
}

/** The scale of an emission image after a drag: its lower end stays at 0, dragging right or down raises the upper end. */
export function draggedScale(from: Window, dx: number, dy: number, viewPx: number): Window {
  return { low: from.low, high: from.low + (from.high - from.low) * 4 ** ((dx + dy) / viewPx) }
}
