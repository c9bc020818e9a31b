/** How the numbers were made and from what: methods, decisions, assumptions, problems, inputs. */
import { createHash } from 'node:crypto'
import type { Analysis, ImageUse } from '../../../contracts/analysis.ts'
import type { ImportProblem } from '../../../contracts/problems.ts'
import type { Protocol } from '../../../contracts/protocol.ts'
import { protocolSchema } from '../../../contracts/protocol.ts'
import { correctionSentences } from '../../calibrations/index.ts'
import type { Block, Cell } from '../../ports/reportDocument.ts'
import { printPercent } from '../numbers.ts'
import { curveFitWords } from './curveFitWords.ts'
import { seriesSentences } from './measuredSeries.ts'
import { hollowWords } from './structures.ts'
import { uncertaintyWords } from './uncertainty.ts'
import { count, imageName } from './words.ts'

export function methodBlocks(analysis: Analysis): Block[] {
  const unverified = analysis.methods.some((m) => m.evidence !== 'verified')
  return [
    { kind: 'heading', level: 1, text: 'Methods' },
    {
      kind: 'table',
      columns: [
        { title: 'Step', kind: 'text', stretch: 0 },
        { title: 'Algorithm or data', kind: 'text', stretch: 2 },
        { title: 'Version', kind: 'text', stretch: 0.8 },
        { title: 'Source', kind: 'text', stretch: 2 },
        { title: 'Evidence', kind: 'text', stretch: 0 },
      ],
      rows: analysis.methods.map((m): Cell[] => [
        [{ text: m.step, style: 'strong' }],
        m.algorithm,
        m.version,
        m.citation,
        m.evidence === 'verified' ? m.evidence : `‡\u00A0${m.evidence}`,
      ]),
      notes: unverified
        ? [
            '‡ Not verified: transcribed from its source, or designed for this program, and not yet checked independently.',
          ]
        : [],
    },
  ]
}

function fewScansWords({ method, population, upToScans, interCycleGsd, byStructure }: Protocol['fewScans']): string {
  const one = (choice: { readonly method: string; readonly population: string | null }): string =>
    choice.population === null ? choice.method : `${choice.method} (${choice.population})`
  const own = Object.entries(byStructure).map(([name, choice]) => `${name} ${one(choice)}`)
  return `Structures with up to ${count(upToScans, 'scan')}: ${[one({ method, population }), ...own].join('; ')}; half-lives from cycle to cycle within a factor of ${interCycleGsd}.`
}

/** What a person decided: everything in the protocol that is not the program's default. */
export function decisionsOf(protocol: Protocol): string[] {
  const standard = protocolSchema.parse({})
  const said: string[] = []
  const differs = (key: keyof Protocol): boolean => JSON.stringify(protocol[key]) !== JSON.stringify(standard[key])
  if (protocol.nuclide) said.push(`Radionuclide given as ${protocol.nuclide}.`)
  if (protocol.agent) said.push(`Agent given as ${protocol.agent}.`)
  for (const a of protocol.administrations) {
    const parts = [
      a.activityBq === undefined ? '' : `activity ${a.activityBq / 1e6} MBq`,
      a.startLocal === undefined ? '' : `start ${a.startLocal.replace('T', ' ')}`,
    ].filter((t) => t !== '')
    said.push(`Administration of cycle ${a.cycle} given: ${parts.join(', ')}.`)
  }
  const calibrations = [
    ...(protocol.calibration ? [['all series with counts', protocol.calibration] as const] : []),
    ...Object.entries(protocol.calibrationBySeries).map(([uid, c]) => [`series ${uid}`, c] as const),
  ]
  for (const [what, c] of calibrations) {
    said.push(
      `Calibration of ${what}: ${c.sensitivityCpsPerMbq} cps/MBq ± ${printPercent(c.relativeUncertainty)} %, of ${c.date}${c.note ? ` (${c.note})` : ''}.`,
    )
  }
  for (const r of protocol.recoveryCoefficients) {
    said.push(
      `Recovery of ${r.structure}${r.cycle === undefined ? '' : ` in cycle ${r.cycle}`}: ${[r.coefficient].flat().join(', ')} ± ${printPercent(r.relativeUncertainty)} %.`,
    )
  }
  for (const [name, density] of Object.entries(protocol.densityGPerMl))
    said.push(`Density of ${name}: ${density} g/mL.`)
  for (const [name, model] of Object.entries(protocol.timeActivityModelByStructure))
    said.push(`Curve of ${name}: ${model}.`)
  for (const [name, options] of Object.entries(protocol.timeActivityFitByStructure))
    said.push(`Fit of ${name}: ${curveFitWords(options)}.`)
  for (const { structure, seriesUid, reason } of protocol.pointsLeftOut)
    said.push(`Point of ${structure} left out of the fit (series ${seriesUid})${reason ? `: ${reason}` : ''}.`)
  said.push(...seriesSentences(protocol.measuredSeries ?? []))
  for (const [name, entry] of Object.entries(protocol.hollowOrgans))
    said.push(`Hollow: ${name}, ${hollowWords(entry)}.`)
  for (const uid of protocol.excludedSeries) said.push(`Series left out: ${uid}.`)
  for (const [uid, key] of Object.entries(protocol.structureSetBySeries))
    said.push(`Structures of series ${uid}: the set "${key}", chosen by a person.`)
  for (const p of protocol.acceptedProblems) said.push(`Looked at and accepted: ${p}.`)
  const settings: Partial<Record<keyof Protocol, string>> = {
    emission: `Emission images: ${protocol.emission}.`,
    structureSource: `Structures from ${protocol.structureSource}.`,
    referenceTimePoint: `Reference time point: ${protocol.referenceTimePoint}.`,
    lesionsInOrgans: `Lesions in organs: ${protocol.lesionsInOrgans}d.`,
    overlapPriority: `Overlapping structures, from the highest down: ${[protocol.overlapPriority].flat().join(', ')}.`,
    pairedOrgans: 'Left and right of paired organs also together.',
    lesionPattern: `Names that are lesions: ${protocol.lesionPattern}.`,
    excludedStructures: `Structures that are outlines only: ${protocol.excludedStructures.join(', ') || 'none'}.`,
    ...correctionSentences(protocol),
    massFrom: `Mass from ${protocol.massFrom === 'ct' ? 'CT' : 'tissue density'}.`,
    timeActivityModel: `Curves: ${protocol.timeActivityModel}.`,
    timeActivityFit: `Fits: ${curveFitWords(protocol.timeActivityFit)}.`,
    fewScans: fewScansWords(protocol.fewScans),
    uncertainty: uncertaintyWords(protocol.uncertainty),
    activityRelativeUncertainty: `Uncertainty of an activity: ${printPercent(protocol.activityRelativeUncertainty)} %.`,
    administeredRelativeUncertainty: `Uncertainty of the administered activity: ${printPercent(protocol.administeredRelativeUncertainty)} %.`,
  }
  for (const [key, sentence] of Object.entries(settings)) if (differs(key as keyof Protocol)) said.push(sentence)
  return said
}

const SEVERITIES: readonly (readonly [ImportProblem['severity'], string])[] = [
  ['refused', 'Not used'],
  ['question', 'Open question'],
  ['warning', 'Warning'],
  ['note', 'Note'],
]

export function recordBlocks(analysis: Analysis): Block[] {
  const decisions = decisionsOf(analysis.protocol)
  const blocks: Block[] = [
    { kind: 'heading', level: 1, text: 'Decisions, assumptions and problems' },
    { kind: 'heading', level: 2, text: 'Decided by a person' },
    decisions.length > 0
      ? { kind: 'list', items: decisions }
      : { kind: 'paragraph', text: `Nothing: protocol “${analysis.protocol.name}”, all settings at their defaults.` },
    { kind: 'heading', level: 2, text: 'Assumed' },
    analysis.assumptions.length > 0
      ? { kind: 'list', items: analysis.assumptions }
      : { kind: 'paragraph', text: 'Nothing beyond the methods above.' },
    { kind: 'heading', level: 2, text: 'Skipped, doubtful or noted' },
  ]
  const listed = SEVERITIES.flatMap(([severity, title]) =>
    analysis.problems.filter((p) => p.severity === severity).map((p) => ({ p, title })),
  )
  if (listed.length === 0) {
    blocks.push({ kind: 'paragraph', text: 'Nothing was skipped and there were no warnings.' })
  } else {
    blocks.push({
      kind: 'table',
      columns: [
        { title: '', kind: 'text', stretch: 0.7 },
        { title: 'Item', kind: 'text', stretch: 1.1 },
        { title: 'What', kind: 'text', stretch: 2.6 },
        { title: 'What to do', kind: 'text', stretch: 1.6 },
      ],
      rows: listed.map(({ p, title }): Cell[] => [[{ text: title, style: 'strong' }], p.item, p.message, p.hint]),
      notes: [],
    })
  }
  const ignored = analysis.problems.filter((p) => p.severity === 'ignored')
  if (ignored.length > 0) {
    const items = ignored.slice(0, 8).map((p) => p.item)
    blocks.push({
      kind: 'paragraph',
      quiet: true,
      text: `Left aside, as no images, structures or registrations: ${count(ignored.length, 'file')} (${items.join(', ')}${ignored.length > 8 ? ', …' : ''}).`,
    })
  }
  return blocks
}

/** SHA-256 of the sorted SHA-256 sums of the files, one a line: the same files in any order give the same. */
export function fingerprint(hashes: readonly string[]): string {
  return createHash('sha256')
    .update([...hashes].sort().join('\n'))
    .digest('hex')
}

export function inputBlocks(analysis: Analysis): Block[] {
  const rows: Cell[][] = []
  for (const cycle of analysis.cycles) {
    for (const t of cycle.timePoints) {
      for (const image of [t.emission, t.ct]) if (image) rows.push(inputRow(`${cycle.index}/${t.index}`, image))
    }
  }
  return [
    { kind: 'heading', level: 1, text: 'Inputs' },
    {
      kind: 'table',
      columns: [
        { title: 'Cycle/scan', kind: 'text', stretch: 0 },
        { title: 'Series', kind: 'text', stretch: 2 },
        { title: 'Files', kind: 'number', stretch: 0 },
        { title: 'Fingerprint', kind: 'text', stretch: 1.5 },
      ],
      rows,
      notes: [
        'Fingerprint: SHA-256 over the sorted SHA-256 sums of the series’ files, one a line. The sum of every file is in the JSON report.',
        `Key of this analysis (inputs, protocol, versions): ${analysis.key}`,
      ],
    },
  ]
}

function inputRow(where: string, image: ImageUse): Cell[] {
  const print = fingerprint(image.inputHashes)
  return [
    where,
    [{ text: imageName(image) }, { text: `\n${image.seriesUid}`, style: 'note' }],
    String(image.inputHashes.length),
    [{ text: `${print.slice(0, 32)}\n${print.slice(32)}`, style: 'note' }],
  ]
}
