import { useKeptAtClosing } from '../../keptAtClosing.ts'
import { useBiologyDraftStore } from './draftStore.ts'

/** Settings that are tried and a half-written formula are stored before the window closes, as drafts that count nowhere. */
export function useKeepBiologyAtClosing(report: (error: unknown) => void): void {
  const { hasUnsaved, keepUnsaved } = useBiologyDraftStore()
  useKeptAtClosing({ hasUnsaved, keepUnsaved }, report)
}
