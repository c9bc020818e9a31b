/**
 * Alternation of Lindstrom & Bates (1990): penalised nonlinear least squares for fixed effects and modes with Ω and s held, then a linear
 * mixed model around them, until neither moves. This is what nlme of R does (Pinheiro & Bates 2000, section 7.2.1).
 */
import { CancelledError } from '../../errors/index.ts'
import { choleskyFactor, choleskySolve, minimiseBfgs } from '../../statistics/index.ts'
import { conditionalMode, curvatureOf } from './conditionalMode.ts'
import type { ConditionalMode } from './conditionalMode.ts'
import type { SubjectData } from './foce.ts'
import { subjectMean, toFixedEffects, unpack } from './layout.ts'
import type { Layout } from './layout.ts'
import { linearMixedObjective } from './linearMixed.ts'
import type { LinearSubject } from './linearMixed.ts'
import { dot, plus, product, transposed } from './matrices.ts'

export interface Alternated {
  readonly theta: number[]
  /** Of the last linear mixed model. */
  readonly value: number
  readonly modes: readonly ConditionalMode[]
  readonly linear: readonly LinearSubject[]
  readonly iterations: number
  readonly converged: boolean
}

const MOST_ROUNDS = 200
/** Largest change of an unknown, relative to max(1, |value|), at which the alternation has come to rest. */
const RESTING = 1e-6

export function alternate(
  layout: Layout,
  subjects: readonly SubjectData[],
  start: readonly number[],
  cancelled: () => boolean = () => false,
): Alternated {
  let theta = [...start]
  let b = subjects.map(() => layout.random.map(() => 0))
  let result: Omit<Alternated, 'iterations' | 'converged'> | null = null
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    if (cancelled()) throw new CancelledError('The fit of the population')
    const step = penalisedLeastSquares(layout, subjects, theta, b)
    if (!step) break
    b = step.modes.map((mode) => mode.b)
    const linear = subjects.map((subject, i) => linearised(subject, step.modes[i]?.phi ?? []))
    const best = minimiseBfgs((x) => linearMixedObjective(layout, linear, x), step.theta, { gradientTolerance: 1e-8 })
    const moved = best.x.reduce(
      (most, v, k) => Math.max(most, Math.abs(v - (theta[k] ?? 0)) / Math.max(1, Math.abs(v))),
      0,
    )
    theta = best.x
    result = { theta, value: best.value, modes: step.modes, linear }
    if (moved < RESTING) return { ...result, iterations: round, converged: true }
  }
  return { ...(result ?? { theta, value: Infinity, modes: [], linear: [] }), iterations: MOST_ROUNDS, converged: false }
}

/** w = y − f(φ̂) + Z φ̂ with Z = ∂f/∂φ at φ̂. */
function linearised({ curve, timesS, values, shifts }: SubjectData, phi: readonly number[]): LinearSubject {
  const gradient = new Float64Array(phi.length)
  const rows = timesS.map((timeS, j) => {
    const f = curve.value(phi, timeS, gradient)
    const row = [...gradient]
    return { row, response: (values[j] ?? 0) - f + dot(row, phi) }
  })
  return { design: rows.map((r) => r.row), response: rows.map((r) => r.response), shifts }
}

/** Gauss–Newton on β with the modes profiled out, steps halved until the penalised sum of squares falls. */
function penalisedLeastSquares(
  layout: Layout,
  subjects: readonly SubjectData[],
  start: readonly number[],
  b: readonly (readonly number[])[],
): { theta: number[]; modes: ConditionalMode[] } | null {
  const { factor, residual } = unpack(layout, start)
  const rest = start.slice(layout.fixedCount)
  const at = (
    beta: readonly number[],
    from: readonly (readonly number[])[],
  ): { modes: ConditionalMode[]; cost: number } => {
    const modes = subjects.map((subject, i) =>
      conditionalMode({ ...subject, residual }, subjectMean(layout, beta, subject.shifts), factor, from[i] ?? []),
    )
    return { modes, cost: modes.reduce((s, m) => s + (m.converged ? m.cost : Infinity), 0) }
  }
  let beta = start.slice(0, layout.fixedCount)
  let now = at(beta, b)
  if (!Number.isFinite(now.cost)) return null
  for (let step = 0; step < 50; step++) {
    let half = beta.map(() => 0)
    let matrix = beta.map(() => beta.map(() => 0))
    for (const [i, { data }] of now.modes.entries()) {
      const { shifts } = subjects[i] as SubjectData
      half = half.map((v, k) => v + (toFixedEffects(layout, data.slope, shifts)[k] ?? 0) / 2)
      const own = profiledInformation(data.information, factor)
      const rows = own.map((row) => toFixedEffects(layout, row, shifts))
      matrix = plus(matrix, transposed(transposed(rows).map((column) => toFixedEffects(layout, column, shifts))))
    }
    const root = choleskyFactor(matrix)
    if (!root?.every((row, k) => (row[k] ?? 0) > 0)) return null
    const move = choleskySolve(root, half).map((v) => -v)
    if (-dot(move, half) < 1e-13 * Math.max(1, Math.abs(now.cost))) break
    const before = now
    const from = before.modes.map((mode) => mode.b)
    for (let share = 1; share > 1e-6; share /= 2) {
      const moved = beta.map((v, k) => v + share * (move[k] ?? 0))
      const next = at(moved, from)
      if (next.cost < now.cost) {
        now = next
        beta = moved
        break
      }
    }
    if (now === before) break
  }
  return { theta: [...beta, ...rest], modes: now.modes }
}

/** K − K C (I + CᵀKC)⁻¹ CᵀK: what the points say of μ_i when b is unknown. */
function profiledInformation(
  information: readonly (readonly number[])[],
  factor: readonly (readonly number[])[],
): number[][] {
  const kc = product(information, factor)
  const root = choleskyFactor(curvatureOf(information, factor))
  if (!root) throw new Error('I + CᵀKC is positive definite')
  const solved = kc.map((row) => choleskySolve(root, row))
  return plus(information, product(kc, transposed(solved)), -1)
}
