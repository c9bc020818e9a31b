/** Dose rate and BED so far over all cycles. */
import type { Analysis, StructureEffect } from '../../../../electron/contracts/index.ts'
import { formatNumber, plotAxis } from '../../../ui/index.ts'
import { DAY_S, HOUR_S } from '../../../units.ts'
import { drawMarker } from './drawMarker.ts'
import { readingHooks, type Plot, type PlotLook, type Read } from '../../display/index.ts'

/** 1 mGy/h in Gy/s. */
const MGY_PER_H = 1e-3 / HOUR_S

/** Days of the administrations after the first; local times of one place where an offset from UTC is missing. */
export function cycleStartsDays({ cycles }: Analysis): { readonly index: number; readonly days: number }[] {
  const known = cycles.every(({ administration }) => administration.start.utcOffsetMin !== null)
  const minutes = cycles.map(({ administration: { start } }) => {
    const local = Date.parse(`${start.local}Z`) / 60_000
    return known ? local - (start.utcOffsetMin ?? 0) : local
  })
  const first = Math.min(...minutes)
  return cycles.map(({ index }, at) => ({ index, days: ((minutes[at] ?? first) - first) / (24 * 60) }))
}

/** Columns: days after the first administration, mGy/h, Gy of BED. */
export const courseColumns = ({ timeS, rateGyPerS, cumulatedBedGy }: StructureEffect['doseRate']): number[][] => [
  timeS.map((time) => time / DAY_S),
  rateGyPerS.map((rate) => rate / MGY_PER_H),
  [...cumulatedBedGy],
]

export function coursePlot(
  effect: StructureEffect,
  starts: readonly { readonly index: number; readonly days: number }[],
  colour: string,
  look: PlotLook,
  read: Read,
): Plot {
  const columns = courseColumns(effect.doseRate)
  return {
    data: columns as unknown as Plot['data'],
    options: {
      legend: { show: false },
      padding: [8, 4, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false },
        y: { range: (_plot, _low, high) => [0, high > 0 ? 1.08 * high : 1] },
        bed: { range: (_plot, _low, high) => [0, high > 0 ? 1.08 * high : 1] },
      },
      axes: [
        plotAxis(look, 'days after the first administration', 1.9),
        plotAxis(look, 'dose rate (line), mGy/h', 3.2),
        { ...plotAxis(look, 'BED so far (dashed), Gy', 3.2), side: 1, scale: 'bed', grid: { show: false } },
      ],
      series: [
        {},
        { stroke: colour, width: 2, points: { show: false } },
        { stroke: look.ink, width: 1.6, dash: [7, 4], scale: 'bed', points: { show: false } },
      ],
      hooks: {
        draw: [
          (plot) => starts.forEach(({ index, days }) => drawMarker(plot, days, `cycle ${index}`, look.line, look)),
        ],
        ...readingHooks(read, (at) => {
          const [days, rate, bed] = columns.map((column) => formatNumber(column[at] ?? null, 3))
          return `day ${days}: ${rate} mGy/h, ${bed} Gy of BED so far`
        }),
      },
    },
  }
}
