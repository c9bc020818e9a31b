/** A local formula over the doses or volumes that it was tested for, with its examples as points. */
import type uPlot from 'uplot'
import type { FormulaCheck, FormulaDraft } from '../../../../electron/contracts/index.ts'
import { formatNumber, plotAxis } from '../../../ui/index.ts'
import { readingHooks, type Plot, type PlotLook, type Read } from '../../display/index.ts'

export function formulaPlot(formula: FormulaDraft, { at, value }: FormulaCheck, look: PlotLook, read: Read): Plot {
  const isGrowth = formula.kind === 'growth'
  const x = isGrowth ? 'V, mL' : `D (${formula.dose.quantity}), Gy`
  const shown = (one: number): number => (isGrowth ? one : 100 * one)
  return {
    data: [at, value.map(shown)],
    options: {
      legend: { show: false },
      padding: [8, 14, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      // Volumes go over decades.
      scales: { x: { time: false, distr: isGrowth ? 3 : 1 }, ...(isGrowth ? {} : { y: { range: [-2, 102] } }) },
      axes: [plotAxis(look, x, 1.9), plotAxis(look, isGrowth ? 'growth, 1/d' : 'probability, %', isGrowth ? 4.4 : 3.2)],
      series: [{}, { stroke: look.accent, width: 2, points: { show: false } }],
      hooks: {
        draw: [
          (plot) => {
            for (const one of formula.examples) drawExample(plot, one.at, shown(one.value), shown(one.tolerance), look)
          },
        ],
        ...readingHooks(read, (index) => {
          const y = formatNumber(shown(value[index] ?? NaN), 3)
          return `${formatNumber(at[index] ?? null, 3)} ${isGrowth ? 'mL' : 'Gy'}: ${y} ${isGrowth ? '1/d' : '%'}`
        }),
      },
    },
  }
}

/** A ring at the value that the source gives, with its tolerance as a bar. */
function drawExample(plot: uPlot, x: number, y: number, tolerance: number, look: PlotLook): void {
  const { ctx } = plot
  const [left, middle, low, high] = [
    plot.valToPos(x, 'x', true),
    plot.valToPos(y, 'y', true),
    plot.valToPos(y - tolerance, 'y', true),
    plot.valToPos(y + tolerance, 'y', true),
  ]
  ctx.save()
  ctx.strokeStyle = look.ink
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.beginPath()
  ctx.moveTo(left, low)
  ctx.lineTo(left, high)
  ctx.stroke()
  ctx.beginPath()
  ctx.arc(left, middle, 4 * devicePixelRatio, 0, 2 * Math.PI)
  ctx.fillStyle = look.surface
  ctx.fill()
  ctx.stroke()
  ctx.restore()
}
