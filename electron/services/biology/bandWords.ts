/** What the band of a probability is over. */
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import { PARAMETER_TITLES } from './parameters.ts'

/** Parameters of a built-in model that no draw moves: repair is that of the structure; clonogens are held. */
const HELD = ['repairHalfTimeS', 'clonogens']

/**
 * Which uncertainties the band of an outcome is over, for a person: that of the dose, and those of the parameters that state one. Where none does the band is
 * of the dose alone, and is narrower than what is known.
 *
 * @param doseRelative relative standard uncertainty of the dose.
 */
export function bandWords({ model, parameters, quantity }: BiologySet, doseRelative: number): string {
  const isOwn = model === 'ntcp-formula' || model === 'tcp-formula'
  const moves = (name: string): boolean =>
    isOwn || !(HELD.includes(name) || (name === 'alphaBetaGy' && quantity === 'absorbed dose'))
  const used = Object.entries(parameters).filter(([name]) => isOwn || name !== 'repairHalfTimeS')
  const moved = used
    .filter(([name, { standardUncertainty = 0 }]) => standardUncertainty > 0 && moves(name))
    .map(([name]) => (isOwn ? name : (PARAMETER_TITLES[name] ?? name)))
  const held = moved.length < used.length ? '; the other parameters are held' : ''
  const names = [moved.slice(0, -1).join(', '), ...moved.slice(-1)].filter((one) => one !== '').join(' and ')
  if (doseRelative > 0)
    return moved.length > 0
      ? `The band is over the uncertainty of the dose and of ${names}${held}.`
      : 'The band is that of the dose uncertainty only: no parameter of the model states one.'
  return moved.length > 0
    ? `The band is over the uncertainty of ${names}; the dose states none${held}.`
    : 'There is no band: neither the dose nor a parameter states an uncertainty.'
}
