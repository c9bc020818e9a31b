/** A recovery curve as uPlot draws it: volume on a logarithmic axis, spheres with error bars, 95 % band, dashed where it is continued. */
import type uPlot from 'uplot'
import type { StoredRecoveryCurve } from '../../../../electron/contracts/index.ts'
import { recoveryAt, type RecoveryCurve } from '../../../../native-core/imaging/quantification/recoveryCurve.ts'
import { NORMAL_975 } from '../../../../native-core/statistics/index.ts'
import { formatNumber, plotAxis, type AxisLook } from '../../../ui/index.ts'

/** How far the curve is drawn beyond the smallest and largest measured volume. */
const BEYOND = 4

export interface RecoveryLook extends AxisLook {
  readonly curve: string
  readonly range: string
}

type Plotted = RecoveryCurve & Pick<StoredRecoveryCurve, 'spheres'>

export const drawnVolumes = ({ volumeRangeMl: [least, most] }: Pick<RecoveryCurve, 'volumeRangeMl'>) =>
  [least / BEYOND, most * BEYOND] as const

/**
 * Columns: volume (mL), upper and lower end of the 95 % band of the curve, the curve where it was measured, the curve where it is continued.
 * The two ends of the measured range are among the volumes, so that both parts meet there.
 */
export function recoveryColumns(curve: Plotted, samples = 240): (number | null)[][] {
  const [least, most] = drawnVolumes(curve)
  const step = Math.log(most / least) / samples
  const volumes = Array.from({ length: samples + 1 }, (_, index) => least * Math.exp(index * step))
  const all = [...new Set([...volumes, ...curve.volumeRangeMl])].sort((a, b) => a - b)
  const values = all.map((volume) => recoveryAt(curve, volume))
  const [first, last] = curve.volumeRangeMl
  return [
    all,
    values.map(({ coefficient, curveStandardUncertainty }) => coefficient + NORMAL_975 * curveStandardUncertainty),
    values.map(({ coefficient, curveStandardUncertainty }) =>
      Math.max(0, coefficient - NORMAL_975 * curveStandardUncertainty),
    ),
    values.map(({ coefficient, outside }) => (outside === null ? coefficient : null)),
    values.map(({ coefficient }, index) => {
      const volume = all[index] ?? NaN
      return volume <= first || volume >= last ? coefficient : null
    }),
  ]
}

export function reachOf(curve: Plotted): number {
  const upper = recoveryColumns(curve)[1] ?? []
  const points = curve.spheres.map(({ coefficient, standardUncertainty }) => coefficient + standardUncertainty)
  return Math.max(1, ...points, ...upper.map((value) => Math.min(value ?? 0, 1.3))) * 1.05
}

/** What the curve says at a volume. */
export function readingAt(curve: RecoveryCurve, volumeMl: number): string {
  if (!(volumeMl > 0)) return ''
  const { coefficient, curveStandardUncertainty, outside } = recoveryAt(curve, volumeMl)
  const extrapolated = outside === null ? '' : ', extrapolated'
  return `${formatNumber(volumeMl, 3)} mL: R = ${formatNumber(coefficient, 3)} ± ${formatNumber(curveStandardUncertainty, 2)}${extrapolated}`
}

function shadeMeasured(plot: uPlot, curve: Plotted, look: RecoveryLook): void {
  const [first, last] = curve.volumeRangeMl
  const left = plot.valToPos(first, 'x', true)
  const right = plot.valToPos(last, 'x', true)
  plot.ctx.save()
  plot.ctx.fillStyle = look.range
  plot.ctx.fillRect(left, plot.bbox.top, right - left, plot.bbox.height)
  plot.ctx.restore()
}

function drawSpheres(plot: uPlot, curve: Plotted, look: RecoveryLook): void {
  const { ctx } = plot
  const size = 4 * devicePixelRatio
  ctx.save()
  ctx.setLineDash([])
  ctx.strokeStyle = look.curve
  ctx.fillStyle = look.curve
  ctx.lineWidth = 1.5 * devicePixelRatio
  for (const { volumeMl, coefficient, standardUncertainty } of curve.spheres) {
    const x = plot.valToPos(volumeMl, 'x', true)
    const ends = [coefficient + standardUncertainty, coefficient - standardUncertainty]
    const [top = 0, bottom = 0] = ends.map((value) => plot.valToPos(value, 'y', true))
    ctx.beginPath()
    ctx.moveTo(x, top)
    ctx.lineTo(x, bottom)
    for (const end of [top, bottom]) {
      ctx.moveTo(x - size, end)
      ctx.lineTo(x + size, end)
    }
    ctx.stroke()
    ctx.beginPath()
    ctx.arc(x, plot.valToPos(coefficient, 'y', true), size, 0, 2 * Math.PI)
    ctx.fill()
  }
  ctx.restore()
}

export function recoveryOptions(
  curve: Plotted,
  look: RecoveryLook,
  width: number,
  height: number,
  read: (text: string) => void,
): uPlot.Options {
  const hidden = { stroke: 'transparent', width: 0, points: { show: false }, pxAlign: 0 }
  const line = { stroke: look.curve, width: 2, points: { show: false }, pxAlign: 0 }
  return {
    width: Math.round(width),
    height: Math.round(height),
    legend: { show: false },
    padding: [8, 14, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    scales: {
      x: { time: false, distr: 3, range: [...drawnVolumes(curve)] },
      y: { range: [0, reachOf(curve)] },
    },
    axes: [plotAxis(look, 'volume (mL)', 1.9), plotAxis(look, 'recovery coefficient', 3)],
    bands: [{ series: [1, 2], fill: `color-mix(in srgb, ${look.curve} 22%, transparent)` }],
    series: [{}, hidden, hidden, line, { ...line, dash: [6, 5] }],
    hooks: {
      drawClear: [(plot) => shadeMeasured(plot, curve, look)],
      draw: [(plot) => drawSpheres(plot, curve, look)],
      setCursor: [
        (plot) => {
          const left = plot.cursor.left ?? -1
          read(left < 0 ? '' : readingAt(curve, plot.posToVal(left, 'x')))
        },
      ],
    },
  }
}
