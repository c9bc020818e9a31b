/** Where the nuclides of a decay chain stand in its diagram: columns by the longest way from the parent, rows within. */
import type { NuclideSheet } from '../../../../electron/contracts/index.ts'
import { formatPower } from '../../../ui/index.ts'

export interface PlacedNuclide {
  readonly name: string
  readonly halfLifeS: number | null
  readonly decaysPerParentDecay: number
  readonly end: string
  readonly column: number
  readonly row: number
}

export interface PlacedDecay {
  readonly from: PlacedNuclide
  readonly to: PlacedNuclide
  readonly mode: string
  readonly branch: number
}

export interface ChainLayout {
  readonly nuclides: readonly PlacedNuclide[]
  readonly decays: readonly PlacedDecay[]
  readonly columns: number
  readonly rows: number
}

/** Main branches stay on the top row; a chain never comes back, so the columns are finite. */
export function chainLayout({ nodes, edges }: NuclideSheet['chain']): ChainLayout {
  const column = new Map(nodes.map((node) => [node.name, 0]))
  // Longest path from the parent, by relaxing as often as there are nuclides.
  for (let pass = 0; pass < nodes.length; pass++) {
    for (const edge of edges) {
      const next = (column.get(edge.from) ?? 0) + 1
      if (next > (column.get(edge.to) ?? 0) && next < nodes.length) column.set(edge.to, next)
    }
  }
  const reached = (name: string): number => {
    const node = nodes.find((one) => one.name === name)
    if (node && node.decaysPerParentDecay > 0) return node.decaysPerParentDecay
    return edges.filter((edge) => edge.to === name).reduce((sum, edge) => sum + edge.branch * weightOf(edge.from), 0)
  }
  const weightOf = (name: string): number => nodes.find((one) => one.name === name)?.decaysPerParentDecay ?? 0
  const byColumn = new Map<number, string[]>()
  for (const node of nodes) {
    const at = column.get(node.name) ?? 0
    byColumn.set(at, [...(byColumn.get(at) ?? []), node.name])
  }
  const row = new Map<string, number>()
  for (const names of byColumn.values()) {
    names.sort((a, b) => reached(b) - reached(a)).forEach((name, index) => row.set(name, index))
  }
  const nuclides = nodes.map((node) => ({
    ...node,
    column: column.get(node.name) ?? 0,
    row: row.get(node.name) ?? 0,
  }))
  const placed = new Map(nuclides.map((one) => [one.name, one]))
  const decays = edges.flatMap((edge): PlacedDecay[] => {
    const from = placed.get(edge.from)
    const to = placed.get(edge.to)
    return from && to ? [{ from, to, mode: edge.mode, branch: edge.branch }] : []
  })
  return {
    nuclides,
    decays,
    columns: 1 + Math.max(0, ...nuclides.map((one) => one.column)),
    rows: 1 + Math.max(0, ...nuclides.map((one) => one.row)),
  }
}

const MODES: Readonly<Record<string, string>> = { 'B-': 'β−', 'EC/B+': 'EC/β+', A: 'α', IT: 'IT', SF: 'SF' }

/** "β−", "α", … as it is written in the field. */
export const modeSymbol = (mode: string): string => MODES[mode] ?? mode

const STEPS: readonly (readonly [number, string])[] = [
  [31_557_600, 'y'],
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
]

/** A half-life in the unit in which it is spoken of, with the value's own digits: "6.647 d", "45.6 min"; "stable" for null. */
export function formatHalfLife(seconds: number | null): string {
  if (seconds === null) return 'stable'
  // Days up to two years: nobody speaks of 0.18 years of strontium.
  const [size, unit] = STEPS.find(([step, name]) => seconds >= (name === 'y' ? 2 * step : step)) ?? [1e-9, 'ns']
  const value = seconds / size
  return value >= 1e5 ? `${formatPower(value, 2)} ${unit}` : `${Number(value.toPrecision(4))} ${unit}`
}
