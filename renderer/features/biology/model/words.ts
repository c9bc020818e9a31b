/** Numbers of biology as they are read. */
import type { BiologyParameterView, EffectOutcome } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'
import { HOUR_S } from '../../../units.ts'

/** A probability in per cent; what lies beyond the digits shown is not called 0 or 100, as nobody is that sure. */
export function percentText(probability: number): string {
  if (!Number.isFinite(probability)) return '–'
  if (probability < 0.001) return '< 0.1 %'
  if (probability > 0.999) return '> 99.9 %'
  return `${formatNumber(100 * probability, probability < 0.1 ? 2 : 3)} %`
}

/** "12 % (5 % to 24 %)" */
export const outcomeText = ({ probability, low, high }: EffectOutcome): string =>
  `${percentText(probability)} (${percentText(low)} to ${percentText(high)})`

/** A parameter in the unit of the screen: times in h, pure numbers without one. */
export function parameterText({ value, unit }: Pick<BiologyParameterView, 'value' | 'unit'>): string {
  if (unit === 's') return `${formatNumber(value / HOUR_S, 3)} h`
  return unit === '1' ? formatNumber(value, 3) : `${formatNumber(value, 3)} ${unit}`
}

/** What is not verified among parameters, as the mark tells it. A person's own value is theirs, and no finding. */
export const unverifiedOf = (
  parameters: readonly BiologyParameterView[],
): { readonly subject: string; readonly evidence: string }[] =>
  parameters
    .filter(({ evidence }) => evidence !== 'verified' && evidence !== 'given')
    .map((parameter) => ({
      subject: `${parameter.title} ${parameterText(parameter)} (${parameter.source})`,
      evidence: parameter.evidence,
    }))
