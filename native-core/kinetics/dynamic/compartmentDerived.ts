/** Macro parameters of compartment models with their standard errors. */
import { quadraticForm } from '../../statistics/index.ts'
import type { CompartmentModelId, RateConstants } from './compartments.ts'
import type { Estimate } from './types.ts'

/**
 * V_T = K1/k2 (one tissue) or K1/k2·(1 + k3/k4), K_i = K1·k3/(k2 + k3), BP_ND = k3/k4 (Innis et al., J. Cereb. Blood Flow Metab. 27 (2007)
 * 1533), with errors by the derivatives of their logarithms.
 *
 * @param covariance of the logarithms of the rate constants (first rows and columns), null where there is none
 */
export function derivedOf(
  model: CompartmentModelId,
  { k1, k2, k3, k4 }: RateConstants,
  covariance: readonly (readonly number[])[] | null,
  atBound: readonly boolean[],
): Estimate[] {
  const made = (
    name: string,
    title: string,
    unit: Estimate['unit'],
    value: number,
    byLogs: readonly number[],
  ): Estimate => {
    const isHeld = byLogs.some((g, j) => g !== 0 && atBound[j])
    const gradient = covariance?.map((_, j) => (byLogs[j] ?? 0) * value)
    const standardError =
      covariance && gradient && !isHeld ? Math.sqrt(Math.max(0, quadraticForm(covariance, gradient))) : null
    return { name, title, unit, value, standardError, atBound: isHeld }
  }
  if (model === '1tcm') return [made('V_T', 'Distribution volume', 'mL/mL', k1 / k2, [1, -1])]
  const out = k2 + k3
  if (model === '2tcm-irreversible')
    return [made('K_i', 'Net influx', 'mL/(mL·s)', (k1 * k3) / out, [1, -k2 / out, k2 / out])]
  const share = k3 / (k3 + k4)
  return [
    made('V_T', 'Distribution volume', 'mL/mL', (k1 / k2) * (1 + k3 / k4), [1, -1, share, -share]),
    made('BP_ND', 'Binding potential', '1', k3 / k4, [0, 0, 1, -1]),
    made('K_i', 'Net influx, were there no release', 'mL/(mL·s)', (k1 * k3) / out, [1, -k2 / out, k2 / out]),
  ]
}
