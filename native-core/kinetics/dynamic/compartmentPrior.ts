/** What the voxels of a scan say together of their rate constants, before any of them is answered. */
import { createCompartmentSolver } from './compartmentSolver.ts'
import type { CompartmentPrior } from './compartmentSolverTypes.ts'
import { SHAPES } from './compartmentStarts.ts'
import type { CompartmentModelId, FramedInput } from './compartments.ts'
import type { VoxelFrames } from './voxels.ts'

/** Voxels that it is estimated from: at least, at most, evenly over the scan. */
const SAMPLE = [30, 200] as const
const ROUNDS = 12
/** Changes of all logarithms below this end the rounds. */
const SETTLED = 0.02
/** Between them stay the standard deviations of the logarithms: below, voxels hardly differ; above, nothing is believed. */
const SPREAD_RANGE = [0.05, 2] as const

/**
 * Mean and spread of ln k2, ln k3, ln k4 over the voxels, by the fixed-point rules of the evidence (MacKay,
 * Neural Comput 4 (1992) 415), as for time–activity curves in voxels: with γ = 1 − variance/spread² what a voxel's own curve determines of a
 * parameter, mean ← mean of ψ, spread² ← Σ (ψ − mean)²/Σ γ. The first round knows no prior.
 * null where fewer than 30 voxels have an answer.
 *
 * @param fraction V_b where it is given, null where it is fitted
 */
export function compartmentPrior(
  scan: VoxelFrames,
  input: FramedInput,
  model: CompartmentModelId,
  weights: readonly number[],
  fraction: number | null,
): CompartmentPrior | null {
  const curves = sampledCurves(scan)
  if (curves.length < SAMPLE[0]) return null
  const m = SHAPES[model]
  let prior: CompartmentPrior | null = null
  for (let round = 0; round < ROUNDS; round++) {
    const { solve, evidence } = createCompartmentSolver(input, model, weights, fraction, prior)
    const found: { readonly psi: Float64Array; readonly known: Float64Array }[] = []
    for (const curve of curves) {
      if (!solve(curve)) continue
      const before: CompartmentPrior | null = prior
      const known = evidence.spreadLeft.map((left, k) =>
        before ? Math.max(0, 1 - left / (before.spread[k] ?? 1) ** 2) : 1,
      )
      found.push({ psi: evidence.psi.slice(), known })
    }
    if (found.length < SAMPLE[0]) return null
    const next = priorOf(found, m)
    const last: CompartmentPrior | null = prior
    prior = next
    if (last && isSettled(last, next)) break
  }
  return prior
}

function priorOf(
  found: readonly { readonly psi: Float64Array; readonly known: Float64Array }[],
  m: number,
): CompartmentPrior {
  const mean: number[] = []
  const spread: number[] = []
  for (let k = 0; k < m; k++) {
    const values = found.map(({ psi }) => psi[k] as number)
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length
    const known = found.reduce((sum, one) => sum + (one.known[k] as number), 0)
    const square = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
    mean.push(middle)
    spread.push(Math.min(SPREAD_RANGE[1], Math.max(SPREAD_RANGE[0], known > 0 ? Math.sqrt(square / known) : 0)))
  }
  return { mean, spread }
}

const isSettled = (a: CompartmentPrior, b: CompartmentPrior): boolean =>
  a.mean.every((value, k) => Math.abs(value - (b.mean[k] as number)) < SETTLED) &&
  a.spread.every((value, k) => Math.abs(Math.log(value / (b.spread[k] as number))) < SETTLED)

/** Curves of voxels that are asked for and hold activity, evenly over the scan. */
function sampledCurves({ frames, factors, offsets, mask }: VoxelFrames): Float64Array[] {
  const size = frames[0]?.length ?? 0
  const curveOf = (voxel: number): Float64Array =>
    Float64Array.from(frames, (frame, f) => (frame[voxel] as number) * (factors[f] as number) - (offsets?.[f] ?? 0))
  const isAsked = (voxel: number): boolean => mask === null || mask[voxel] !== 0
  const asked: number[] = []
  for (let voxel = 0; voxel < size; voxel++)
    if (isAsked(voxel) && frames.reduce((sum, frame) => sum + (frame[voxel] as number), 0) > 0) asked.push(voxel)
  const stride = Math.max(1, Math.ceil(asked.length / SAMPLE[1]))
  return asked.filter((_, at) => at % stride === 0).map(curveOf)
}
