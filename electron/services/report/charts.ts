/** Time–activity charts as SVG: plain lines and text in points, no style sheets, the same for print and screen. */

export interface TimeActivityChart {
  readonly points: readonly {
    readonly hours: number
    readonly activityMbq: number
    readonly standardUncertaintyMbq: number
    /** Points that the fit left out are drawn hollow. */
    readonly used: boolean
  }[]
  readonly curve: {
    readonly hours: readonly number[]
    readonly activityMbq: readonly number[]
    readonly lowerMbq: readonly number[]
    readonly upperMbq: readonly number[]
  } | null
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
const POINT_PT = 2

/** Steps of 1, 2 or 5 times a power of ten that cover [0, largest] with at most `most` intervals. */
export function niceTicks(largest: number, most: number): number[] {
  if (!(largest > 0) || !Number.isFinite(largest)) return [0, 1]
  const rough = largest / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * (1 - 1e-12))!
  const count = Math.ceil(largest / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)))
}

/** Hours to label: whole days or parts of one, at most `most` intervals. */
export function hourTicks(largest: number, most: number): number[] {
  const steps = [1, 2, 4, 6, 12, 24, 48, 72, 96, 120, 168, 336]
  const step = steps.find((s) => largest / s <= most) ?? Math.ceil(largest / most / 168) * 168
  return Array.from({ length: Math.floor(largest / step + 1e-9) + 1 }, (_, i) => i * step)
}

/** Text as XML allows it: markup escaped, control characters dropped. */
export function escapeXml(text: string): string {
  return [...text]
    .filter((c) => c >= ' ' || c === '\t')
    .join('')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}

const n = (v: number): string => String(Math.round(v * 100) / 100)

/**
 * A chart of activity (MBq) over hours after injection: points with error bars of one standard uncertainty, the fitted curve and
 * its band. Linear axes from zero; the band is cut at the top of the axis, which leaves room for points and curve.
 */
export function timeActivityChart(chart: TimeActivityChart): string {
  const { widthPt: width, heightPt: height, points, curve } = chart
  const left = 33
  const right = 7
  const top = 14
  const bottom = 21
  const lastPoint = Math.max(1e-6, ...points.map((p) => p.hours))
  const lastHour = Math.max(lastPoint * 1.04, ...(curve ? [curve.hours.at(-1) ?? 0] : []))
  const highest = Math.max(
    0,
    ...points.map((p) => p.activityMbq + p.standardUncertaintyMbq),
    ...(curve ? curve.activityMbq : []),
  )
  const yTicks = niceTicks(highest * 1.06 || 1, 4)
  const yMax = yTicks.at(-1)!
  const xTicks = hourTicks(lastHour, 8)
  const x = (hours: number): number => left + (hours / lastHour) * (width - left - right)
  const y = (mbq: number): number =>
    height - bottom - (Math.min(Math.max(mbq, 0), yMax) / yMax) * (height - top - bottom)
  const base = y(0)

  const out: string[] = []
  const line = (x1: number, y1: number, x2: number, y2: number, colour: string, w: number): void => {
    out.push(`<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${colour}" stroke-width="${w}"/>`)
  }
  const text = (px: number, py: number, anchor: 'start' | 'middle' | 'end', what: string, colour = QUIET): void => {
    out.push(
      `<text x="${n(px)}" y="${n(py)}" text-anchor="${anchor}" font-family="${FONT}" font-size="${LABEL_PT}" fill="${colour}">${escapeXml(what)}</text>`,
    )
  }

  const decimals = Math.max(0, ...yTicks.map((t) => (String(t).split('.')[1] ?? '').length))
  for (const t of yTicks) {
    if (t > 0) line(left, y(t), width - right, y(t), GRID, 0.5)
    text(left - 4, y(t) + 2.3, 'end', t === 0 ? '0' : t.toFixed(decimals))
  }
  if (curve && curve.hours.length > 1) {
    const upper = curve.hours.map((h, i) => `${n(x(h))},${n(y(curve.upperMbq[i]!))}`)
    const lower = curve.hours.map((h, i) => `${n(x(h))},${n(y(curve.lowerMbq[i]!))}`).reverse()
    out.push(`<polygon points="${[...upper, ...lower].join(' ')}" fill="${BAND}"/>`)
    const path = curve.hours.map((h, i) => `${n(x(h))},${n(y(curve.activityMbq[i]!))}`).join(' ')
    out.push(`<polyline points="${path}" fill="none" stroke="${CURVE}" stroke-width="1"/>`)
  }
  line(left, base, width - right, base, QUIET, 0.6)
  for (const t of xTicks) {
    line(x(t), base, x(t), base + 2.5, QUIET, 0.6)
    text(x(t), base + 9.5, 'middle', String(t))
  }
  for (const p of points) {
    const [px, py] = [x(p.hours), y(p.activityMbq)]
    const [low, high] = [y(p.activityMbq - p.standardUncertaintyMbq), y(p.activityMbq + p.standardUncertaintyMbq)]
    // A bar that the point itself covers would only make it look square.
    if (low - high > 2 * POINT_PT + 1) {
      line(px, low, px, high, INK, 0.7)
      line(px - 2, low, px + 2, low, INK, 0.7)
      line(px - 2, high, px + 2, high, INK, 0.7)
    }
    out.push(
      `<circle cx="${n(px)}" cy="${n(py)}" r="${POINT_PT}" stroke="${INK}" stroke-width="0.7" fill="${p.used ? INK : '#ffffff'}"/>`,
    )
  }
  text(left - 4, top - 7, 'end', 'MBq', INK)
  text(width - right, height - 2, 'end', 'h p.i.', INK)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}">${out.join('')}</svg>`
}
