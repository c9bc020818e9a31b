import { useKeptAtClosing } from '../../keptAtClosing.ts'
import { useLesionStore } from './store.ts'

/** Candidates that were accepted and not saved are stored before the window closes, as sets that count nowhere. */
export function useKeepLesionsAtClosing(report: (error: unknown) => void): void {
  const lesions = useLesionStore()
  useKeptAtClosing({ hasUnsaved: () => lesions.hasUnsaved, keepUnsaved: lesions.keepUnsaved }, report)
}
