/** Biological effect beyond the whole organ: where its dose comes from, what its parts get, and what further cycles would make of it. */
import type { BiologyResult, StructureEffect } from '../../../contracts/biology.ts'
import type { DoseContribution, PartsEffect } from '../../../contracts/biologyParts.ts'
import type { Block, Cell, Column } from '../../ports/reportDocument.ts'
import { MISSING, printNumber, printPercent, printUncertain } from '../numbers.ts'
import { marked, STRUCTURE } from './marks.ts'

const GBQ = 1e9
const number = (title: string, unit?: string): Column => ({
  title,
  ...(unit === undefined ? {} : { unit }),
  kind: 'number',
  stretch: 0,
})
const uncertain = (title: string, unit: string): Column => ({ title, unit, kind: 'uncertain', stretch: 0 })

/** "own photons 0.102 Gy", "LIVER 0.031 Gy". */
export const contributionWords = (contribution: DoseContribution): string =>
  `${sourceWords(contribution)} ${printNumber(contribution.doseGy)} Gy`

const sourceWords = ({ kind, source }: DoseContribution): string =>
  kind === 'self' ? 'own charged radiation' : kind === 'own-photons' ? 'own photons' : source

/** Nothing where the settings asked for none of it. */
export function biologyPartsBlocks(result: BiologyResult): Block[] {
  return [...contributionBlocks(result), ...partsBlocks(result), ...furtherBlocks(result)]
}

function contributionBlocks({ structures }: BiologyResult): Block[] {
  const found = structures.flatMap(({ name, doseGy, contributions }) =>
    contributions && doseGy.value > 0 ? contributions.map((one) => ({ name, whole: doseGy.value, one })) : [],
  )
  if (found.length === 0) return []
  return [
    { kind: 'heading', level: 2, text: 'Where the doses come from' },
    {
      kind: 'table',
      columns: [
        STRUCTURE,
        { title: 'From', kind: 'text', stretch: 1.2 },
        number('S value', 'Gy/(Bq·s)'),
        number('Absorbed dose', 'Gy'),
        number('Share', '%'),
      ],
      rows: found.map(({ name, whole, one }): Cell[] => [
        [{ text: name, style: 'strong' }],
        sourceWords(one),
        one.sGyPerBqS === null ? MISSING : printNumber(one.sGyPerBqS),
        printNumber(one.doseGy),
        printPercent(one.doseGy / whole),
      ]),
      notes: [
        'Own charged radiation is the dose of the analysis. The others are photons by the S values of the reference phantom (of the last cycle), each with the time course of its source; the doses of this section are their sum.',
      ],
    },
  ]
}

function partsBlocks({ structures }: BiologyResult): Block[] {
  const found = structures.flatMap(({ name, parts }) => (parts ? [{ name, parts }] : []))
  if (found.length === 0) return []
  return [
    { kind: 'heading', level: 2, text: 'Parts of organs' },
    {
      kind: 'table',
      columns: [
        STRUCTURE,
        { title: 'Part', kind: 'text', stretch: 0 },
        number('of its mass', '%'),
        number('of its activity', '%'),
        uncertain('Absorbed dose', 'Gy'),
        number('G'),
        uncertain('BED', 'Gy'),
        number('EQD2', 'Gy'),
      ],
      rows: found.flatMap(({ name, parts }) =>
        parts.parts.map((part): Cell[] => [
          [{ text: marked(name, parts.evidence), style: 'strong' }],
          part.name,
          part.massShare === null ? MISSING : printPercent(part.massShare),
          printPercent(part.activityShare),
          printUncertain(part.doseGy),
          printNumber(part.g),
          printUncertain(part.totalBedGy),
          printNumber(part.totalEqd2Gy),
        ]),
      ),
      notes: [
        'BED and EQD2 are with external beam; α/β and repair are those of the organ. The uncertainty is that of the organ’s dose: that of the shares is not in it.',
        ...found.flatMap(({ name, parts }) => partsNotes(name, parts)),
      ],
    },
  ]
}

function partsNotes(name: string, { title, validity, equivalent, parameters, remarks }: PartsEffect): string[] {
  const { a, geudGy, gebedGy, alphaPerGy, eubedGy } = equivalent
  const stands = [
    ...(geudGy === null || gebedGy === null
      ? []
      : [`gEUD ${printNumber(geudGy)} Gy, that of the BED ${printNumber(gebedGy)} Gy (a = 1/n = ${printNumber(a)})`]),
    ...(eubedGy === null ? [] : [`EUBED ${printNumber(eubedGy)} Gy (α ${printNumber(alphaPerGy)} per Gy)`]),
  ]
  return [
    `${name}: ${title}. ${validity} ${parameters.map(shareWords).join('; ')}.`,
    ...(stands.length > 0 ? [`${name}: all parts by their masses, with external beam: ${stands.join('; ')}.`] : []),
    ...remarks.map((remark) => `${name}: ${remark}`),
  ]
}

const shareWords = ({ title, value, source, evidence }: PartsEffect['parameters'][number]): string =>
  marked(`${title} ${printPercent(value)} % (${source})`, evidence)

function furtherBlocks({ structures }: BiologyResult): Block[] {
  const found = structures.flatMap(({ name, further }) => (further ? [{ name, further }] : []))
  const [first] = found
  if (!first) return []
  return [
    { kind: 'heading', level: 2, text: 'With further cycles' },
    {
      kind: 'paragraph',
      text: `Not delivered: ${first.further.cycles.map(({ start, activityBq }) => `${printNumber(activityBq / GBQ)} GBq on ${start.slice(0, 10)}`).join(', ')}.`,
    },
    {
      kind: 'table',
      columns: [
        STRUCTURE,
        uncertain('Absorbed dose', 'Gy'),
        uncertain('BED', 'Gy'),
        number('EQD2', 'Gy'),
        { title: 'Limit used most', kind: 'text', stretch: 1.2 },
        number('Used', '%'),
        number('NTCP', '%'),
        number('TCP', '%'),
      ],
      rows: found.map(({ name, further }): Cell[] => {
        const tightest = tightestOf(further.limits)
        return [
          [{ text: name, style: 'strong' }],
          printUncertain(further.doseGy),
          printUncertain(further.totalBedGy),
          printNumber(further.totalEqd2Gy),
          tightest ? `${tightest.title}, ${printNumber(tightest.limitGy)} Gy` : MISSING,
          tightest ? printPercent(tightest.share) : MISSING,
          further.complication ? printPercent(further.complication.probability) : MISSING,
          further.control ? printPercent(further.control.probability) : MISSING,
        ]
      }),
      notes: [
        'Delivered and further cycles together, with external beam. A further cycle is taken to have the time course of the last one and doses in proportion to its activity; its uncertainty is added linearly.',
      ],
    },
  ]
}

const tightestOf = (limits: StructureEffect['limits']): StructureEffect['limits'][number] | undefined =>
  [...limits].sort((one, other) => other.share - one.share)[0]
