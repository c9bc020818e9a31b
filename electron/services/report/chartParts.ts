/** What the charts of a report are drawn with: plain lines and text in points, no style sheets, the same for print and screen. */

export const INK = '#1b2733'
export const QUIET = '#6b7682'
export const GRID = '#e3e7eb'
const CURVE = '#1f4e79'
const BAND = '#d5e1ed'
const FONT = 'Roboto'
const LABEL_PT = 6.5
export const POINT_PT = 2
/** Around the axes, for labels. */
export const MARGINS_PT = { left: 33, right: 7, top: 14, bottom: 21 } as const

/** Steps of 1, 2 or 5 times a power of ten that cover [0, largest] with at most `most` intervals. */
export function niceTicks(largest: number, most: number): number[] {
  if (!(largest > 0) || !Number.isFinite(largest)) return [0, 1]
  const rough = largest / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * (1 - 1e-12))!
  const count = Math.ceil(largest / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)))
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

const n = (value: number): string => String(Math.round(value * 100) / 100)

export const line = (
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  colour: string,
  width: number,
  dash = '',
): string =>
  `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${colour}" stroke-width="${width}"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`

export const text = (
  [x, y]: readonly [number, number],
  anchor: 'start' | 'middle' | 'end',
  what: string,
  colour = QUIET,
): string =>
  `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" font-family="${FONT}" font-size="${LABEL_PT}" fill="${colour}">${escapeXml(what)}</text>`

/** A measured point; hollow where it does not count. */
export const dot = ([x, y]: readonly [number, number], isUsed: boolean): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${POINT_PT}" stroke="${INK}" stroke-width="0.7" fill="${isUsed ? INK : '#ffffff'}"/>`

type Path = readonly (readonly [number, number])[]
const pathOf = (points: Path): string => points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')

export const curveLine = (points: Path): string =>
  `<polyline points="${pathOf(points)}" fill="none" stroke="${CURVE}" stroke-width="1"/>`

export const band = (low: Path, high: Path): string =>
  `<polygon points="${pathOf([...high, ...low.toReversed()])}" fill="${BAND}"/>`

/** Labels and grid lines of the vertical axis from zero. */
export function verticalAxis(ticks: readonly number[], y: (value: number) => number, width: number): string[] {
  const { left, right } = MARGINS_PT
  const decimals = Math.max(0, ...ticks.map((tick) => (String(tick).split('.')[1] ?? '').length))
  return ticks.flatMap((tick) => [
    ...(tick > 0 ? [line([left, y(tick)], [width - right, y(tick)], GRID, 0.5)] : []),
    text([left - 4, y(tick) + 2.3], 'end', tick === 0 ? '0' : tick.toFixed(decimals)),
  ])
}

/** The horizontal axis at `base` with labelled ticks. */
export function horizontalAxis(
  ticks: readonly number[],
  x: (value: number) => number,
  base: number,
  width: number,
): string[] {
  return [
    line([MARGINS_PT.left, base], [width - MARGINS_PT.right, base], QUIET, 0.6),
    ...ticks.flatMap((tick) => [
      line([x(tick), base], [x(tick), base + 2.5], QUIET, 0.6),
      text([x(tick), base + 9.5], 'middle', n(tick)),
    ]),
  ]
}

/** What both axes hold, in the corners. */
export const axisTitles = (vertical: string, horizontal: string, width: number, height: number): string[] => [
  text([MARGINS_PT.left - 4, MARGINS_PT.top - 7], 'end', vertical, INK),
  text([width - MARGINS_PT.right, height - 2], 'end', horizontal, INK),
]

export const svgOf = (width: number, height: number, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}">${parts.join('')}</svg>`
