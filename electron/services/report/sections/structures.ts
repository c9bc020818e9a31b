/** Volumes, densities and masses, and which rule made them. */
import type { Analysis, CycleAnalysis, StructureResult } from '../../../contracts/analysis.ts'
import type { HollowOrgan, Protocol } from '../../../contracts/protocol.ts'
import type { Block, Cell } from '../../ports/reportDocument.ts'
import { MISSING, printFixed, printUncertain, scaled } from '../numbers.ts'
import { hasMass, ofOutline } from './measuredSeries.ts'
import { cycleTitle } from './words.ts'

export function structureBlocks(analysis: Analysis): Block[] {
  const blocks: Block[] = [{ kind: 'heading', level: 1, text: 'Structures' }]
  const { massFrom, excludedStructures } = analysis.protocol
  for (const cycle of analysis.cycles) {
    if (analysis.cycles.length > 1) blocks.push({ kind: 'heading', level: 2, text: cycleTitle(cycle) })
    blocks.push({
      kind: 'table',
      columns: [
        { title: 'Structure', kind: 'text', stretch: 1.2 },
        { title: 'Kind', kind: 'text', stretch: 0 },
        { title: 'Volume', unit: 'mL', kind: 'uncertain', stretch: 0 },
        { title: 'Density', unit: 'g/mL', kind: 'number', stretch: 0 },
        { title: 'Mass', unit: 'g', kind: 'uncertain', stretch: 0 },
        { title: 'How', kind: 'text', stretch: 2 },
      ],
      rows: cycle.structures.map(structureRow),
      notes: [referenceNote(cycle)].filter((note) => note !== ''),
    })
  }
  blocks.push({
    kind: 'paragraph',
    quiet: true,
    text: [
      ...policySentences(analysis.protocol),
      massFrom === 'ct' ? 'Mass is volume times the density that CT shows.' : 'Mass is volume times a tissue density.',
      excludedStructures.length > 0 ? `Outlines that are no regions to dose: ${excludedStructures.join(', ')}.` : '',
    ]
      .filter((t) => t !== '')
      .join(' '),
  })
  return blocks
}

/** Every rule on structures in words, also those at their defaults. */
export function policySentences({ lesionsInOrgans, overlapPriority, hollowOrgans, pairedOrgans }: Protocol): string[] {
  const hollow = Object.entries(hollowOrgans).map(([name, entry]) => `${name} (${hollowWords(entry)})`)
  return [
    lesionsInOrgans === 'exclude'
      ? 'Lesions inside an organ do not count as organ: their volume, mass and activity are taken out of it.'
      : 'Lesions inside an organ count as organ: its volume, mass and activity include them.',
    overlapPriority === 'none'
      ? 'Structures of one kind that overlap each count what they share.'
      : `What structures of one kind share belongs to the first of: ${overlapPriority.join(', ')}; the others stand last.`,
    hollow.length === 0
      ? 'No organ is treated as hollow: activity and mass are those of the whole outline.'
      : `Hollow, with the activity in the content and mass and dose of the wall: ${hollow.join(', ')}; all others are treated as solid.`,
    `Left and right of paired organs are reported ${pairedOrgans === 'both' ? 'separately and together' : 'separately'}; their sides are checked against the names.`,
  ]
}

/** "wall of 3 mm, ICRP 89". */
export function hollowWords({ wallThicknessMm, wallStructure, contentStructure, source }: HollowOrgan): string {
  const how =
    wallThicknessMm !== undefined
      ? `wall of ${wallThicknessMm} mm`
      : wallStructure !== undefined
        ? `wall as outlined in ${wallStructure}`
        : `content as outlined in ${contentStructure ?? ''}`
  return source === '' ? how : `${how}, ${source}`
}

function referenceNote(cycle: CycleAnalysis): string {
  const t = cycle.timePoints.find((p) => p.id === cycle.referenceTimePointId)
  return t ? `At the reference time point, ${printFixed(t.hoursAfterInjection, 1)} h p.i.` : ''
}

function structureRow(s: StructureResult): Cell[] {
  return [
    [{ text: s.name, style: 'strong' }],
    s.kind,
    ofOutline(s, printUncertain({ value: s.volumeMl, standardUncertainty: s.volumeStandardUncertaintyMl })),
    ofOutline(s, printFixed(s.densityGPerMl, 3)),
    hasMass(s) ? printUncertain(scaled(s.massKg, 1e3)) : MISSING,
    [{ text: s.densityFrom }, ...(s.policy ? [{ text: `\n${s.policy}`, style: 'note' as const }] : [])],
  ]
}
