/** The search for a voxel's working parameters: damped Gauss–Newton steps inside bounds. */
import { factorise, STRIDE, substitute } from './cholesky.ts'
import { gather, linearise, penalty, project } from './projection.ts'
import type { VoxelWorkspace } from './projection.ts'

const MOST_STEPS = 60
const MOST_DAMPINGS = 12
const LARGEST_STEP = 1.5
/** A gain in χ² below this ends the search too: the rest is a hundred-thousandth of a standard deviation. */
const SMALLEST_GAIN = 1e-10
/** The damping goes down after a step that gained more than the first share of what it promised, up below the second. */
const GOOD_SHARE = 0.75
const POOR_SHARE = 0.25
const LEAST_DAMPING = 1e-3

/**
 * Searches from the present ψ until its steps are below `end`; true where it came to an end. Steps are those of Gauss and Newton, damped
 * (Marquardt, J SIAM 11 (1963) 431) where they do not lead downhill.
 */
export function search(work: VoxelWorkspace, end: number): boolean {
  const { m, isFixed, gradient, normal, free, system, factor } = work
  const { lower, upper, shape, times } = work.problem
  project(work, work.shape)
  let cost = work.chiSquare + penalty(work, work.psi)
  let damping = 0
  for (let iteration = 0; iteration < MOST_STEPS; iteration++) {
    if (!(work.size > 0)) return false
    linearise(work)
    let count = 0
    for (let k = 0; k < m; k++) {
      const g = gradient[k] as number
      const value = work.psi[k] as number
      if (isFixed[k] || (value <= (lower[k] as number) && g <= 0) || (value >= (upper[k] as number) && g >= 0)) continue
      if ((normal[k * STRIDE + k] as number) > 0) free[count++] = k
    }
    if (count === 0) return true
    let isDownhill = false
    let largest = 0
    let gained = Infinity
    for (let attempt = 0; attempt < MOST_DAMPINGS && !isDownhill; attempt++) {
      gather(work, count, damping)
      if (factorise(system, count, factor)) {
        largest = advance(work, count)
        shape.evaluate(work.trial, times, work.trialShape, work.trialSlope)
        project(work, work.trialShape)
        const next = work.chiSquare + penalty(work, work.trial)
        isDownhill = next <= cost
        if (isDownhill) {
          gained = cost - next
          const share = gained / promised(work, count)
          cost = next
          acceptTrial(work)
          if (share > GOOD_SHARE) damping = damping > LEAST_DAMPING ? damping / 10 : 0
          else if (share < POOR_SHARE) damping = Math.max(LEAST_DAMPING, damping) * 10
          continue
        }
        // So small a step that only rounding makes it uphill.
        if (largest < end) break
      }
      damping = damping === 0 ? LEAST_DAMPING : damping * 10
    }
    if (!isDownhill) project(work, work.shape)
    if (largest < end || gained < SMALLEST_GAIN) return true
    if (!isDownhill) return false
  }
  return false
}

function acceptTrial(work: VoxelWorkspace): void {
  const { psi, shape, slope } = work
  work.psi = work.trial
  work.trial = psi
  work.shape = work.trialShape
  work.trialShape = shape
  work.slope = work.trialSlope
  work.trialSlope = slope
}

/** Takes the step for `free` into `trial`, inside bounds; answers with its largest part. */
function advance({ free, step, gradient, factor, trial, psi, problem }: VoxelWorkspace, count: number): number {
  const { lower, upper } = problem
  for (let a = 0; a < count; a++) step[a] = gradient[free[a] as number] as number
  substitute(factor, count, step)
  trial.set(psi)
  let largest = 0
  for (let a = 0; a < count; a++) {
    const k = free[a] as number
    const move = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step[a] as number))
    const next = Math.max(lower[k] as number, Math.min(upper[k] as number, (psi[k] as number) + move))
    largest = Math.max(largest, Math.abs(next - (psi[k] as number)))
    trial[k] = next
  }
  return largest
}

/** How much the step to `trial` should have gained were the curve linear. */
function promised({ free, trial, psi, gradient, normal }: VoxelWorkspace, count: number): number {
  let gain = 0
  for (let a = 0; a < count; a++) {
    const k = free[a] as number
    const move = (trial[k] as number) - (psi[k] as number)
    gain += 2 * move * (gradient[k] as number)
    for (let b = 0; b < count; b++) {
      const l = free[b] as number
      gain -= move * (normal[k * STRIDE + l] as number) * ((trial[l] as number) - (psi[l] as number))
    }
  }
  return gain
}
