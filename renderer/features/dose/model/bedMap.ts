/** BED maps in the words and units of the screen. */
import type { BedMapResult, BedStructure, BedSum, BedTissue, DoseVolume } from '../../../../electron/contracts/index.ts'
import { HOUR_S } from '../../../units.ts'
import { formatNumber } from '../../../ui/index.ts'
import { roundUp } from '../../../viewer/index.ts'
import type { DvhCurve, DvhKind } from './dvhPlot.ts'
import { hottestD2, type VoxelMap } from './voxelMaps.ts'

const valueOf = (tissue: BedTissue, name: string): number | null =>
  tissue.parameters.find((one) => one.name === name)?.value ?? null

/** BED of one cycle or of several. */
export type AnyBed = Pick<BedMapResult, 'structures' | 'tissues' | 'elsewhere'>

/** α/β of all tissues of a map, ascending, each once, Gy. */
export function alphaBetas({ tissues, elsewhere, structures }: AnyBed): number[] {
  const own = tissues
    .filter(({ structure }) => structures.some(({ name }) => name === structure))
    .flatMap((tissue) => valueOf(tissue, 'alphaBetaGy') ?? [])
  return [...new Set([...own, ...(elsewhere ? [elsewhere.alphaBetaGy] : [])])].sort((a, b) => a - b)
}

/** The unit of BED: "Gy BED (α/β 2.6)", or with the smallest and the largest. */
export function bedUnit(result: AnyBed): string {
  const all = alphaBetas(result).map((one) => formatNumber(one, 3))
  const words = all.length > 1 ? `${all[0]}–${all.at(-1)}` : all[0]
  return words === undefined ? 'Gy BED' : `Gy BED (α/β ${words})`
}

const highest = (
  structures: readonly BedStructure[],
  volume: DoseVolume,
  factor: (one: BedStructure) => number,
): number => roundUp(hottestD2(structures.map((one) => ({ ...one, d2Gy: one.d2Gy * factor(one) }))) || volume.maximum)

const eqd2Share = ({ meanGy, meanEqd2Gy }: BedStructure): number => (meanGy > 0 ? meanEqd2Gy / meanGy : 0)

/** "1, 2 and 3": the cycles of a sum. */
export function cyclesOfSum({ parts }: BedSum): string {
  const cycles = parts.map(({ cycle }) => String(cycle))
  return [cycles.slice(0, -1).join(', '), cycles.at(-1)].filter(Boolean).join(' and ')
}

/** The maps of a sum of cycles, as the views show them. */
export function bedSumMaps(sum: BedSum): readonly VoxelMap[] {
  const { bed, eqd2, structures } = sum
  const cycles = cyclesOfSum(sum)
  const common = { per: 1, isDoseLike: true } as const
  return [
    {
      ...{
        id: 'bed-sum',
        label: `BED of cycles ${cycles}`,
        volume: bed,
        unit: bedUnit(sum),
        reading: 'Gy BED',
        ...common,
      },
      high: highest(structures, bed, () => 1),
      words: `Biologically effective dose of cycles ${cycles} on the anatomy of this one, each voxel by the parameters of the structure that holds most of it here; 0 where no parameters are known.`,
    },
    {
      ...{ id: 'eqd2-sum', label: `EQD2 of cycles ${cycles}`, volume: eqd2, unit: 'Gy EQD2', ...common },
      high: highest(structures, eqd2, eqd2Share),
      words: `The dose in acute fractions of 2 Gy with the same BED as cycles ${cycles} together; 0 where no parameters are known.`,
    },
  ]
}

/** The maps of a result, as the views show them. */
export function bedMaps(result: BedMapResult): readonly VoxelMap[] {
  const { bed, eqd2, g, structures } = result
  return [
    {
      ...{ id: 'bed', label: 'BED', volume: bed, unit: bedUnit(result), reading: 'Gy BED', per: 1, isDoseLike: true },
      high: highest(structures, bed, () => 1),
      words:
        'Biologically effective dose of this cycle, each voxel by the parameters of the structure that holds most of it; 0 where no parameters are known.',
    },
    {
      ...{ id: 'eqd2', label: 'EQD2', volume: eqd2, unit: 'Gy EQD2', per: 1, isDoseLike: true },
      high: highest(structures, eqd2, eqd2Share),
      words: 'The dose in acute fractions of 2 Gy with the same BED; 0 where no parameters are known.',
    },
    {
      ...{ id: 'g-factor', label: 'G (protraction)', volume: g, unit: '', per: 1, isDoseLike: false },
      high: roundUp(g.maximum),
      words:
        'Lea–Catcheside factor: 1 for an acute dose, towards 0 the more is repaired while the dose is given. 0 where there is no BED.',
    },
  ]
}

/** The curves of a BED–volume histogram, Gy of BED. */
export function bvhCurves({ structures }: AnyBed, kind: DvhKind): DvhCurve[] {
  return structures.map(({ name, histogram }) => ({
    structure: name,
    doses: histogram.doseGy,
    share: kind === 'cumulative' ? histogram.cumulative : histogram.differentialPerGy,
    lower: kind === 'cumulative' ? histogram.lower : null,
    upper: kind === 'cumulative' ? histogram.upper : null,
  }))
}

export interface TissueRow {
  readonly name: string
  readonly alphaBeta: string
  readonly halfTime: string
  readonly g: string
  readonly set: string
  /** Where the values are from, for a tooltip. */
  readonly sources: string
  readonly unverified: readonly { readonly subject: string; readonly evidence: string }[]
  readonly problem: string
}

/** Parameters of each structure; those that nothing is known of last. */
export function tissueRows(tissues: readonly BedTissue[]): TissueRow[] {
  const rows = tissues.map((tissue): TissueRow => {
    const [alphaBetaGy, halfTimeS] = [valueOf(tissue, 'alphaBetaGy'), valueOf(tissue, 'repairHalfTimeS')]
    const used = tissue.parameters.filter(({ name }) => name === 'alphaBetaGy' || name === 'repairHalfTimeS')
    return {
      name: tissue.structure,
      alphaBeta: formatNumber(alphaBetaGy, 3),
      halfTime: formatNumber(halfTimeS === null ? null : halfTimeS / HOUR_S, 3),
      g: formatNumber(tissue.g, 3),
      set: tissue.set?.title ?? (used.length > 0 ? 'given' : 'not known'),
      sources: used.map(({ title, source, evidence }) => `${title}: ${source} (${evidence})`).join('\n'),
      unverified: used
        .filter(({ evidence }) => evidence !== 'verified' && evidence !== 'given')
        .map(({ title, evidence }) => ({ subject: `${title} of ${tissue.structure}`, evidence })),
      problem: tissue.problem,
    }
  })
  return [...rows.filter(({ problem }) => problem === ''), ...rows.filter(({ problem }) => problem !== '')]
}
