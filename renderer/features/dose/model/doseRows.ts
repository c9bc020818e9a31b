/** Rows of the dose table in the units of the screen. */
import type { Analysis, CycleAnalysis, StructureDose, StructureResult } from '../../../../electron/contracts/index.ts'
import { GBQ, GRAM_KG, HOUR_S, MBQ_HOUR } from '../../../units.ts'

export type DoseMethod = StructureDose['method']
type Pair = { readonly value: number; readonly u: number } | null

export interface DoseRow {
  readonly name: string
  readonly kind: StructureResult['kind']
  readonly volumeMl: Pair
  readonly massG: Pair
  readonly tiaMbqH: Pair
  readonly tiaCoefficientH: Pair
  readonly doseGy: Pair
  readonly dosePerGbq: Pair
  readonly method: DoseMethod | null
  readonly policy: string
  /** What a person must know of this number: why it is missing, or what warns about it. */
  readonly remarks: readonly string[]
  /** True where there is no dose at all. */
  readonly missing: boolean
}

export const methodLabels: Readonly<Record<DoseMethod, string>> = {
  'local-energy-deposition': 'local deposition',
  'mass-scaled-s-value': 'mass-scaled S value',
}

const pair = (one: { value: number; standardUncertainty: number } | undefined, per: number): Pair =>
  one ? { value: one.value / per, u: one.standardUncertainty / per } : null

/** Of a measured series without an outline there is no volume to show, and a mass only where one was stated. */
const hasOutline = ({ measuredSeries }: StructureResult): boolean => measuredSeries?.isOutlined !== false

/** The methods that the analysis used, in the order of the contract. */
export function methodsOf(cycle: CycleAnalysis): DoseMethod[] {
  const found = new Set(cycle.structures.flatMap((structure) => structure.doses.map((dose) => dose.method)))
  return (Object.keys(methodLabels) as DoseMethod[]).filter((method) => found.has(method))
}

/** One row a structure, with the dose by `method`; a structure without a dose by it says so. */
export function doseRows(cycle: CycleAnalysis, method: DoseMethod | null): DoseRow[] {
  return cycle.structures.map((structure): DoseRow => {
    const dose = structure.doses.find((one) => one.method === method)
    const remarks = [
      structure.problem,
      ...(structure.fit?.warnings ?? []),
      ...structure.points.filter((point) => !point.used).map((point) => `Left out of the fit: ${point.note}`),
      dose?.note ?? '',
    ]
    if (!dose && structure.problem === '' && method) remarks.push(`No dose by ${methodLabels[method]}.`)
    return {
      name: structure.name,
      kind: structure.kind,
      volumeMl: hasOutline(structure) ? { value: structure.volumeMl, u: structure.volumeStandardUncertaintyMl } : null,
      massG: structure.massKg.value > 0 ? pair(structure.massKg, GRAM_KG) : null,
      tiaMbqH: pair(structure.fit?.tiaBqS, MBQ_HOUR),
      tiaCoefficientH: pair(structure.fit?.tiaCoefficientS, HOUR_S),
      doseGy: pair(dose?.doseGy, 1),
      dosePerGbq: pair(dose?.dosePerActivityGyPerBq, 1 / GBQ),
      method: dose?.method ?? null,
      policy: structure.policy,
      remarks: remarks.filter((remark) => remark !== ''),
      missing: !dose,
    }
  })
}

/** The methods behind the analysis that are not verified. */
export function unverifiedMethods(analysis: Analysis): { subject: string; evidence: string }[] {
  return analysis.methods
    .filter((method) => method.evidence !== '' && method.evidence !== 'verified')
    .map(({ step, evidence }) => ({ subject: step, evidence }))
}
