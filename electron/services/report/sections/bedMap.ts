/** BED maps of a voxel dose: the numbers of the structures, and the parameters that they rest on. */
import type { BedMapResult, BedTissue } from '../../../contracts/bedMaps.ts'
import { tissueWords } from '../../bedMaps/index.ts'
import type { Block, Cell } from '../../ports/reportDocument.ts'
import { MISSING, printNumber, printUncertain } from '../numbers.ts'
import { marked } from './marks.ts'

/** Parameters of a structure in words, with the key of the map. */
export function tissueNote(bed: BedMapResult, structure: string): string {
  const own = tissueWords(bed).find((words) => words.startsWith(`${structure}: `))
  const elsewhere = tissueWords(bed).find((words) => words.startsWith('Elsewhere: '))
  return [own ?? elsewhere ?? '', `key ${bed.bedId.slice(0, 12)}`].join('; ')
}

/** Parameters for elsewhere are given by a person. */
function evidenceOf({ tissues }: BedMapResult, structure: string): BedTissue['evidence'] {
  return tissues.find((tissue) => tissue.structure === structure && tissue.parameters.length > 0)?.evidence ?? 'given'
}

/** A table of the structures with a BED, under the voxel dose that it was made from. */
export function bedMapBlocks(bed: BedMapResult): Block[] {
  const number = (title: string) => ({ title, unit: 'Gy', kind: 'number', stretch: 0 }) as const
  const unverified = bed.structures.some(({ name }) => evidenceOf(bed, name) === 'unverified')
  return [
    { kind: 'heading', level: 2, text: `Cycle ${bed.cycle} · BED of the voxels` },
    {
      kind: 'table',
      columns: [
        { title: 'Structure', kind: 'text', stretch: 1 },
        { title: 'Mean BED', unit: 'Gy', kind: 'uncertain', stretch: 0 },
        ...['D98', 'D50', 'D2', 'EUBED', 'Mean EQD2'].map(number),
      ],
      rows: bed.structures.map((s): Cell[] => [
        [{ text: marked(s.name, evidenceOf(bed, s.name)), style: 'strong' }],
        printUncertain({ value: s.meanGy, standardUncertainty: s.meanStandardUncertaintyGy ?? 0 }),
        ...[s.d98Gy, s.d50Gy, s.d2Gy].map((gy) => printNumber(gy)),
        s.eubedGy === null ? MISSING : printNumber(s.eubedGy),
        printNumber(s.meanEqd2Gy),
      ]),
      notes: [
        'All doses of this table are BED but EQD2. EUBED: the even BED with the same survival of cells, where α is known.',
        ...tissueWords(bed).map((words) => `${words}.`),
        ...(unverified ? ['‡ Rests on a parameter that is not verified.'] : []),
        ...bed.remarks,
        `Key ${bed.bedId.slice(0, 12)}.`,
      ],
    },
  ]
}
