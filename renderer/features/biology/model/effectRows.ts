/** Rows of the table of effects. */
import type {
  BiologyResult,
  EffectOutcome,
  LimitUse,
  StructureEffect,
  Uncertain,
} from '../../../../electron/contracts/index.ts'
import { formatNumber, formatUncertain } from '../../../ui/index.ts'
import { usedByModel } from './inspector.ts'
import { unverifiedOf } from './words.ts'

export interface EffectRow {
  readonly name: string
  readonly kind: StructureEffect['kind']
  readonly doseGy: Uncertain | null
  readonly bedGy: Uncertain | null
  readonly eqd2Gy: number | null
  readonly g: string
  readonly tightest: LimitUse | null
  readonly complication: EffectOutcome | null
  readonly control: EffectOutcome | null
  readonly unverified: readonly { readonly subject: string; readonly evidence: string }[]
  readonly problem: string
  /** BED with what is kept, where other settings are tried and it differs. */
  readonly keptBedGy: number | null
}

/** EQD2 with BED's relative uncertainty: it is BED over a constant. */
export function eqd2Text(eqd2Gy: number | null, bedGy: Uncertain | null, unit = ''): string {
  const u = eqd2Gy !== null && bedGy && bedGy.value > 0 ? (bedGy.standardUncertainty * eqd2Gy) / bedGy.value : null
  return formatUncertain(eqd2Gy, u, unit)
}

/** The limit that is used most, by its share. */
export const tightestLimit = (limits: readonly LimitUse[]): LimitUse | null =>
  limits.reduce<LimitUse | null>((most, one) => (most && most.share >= one.share ? most : one), null)

/** Lea–Catcheside factors of the cycles: one where they are alike on paper, else from the least to the largest. */
export function protractionText(cycles: StructureEffect['cycles']): string {
  if (cycles.length === 0) return '–'
  const factors = cycles.map(({ g }) => g)
  const least = formatNumber(Math.min(...factors), 2)
  const largest = formatNumber(Math.max(...factors), 2)
  return least === largest ? least : `${least} to ${largest}`
}

/** All that a structure's effect rests on and that nobody has verified: sensitivities, limits, models. */
export function unverifiedParts(effect: StructureEffect): EffectRow['unverified'] {
  const limits = effect.limits
    .filter(({ evidence }) => evidence !== 'verified' && evidence !== 'given')
    .map(({ title, evidence }) => ({ subject: title, evidence }))
  const models = [effect.complication, effect.control].flatMap((one) =>
    one
      ? unverifiedOf(usedByModel(one.parameters)).map((part) => ({ ...part, subject: `${one.title}, ${part.subject}` }))
      : [],
  )
  return [...unverifiedOf(effect.parameters), ...limits, ...models]
}

/** One row a structure; numbers that do not exist are null, never 0. */
export function effectRows(result: BiologyResult, kept: BiologyResult | null): EffectRow[] {
  return result.structures.map((effect): EffectRow => {
    const hasBed = effect.cycles.length > 0
    const before = kept?.structures.find(({ name }) => name === effect.name)
    const keptBedGy = before && before.cycles.length > 0 ? before.totalBedGy.value : null
    return {
      name: effect.name,
      kind: effect.kind,
      doseGy: effect.doseGy.value > 0 ? effect.doseGy : null,
      bedGy: hasBed ? effect.totalBedGy : null,
      eqd2Gy: hasBed ? effect.totalEqd2Gy : null,
      g: protractionText(effect.cycles),
      tightest: tightestLimit(effect.limits),
      complication: effect.complication,
      control: effect.control,
      unverified: unverifiedParts(effect),
      problem: effect.problem,
      keptBedGy: hasBed && keptBedGy !== null && keptBedGy !== effect.totalBedGy.value ? keptBedGy : null,
    }
  })
}
