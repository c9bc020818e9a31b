/** Lines and spectra as charts: sticks over energy on logarithmic axes, beta spectra as curves. Energies in keV. */
import type uPlot from 'uplot'
import type { NuclideSheet } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'

export type LineKind = 'photon' | 'electron' | 'alpha'
export const LINE_KINDS: readonly { readonly id: LineKind; readonly label: string }[] = [
  { id: 'photon', label: 'Photons' },
  { id: 'electron', label: 'Conversion and Auger electrons' },
  { id: 'alpha', label: 'Alphas' },
]
export const KEV = 1e-3

export interface PlotStyle {
  readonly text: string
  readonly grid: string
  readonly colours: Readonly<Record<LineKind, string>>
  readonly beta: Readonly<Record<'beta-minus' | 'beta-plus', string>>
  readonly fontPx: number
  readonly family: string
}

/** The range of a logarithmic axis: whole decades around what is shown. */
export function decades(values: readonly number[], smallest: number): [number, number] {
  const positive = values.filter((value) => value > 0)
  if (positive.length === 0) return [smallest, smallest * 10]
  const low = 10 ** Math.floor(Math.log10(Math.max(smallest, Math.min(...positive))))
  const high = 10 ** Math.ceil(Math.log10(Math.max(...positive)))
  return [low, high > low ? high : low * 10]
}

const axis = (style: PlotStyle, label: string): uPlot.Axis => ({
  stroke: style.text,
  grid: { stroke: style.grid, width: 1 },
  ticks: { stroke: style.grid, width: 1, size: 4 },
  font: `${style.fontPx}px ${style.family}`,
  labelFont: `${style.fontPx}px ${style.family}`,
  label,
  labelSize: style.fontPx * 1.6,
  values: (_plot, splits) => splits.map((value: number | null) => (value === null ? '' : shortNumber(value))),
})

/** "0.001", "100", "1e−6": short enough for a tick. */
export function shortNumber(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(6))).replace('-', '−')
  return value.toExponential(0).replace('e+', 'e').replaceAll('-', '−')
}

const MARKS: Readonly<Record<LineKind, (ctx: CanvasRenderingContext2D, x: number, y: number, r: number) => void>> = {
  photon: (ctx, x, y, r) => ctx.arc(x, y, r, 0, 2 * Math.PI),
  electron: (ctx, x, y, r) => ctx.rect(x - r, y - r, 2 * r, 2 * r),
  alpha: (ctx, x, y, r) => {
    ctx.moveTo(x, y - 1.3 * r)
    ctx.lineTo(x + 1.2 * r, y + r)
    ctx.lineTo(x - 1.2 * r, y + r)
    ctx.closePath()
  },
}

/** Sticks of every line, each class with its colour and its mark. */
export function lineOptions(
  sheet: NuclideSheet,
  style: PlotStyle,
  width: number,
  height: number,
  read: (text: string) => void,
): uPlot.Options {
  const all = LINE_KINDS.flatMap(({ id }) => sheet.lines[id].map((line) => ({ ...line, kind: id })))
  const energies = all.map((line) => line.energyMev / KEV)
  return {
    width: Math.round(width),
    height: Math.round(height),
    legend: { show: false },
    padding: [10, 24, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, distr: 3, range: decades(energies, 1e-2) },
      y: {
        distr: 3,
        range: decades(
          all.map((line) => line.yieldPerDecay),
          1e-6,
        ),
      },
    },
    axes: [
      { ...axis(style, 'Energy, keV'), size: Math.round(style.fontPx * 2) },
      { ...axis(style, 'per decay'), size: Math.round(style.fontPx * 4) },
    ],
    series: [{}, { stroke: 'transparent', points: { show: false } }],
    hooks: {
      draw: [
        (plot) => {
          const { ctx } = plot
          const ratio = devicePixelRatio
          ctx.save()
          ctx.beginPath()
          ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height)
          ctx.clip()
          ctx.setLineDash([])
          for (const line of [...all].reverse()) {
            const x = plot.valToPos(line.energyMev / KEV, 'x', true)
            const y = plot.valToPos(line.yieldPerDecay, 'y', true)
            ctx.strokeStyle = ctx.fillStyle = style.colours[line.kind]
            ctx.lineWidth = ratio
            ctx.beginPath()
            ctx.moveTo(x, plot.bbox.top + plot.bbox.height)
            ctx.lineTo(x, y)
            ctx.stroke()
            ctx.beginPath()
            MARKS[line.kind](ctx, x, y, 3 * ratio)
            ctx.fill()
          }
          ctx.restore()
        },
      ],
      setCursor: [
        (plot) => {
          const left = plot.cursor.left ?? -1
          if (left < 0) return read('')
          const near = all
            .map((line) => ({ line, far: Math.abs(plot.valToPos(line.energyMev / KEV, 'x') - left) }))
            .sort((one, other) => one.far - other.far || other.line.yieldPerDecay - one.line.yieldPerDecay)[0]
          read(
            near && near.far < 12
              ? `${near.line.from}: ${formatNumber(near.line.energyMev / KEV, 5)} keV, ${formatNumber(near.line.yieldPerDecay, 3)} per decay`
              : '',
          )
        },
      ],
    },
  }
}

/** uPlot wants columns even where a hook draws. */
export function lineColumns(sheet: NuclideSheet): number[][] {
  const all = LINE_KINDS.flatMap(({ id }) => sheet.lines[id]).sort((one, other) => one.energyMev - other.energyMev)
  return [all.map((line) => line.energyMev / KEV), all.map((line) => line.yieldPerDecay)]
}

/** Energies of all spectra together, keV, and for each spectrum dN/dE per keV and decay there: 0 beyond its end point. */
export function spectrumColumns(sheet: NuclideSheet): number[][] {
  const energies = [...new Set(sheet.betas.flatMap((beta) => beta.energiesMev))].sort((one, other) => one - other)
  const columns = sheet.betas.map((beta) => energies.map((energy) => interpolated(beta, energy) * KEV))
  return [energies.map((energy) => energy / KEV), ...columns]
}

function interpolated(beta: NuclideSheet['betas'][number], energyMev: number): number {
  const { energiesMev: x, perMevAndDecay: y } = beta
  const last = x.length - 1
  if (last < 1 || energyMev < (x[0] as number) || energyMev > (x[last] as number)) return 0
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((x[middle] as number) <= energyMev) low = middle
    else high = middle
  }
  const from = x[low] as number
  const to = x[high] as number
  const share = to > from ? (energyMev - from) / (to - from) : 0
  return (y[low] as number) * (1 - share) + (y[high] as number) * share
}

const DASHES: readonly (number[] | undefined)[] = [undefined, [6, 3], [2, 3], [8, 3, 2, 3]]

export function spectrumOptions(sheet: NuclideSheet, style: PlotStyle, width: number, height: number): uPlot.Options {
  return {
    width: Math.round(width),
    height: Math.round(height),
    legend: { show: false },
    padding: [10, 24, 0, 0],
    cursor: { show: false },
    scales: { x: { time: false } },
    axes: [
      { ...axis(style, 'Kinetic energy, keV'), size: Math.round(style.fontPx * 2) },
      { ...axis(style, 'per keV and decay'), size: Math.round(style.fontPx * 4.4) },
    ],
    series: [
      {},
      ...sheet.betas.map((beta, index): uPlot.Series => {
        const dash = DASHES[index % DASHES.length]
        return { stroke: style.beta[beta.kind], width: 2, points: { show: false }, ...(dash ? { dash } : {}) }
      }),
    ],
  }
}
