/** Volume over time with its band and points, and the strip of dose rates below on the same days. */
import type uPlot from 'uplot'
import type { LesionResponse } from '../../../../electron/contracts/index.ts'
import { formatNumber, plotAxis } from '../../../ui/index.ts'
import { DAY_S } from '../../../units.ts'
import { readingHooks, type Plot, type PlotLook, type Read } from '../../display/index.ts'
import { drawMarker } from './drawMarker.ts'
import { doseRateStrip } from './responseWhatIf.ts'
import type { WhatIf } from './responseWhatIf.ts'

const AXIS_FONTS = 4
/** Volumes that differ by more than so many times are drawn on a logarithmic axis. */
const LOG_FROM = 30

interface VolumePoint {
  readonly days: number
  readonly value: number
  readonly u: number
  readonly isUsed: boolean
}

/** Error bars of one standard uncertainty; hollow where it does not count. */
export function drawPoints(plot: uPlot, points: readonly VolumePoint[], look: PlotLook): void {
  const { ctx } = plot
  ctx.save()
  ctx.lineWidth = 1.4 * devicePixelRatio
  ctx.strokeStyle = look.ink
  for (const { days, value, u, isUsed } of points) {
    const x = plot.valToPos(days, 'x', true)
    const [low, y, high] = [value * Math.exp(-u), value, value * Math.exp(u)].map((one) =>
      plot.valToPos(one, 'y', true),
    )
    const half = 4 * devicePixelRatio
    ctx.beginPath()
    ctx.moveTo(x, low as number)
    ctx.lineTo(x, high as number)
    for (const end of [low, high] as number[]) {
      ctx.moveTo(x - half, end)
      ctx.lineTo(x + half, end)
    }
    ctx.stroke()
    ctx.beginPath()
    ctx.arc(x, y as number, 3.5 * devicePixelRatio, 0, 2 * Math.PI)
    ctx.fillStyle = isUsed ? look.ink : look.surface
    ctx.fill()
    ctx.stroke()
  }
  ctx.restore()
}

/** Powers of ten from one volume to another, with as many left out between as it takes to have eight at most. */
export function decades(from: number, to: number): number[] {
  const [low, high] = [Math.ceil(Math.log10(from)), Math.floor(Math.log10(to))]
  const step = Math.max(1, Math.ceil((high - low + 1) / 8))
  return Array.from({ length: Math.max(0, Math.floor((high - low) / step) + 1) }, (_, k) =>
    Number(`1e${low + k * step}`),
  )
}

/** `#rrggbb` or any CSS colour, thinned to be lain under lines. */
const thin = (colour: string, part: number): string => `color-mix(in srgb, ${colour} ${part * 100}%, transparent)`

/** Three columns as uPlot draws them: the lower and the upper end, tinted between, and the curve. */
export function bandOf(colour: string): { readonly bands: uPlot.Band[]; readonly series: uPlot.Series[] } {
  const edge = { stroke: thin(colour, 0.35), width: 1, points: { show: false } }
  return {
    bands: [{ series: [2, 1], fill: thin(colour, 0.18) }],
    series: [{}, edge, edge, { stroke: colour, width: 2, points: { show: false } }],
  }
}

export function responsePlot(
  response: LesionResponse,
  tried: readonly number[] | null,
  colour: string,
  look: PlotLook,
  read: Read,
): Plot {
  const { band } = response
  const days = band.timeS.map((time) => time / DAY_S)
  const points = response.volumes.map(({ timeS, volumeMl, relativeUncertainty, isUsed }) => ({
    ...{ days: timeS / DAY_S, value: volumeMl, u: relativeUncertainty, isUsed },
  }))
  const columns = [days, band.lowMl, band.highMl, band.volumeMl, tried ?? days.map(() => null)]
  const seen = [...band.volumeMl, ...(tried ?? []), ...points.map(({ value, u }) => value * Math.exp(u))]
  // A band that opens wide must not press what was measured flat.
  const top = Math.min(Math.max(...band.highMl), 2 * Math.max(...seen), Number.MAX_VALUE)
  const highest = 1.06 * Math.max(top, ...seen)
  const least = Math.min(...seen.filter((volume) => volume > 0))
  const isLog = Math.max(...seen) > LOG_FROM * least
  const { bands, series } = bandOf(colour)
  return {
    data: columns as unknown as Plot['data'],
    options: {
      legend: { show: false },
      padding: [10, 12, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: [days[0] ?? 0, days.at(-1) ?? 1] },
        y: isLog ? { distr: 3, log: 10, range: [0.5 * least, highest] } : { range: [0, highest] },
      },
      axes: [
        { ...plotAxis(look, '', 1.9), labelSize: 0 },
        isLog
          ? {
              ...plotAxis(look, 'volume, mL (log)', AXIS_FONTS),
              splits: () => decades(0.5 * least, highest),
              filter: (_plot, splits) => splits,
              values: (_plot, splits) => splits.map((value) => formatNumber(value, 1)),
            }
          : plotAxis(look, 'volume, mL', AXIS_FONTS),
      ],
      bands,
      series: [...series, { stroke: look.warn, width: 2, dash: [7, 4], points: { show: false } }],
      hooks: {
        draw: [
          (plot) => {
            for (const { index, startS } of response.cycles)
              drawMarker(plot, startS / DAY_S, index === null ? 'thought of' : `cycle ${index}`, look.line, look)
            drawPoints(plot, points, look)
          },
        ],
        ...readingHooks(read, (at) => {
          const [low, high, volume] = [band.lowMl, band.highMl, band.volumeMl].map((one) =>
            formatNumber(one[at] ?? null, 3),
          )
          const more = tried ? `, tried ${formatNumber(tried[at] ?? null, 3)} mL` : ''
          return `day ${formatNumber(days[at] ?? null, 3)}: ${volume} mL (${low} to ${high})${more}`
        }),
      },
    },
  }
}

export function doseRatePlot(response: LesionResponse, cycle: WhatIf['cycle'], colour: string, look: PlotLook): Plot {
  const { days, mGyPerH } = doseRateStrip(response, cycle)
  return {
    data: [days, mGyPerH] as unknown as Plot['data'],
    options: {
      legend: { show: false },
      padding: [4, 12, 0, 0],
      cursor: { show: false },
      scales: {
        x: { time: false, range: [days[0] ?? 0, days.at(-1) ?? 1] },
        y: { range: (_plot, _low, high) => [0, high > 0 ? 1.1 * high : 1] },
      },
      axes: [plotAxis(look, 'days after the first administration', 1.9), plotAxis(look, 'mGy/h', AXIS_FONTS)],
      series: [{}, { stroke: colour, width: 1.6, fill: thin(colour, 0.18), points: { show: false } }],
      hooks: {},
    },
  }
}
