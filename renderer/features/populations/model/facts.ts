/** What a fit of a population says of itself, for the list of facts. */
import type { PopulationPrior } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'
import { HOUR_S } from '../../../units.ts'
import { parameterUnit } from './curves.ts'

const FORMS = { additive: 'additive', proportional: 'proportional', combined: 'additive and proportional' } as const
const METHODS = {
  'foce-interaction': 'FOCE with interaction',
  'lindstrom-bates': 'Lindstrom–Bates',
} as const

/** "1 curve", "2 curves". */
export const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

export function populationFacts(content: PopulationPrior): { readonly label: string; readonly value: string }[] {
  const { residual, algorithm } = content
  const { unit, factor } = parameterUnit('Bq', content.normalisation)
  const additive = formatNumber(factor * residual.additive.value, 2)
  const proportional = formatNumber(100 * residual.proportional.value, 2)
  const parts = [
    ...(residual.form === 'additive' ? [] : [`${proportional} %`]),
    ...(residual.form === 'proportional' ? [] : [`${additive} ${unit}`]),
  ]
  return [
    {
      label: 'Data',
      value: `${plural(content.patientCount, 'patient')}, ${plural(content.curveCount, 'curve')}, ${plural(content.pointCount, 'point')}`,
    },
    { label: 'Residual error', value: `${parts.join(' and ')}, ${FORMS[residual.form]}` },
    { label: '−2 ln L', value: formatNumber(content.minusTwoLogLikelihood, 5) },
    {
      label: 'AIC, AICc, BIC',
      value: [content.aic, content.aicc, content.bic].map((x) => formatNumber(x, 5)).join(', '),
    },
    { label: 'Condition number', value: formatNumber(content.conditionNumber, 3) },
    { label: 'Method', value: `${METHODS[algorithm.method]} (${algorithm.version})` },
    { label: 'Physical half-life', value: `${formatNumber(content.curve.physicalHalfLifeS / HOUR_S, 5)} h` },
  ]
}
