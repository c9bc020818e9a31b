import type { CycleView, PatientView } from '../../../../electron/contracts/index.ts'

/** The cycle with this number, or the diagnostic administration (−1, −2 …); the first one where there is no such number. */
export function cycleOf(view: PatientView | null, index: number): CycleView | null {
  const all = view ? [...view.cycles, ...view.diagnostics] : []
  return all.find((cycle) => cycle.index === index) ?? all[0] ?? null
}

/** Names of all structures of the analysis, in order of first appearance, each once. */
export function structureNames(view: PatientView | null): string[] {
  const names = view?.analysis?.cycles.flatMap((cycle) => cycle.structures.map((structure) => structure.name)) ?? []
  return [...new Set(names)]
}

/**
 * The order in which structures get their colours: by name, so that it does not depend on what was loaded first; outlines
 * that are no regions to dose (the body's) come last and never take a hue from an organ.
 */
export function colourOrder(names: readonly string[], excluded: readonly string[]): string[] {
  const outlineOnly = new Set(excluded.map((name) => name.toUpperCase()))
  const last = (name: string) => (outlineOnly.has(name.toUpperCase()) ? 1 : 0)
  return [...new Set(names)].sort(
    (a, b) => last(a) - last(b) || a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' }) || (a < b ? -1 : 1),
  )
}
