/** Parts of organs as rows below their organ, and their choice. */
import type { PartsChoice, PartsModel, StructureEffect } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'
import type { EffectRow } from './effectRows.ts'

/** A row of the table: a structure, or a part below it. */
export interface TableRow extends EffectRow {
  readonly key: string
  readonly part: string | null
  readonly hasParts: boolean
  /** The row of the structure, by which a part is sorted. */
  readonly whole: EffectRow
}

/** Rows of structures, each followed by its parts where it is unfolded. Parts have no limits and no probabilities of their own. */
export function tableRows(
  rows: readonly EffectRow[],
  structures: readonly StructureEffect[],
  unfolded: ReadonlySet<string>,
): TableRow[] {
  return rows.flatMap((whole): TableRow[] => {
    const parts = structures.find(({ name }) => name === whole.name)?.parts
    const row: TableRow = { ...whole, key: whole.name, part: null, hasParts: parts !== undefined, whole }
    if (!parts || !unfolded.has(whole.name)) return [row]
    return [
      row,
      ...parts.parts.map((part): TableRow => ({
        ...whole,
        key: `${whole.name}: ${part.name}`,
        part: part.name,
        hasParts: false,
        whole,
        doseGy: part.doseGy,
        bedGy: part.totalBedGy,
        eqd2Gy: part.totalEqd2Gy,
        g: part.doseGy.value > 0 ? formatNumber(part.g, 2) : '–',
        tightest: null,
        complication: null,
        control: null,
        unverified:
          parts.evidence === 'unverified' || parts.evidence === 'designed'
            ? [{ subject: `Shares of mass and activity: ${parts.title}`, evidence: parts.evidence }]
            : [],
        problem: '',
        keptBedGy: null,
      })),
    ]
  })
}

/** Models for an organ: those of its name first. */
export const modelsFor = (models: readonly PartsModel[], name: string): PartsModel[] =>
  [...models].sort((a, b) => Number(isOf(b, name)) - Number(isOf(a, name)))

const isOf = ({ organ }: PartsModel, name: string): boolean => name.toLowerCase().includes(organ.toLowerCase())

/** Shares of activity with one of them changed; the others keep their proportions, so that all make 1. */
export function withShare(
  shares: readonly { readonly name: string; readonly activityShare: number }[],
  name: string,
  share: number,
): Record<string, number> {
  const others = shares.filter((one) => one.name !== name)
  const sum = others.reduce((total, { activityShare }) => total + activityShare, 0)
  const left = 1 - share
  return Object.fromEntries(
    shares.map((one) => [
      one.name,
      one.name === name ? share : sum > 0 ? (left * one.activityShare) / sum : left / others.length,
    ]),
  )
}

/** The model of a choice, '' for none or a table of a person. */
export const modelOf = (choice: PartsChoice | undefined): string => (choice && 'model' in choice ? choice.model : '')
