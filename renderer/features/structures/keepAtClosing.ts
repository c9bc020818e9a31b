import { useKeptAtClosing } from '../../keptAtClosing.ts'
import { useDrawingStore } from './store.ts'

/** Drawings that were not saved are stored before the window closes, as a set of its own that counts nowhere. */
export function useKeepAtClosing(report: (error: unknown) => void): void {
  const drawing = useDrawingStore()
  useKeptAtClosing({ hasUnsaved: () => drawing.hasUnsaved, keepUnsaved: drawing.keepUnsaved }, report)
}
