/** Time–activity curves: charts, measured activities, fits. */
import type { ActivityPoint, Analysis, CycleAnalysis, FitResult, StructureResult } from '../../../contracts/analysis.ts'
import { timeActivityChart } from '../charts.ts'
import type { Block, Cell, Column, Figure } from '../../ports/reportDocument.ts'
import { joinUncertain, MISSING, printFixed, printNumber, printPercent, printUncertain, scaled } from '../numbers.ts'
import { measuredSeriesBlocks } from './measuredSeries.ts'
import { count, cycleTitle, MODEL_NAMES } from './words.ts'

const S_PER_H = 3600
const MBQ_H = 1e-6 / S_PER_H
/** Time points that fit beside each other in a table on A4. */
const POINTS_PER_TABLE = 5
const CHART = { widthPt: 240, heightPt: 118 }

export function kineticsBlocks(analysis: Analysis): Block[] {
  const blocks: Block[] = [{ kind: 'heading', level: 1, text: 'Kinetics' }]
  for (const cycle of analysis.cycles) {
    if (analysis.cycles.length > 1) blocks.push({ kind: 'heading', level: 2, text: cycleTitle(cycle) })
    blocks.push({ kind: 'figures', perRow: 2, items: cycle.structures.map(chartOf) })
    blocks.push({
      kind: 'paragraph',
      quiet: true,
      text: 'Points: measured activity, bars one standard uncertainty; hollow points are not in the fit. Line: fitted curve, shaded its 95 % confidence band.',
    })
    blocks.push({ kind: 'heading', level: 2, text: 'Fits' }, fitTable(cycle))
    blocks.push({ kind: 'heading', level: 2, text: 'Measured activities' }, ...activityTables(cycle))
    blocks.push(...measuredSeriesBlocks(cycle))
  }
  return blocks
}

function chartOf(s: StructureResult): Figure {
  const { fit } = s
  const svg = timeActivityChart({
    ...CHART,
    points: s.points.map((p) => ({
      hours: p.timeS / S_PER_H,
      activityMbq: p.activityBq / 1e6,
      standardUncertaintyMbq: p.activityStandardUncertaintyBq / 1e6,
      used: p.used,
    })),
    curve: fit && {
      hours: fit.curve.timeS.map((t) => t / S_PER_H),
      activityMbq: fit.curve.activityBq.map((a) => a / 1e6),
      lowerMbq: fit.curve.lowerBq.map((a) => a / 1e6),
      upperMbq: fit.curve.upperBq.map((a) => a / 1e6),
    },
  })
  const points = s.points.map(
    (p) => `${printFixed(p.activityBq / 1e6, 1)} MBq at ${printFixed(p.timeS / S_PER_H, 1)} h`,
  )
  const subtitle = fit
    ? `TIA ${joinUncertain(scaled(fit.tiaBqS, MBQ_H))} MBq·h, effective half-life ${joinUncertain(scaled(fit.effectiveHalfLifeS, 1 / S_PER_H))} h`
    : s.problem || 'not fitted'
  return {
    title: s.name,
    subtitle,
    svg,
    alternative: `Time–activity curve of ${s.name}: ${points.join(', ')}. ${fit ? `${fit.fewScans?.title ?? `Fitted ${MODEL_NAMES[fit.model]}`}. ` : ''}${subtitle}.`,
  }
}

function fitTable(cycle: CycleAnalysis): Block {
  const withAicc = cycle.structures.some((s) => s.fit && s.fit.aicc !== null)
  const columns: Column[] = [
    { title: 'Structure', kind: 'text', stretch: 0 },
    { title: 'Model and parameters', kind: 'text', stretch: 1 },
    { title: 'TIA', unit: 'MBq·h', kind: 'uncertain', stretch: 0 },
    { title: 'TIA coefficient', unit: 'h', kind: 'uncertain', stretch: 0 },
    { title: 'Eff. half-life', unit: 'h', kind: 'uncertain', stretch: 0 },
    { title: 'Extrapolated', unit: '%', kind: 'number', stretch: 0 },
    { title: 'χ²/ν', kind: 'number', stretch: 0 },
    ...(withAicc ? [{ title: 'AICc', kind: 'number', stretch: 0 } as const] : []),
  ]
  const rows = cycle.structures.map((s): Cell[] => {
    const { fit } = s
    const absent = Array.from({ length: columns.length - 2 }, () => MISSING)
    if (!fit) return [s.name, [{ text: s.problem || 'not fitted', style: 'note' }], ...absent]
    return [
      [{ text: fit.warnings.length > 0 ? `${s.name} *` : s.name, style: 'strong' }],
      [
        { text: fit.fewScans?.title ?? MODEL_NAMES[fit.model] },
        { text: `\n${formulaLine(fit)}${parameterLines(fit)}`, style: 'note' },
      ],
      printUncertain(scaled(fit.tiaBqS, MBQ_H)),
      printUncertain(scaled(fit.tiaCoefficientS, 1 / S_PER_H)),
      printUncertain(scaled(fit.effectiveHalfLifeS, 1 / S_PER_H)),
      printPercent(fit.extrapolatedAfter),
      fit.degreesOfFreedom > 0 ? `${printNumber(fit.chiSquare, 2)}/${fit.degreesOfFreedom}` : MISSING,
      ...(withAicc ? [fit.aicc === null ? MISSING : printFixed(fit.aicc, 1)] : []),
    ]
  })
  const notes = [
    'TIA: time-integrated activity; its coefficient is the TIA over the administered activity. Effective half-life of the slowest phase. Extrapolated: share of the TIA after the last scan. χ²/ν: weighted sum of squared residuals over degrees of freedom.',
  ]
  const fitted = cycle.structures.flatMap((s) => (s.fit ? [{ name: s.name, fit: s.fit }] : []))
  if (fitted.some(({ fit }) => fit.aicc === null)) {
    notes.push('AICc exists only where there are at least two points more than parameters.')
  }
  if (fitted.some(({ fit }) => fit.degreesOfFreedom <= 0)) {
    notes.push('No χ²/ν where there are as many parameters as points: such a curve goes through every point.')
  }
  const chosen = groupedBy(fitted, ({ fit }) => [fit.selection])
  const missed = groupedBy(fitted, ({ fit }) => fit.warnings)
  for (const [reason, names] of chosen) notes.push(`${namesOf(names, fitted.length)}: ${reason}`)
  for (const [gate, names] of missed) notes.push(`* ${namesOf(names, fitted.length)}: ${gate}`)
  return { kind: 'table', columns, rows, notes }
}

/** Names by the sentences that hold for them, in the order of first appearance. */
function groupedBy<T extends { readonly name: string }>(
  items: readonly T[],
  sentences: (item: T) => readonly string[],
): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const item of items) {
    for (const sentence of sentences(item))
      if (sentence) groups.set(sentence, [...(groups.get(sentence) ?? []), item.name])
  }
  return groups
}

const namesOf = (names: readonly string[], all: number): string =>
  names.length === all && all > 1 ? 'All structures' : names.join(', ')

/** What a person wrote is printed as it is. */
const formulaLine = ({ model, formula }: FitResult): string =>
  model === 'formula' && formula !== undefined ? `${formula}\n` : ''

/** Parameters whose names are no symbols yet. */
const STEMS: Readonly<Record<string, string>> = {
  lambda: 'λ',
  lambdaBiol: 'λ_biol',
  lambdaTail: 'λ_tail',
  alpha: 'α',
  beta: 'β',
  activity: 'A(point)',
}

/** Factor and unit in print, by the unit of the core. */
const SHOWN_UNITS: Readonly<Record<string, readonly [factor: number, unit: string]>> = {
  Bq: [1e-6, 'MBq'],
  'Bq·s': [MBQ_H, 'MBq·h'],
  'Bq/s': [1e-6 * S_PER_H, 'MBq/h'],
  '1/s': [S_PER_H, 'h⁻¹'],
  s: [1 / S_PER_H, 'h'],
  '1': [1, ''],
}

/** "A = 89.4 ± 2.8, 70 ± 50 MBq" and below "λ = 0.0182 ± 0.0003, 0.40 ± 0.16 h⁻¹": amplitudes and rates, slowest phase first. */
export function parameterLines(fit: FitResult): string {
  const lines = new Map<string, { unit: string; values: string[] }>()
  for (const p of fit.parameters) {
    const stem = STEMS[p.name.replace(/\d+$/, '')] ?? p.name.replace(/\d+$/, '')
    const [factor, unit] = SHOWN_UNITS[p.unit] ?? [1, p.unit]
    const value = p.value * factor
    const text =
      p.standardError === null
        ? printNumber(value)
        : joinUncertain({ value, standardUncertainty: p.standardError * factor })
    const line = lines.get(stem) ?? { unit, values: [] }
    line.values.push(text.replaceAll(' ', '\u00A0'))
    lines.set(stem, line)
  }
  return [...lines]
    .map(([stem, { unit, values }]) => `${stem}\u00A0=\u00A0${values.join(', ')}${unit === '' ? '' : `\u00A0${unit}`}`)
    .join('\n')
}

/** Activities and concentrations by structure and time point, a few time points beside each other. */
function activityTables(cycle: CycleAnalysis): Block[] {
  const blocks: Block[] = []
  for (let from = 0; from < cycle.timePoints.length; from += POINTS_PER_TABLE) {
    const points = cycle.timePoints.slice(from, from + POINTS_PER_TABLE)
    const at = (s: StructureResult, id: string): ActivityPoint | undefined => s.points.find((p) => p.timePointId === id)
    const columns = (unit: string): Column[] => [
      { title: 'Structure', kind: 'text', stretch: 0 },
      ...points.map((t): Column => ({
        title: `${printFixed(t.hoursAfterInjection, 1)} h`,
        unit,
        kind: 'uncertain',
        stretch: 0,
      })),
    ]
    blocks.push({
      kind: 'table',
      columns: columns('MBq'),
      rows: cycle.structures.map((s) => [
        [{ text: s.name, style: 'strong' }],
        ...points.map((t): Cell => {
          const p = at(s, t.id)
          if (!p) return MISSING
          const printed = printUncertain({
            value: p.activityBq / 1e6,
            standardUncertainty: p.activityStandardUncertaintyBq / 1e6,
          })
          return p.used ? printed : { value: `(${printed.value}`, uncertainty: `${printed.uncertainty})` }
        }),
      ]),
      notes: ['Activity at the start of each scan, corrected for recovery. In brackets: not in the fit.'],
    })
    blocks.push({ kind: 'heading', level: 2, text: 'Mean concentration in the image' })
    blocks.push({
      kind: 'table',
      columns: columns('kBq/mL').map((c) => (c.kind === 'uncertain' ? { ...c, kind: 'number' } : c)),
      rows: cycle.structures.map((s) => [
        [{ text: s.name, style: 'strong' }],
        ...points.map((t): Cell => {
          const p = at(s, t.id)
          return p ? printNumber(p.imageConcentrationBqPerMl / 1e3, 4) : MISSING
        }),
      ]),
      notes: concentrationNotes(cycle),
    })
  }
  return blocks
}

function concentrationNotes(cycle: CycleAnalysis): string[] {
  const notes = ['Mean of the image inside the outline, before correction for recovery.']
  const corrected = cycle.structures
    .map((s) => ({ name: s.name, values: [...new Set(s.points.map((p) => p.recoveryCoefficient))] }))
    .filter((s) => s.values.some((v) => v !== 1))
  notes.push(
    corrected.length === 0
      ? 'No recovery coefficients were applied.'
      : `Recovery coefficients: ${corrected.map((s) => `${s.name} ${s.values.map((v) => printNumber(v)).join(', ')}`).join('; ')}.`,
  )
  const cut = cycle.structures.filter((s) => s.points.some((p) => p.fractionInsideImage < 0.9995))
  for (const s of cut) {
    const least = Math.min(...s.points.map((p) => p.fractionInsideImage))
    notes.push(
      `${s.name} reaches out of an image: at least ${printFixed(Math.floor(least * 1000) / 10, 1)} % of it are inside.`,
    )
  }
  const remarks = cycle.structures.flatMap((s) =>
    s.points.filter((p) => p.note !== '').map((p) => `${s.name}, ${printFixed(p.timeS / S_PER_H, 1)} h: ${p.note}`),
  )
  if (remarks.length > 12)
    return [...notes, ...remarks.slice(0, 12), `${count(remarks.length - 12, 'more remark')} in the JSON report.`]
  return [...notes, ...remarks]
}
