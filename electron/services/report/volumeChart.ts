/** Volume over time as SVG: measured volumes with their uncertainty, the curve and its band, marks at the cycles. */
import { escapeXml, niceTicks } from './charts.ts'

export interface VolumeChart {
  readonly points: readonly {
    readonly days: number
    readonly volumeMl: number
    /** Of ln V. */
    readonly relativeUncertainty: number
    readonly used: boolean
  }[]
  readonly curve: {
    readonly days: readonly number[]
    readonly volumeMl: readonly number[]
    readonly lowMl: readonly number[]
    readonly highMl: readonly number[]
  }
  readonly cycleDays: readonly number[]
  readonly widthPt: number
  readonly heightPt: number
}

const INK = '#1b2733'
const QUIET = '#6b7682'
const GRID = '#e3e7eb'
const CURVE = '#1f4e79'
const BAND = '#d5e1ed'
const FONT = 'Roboto'
const LABEL_PT = 6.5
const [LEFT, RIGHT, TOP, BOTTOM] = [33, 7, 14, 21]

const n = (value: number): string => String(Math.round(value * 100) / 100)

/** Linear axes, volumes from zero; a band that opens wider than twice what was measured or computed is cut at the top. */
export function volumeChart({ points, curve, cycleDays, widthPt: width, heightPt: height }: VolumeChart): string {
  const [first, last] = [curve.days[0] ?? 0, curve.days.at(-1) ?? 1]
  const ends = points.map(({ volumeMl, relativeUncertainty: u }) => volumeMl * Math.exp(u))
  const seen = Math.max(1e-9, ...curve.volumeMl, ...ends)
  const yTicks = niceTicks(1.04 * Math.max(seen, Math.min(2 * seen, Math.max(0, ...curve.highMl))), 4)
  const yMax = yTicks.at(-1) ?? 1
  const x = (days: number): number => LEFT + ((days - first) / (last - first || 1)) * (width - LEFT - RIGHT)
  const y = (ml: number): number => height - BOTTOM - (Math.min(Math.max(ml, 0), yMax) / yMax) * (height - TOP - BOTTOM)
  const line = (x1: number, y1: number, x2: number, y2: number, colour: string, w: number, dash = ''): string =>
    `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${colour}" stroke-width="${w}"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`
  const text = (px: number, py: number, anchor: 'start' | 'middle' | 'end', what: string, colour = QUIET): string =>
    `<text x="${n(px)}" y="${n(py)}" text-anchor="${anchor}" font-family="${FONT}" font-size="${LABEL_PT}" fill="${colour}">${escapeXml(what)}</text>`
  const at = (values: readonly number[]): string[] => curve.days.map((day, i) => `${n(x(day))},${n(y(values[i] ?? 0))}`)
  const decimals = Math.max(0, ...yTicks.map((tick) => (String(tick).split('.')[1] ?? '').length))
  const step = niceTicks(last - first, 8)[1] ?? 1
  const from = Math.ceil(first / step)
  const xTicks = Array.from({ length: Math.floor(last / step) - from + 1 }, (_, k) => (from + k) * step)
  const out = [
    ...yTicks.flatMap((tick) => [
      ...(tick > 0 ? [line(LEFT, y(tick), width - RIGHT, y(tick), GRID, 0.5)] : []),
      text(LEFT - 4, y(tick) + 2.3, 'end', tick === 0 ? '0' : tick.toFixed(decimals)),
    ]),
    `<polygon points="${[...at(curve.highMl), ...at(curve.lowMl).reverse()].join(' ')}" fill="${BAND}"/>`,
    ...cycleDays.map((day) => line(x(day), TOP, x(day), height - BOTTOM, QUIET, 0.5, '2 2')),
    `<polyline points="${at(curve.volumeMl).join(' ')}" fill="none" stroke="${CURVE}" stroke-width="1"/>`,
    line(LEFT, y(0), width - RIGHT, y(0), QUIET, 0.6),
    ...xTicks.flatMap((tick) => [
      line(x(tick), y(0), x(tick), y(0) + 2.5, QUIET, 0.6),
      text(x(tick), y(0) + 9.5, 'middle', n(tick)),
    ]),
    ...points.flatMap(({ days, volumeMl, relativeUncertainty: u, used }) => [
      line(x(days), y(volumeMl * Math.exp(-u)), x(days), y(volumeMl * Math.exp(u)), INK, 0.7),
      `<circle cx="${n(x(days))}" cy="${n(y(volumeMl))}" r="2" stroke="${INK}" stroke-width="0.7" fill="${used ? INK : '#ffffff'}"/>`,
    ]),
    text(LEFT - 4, TOP - 7, 'end', 'mL', INK),
    text(width - RIGHT, height - 2, 'end', 'days after the first administration', INK),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}">${out.join('')}</svg>`
}
