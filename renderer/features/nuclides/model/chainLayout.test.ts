import { describe, expect, it } from 'vitest'
import { chainLayout, formatHalfLife, modeSymbol } from './chainLayout.ts'

const node = (name: string, decaysPerParentDecay: number) => ({ name, halfLifeS: 60, decaysPerParentDecay, end: '' })
const edge = (from: string, to: string, branch: number) => ({ from, to, mode: 'A', branch, qMev: 1 })

describe('the layout of a decay chain', () => {
  it('puts a nuclide behind every one that it comes from, and the main branch on top', () => {
    // Bi-212 → Po-212 (64 %) → Pb-208 and Bi-212 → Tl-208 (36 %) → Pb-208.
    const layout = chainLayout({
      nodes: [node('Bi-212', 1), node('Tl-208', 0.36), node('Po-212', 0.64), node('Pb-208', 0)],
      edges: [
        edge('Bi-212', 'Tl-208', 0.36),
        edge('Bi-212', 'Po-212', 0.64),
        edge('Tl-208', 'Pb-208', 1),
        edge('Po-212', 'Pb-208', 1),
      ],
    })
    const at = Object.fromEntries(layout.nuclides.map((one) => [one.name, [one.column, one.row]]))
    expect(at).toEqual({ 'Bi-212': [0, 0], 'Po-212': [1, 0], 'Tl-208': [1, 1], 'Pb-208': [2, 0] })
    expect(layout).toMatchObject({ columns: 3, rows: 2 })
    for (const decay of layout.decays) expect(decay.to.column).toBeGreaterThan(decay.from.column)
  })

  it('shows a stable nuclide alone', () => {
    expect(chainLayout({ nodes: [node('X', 1)], edges: [] })).toMatchObject({ columns: 1, rows: 1, decays: [] })
  })
})

describe('half-lives and modes', () => {
  it.each([
    [574_300.8, '6.647 d'],
    [null, 'stable'],
    [2_736, '45.6 min'],
    [1.781e-3, '1.781 ms'],
    [50.56 * 86_400, '50.56 d'],
    [3.156e7 * 22.2, '22.2 y'],
    [3.15576e7 * 2.29e5, '2.29×10⁵ y'],
  ])('%s s is %s', (seconds, text) => expect(formatHalfLife(seconds)).toBe(text))

  it('writes modes as the field does', () =>
    expect(['B-', 'A', 'EC/B+', 'B-N'].map(modeSymbol)).toEqual(['β−', 'α', 'EC/β+', 'B-N']))
})
