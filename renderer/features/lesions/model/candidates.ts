/** Candidates as a person judges them: what was decided of each, and the burden of what was accepted so far. */
import type { LesionCandidateView, LesionsAccept } from '../../../../electron/contracts/index.ts'
import type { IconName } from '../../../ui/index.ts'

export type Verdict = 'open' | 'accepted' | 'rejected'

export interface Decision {
  readonly verdict: Verdict
  readonly name: string
}

export interface CandidateRow extends LesionCandidateView {
  readonly verdict: Verdict
  /** As the person calls it. */
  readonly shownName: string
}

export const verdictMarks: Readonly<Record<Verdict, { readonly icon: IconName; readonly text: string }>> = {
  open: { icon: 'question', text: 'to judge' },
  accepted: { icon: 'check', text: 'accepted' },
  rejected: { icon: 'refused', text: 'rejected' },
}

export const flagWords: Readonly<Record<LesionCandidateView['flags'][number], string>> = {
  physiologic: 'physiologic?',
  'beyond-physiologic': 'beyond organ',
  split: 'split',
  'cut-by-image': 'cut by image',
  'local-below-threshold': 'edge below threshold',
  'shoulder-left-out': 'shoulder left out',
}

export function rowsOf(
  candidates: readonly LesionCandidateView[],
  decisions: Readonly<Record<string, Decision>>,
): CandidateRow[] {
  return candidates.map((one) => {
    const decision = decisions[one.structureId]
    return { ...one, verdict: decision?.verdict ?? 'open', shownName: decision?.name ?? one.name }
  })
}

export interface RunningBurden {
  readonly count: number
  readonly toJudge: number
  readonly volumeMl: number
  /** Total lesion activity. */
  readonly totalBq: number
}

/** Of accepted candidates alone; `totalBq` is Σ mean · volume. */
export function runningBurden(rows: readonly CandidateRow[]): RunningBurden {
  const accepted = rows.filter(({ verdict }) => verdict === 'accepted')
  return {
    count: accepted.length,
    toJudge: rows.filter(({ verdict }) => verdict === 'open').length,
    volumeMl: accepted.reduce((sum, { volumeMl }) => sum + volumeMl, 0),
    totalBq: accepted.reduce((sum, { totalBq }) => sum + totalBq, 0),
  }
}

/** The accepted ones as they are stored; names are trimmed. */
export function acceptedOf(rows: readonly CandidateRow[]): LesionsAccept['accepted'] {
  return rows
    .filter(({ verdict }) => verdict === 'accepted')
    .map(({ structureId, shownName }) => ({ structureId, name: shownName.trim(), identity: null }))
}

/** Names that two accepted lesions share, or that a structure taken along has: the list and the report tell structures by name. */
export function sharedNames(rows: readonly CandidateRow[], beside: readonly string[]): string[] {
  const seen = new Set(beside.map((name) => name.trim().toUpperCase()))
  return acceptedOf(rows).flatMap(({ name }) => {
    const key = name.toUpperCase()
    if (seen.has(key)) return [name]
    seen.add(key)
    return []
  })
}

/** What is told where a search found nothing. */
export function nothingFound(result: {
  readonly thresholdBqPerMl: number
  readonly tooSmall: { readonly count: number; readonly volumeMl: number }
}): string {
  const { count, volumeMl } = result.tooSmall
  const above = `above ${(result.thresholdBqPerMl / 1000).toPrecision(3)} kBq/mL`
  return count === 0
    ? `Nothing lies ${above}. Lower the threshold.`
    : `${count} region${count === 1 ? '' : 's'} ${above} (${volumeMl.toPrecision(2)} mL in all) ${count === 1 ? 'is' : 'are'} smaller than the smallest volume asked for. Lower the threshold or the smallest volume.`
}
