/** The result: absorbed doses by cycle and in sum. */
import type {
  Analysis,
  CycleAnalysis,
  PairResult,
  StructureDose,
  StructureResult,
} from '../../../contracts/analysis.ts'
import type { Protocol } from '../../../contracts/protocol.ts'
import { uncorrectedForBlur } from '../../analysis/index.ts'
import type { Block, Cell, Column } from '../../ports/reportDocument.ts'
import { MISSING, printInstant, printUncertain, scaled } from '../numbers.ts'
import { hasMass } from './measuredSeries.ts'
import { cycleTitle } from './words.ts'

export const DOSE_METHODS: Record<StructureDose['method'], string> = {
  'local-energy-deposition': 'local energy deposition',
  'mass-scaled-s-value': 'S value, scaled by mass',
}

const GRAMS_PER_KG = 1e3
const GY_PER_GBQ = 1e9

const DOSE_COLUMNS: readonly Column[] = [
  { title: 'Structure', kind: 'text', stretch: 1.5 },
  { title: 'Mass', unit: 'g', kind: 'uncertain', stretch: 0 },
  { title: 'Absorbed dose', unit: 'Gy', kind: 'uncertain', stretch: 0 },
  { title: 'per activity', unit: 'Gy/GBq', kind: 'uncertain', stretch: 0 },
  { title: 'Method', kind: 'text', stretch: 1 },
]

/** Tables of absorbed dose: one for each cycle, and the sum where there are several. */
export function doseBlocks(analysis: Analysis): Block[] {
  const blocks: Block[] = [{ kind: 'heading', level: 1, text: 'Absorbed dose' }]
  const several = analysis.cycles.length > 1
  if (several && analysis.cumulativeDose.length > 0) {
    blocks.push({ kind: 'heading', level: 2, text: 'Sum of the cycles' })
    blocks.push({
      kind: 'table',
      columns: [
        { title: 'Structure', kind: 'text', stretch: 1 },
        { title: 'Absorbed dose', unit: 'Gy', kind: 'uncertain', stretch: 0 },
        { title: 'Cycles', kind: 'number', stretch: 0 },
        { title: '', kind: 'text', stretch: 1 },
      ],
      rows: analysis.cumulativeDose.map((d): Cell[] => [
        [{ text: d.structure, style: 'strong' }],
        printUncertain(d.doseGy),
        String(d.cycles),
        '',
      ]),
      notes: [],
    })
  }
  for (const cycle of analysis.cycles) {
    if (several) blocks.push({ kind: 'heading', level: 2, text: cycleTitle(cycle) })
    blocks.push(doseTable(cycle, analysis.protocol))
  }
  return blocks
}

function doseTable(cycle: CycleAnalysis, protocol: Protocol): Block {
  const doubtful = cycle.structures.some((s) => s.fit && s.fit.warnings.length > 0)
  const notes = ['± is one standard uncertainty (k = 1).']
  if (!cycle.structures.some((s) => s.doses.length > 0)) notes.unshift('No dose could be computed in this cycle.')
  if (doubtful) notes.push('* The fit behind this dose fails a criterion of goodness: see Kinetics.')
  notes.push(...blurNote(cycle, protocol))
  const own = cycle.structures.flatMap((s) => s.doses.filter((d) => d.note !== '').map((d) => `${s.name}: ${d.note}`))
  const pairs = cycle.pairs ?? []
  if (pairs.length > 0)
    notes.push(
      'Left and right together: dose as the mean over the mass of both; what both sides share is one uncertainty.',
    )
  return {
    kind: 'table',
    columns: DOSE_COLUMNS,
    rows: [...cycle.structures.flatMap(doseRows), ...pairs.map(pairRow)],
    notes: [...notes, ...own],
  }
}

/** Said beside the doses, not only among the assumptions: small structures are off by more than their uncertainty. */
function blurNote(cycle: CycleAnalysis, protocol: Protocol): string[] {
  const names = uncorrectedForBlur(cycle, protocol)
  if (names.length === 0) return []
  const which = names.length === cycle.structures.length ? '' : ` of ${names.join(', ')}`
  return [
    `No recovery correction${which}: what the resolution of the images spreads out of a structure is missing from its dose, the more the smaller it is; ± does not cover that.`,
  ]
}

function pairRow(pair: PairResult): Cell[] {
  const mass = printUncertain(scaled(pair.massKg, GRAMS_PER_KG))
  const name: Cell = [
    { text: pair.name, style: 'strong' },
    { text: `\n${pair.left} and ${pair.right}`, style: 'note' },
  ]
  return pair.doseGy && pair.dosePerActivityGyPerBq
    ? [
        name,
        mass,
        printUncertain(pair.doseGy),
        printUncertain(scaled(pair.dosePerActivityGyPerBq, GY_PER_GBQ)),
        'both, by mass',
      ]
    : [name, mass, MISSING, MISSING, [{ text: pair.problem, style: 'note' }]]
}

function doseRows(s: StructureResult): Cell[][] {
  const mass = hasMass(s) ? printUncertain(scaled(s.massKg, GRAMS_PER_KG)) : MISSING
  const name = s.fit && s.fit.warnings.length > 0 ? `${s.name} *` : s.name
  if (s.doses.length === 0) {
    return [[name, mass, MISSING, MISSING, [{ text: s.problem || 'not computed', style: 'note' }]]]
  }
  return s.doses.map((d, i) => [
    i === 0 ? [{ text: name, style: 'strong' }] : '',
    i === 0 ? mass : '',
    printUncertain(d.doseGy),
    printUncertain(scaled(d.dosePerActivityGyPerBq, GY_PER_GBQ)),
    DOSE_METHODS[d.method],
  ])
}

/** Agent, radionuclide and what was given when. */
export function courseBlocks(analysis: Analysis): Block[] {
  const { course } = analysis
  return [
    { kind: 'heading', level: 1, text: 'Administrations' },
    {
      kind: 'facts',
      perRow: 3,
      items: [
        { label: 'Agent', value: course.agent || 'not stated in the files' },
        {
          label: 'Radionuclide',
          value: [{ text: course.nuclide }, { text: `  half-life ${halfLife(course.halfLifeS)}`, style: 'note' }],
        },
        { label: 'Source', value: course.nuclideSource || MISSING },
      ],
    },
    {
      kind: 'table',
      columns: [
        { title: 'Cycle', kind: 'text', stretch: 0 },
        { title: 'Start of administration', kind: 'text', stretch: 0.8 },
        { title: 'Activity', unit: 'MBq', kind: 'uncertain', stretch: 0 },
        { title: 'Source', kind: 'text', stretch: 1.2 },
      ],
      rows: analysis.cycles.map((c) => [
        String(c.index),
        printInstant(c.administration.start),
        printUncertain(scaled(c.administration.activityBq, 1e-6)),
        c.administration.source,
      ]),
      notes: [],
    },
  ]
}

/** A half-life in the unit in which it is usually said. */
export function halfLife(seconds: number): string {
  const [value, unit] =
    seconds >= 2 * 86400 ? [seconds / 86400, 'd'] : seconds >= 7200 ? [seconds / 3600, 'h'] : [seconds / 60, 'min']
  return `${Number(value.toPrecision(4))} ${unit}`
}
