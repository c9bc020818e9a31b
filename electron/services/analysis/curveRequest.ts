/** What the protocol says of the fit of one structure's curve, as the request of the core. */
import { DEFAULT_LIMITS } from '../../../native-core/kinetics/index.ts'
import type { FitRequest, Loss } from '../../../native-core/kinetics/index.ts'
import type { CurveFit } from '../../contracts/curveFit.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { formulaCurve } from '../formulas/index.ts'
import type { Formula } from '../formulas/index.ts'
import { sameStructure } from './structures.ts'

/** The curve model asked for one structure, by its name without regard to case, else for all. */
export function modelFor(name: string, protocol: Protocol): Protocol['timeActivityModel'] {
  const given = Object.entries(protocol.timeActivityModelByStructure).find(([key]) => sameStructure(key, name))
  return given?.[1] ?? protocol.timeActivityModel
}

/** The options of the fit of one structure, in the same way. */
export function curveFitFor(name: string, protocol: Protocol): CurveFit {
  const given = Object.entries(protocol.timeActivityFitByStructure).find(([key]) => sameStructure(key, name))
  return given?.[1] ?? protocol.timeActivityFit
}

export const lossOfContract = ({ kind, limit }: CurveFit['loss']): Loss =>
  kind === 'squares' ? { kind } : { kind, limit: limit ?? DEFAULT_LIMITS[kind] }

/** A formula of the contract for `formulaCurve`. */
export function formulaOf({ expression, title, parameters, physicalDecay }: NonNullable<CurveFit['formula']>): Formula {
  return {
    expression,
    physicalDecay,
    ...(title === undefined ? {} : { title }),
    parameters: parameters.map(({ name, unit, start, range, title: words }) => ({
      name,
      unit,
      start,
      range,
      ...(words === undefined ? {} : { title: words }),
    })),
  }
}

type Points = Pick<FitRequest, 'label' | 'timesS' | 'activityBq' | 'physicalHalfLifeS'> & {
  readonly sigmaBq: readonly number[]
}

/**
 * The request of the core for one structure.
 *
 * @throws InputError `formula.…` for a formula that cannot be used
 */
export function curveRequest(
  points: Points,
  protocol: Protocol,
  administeredBq: number,
): FitRequest & { readonly sigmaBq: readonly number[] } {
  const options = curveFitFor(points.label, protocol)
  const model = modelFor(points.label, protocol)
  const { administration, beforeFirstPoint, afterLastPoint, candidates, modelWeights, circulationRatePerS } = options
  return {
    ...points,
    model,
    administeredBq,
    ...(administration ? { administration } : {}),
    ...(beforeFirstPoint ? { beforeFirstPoint } : {}),
    ...(afterLastPoint ? { afterLastPoint } : {}),
    trapezoidRule: options.trapezoidRule,
    ...(options.loss.kind === 'squares' ? {} : { loss: lossOfContract(options.loss) }),
    ...(Object.keys(options.fixed).length > 0 ? { fixed: options.fixed } : {}),
    ...(Object.keys(options.prior).length > 0 ? { prior: { parameters: options.prior } } : {}),
    ...(candidates ? { candidates } : {}),
    ...(modelWeights ? { modelWeights: definedOnly(modelWeights) } : {}),
    ...(circulationRatePerS ? { circulationRatePerS } : {}),
    ...(options.formula
      ? { curve: formulaCurve(formulaOf(options.formula), Math.LN2 / points.physicalHalfLifeS) }
      : {}),
  }
}

const definedOnly = (weights: Readonly<Record<string, number | undefined>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(weights).flatMap(([name, weight]) => (weight === undefined ? [] : [[name, weight]])),
  )
