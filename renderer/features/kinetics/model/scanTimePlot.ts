/** The chart of the expected error against the time of one scan. */
import type uPlot from 'uplot'
import type { ScanAdvice } from '../../../../electron/contracts/index.ts'
import { formatNumber, plotAxis } from '../../../ui/index.ts'
import { HOUR_S } from '../../../units.ts'
import type { Plot, PlotLook, Read } from '../../display/index.ts'
import { ghostDash } from './plotOptions.ts'
import { errorColumns, scanMethodLabels } from './scanTimes.ts'

/** A curve that leaves the chart at the top says enough: the axis ends at this times the best error. */
const TOP = 4

export function scanTimePlot(
  methods: readonly ScanAdvice[],
  chosen: string,
  madeHours: readonly number[],
  look: PlotLook,
  read: Read,
): Plot {
  const shown = methods.find(({ method }) => method === chosen) ?? methods[0]
  const lowest = Math.min(...methods.map(({ best }) => best.rms * 100))
  const columns = errorColumns(methods)
  const highest = Math.max(...columns.slice(1).flat(), 0)
  const options: Plot['options'] = {
    legend: { show: false },
    padding: [10, 12, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false }, y: { range: [0, Math.max(Math.min(highest, TOP * lowest), 1) * 1.05] } },
    axes: [plotAxis(look, 'scan, h p.i.', 1.9), plotAxis(look, 'error of the TIA, %', 3.2)],
    series: [
      {},
      ...methods.map(({ method }, place) => ({
        stroke: method === shown?.method ? look.accent : look.line,
        width: method === shown?.method ? 2.5 : 1.4,
        dash: method === shown?.method ? [] : ghostDash(place),
        points: { show: false },
      })),
    ],
    hooks: {
      drawClear: [(plot) => shown && drawWindow(plot, shown, look)],
      draw: [
        (plot) => {
          if (shown) drawBest(plot, shown, look)
          drawMade(plot, madeHours, look)
        },
      ],
      setCursor: [
        (plot) => {
          const left = plot.cursor.left ?? -1
          const index = plot.cursor.idx
          if (left < 0 || index === null || index === undefined || !shown) return read('')
          const time = formatNumber(columns[0]?.[index] ?? null, 3)
          const error = formatNumber((shown.entries[index]?.rms ?? 0) * 100, 2)
          read(`${time} h p.i.: ${error} % with ${scanMethodLabels[shown.method]}`)
        },
      ],
    },
  }
  return { options, data: columns as uPlot.AlignedData }
}

/** The times that are nearly as good as the best one, as a band behind the curves. */
function drawWindow(plot: uPlot, { windows }: ScanAdvice, look: PlotLook): void {
  const [window] = windows
  if (!window) return
  const { ctx, bbox } = plot
  const from = plot.valToPos(window.fromS / HOUR_S, 'x', true)
  const to = plot.valToPos(window.toS / HOUR_S, 'x', true)
  ctx.save()
  ctx.globalAlpha = 0.16
  ctx.fillStyle = look.accent
  ctx.fillRect(from, bbox.top, Math.max(to - from, 2 * devicePixelRatio), bbox.height)
  ctx.restore()
}

function drawBest(plot: uPlot, { best }: ScanAdvice, look: PlotLook): void {
  const { ctx } = plot
  ctx.save()
  ctx.fillStyle = look.accent
  ctx.beginPath()
  const x = plot.valToPos((best.timesS[0] ?? 0) / HOUR_S, 'x', true)
  ctx.arc(x, plot.valToPos(best.rms * 100, 'y', true), 4.5 * devicePixelRatio, 0, 2 * Math.PI)
  ctx.fill()
  ctx.restore()
}

/** A tick on the time axis for each scan that was made. */
function drawMade(plot: uPlot, madeHours: readonly number[], look: PlotLook): void {
  const { ctx, bbox } = plot
  const size = 5 * devicePixelRatio
  ctx.save()
  ctx.fillStyle = look.text
  for (const hours of madeHours) {
    const x = plot.valToPos(hours, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top + bbox.height - 2 * size)
    ctx.lineTo(x - size, bbox.top + bbox.height)
    ctx.lineTo(x + size, bbox.top + bbox.height)
    ctx.fill()
  }
  ctx.restore()
}
