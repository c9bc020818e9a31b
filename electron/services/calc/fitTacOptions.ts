/** Options of `calc fit-tac` that the chosen model has no use for: refused, so that nobody believes that they counted. */
import { InputError } from '../../../native-core/errors/index.ts'
import { EXPONENTIAL_FORMS } from '../../../native-core/kinetics/index.ts'
import type { FitTacInput } from './fitTacInput.ts'

/** The models that may take part in the fit. */
function modelsOf({ model, candidates, modelWeights }: FitTacInput): readonly string[] | null {
  if (model !== 'auto' && model !== 'average') return [model]
  return candidates ?? (model === 'average' && modelWeights ? Object.keys(modelWeights) : null)
}

const CIRCULATION = EXPONENTIAL_FORMS.filter(({ terms }) => terms.some(({ rate }) => rate === 'circulation')).map(
  ({ id }) => id,
)

/** Those that take the prior of the early phase: the plain sums of exponentials with two rates. */
const EARLY_PHASE = ['bi-exponential', 'uptake-washout']

/** @throws InputError `calc.option` that names the option, why it counts for nothing, and what to do. */
export function refuseUnusedOptions(input: FitTacInput): void {
  const { label, model } = input
  const models = modelsOf(input)
  const takes = (ids: readonly string[]): boolean => models === null || models.some((id) => ids.includes(id))
  const refuse = (option: string, why: string, hint: string): never => {
    throw new InputError('calc.option', `${label}: "${option}" counts for nothing: ${why}.`, hint)
  }
  const forced = `the model is ${model}`
  if (input.formula && (models === null || !models.includes('formula')))
    refuse('formula', forced, 'Give "model": "formula", or put "formula" among the candidates.')
  if (input.candidates && model !== 'auto' && model !== 'average')
    refuse('candidates', forced, 'Give "model": "auto" or "average", or leave the candidates out.')
  if (input.modelWeights && model !== 'average')
    refuse('modelWeights', forced, 'Give "model": "average", or leave the weights out.')
  if (input.trapezoidRule && (models === null || !models.includes('trapezoid')))
    refuse('trapezoidRule', forced, 'Give "model": "trapezoid", or leave the rule out.')
  if (input.administration && models?.length === 1 && models[0] === 'trapezoid')
    refuse('administration', 'the trapezoidal rule follows the points', 'Leave it out, or choose a function to fit.')
  if (input.earlyPhasePrior && !takes(EARLY_PHASE))
    refuse('earlyPhasePrior', forced, 'Leave it out, or give a "prior" of the parameter itself.')
  if (input.circulationRatePerH !== undefined && !(models && takes(CIRCULATION)))
    refuse('circulationRatePerH', forced, `Leave it out, or choose one of ${CIRCULATION.join(', ')}.`)
  if (input.loss?.kind === 'squares' && input.loss.limit !== undefined)
    refuse('loss.limit', 'least squares have none', 'Leave it out, or give "kind": "huber" or "tukey".')
}
