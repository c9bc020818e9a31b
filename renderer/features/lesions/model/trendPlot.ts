/** A quantity of each lesion over time as uPlot draws it. */
import type uPlot from 'uplot'
import type { LesionCell, LesionFollowUp } from '../../../../electron/contracts/index.ts'
import { plotAxis, type AxisLook } from '../../../ui/index.ts'
import type { Plot } from '../../display/index.ts'
import { KBQ, MBQ } from '../../../units.ts'

export type TrendQuantity = 'volume' | 'total' | 'mean' | 'dose'

export const trendLabels: Readonly<Record<TrendQuantity, string>> = {
  volume: 'Volume, mL',
  total: 'Total activity, MBq',
  mean: 'Mean, kBq/mL',
  dose: 'Absorbed dose, Gy',
}

const valueOf: Readonly<Record<TrendQuantity, (cell: LesionCell) => number | null>> = {
  volume: ({ volumeMl }) => volumeMl,
  total: ({ totalBq }) => (totalBq === null ? null : totalBq / MBQ),
  mean: ({ meanBqPerMl }) => (meanBqPerMl === null ? null : meanBqPerMl / KBQ),
  dose: ({ dose }) => dose?.doseGy ?? null,
}

const DAY_MS = 86_400_000

/** Days after the first time point by the local times that the files state. */
export function daysOf(timePoints: LesionFollowUp['timePoints']): number[] {
  const starts = timePoints.map(({ start }) => Date.parse(`${start.local}Z`) - 60_000 * (start.utcOffsetMin ?? 0))
  // Where one of them lacks its offset, all are local times of one place.
  const isMixed = timePoints.some(({ start }) => start.utcOffsetMin === null)
  const times = isMixed ? timePoints.map(({ start }) => Date.parse(`${start.local}Z`)) : starts
  return times.map((time) => (time - (times[0] ?? time)) / DAY_MS)
}

/** Columns: days, then each lesion's values; null where it is not there or was not measured. */
export function trendColumns(followUp: LesionFollowUp, quantity: TrendQuantity): (number | null)[][] {
  return [
    daysOf(followUp.timePoints),
    ...followUp.lesions.map(({ cells }) => cells.map((cell) => (cell ? valueOf[quantity](cell) : null))),
  ]
}

export const hasDoses = ({ lesions }: LesionFollowUp): boolean =>
  lesions.some(({ cells }) => cells.some((cell) => cell?.dose))

export interface TrendLook extends AxisLook {
  readonly surface: string
  readonly colourOf: (position: number) => string
  readonly dashOf: (position: number) => readonly number[]
}

export function trendOptions(
  identities: readonly string[],
  quantity: TrendQuantity,
  look: TrendLook,
  highlighted: string | null,
): Plot['options'] {
  return {
    legend: { show: false },
    padding: [10, 14, 0, 0],
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_plot, low, high) => (high > low ? [low, high] : [low - 1, low + 1]) },
      y: { range: (_plot, _low, high) => [0, high > 0 ? 1.08 * high : 1] },
    },
    axes: [plotAxis(look, 'days', 1.9), plotAxis(look, trendLabels[quantity], 3.8)],
    series: [
      {},
      ...identities.map((identity, position): uPlot.Series => {
        const colour = look.colourOf(position)
        const width = identity === highlighted ? 3.5 : 1.8
        const points = { show: true, size: identity === highlighted ? 9 : 6, stroke: colour, fill: look.surface }
        return { stroke: colour, width, dash: [...look.dashOf(position)], points, spanGaps: false }
      }),
    ],
  }
}
