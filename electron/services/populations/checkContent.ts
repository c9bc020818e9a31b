/** Whether the parts of a population belong together. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ParametricCurve } from '../../../native-core/kinetics/parametric/index.ts'
import type { PopulationPrior } from '../../contracts/populations.ts'

/**
 * Numbers of a population stand in the order of the curve's parameters: one that names them otherwise would give each the other's belief. Covariates must
 * act on a parameter that is there, and the residual error must be of its form. Mean and covariance are checked by the core.
 *
 * @throws InputError `population.prior`, `population.residual`
 */
export function checkContent(content: PopulationPrior, curve: ParametricCurve): void {
  const { parameters, residual, structure, covariateEffects } = content
  const words = (list: readonly { name: string; unit: string; scale: string }[]): string =>
    list.map(({ name, unit, scale }) => `${name} (${unit}, ${scale})`).join(', ')
  if (words(parameters) !== words(curve.parameters))
    throw new InputError(
      'population.prior',
      `The population of ${structure} has the parameters ${words(parameters)}; the curve "${curve.title}" has ${words(curve.parameters)}.`,
      'Take the population as it was fitted or exported, or put its numbers into the order of the curve.',
    )
  const lost = covariateEffects.find(({ parameter }) => parameter >= curve.parameters.length)
  if (lost)
    throw new InputError(
      'population.prior',
      `The covariate "${lost.covariate}" of the population of ${structure} acts on parameter ${lost.parameter}; the curve has ${curve.parameters.length}, counted from 0.`,
      'Take the population as it was fitted or exported.',
    )
  checkForm(residual, structure)
}

function checkForm({ form, additive, proportional }: PopulationPrior['residual'], structure: string): void {
  const refuse = (what: string, hint: string): InputError =>
    new InputError('population.residual', `The residual error of ${structure} ${what}.`, hint)
  const unused = form === 'additive' ? proportional : form === 'proportional' ? additive : null
  if (unused && unused.value !== 0)
    throw refuse(
      `is ${form}, and has another part of ${unused.value} as well`,
      'Give that part as 0, or the form "combined".',
    )
  if (additive.value >= 0 && proportional.value >= 0 && additive.value + proportional.value > 0) return
  throw refuse(
    `is ${additive.value} and ${proportional.value} of the value: no part may be below zero, nor both be zero`,
    'Give for instance 0 and 0.05 for 5 % of each value.',
  )
}
