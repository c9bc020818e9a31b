/** Advice on scan times as text, and as a chart's columns. */
import type { ScanAdvice, ScanMethod, ScanPopulation, ScanTimes } from '../../../../electron/contracts/index.ts'
import { HOUR_S } from '../../../units.ts'
import { percentText } from './parameters.ts'

export const scanMethodLabels: Readonly<Record<ScanMethod, string>> = {
  'population-map': 'most probable curve (MAP)',
  'population-half-life': 'population half-life',
  hanscheid: 'Hänscheid',
  madsen: 'Madsen',
  'mono-exponential': 'mono-exponential through both',
}

const hours = (timeS: number): string => String(Number((timeS / HOUR_S).toPrecision(3)))

/** "24 h and 144 h p.i." */
export function timesText({ timesS }: Pick<ScanTimes, 'timesS'>): string {
  return `${timesS.map(hours).join(' h and ')} h p.i.`
}

/** What a method promises at its best time, and how far off from it is nearly as good. */
export function adviceText({ best, windows }: ScanAdvice): string {
  const spans = windows.map(({ fromS, toS }) => (fromS === toS ? hours(fromS) : `${hours(fromS)} to ${hours(toS)}`))
  return `${timesText(best)}; nearly as good from ${spans.join(' h, and from ')} h`
}

export function errorText({ rms, bias, shareOver10 }: ScanTimes): string {
  const sign = bias < 0 ? '−' : '+'
  return `error of the TIA ${percentText(rms)} (root mean square), bias ${sign}${percentText(Math.abs(bias))}, ${percentText(shareOver10)} of patients off by more than 10 %`
}

/** What the numbers rest on, for the mark. */
export function populationEvidence(population: ScanPopulation): { subject: string; evidence: string }[] {
  return population.evidence === 'verified'
    ? []
    : [{ subject: `population “${population.title}”`, evidence: population.evidence }]
}

/** The method with the smallest error at its best time. */
export function bestMethod(methods: readonly ScanAdvice[]): ScanAdvice | null {
  return methods.reduce<ScanAdvice | null>((best, one) => (!best || one.best.rms < best.best.rms ? one : best), null)
}

/** Columns of the chart of one scan: h, then the error of each method in percent. All methods are tried at the same times. */
export function errorColumns(methods: readonly ScanAdvice[]): number[][] {
  const times = methods[0]?.entries.map(({ timesS }) => (timesS[0] ?? 0) / HOUR_S) ?? []
  return [times, ...methods.map(({ entries }) => entries.map(({ rms }) => rms * 100))]
}

export interface PairCell {
  readonly first: number
  readonly second: number
  readonly rms: number
  readonly isNearlyBest: boolean
  readonly isBest: boolean
  readonly says: string
}

/** An expected error of this times the best still counts as good; as `NEARLY_BEST` of the core. */
const NEARLY_BEST = 1.1

/** The cells of the table of pairs: places of the earlier and the later time in `timesS`. */
export function pairCells({ entries, best }: ScanAdvice): { timesS: readonly number[]; cells: readonly PairCell[] } {
  const timesS = [...new Set(entries.flatMap((entry) => entry.timesS))].sort((a, b) => a - b)
  const place = (timeS: number | undefined): number => timesS.indexOf(timeS ?? -1)
  return {
    timesS,
    cells: entries.map((entry) => ({
      first: place(entry.timesS[0]),
      second: place(entry.timesS[1]),
      rms: entry.rms,
      isNearlyBest: entry.rms <= NEARLY_BEST * best.rms,
      isBest: entry.timesS.every((time, index) => time === best.timesS[index]),
      says: `${timesText(entry)}: ${errorText(entry)}`,
    })),
  }
}
