/** Where the fit of a population starts: curves that follow the pooled points, then a few rounds of expectation–maximisation. */
import { RandomStream } from '../../statistics/index.ts'
import type { CurveParameter, ParametricCurve } from '../parametric/types.ts'
import { conditionalCovariance, conditionalMode } from './conditionalMode.ts'
import { dataCost, residualSd } from './dataCost.ts'
import type { CurveData } from './dataCost.ts'
import type { SubjectData } from './foce.ts'
import { pack, unpack } from './layout.ts'
import type { Layout } from './layout.ts'
import { dot, identityMatrix, timesVector } from './matrices.ts'
import type { ResidualModel } from './types.ts'

const DRAWN = 400
const FOLLOWED = 12
const ROUNDS = 12

/** Errors assumed while starting, as shares of the largest value and of the curve: designed, they only weigh the points. */
const STARTING_ERROR = { additive: 0.02, proportional: 0.2 }
/** Standard deviation between patients that the rounds start with, of φ or (linear parameters) as a share of it. */
const STARTING_SPREAD = 0.4

/** Working parameters that follow the pooled points, best first and no two alike. */
export function pooledStarts(
  curve: ParametricCurve,
  subjects: readonly SubjectData[],
  count: number,
  seed: number,
): number[][] {
  const pooled = pool(curve, subjects)
  const times = pooled.timesS.filter((t) => t > 0)
  const scale = {
    value: Math.max(...pooled.values),
    firstS: Math.min(...times),
    lastS: Math.max(...times),
  }
  const random = new RandomStream(seed, 1)
  const sigmaBq = pooled.values.map((value) => residualSd(pooled.residual, value))
  const own = curve.starts?.(
    { timesS: pooled.timesS, activityBq: pooled.values, sigmaBq },
    curve.parameters.map(() => null),
  )
  const drawn = [
    ...(own ?? []),
    ...Array.from({ length: DRAWN }, () => curve.parameters.map((p) => drawParameter(p, scale, random))),
  ]
    .map((phi) => ({ phi: [...phi], cost: dataCost(pooled, phi).cost }))
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, FOLLOWED)
  const widths = curve.parameters.map(
    ({ scale: kind }, k) =>
      identityMatrix(curve.parameters.length)[k]?.map((v) => v * (kind === 'linear' ? scale.value : 3)) ?? [],
  )
  const followed = drawn
    .map(({ phi }) =>
      conditionalMode(
        pooled,
        phi,
        widths,
        phi.map(() => 0),
      ),
    )
    .sort((a, b) => a.data.cost - b.data.cost)
  const distinct: number[][] = []
  for (const { phi } of followed) {
    const isNear = (other: readonly number[]): boolean =>
      other.every((v, k) => Math.abs(v - (phi[k] ?? 0)) < 0.05 * Math.max(1, Math.abs(v)))
    if (distinct.length < count && !distinct.some(isNear)) distinct.push(phi)
  }
  return distinct
}

/** All points as if they were one patient's, in time. */
function pool(curve: ParametricCurve, subjects: readonly SubjectData[]): CurveData {
  const points = subjects
    .flatMap(({ timesS, values }) => timesS.map((timeS, j) => ({ timeS, value: values[j] ?? 0 })))
    .sort((a, b) => a.timeS - b.timeS)
  const values = points.map(({ value }) => value)
  return { curve, timesS: points.map(({ timeS }) => timeS), values, residual: startingError(Math.max(...values)) }
}

const startingError = (largest: number): ResidualModel => ({
  additive: STARTING_ERROR.additive * largest,
  proportional: STARTING_ERROR.proportional,
})

function drawParameter(
  { unit, scale }: CurveParameter,
  of: { readonly value: number; readonly firstS: number; readonly lastS: number },
  random: RandomStream,
): number {
  const between = (low: number, high: number): number => low * (high / low) ** random.uniform()
  const natural = {
    Bq: () => between(0.05 * of.value, 5 * of.value),
    'Bq·s': () => of.value * between(of.lastS / 20, of.lastS * 3),
    'Bq/s': () => of.value / between(of.firstS, of.lastS),
    '1/s': () => between(0.1 / of.lastS, 5 / of.firstS),
    s: () => between(of.firstS, of.lastS),
    '1': () => random.uniform(),
  }[unit]()
  if (scale === 'linear') return unit === '1' ? random.normal() : natural
  return scale === 'log' ? Math.log(natural) : Math.log(natural / (1 - Math.min(natural, 1 - 1e-9)))
}

/**
 * Rounds of expectation–maximisation with the modes and Laplace's covariances in place of the exact moments, without covariates and
 * covariances: θ near the maximum from a curve that only follows the pooled points.
 */
export function startingPoint(
  layout: Layout,
  subjects: readonly SubjectData[],
  phi: readonly number[],
): { theta: number[]; starts: number[][] } {
  const { curve } = subjects[0] as SubjectData
  const sizes = curve.parameters.map(({ scale }, k) =>
    scale === 'linear' ? Math.max(1e-12, Math.abs(phi[k] ?? 0)) : 1,
  )
  const error = startingError(Math.max(...subjects.flatMap(({ values }) => values)))
  const largest = Math.max(...subjects.flatMap(({ values }) => values))
  let beta: number[] = [...phi, ...layout.covariates.map(() => 0)]
  let sd = sizes.map((size) => STARTING_SPREAD * size)
  let residual: ResidualModel = {
    additive: layout.form === 'proportional' ? 0 : layout.form === 'combined' ? error.additive / 4 : 0.1 * largest,
    proportional: layout.form === 'additive' ? 0 : error.proportional,
  }
  let b = subjects.map(() => layout.random.map(() => 0))
  for (let round = 0; round < ROUNDS; round++) {
    const theta = pack(layout, beta, (k) => sd[k] ?? 1, residual)
    const { factor } = unpack(layout, theta)
    const mean = beta.slice(0, layout.parameterCount)
    const modes = subjects.map((subject, i) => conditionalMode({ ...subject, residual }, mean, factor, b[i] ?? []))
    if (modes.some((mode) => !Number.isFinite(mode.cost))) break
    const covariances = modes.map((mode) => conditionalCovariance(mode, factor))
    b = modes.map((mode) => mode.b)
    // Parameters without a random effect stay where the pooled points put them; the fit moves them.
    const moved = mean.map((v, k) =>
      layout.random.includes(k) ? modes.reduce((s, m) => s + (m.phi[k] ?? 0), 0) / modes.length : v,
    )
    sd = sd.map((own, k) => {
      const square = modes.reduce(
        (s, m, i) => s + ((m.phi[k] ?? 0) - (moved[k] ?? 0)) ** 2 + (covariances[i]?.[k]?.[k] ?? 0),
        0,
      )
      return layout.random.includes(k) ? Math.max(0.03 * (sizes[k] ?? 1), Math.sqrt(square / modes.length)) : own
    })
    residual = updatedResidual(
      layout,
      subjects,
      modes.map((m) => m.phi),
      covariances,
      residual,
      largest,
    )
    beta = [...moved, ...beta.slice(layout.parameterCount)]
  }
  return { theta: pack(layout, beta, (k) => sd[k] ?? 1, residual), starts: b }
}

function updatedResidual(
  layout: Layout,
  subjects: readonly SubjectData[],
  phis: readonly (readonly number[])[],
  covariances: readonly (readonly (readonly number[])[])[],
  residual: ResidualModel,
  largest: number,
): ResidualModel {
  let squares = 0
  let count = 0
  subjects.forEach(({ curve, timesS, values }, i) => {
    const phi = phis[i] ?? []
    const gradient = new Float64Array(phi.length)
    timesS.forEach((timeS, j) => {
      const f = curve.value(phi, timeS, gradient)
      const uncertain = dot([...gradient], timesVector(covariances[i] ?? [], [...gradient]))
      squares += (((values[j] ?? 0) - f) ** 2 + uncertain) / residualSd(residual, f) ** 2
      count++
    })
  })
  const factor = Math.sqrt(squares / count)
  return {
    additive: layout.form === 'proportional' ? 0 : Math.max(1e-6 * largest, residual.additive * factor),
    proportional: layout.form === 'additive' ? 0 : Math.max(1e-4, residual.proportional * factor),
  }
}
