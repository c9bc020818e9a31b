import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { structureStyle } from '../features/patients/model/structureStyle.ts'

const css = readFileSync(path.join(import.meta.dirname, 'tokens.css'), 'utf8')

function tokens(selector: string): Record<string, string> {
  const from = css.indexOf(`${selector} {`)
  const block = css.slice(from, css.indexOf('}', from))
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]))
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe.each([
  ['dark', ":root[data-theme='dark']"],
  ['light', ":root[data-theme='light']"],
])('%s theme', (theme, selector) => {
  const token = tokens(selector)
  const surfaces = ['surface-0', 'surface-1', 'surface-2', 'surface-3', 'surface-hover', 'surface-selected']

  it.each(['text', 'text-muted'])('%s has 4.5 : 1 on every surface (WCAG 1.4.3 AA)', (name) => {
    for (const surface of surfaces) expect(contrast(token[name]!, token[surface]!), surface).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['accent', 'good', 'warn', 'bad', 'info'])('%s has 4.5 : 1 as text on the plain surfaces', (name) => {
    for (const surface of surfaces.slice(0, 4))
      expect(contrast(token[name]!, token[surface]!), surface).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['good', 'warn', 'bad', 'info'])('text and %s have 4.5 : 1 on its own surface', (name) => {
    expect(contrast(token['text']!, token[`${name}-surface`]!)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(token[name]!, token[`${name}-surface`]!)).toBeGreaterThanOrEqual(4.5)
  })

  it('controls and focus are told from their surroundings by 3 : 1 (WCAG 1.4.11 AA)', () => {
    for (const surface of surfaces.slice(0, 4)) {
      expect(contrast(token['border-strong']!, token[surface]!), surface).toBeGreaterThanOrEqual(3)
      expect(contrast(token['focus']!, token[surface]!), surface).toBeGreaterThanOrEqual(3)
    }
    expect(contrast(token['text-on-accent']!, token['accent']!)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(token['text-on-accent']!, token['accent-strong']!)).toBeGreaterThanOrEqual(4.5)
  })

  it('structures have 3 : 1 on the surfaces they are drawn on', () => {
    for (let index = 0; index < 8; index++) {
      const style = structureStyle(index)
      const colour = theme === 'dark' ? style.onDark : style.onLight
      for (const surface of ['surface-0', 'surface-1', 'surface-2']) {
        expect(contrast(colour, token[surface]!), `${index} on ${surface}`).toBeGreaterThanOrEqual(3)
      }
      expect(contrast(style.onDark, '#000000')).toBeGreaterThanOrEqual(3)
    }
  })
})
