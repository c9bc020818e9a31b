/** Cycles that could follow, as the sliders of the limits set them: some that are alike. The effect with them is the backend's. */
import type { BiologySettings, FurtherCycle } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'

export const MOST_CYCLES = 6
export interface AlikeCycles {
  readonly count: number
  /** Activity over that of the last cycle. */
  readonly relativeActivity: number
  readonly afterDays: number
}

/** Eight weeks apart: the default of the contract. */
export const NO_CYCLES: AlikeCycles = { count: 0, relativeActivity: 0, afterDays: 56 }

/** What stands in the settings as so many alike cycles; null where they differ, or have dates or activities of their own. */
export function alikeCycles(further: readonly FurtherCycle[]): AlikeCycles | null {
  const [first] = further
  if (!first) return NO_CYCLES
  const { relativeActivity, afterDays } = first
  const alike = further.every(
    (one) =>
      one.activityBq === undefined &&
      one.date === undefined &&
      one.relativeActivity === relativeActivity &&
      one.afterDays === afterDays,
  )
  return alike ? { count: further.length, relativeActivity, afterDays } : null
}

/** Settings with so many further cycles; none where activity or number is 0. */
export function withFurther(
  settings: BiologySettings,
  { count, relativeActivity, afterDays }: AlikeCycles,
): BiologySettings {
  const one = { relativeActivity, afterDays }
  return { ...settings, furtherCycles: relativeActivity > 0 ? Array.from({ length: count }, () => one) : [] }
}

/** "2 further cycles with 0.75 of the last activity, 56 days apart" */
export function furtherWords(further: readonly FurtherCycle[]): string {
  const alike = alikeCycles(further)
  if (!alike) return `${further.length} further cycles of their own activities and dates`
  const { count, relativeActivity, afterDays } = alike
  if (count === 0) return 'no further cycle'
  return `${count} further cycle${count === 1 ? '' : 's'} with ${formatNumber(relativeActivity, 2)} of the last activity, ${formatNumber(afterDays, 2)} days apart`
}
