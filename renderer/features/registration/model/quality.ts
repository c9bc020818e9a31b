/** What the measured quality of a registration says, in words and with marks. */
import type { RegistrationQuality } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'

export type Mark = 'good' | 'fair' | 'poor' | 'none'

/** A mark against which a number is looked at. None of them decides: a person does. */
export interface Tolerance {
  readonly good: number
  readonly fair: number
  readonly source: string
  readonly evidence: 'transcribed' | 'unverified' | 'designed'
}

const TG132 = 'AAPM TG-132 (Brock and others 2017)'

export const tolerances = {
  /** Larger is better. */
  dice: { good: 0.9, fair: 0.8, source: `${TG132}: 0.80 to 0.90`, evidence: 'unverified' },
  meanDistanceMm: { good: 2, fair: 3, source: `${TG132}: mean distance 2 to 3 mm`, evidence: 'unverified' },
  landmarkMeanMm: {
    good: 2,
    fair: 5,
    source: `${TG132}: 2 mm on average, 5 mm at most, as told by Latifi and others 2018`,
    evidence: 'transcribed',
  },
} as const satisfies Record<string, Tolerance>

export const markWords: Readonly<Record<Mark, string>> = {
  good: 'agrees',
  fair: 'at the limit',
  poor: 'differs',
  none: 'not judged',
}

export function markOf(value: number | null, { good, fair }: Tolerance, isLargerBetter = false): Mark {
  if (value === null) return 'none'
  const [a, b, c] = isLargerBetter ? [-value, -good, -fair] : [value, good, fair]
  return a <= b ? 'good' : a <= c ? 'fair' : 'poor'
}

export interface StructureRow {
  readonly name: string
  readonly dice: number | null
  readonly meanMm: number | null
  readonly percentile95Mm: number | null
  readonly maximumMm: number | null
  readonly mark: Mark
  readonly note: string
}

/**
 * A structure gets the worse of the marks of its overlap and its surface. Overlap falls with the size of a structure however well its surface
 * fits, so that one whose surface agrees is "at the limit" at worst.
 */
export function structureRows(structures: RegistrationQuality['structures']): StructureRow[] {
  return structures.map((one) => {
    const overlap = markOf(one.dice, tolerances.dice, true)
    const surface = markOf(one.meanSurfaceDistanceMm, tolerances.meanDistanceMm)
    const mark = overlap === 'poor' && surface === 'good' ? 'fair' : worse(overlap, surface)
    const [from, to] = [one.fixedVolumeMl, one.movedVolumeMl]
    const volumes =
      from !== null && to !== null ? `${formatNumber(from)} mL in the fixed image, ${formatNumber(to)} mL carried` : ''
    return {
      name: one.name,
      dice: one.dice,
      meanMm: one.meanSurfaceDistanceMm,
      percentile95Mm: one.percentile95SurfaceDistanceMm,
      maximumMm: one.maximumSurfaceDistanceMm,
      mark,
      note: one.problem || volumes,
    }
  })
}

const ORDER: readonly Mark[] = ['good', 'fair', 'poor']
function worse(a: Mark, b: Mark): Mark {
  if (a === 'none' || b === 'none') return a === 'none' ? b : a
  return ORDER[Math.max(ORDER.indexOf(a), ORDER.indexOf(b))] ?? 'none'
}

export interface Fact {
  readonly name: string
  readonly value: string
  readonly mark: Mark
  readonly words: string
  readonly tolerance: Tolerance | null
}

const metricNames: Readonly<Record<string, { name: string; unit: string }>> = {
  'mutual-information': { name: 'Mutual information', unit: ' nats' },
  'normalised-correlation': { name: 'Correlation', unit: '' },
}
const percent = (fraction: number): string => `${formatNumber(100 * fraction, 3)} %`

/** All that was measured of the match as a whole; what was not measured is left out. */
export function facts(quality: RegistrationQuality): Fact[] {
  const { metric, metricBefore, metricAfter, overlapFraction, jacobianMinimum, jacobianMaximum, landmarks } = quality
  const plain = { mark: 'none', words: '', tolerance: null } as const
  const found: Fact[] = []
  if (landmarks) {
    const mark = markOf(landmarks.meanMm, tolerances.landmarkMeanMm)
    const points = `${landmarks.count} ${landmarks.count === 1 ? 'landmark' : 'landmarks'}`
    found.push({
      name: 'Landmark error',
      value: `${formatNumber(landmarks.meanMm)} mm mean, ${formatNumber(landmarks.maximumMm)} mm largest`,
      mark: landmarks.maximumMm > tolerances.landmarkMeanMm.fair ? 'poor' : mark,
      words: points,
      tolerance: tolerances.landmarkMeanMm,
    })
  }
  const named = metricNames[metric]
  if (named && metricAfter !== null)
    found.push({
      ...plain,
      name: named.name,
      value: `${metricBefore === null ? '' : `${formatNumber(metricBefore)} → `}${formatNumber(metricAfter)}${named.unit}`,
      words: metricBefore !== null && metricAfter < metricBefore ? 'fell on the finest level' : 'larger is better',
    })
  if (overlapFraction !== null)
    found.push({ ...plain, name: 'Overlap', value: percent(overlapFraction), words: 'of what was compared' })
  if (jacobianMinimum !== null && jacobianMaximum !== null) {
    const isFolded = jacobianMinimum <= 0 || (quality.foldedFraction ?? 0) > 0
    found.push({
      ...plain,
      name: 'Jacobian',
      value: `${formatNumber(jacobianMinimum)} to ${formatNumber(jacobianMaximum)}`,
      mark: isFolded ? 'poor' : 'none',
      words: isFolded ? 'folds' : 'no folding; 1 is unchanged volume',
    })
  }
  return found
}
