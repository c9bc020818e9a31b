/** Charts of a marker and of cells over time. */
import type { ClonesResult, MarkerResponse } from '../../../../electron/contracts/index.ts'
import { formatNumber, plotAxis } from '../../../ui/index.ts'
import { DAY_S } from '../../../units.ts'
import { readingHooks, type Plot, type PlotLook, type Read } from '../../display/index.ts'
import { drawMarker } from './drawMarker.ts'
import { bandOf, drawPoints } from './responsePlot.ts'

export function markerPlot(marker: MarkerResponse, look: PlotLook, read: Read): Plot {
  const { curve } = marker
  const days = curve.timeS.map((time) => time / DAY_S)
  const points = marker.values.map(({ timeS, value, relativeUncertainty }) => ({
    ...{ days: timeS / DAY_S, value, u: relativeUncertainty, isUsed: true },
  }))
  const nothing = days.map(() => null)
  const columns = [days, curve.low ?? nothing, curve.high ?? nothing, curve.value]
  const seen = [...curve.value, ...points.map(({ value, u }) => value * Math.exp(u))]
  const highest = 1.06 * Math.max(...seen, Math.min(2 * Math.max(...seen), Math.max(0, ...(curve.high ?? []))))
  return {
    data: columns as unknown as Plot['data'],
    options: {
      legend: { show: false },
      padding: [10, 12, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false }, y: { range: [0, highest] } },
      axes: [
        plotAxis(look, 'days after the first administration', 1.9),
        plotAxis(look, `${marker.marker}, ${marker.unit}`, 4),
      ],
      ...bandOf(look.accent),
      hooks: {
        draw: [
          (plot) => {
            marker.cycleStartsS.forEach((start, at) =>
              drawMarker(plot, start / DAY_S, `cycle ${at + 1}`, look.line, look),
            )
            drawPoints(plot, points, look)
          },
        ],
        ...readingHooks(
          read,
          (at) =>
            `day ${formatNumber(days[at] ?? null, 3)}: ${formatNumber(curve.value[at] ?? null, 3)} ${marker.unit}`,
        ),
      },
    },
  }
}

const DASHES = [undefined, [8, 4], [2, 3], [12, 4, 2, 4], [4, 4], [1, 5]] as const

/** log10 of the median of all cells of each schedule; a schedule that leaves none ends. */
export function cellsPlot(clones: ClonesResult, look: PlotLook): Plot {
  const timeS = clones.schedules[0]?.cells.timeS ?? []
  const curves = clones.schedules.map(({ cells }) => cells.median.map((n) => (n >= 1 ? Math.log10(n) : null)))
  const highest = Math.max(1, ...curves.flat().map((one) => one ?? 0))
  return {
    data: [timeS.map((time) => time / DAY_S), ...curves] as unknown as Plot['data'],
    options: {
      legend: { show: false },
      padding: [10, 12, 0, 0],
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: [0, 1.05 * highest] } },
      axes: [
        plotAxis(look, 'days after the first cycle of the schedule', 1.9),
        plotAxis(look, 'log₁₀ of the median of all cells', 3.4),
      ],
      series: [
        {},
        ...curves.map((_, at) => {
          const dash = DASHES[at % DASHES.length]
          return {
            stroke: at === 0 ? look.accent : look.ink,
            width: 1.8,
            points: { show: false },
            ...(dash ? { dash: [...dash] } : {}),
          }
        }),
      ],
      hooks: {},
    },
  }
}

/** How a schedule's line is drawn, in words. */
export const LINE_WORDS = ['solid', 'dashed', 'dotted', 'long and short', 'short dashes', 'sparse dots'] as const
