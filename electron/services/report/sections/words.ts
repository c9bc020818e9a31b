/** Phrases that several sections share. */
import type { CycleAnalysis, FitResult, ImageUse } from '../../../contracts/analysis.ts'
import { joinUncertain, scaled } from '../numbers.ts'

export const MODEL_NAMES: Record<FitResult['model'], string> = {
  'mono-exponential': 'mono-exponential',
  'uptake-washout': 'uptake and washout',
  'bi-exponential': 'bi-exponential',
  'tri-exponential': 'tri-exponential',
  'mono-exponential-area': 'mono-exponential by its TIA',
  'uptake-washout-area': 'uptake and washout by its TIA',
  'circulation-washout': 'uptake from the circulation and washout',
  'bi-exponential-washout': 'two washout phases',
  'bi-exponential-area': 'two washout phases by their TIA',
  'hardiansyah-2021-f2a': 'uptake of all that was given and washout (Hardiansyah 2021, f2a)',
  'hardiansyah-2021-f2d': 'uptake that stays (Hardiansyah 2021, f2d)',
  'hardiansyah-2021-f2e': 'a part of all that was given washes out (Hardiansyah 2021, f2e)',
  'hardiansyah-2021-f3a': 'a part washes out, the rest stays (Hardiansyah 2021, f3a)',
  'hardiansyah-2021-shares': 'a share washes out, the rest stays (Hardiansyah 2021)',
  'hardiansyah-2023-f4d': 'two phases fed by the circulation, by their TIA (Hardiansyah 2023, f4d)',
  'uptake-two-phase-washout': 'uptake and two washout phases',
  trapezoid: 'trapezoidal rule',
  average: 'average over models',
  formula: 'own formula',
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
