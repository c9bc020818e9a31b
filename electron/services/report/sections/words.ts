/** Phrases that several sections share. */
import type { CycleAnalysis, FitResult, ImageUse } from '../../../contracts/analysis.ts'
import { joinUncertain, scaled } from '../numbers.ts'

export const MODEL_NAMES: Record<FitResult['model'], string> = {
  'mono-exponential': 'mono-exponential',
  'uptake-washout': 'uptake and washout',
  'bi-exponential': 'bi-exponential',
  'tri-exponential': 'tri-exponential',
}

/** "Cycle 2 · 2026-03-09 · 7390 ± 220 MBq". */
export function cycleTitle(cycle: CycleAnalysis): string {
  const { start, activityBq } = cycle.administration
  return `Cycle ${cycle.index} · ${start.local.slice(0, 10)} · ${joinUncertain(scaled(activityBq, 1e-6))} MBq`
}

/** "1 file", "3 files". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** Modality and description, the modality only once: "CT low dose", "NM SPECT AC". */
export function imageName({ modality, description }: ImageUse): string {
  const words = description.trim()
  return words.toUpperCase().split(/\W+/)[0] === modality ? words : `${modality} ${words}`.trim()
}
