/** Probability of complication or control against dose: the model, the patient with the 5–95 % band, and draws. */
import type uPlot from 'uplot'
import type { EffectOutcome } from '../../../../electron/contracts/index.ts'
import { formatNumber, plotAxis } from '../../../ui/index.ts'
import type { OutcomeCurve } from './outcomeCurve.ts'
import { readingHooks, type Plot, type PlotLook, type Read } from '../../display/index.ts'
import { percentText } from './words.ts'

export function outcomePlot(
  outcome: EffectOutcome,
  kept: EffectOutcome | null,
  curve: OutcomeCurve,
  colour: string,
  look: PlotLook,
  read: Read,
): Plot {
  const { doseGy } = curve
  return {
    data: [[...doseGy], curve.probability.map((one) => 100 * one)],
    options: {
      legend: { show: false },
      padding: [8, 14, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false, range: [0, curve.topGy] }, y: { range: [-2, 102] } },
      axes: [plotAxis(look, `${outcome.quantity}, Gy`, 1.9), plotAxis(look, 'probability, %', 3.2)],
      series: [{}, { stroke: colour, width: 2, points: { show: false } }],
      hooks: {
        draw: [
          (plot) => {
            drawCloud(plot, outcome, look)
            if (kept) drawPoint(plot, kept, look.line, look, false)
            drawBand(plot, outcome, look)
            drawPoint(plot, outcome, look.accent, look, true)
          },
        ],
        ...readingHooks(
          read,
          (at) =>
            `${formatNumber(doseGy[at] ?? null, 3)} Gy ${outcome.quantity}: ${percentText(curve.probability[at] ?? NaN)}`,
        ),
      },
    },
  }
}

const place = (plot: uPlot, doseGy: number, probability: number): readonly [number, number] => [
  plot.valToPos(doseGy, 'x', true),
  plot.valToPos(100 * probability, 'y', true),
]

function drawCloud(plot: uPlot, { draws }: EffectOutcome, look: PlotLook): void {
  if (!draws) return
  const { ctx } = plot
  ctx.save()
  ctx.globalAlpha = 0.35
  ctx.fillStyle = look.accent
  draws.doseGy.forEach((dose, index) => {
    const [x, y] = place(plot, dose, draws.probability[index] ?? 0)
    ctx.beginPath()
    ctx.arc(x, y, 1.8 * devicePixelRatio, 0, 2 * Math.PI)
    ctx.fill()
  })
  ctx.restore()
}

/** From 5 % to 95 % of the draws, as a bar with ends through the patient's point. */
function drawBand(plot: uPlot, { doseGy, low, high }: EffectOutcome, look: PlotLook): void {
  const { ctx } = plot
  const [x, bottom] = place(plot, doseGy, low)
  const [, top] = place(plot, doseGy, high)
  const half = 5 * devicePixelRatio
  ctx.save()
  ctx.strokeStyle = look.accent
  ctx.lineWidth = 2 * devicePixelRatio
  ctx.beginPath()
  for (const y of [bottom, top]) {
    ctx.moveTo(x - half, y)
    ctx.lineTo(x + half, y)
  }
  ctx.moveTo(x, bottom)
  ctx.lineTo(x, top)
  ctx.stroke()
  ctx.restore()
}

/** Filled: the patient; hollow: the patient with what is kept, while other settings are tried. */
function drawPoint(plot: uPlot, one: EffectOutcome, colour: string, look: PlotLook, isFilled: boolean): void {
  const { ctx } = plot
  const [x, y] = place(plot, one.doseGy, one.probability)
  ctx.save()
  ctx.strokeStyle = isFilled ? look.ink : colour
  ctx.fillStyle = colour
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.beginPath()
  ctx.arc(x, y, 5 * devicePixelRatio, 0, 2 * Math.PI)
  if (isFilled) ctx.fill()
  ctx.stroke()
  ctx.restore()
}
