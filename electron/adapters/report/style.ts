/** The look of a report: measures in points, A4. */

export const PAGE = { width: 595.28, height: 841.89, left: 48, right: 48, top: 62, bottom: 52 }
export const TEXT_WIDTH = PAGE.width - PAGE.left - PAGE.right

export const COLOUR = {
  ink: '#1b2733',
  quiet: '#56616c',
  rule: '#1b2733',
  hairline: '#d9dee3',
  shade: '#f3f5f7',
  accent: '#1f4e79',
} as const

export const SIZE = { title: 21, subtitle: 10, h1: 12, h2: 9, body: 8.5, table: 8, note: 7, running: 7 } as const

export const LEADING = 1.18

export const DEFAULT_STYLE = { font: 'Roboto', fontSize: SIZE.body, lineHeight: LEADING, color: COLOUR.ink }
