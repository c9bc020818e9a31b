/** Tables for spreadsheets: a header line with units, a full stop as decimal point. */
import type { StructureEvaluation, StructureResult } from './structures.ts'

/** One line a structure. */
export function statisticsCsv(results: readonly StructureResult[]): string {
  const header = [
    'structure',
    'volume inside dose (mL)',
    'volume outside dose (mL)',
    'mean (Gy)',
    'mean uncertainty (Gy)',
    'min (Gy)',
    'max (Gy)',
    'SD (Gy)',
    'D98 (Gy)',
    'D95 (Gy)',
    'D50 (Gy)',
    'D5 (Gy)',
    'D2 (Gy)',
    'homogeneity index',
    'problem',
  ]
  const lines = results.map((result) => {
    if ('problem' in result) return [result.name, ...Array<string>(header.length - 2).fill(''), result.problem]
    const { name, statistics: s, meanUncertaintyGy } = result
    return [
      name,
      ...[s.insideMl, s.outsideMl, s.meanGy, meanUncertaintyGy, s.minGy, s.maxGy, s.sdGy],
      ...[s.d98Gy, s.d95Gy, s.d50Gy, s.d5Gy, s.d2Gy, s.homogeneityIndex],
      '',
    ]
  })
  return table([header, ...lines])
}

/** One line a bin edge and structure. */
export function histogramCsv(results: readonly StructureResult[]): string {
  const header = [
    'structure',
    'dose (Gy)',
    'volume at or above (mL)',
    'volume at or above (%)',
    'low (mL)',
    'high (mL)',
  ]
  const evaluated = results.filter((result): result is StructureEvaluation => !('problem' in result))
  return table([
    header,
    ...evaluated.flatMap(({ name, histogram: h }) =>
      h.edgesGy.map((edge, n) => [
        name,
        edge,
        h.cumulativeMl[n]!,
        h.cumulativePercent[n]!,
        h.lowMl?.[n] ?? null,
        h.highMl?.[n] ?? null,
      ]),
    ),
  ])
}

function table(lines: readonly (readonly (string | number | null)[])[]): string {
  return lines.map((line) => `${line.map(cell).join(',')}\n`).join('')
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(Number(value.toPrecision(10)))
  // A leading = + - @ would be a formula to a spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
