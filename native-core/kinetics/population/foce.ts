/**
 * −2 log likelihood of a population by first-order conditional estimation with interaction, and its gradient. With φ = μ_i + C b,
 * b ~ N(0, I), the integral over b is Laplace's with the expected information (Lindstrom & Bates 1990; Wang 2007, eq. 18):
 *   Σ_i [ n_i ln 2π + L_i(φ̂_i) + b̂ᵀb̂ + ln det(I + Cᵀ K_i C) ].
 */
import { choleskyFactor, choleskyInverse, choleskyLogDet, choleskySolve } from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'
import { conditionalMode, curvatureOf } from './conditionalMode.ts'
import type { ConditionalMode } from './conditionalMode.ts'
import { dataCost, replaced } from './dataCost.ts'
import type { CurveData, DataCost } from './dataCost.ts'
import { subjectMean, toEntries, toFixedEffects, unpack } from './layout.ts'
import type { Layout } from './layout.ts'
import { dot, identityMatrix, plus, product, timesVector, transposed, transposedTimes } from './matrices.ts'
import type { ResidualModel } from './types.ts'

/** One patient's points, with his covariates as differences from their references. */
export interface SubjectData extends Omit<CurveData, 'residual'> {
  readonly label: string
  readonly shifts: readonly number[]
}

export interface PopulationPoint {
  readonly value: number
  readonly gradient: number[]
  readonly modes: ConditionalMode[]
}

/** Relative step of the residual errors, and step of φ, for central differences of exact first derivatives. */
const STEP = 1e-5

/**
 * Value and gradient at θ (of `layout`). The gradient is that of the value itself, with the movement of the modes (implicit function
 * theorem; Almquist, Leander & Jirstrand 2015); second derivatives of the curve come from differences of its gradient.
 *
 * @param starts b of each patient to start from
 */
export function foceObjective(
  layout: Layout,
  subjects: readonly SubjectData[],
  theta: readonly number[],
  starts: readonly (readonly number[])[],
): PopulationPoint {
  const { beta, factor, residual } = unpack(layout, theta)
  const gradient = new Array<number>(layout.size).fill(0)
  const modes: ConditionalMode[] = []
  let value = 0
  for (const [i, subject] of subjects.entries()) {
    const mean = subjectMean(layout, beta, subject.shifts)
    const data = { ...subject, residual }
    const mode = conditionalMode(data, mean, factor, starts[i] ?? layout.random.map(() => 0))
    const own = mode.converged ? subjectPart(layout, data, factor, mode) : null
    if (!own) return { value: Infinity, gradient, modes: [] }
    modes.push(mode)
    value += own.value
    const parts = [
      ...toFixedEffects(layout, own.mu, subject.shifts),
      ...toEntries(layout, own.factor, factor),
      ...own.errors,
    ]
    parts.forEach((v, k) => (gradient[k] = (gradient[k] ?? 0) + v))
  }
  return { value, gradient, modes }
}

/** −2 log likelihood of one patient at his mode, and its derivatives with respect to μ_i, C and the logarithms of the errors. */
function subjectPart(
  layout: Layout,
  data: CurveData,
  factor: Matrix,
  mode: ConditionalMode,
): { value: number; mu: number[]; factor: number[][]; errors: number[] } | null {
  const factorT = transposed(factor)
  const logDet = ({ information }: DataCost): number => {
    const root = choleskyFactor(curvatureOf(information, factor, factorT))
    return root ? choleskyLogDet(root) : NaN
  }
  const { slope, information } = mode.data
  const root = choleskyFactor(curvatureOf(information, factor, factorT))
  if (!root) return null
  const value = data.timesS.length * Math.log(2 * Math.PI) + mode.cost + choleskyLogDet(root)

  // Along φ: v = ∂ ln det/∂φ and the second derivative of the data cost.
  const along = mode.phi.map((phi, k) => {
    const h = STEP * Math.max(1, Math.abs(phi))
    const up = dataCost(data, replaced(mode.phi, k, phi + h))
    const down = dataCost(data, replaced(mode.phi, k, phi - h))
    const second = up.slope.map((s, l) => (s - (down.slope[l] ?? 0)) / (2 * h))
    return { v: (logDet(up) - logDet(down)) / (2 * h), second }
  })
  const v = along.map((a) => a.v)
  const second = along.map((a, k) => a.second.map((s, l) => (s + (along[l]?.second[k] ?? 0)) / 2))

  // How the mode moves: (Cᵀ L″ C + 2 I) db = −∂(Cᵀ L′ + 2 b).
  const moving = choleskyFactor(plus(product(product(factorT, second), factor), identityMatrix(mode.b.length), 2))
  if (!moving) return null
  const q = choleskySolve(moving, transposedTimes(factor, v, layout.random.length))
  const carried = timesVector(second, timesVector(factor, q))
  const mu = slope.map((s, k) => s + (v[k] ?? 0) - (carried[k] ?? 0))
  const inverse = choleskyInverse(root)
  const spread = product(product(information, factor), inverse)
  const ofFactor = factor.map((row, k) =>
    row.map((_, c) => (mu[k] ?? 0) * (mode.b[c] ?? 0) - (slope[k] ?? 0) * (q[c] ?? 0) + 2 * (spread[k]?.[c] ?? 0)),
  )
  const errors = residualDirections(layout, data.residual).map((of) => {
    const up = dataCost({ ...data, residual: of(1 + STEP) }, mode.phi)
    const down = dataCost({ ...data, residual: of(1 - STEP) }, mode.phi)
    const width = Math.log1p(STEP) - Math.log1p(-STEP)
    const turned = up.slope.map((s, k) => (s - (down.slope[k] ?? 0)) / width)
    const direct = (up.cost - down.cost + logDet(up) - logDet(down)) / width
    return direct - dot(q, transposedTimes(factor, turned, layout.random.length))
  })
  const isUsable = [value, ...mu, ...errors].every(Number.isFinite)
  return isUsable ? { value, mu, factor: ofFactor, errors } : null
}

/** The residual model with one of its fitted parts scaled. */
function residualDirections(layout: Layout, residual: ResidualModel): ((scale: number) => ResidualModel)[] {
  const additive = (scale: number): ResidualModel => ({ ...residual, additive: residual.additive * scale })
  const proportional = (scale: number): ResidualModel => ({ ...residual, proportional: residual.proportional * scale })
  return layout.form === 'additive'
    ? [additive]
    : layout.form === 'proportional'
      ? [proportional]
      : [additive, proportional]
}
