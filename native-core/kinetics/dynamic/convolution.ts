/**
 * Averages over frames of a curve convolved with an exponential, c ⊗ e^(−θt), with the derivative by θ. On each piece the curve is a sum of
 * polynomials times exponentials, so curve, convolution, derivative and their decay-weighted integrals together obey one linear system with
 * constant coefficients. Its exponential acts on the state by a Taylor series after a shift to non-negative terms (Al-Mohy & Higham, SIAM J.
 * Sci. Comput. 33 (2011) 488, §3): exact to rounding, without differences of nearly equal exponentials where rates come close.
 */
import { InputError } from '../../errors/index.ts'
import type { FrameTime } from '../../imaging/pet/index.ts'
import type { CurvePiece, FrameSchedule, TimeCurve } from './types.ts'

/** A stretch of time on which the curve is one piece and which lies in one frame or in none. */
interface Step {
  readonly durationS: number
  /** Index of the frame, −1 between frames. */
  readonly frame: number
  readonly isFrameStart: boolean
  readonly isFrameEnd: boolean
  /** e^(−λ(start of the step − start of the frame)). */
  readonly weight: number
  /** Chains of states of the terms at the start of the step: derivatives of the polynomials, m!·coefficient. */
  readonly chain: Float64Array
  readonly rates: Float64Array
  /** 1 where a state feeds on the next one, and where it is the first of its term. */
  readonly linked: Uint8Array
  readonly head: Uint8Array
}

/** A curve cut along the frames; made once and convolved with many rates. */
export interface FramedCurve {
  readonly frameCount: number
  /** Decay-weighted averages of the curve itself, and of its integral from zero. */
  readonly average: Float64Array
  readonly integral: Float64Array
  /** Values at the frames' edges, for the derivative by the delay. */
  readonly atStart: Float64Array
  readonly atEnd: Float64Array
  /** Average of dc/dt over the frame with its weights: −∂average/∂delay. */
  readonly slope: Float64Array
  readonly steps: readonly Step[]
  readonly lambda: number
  /** ∫ e^(−λu) du over each frame. */
  readonly norm: Float64Array
}

export interface FramedConvolution {
  /** Decay-weighted frame averages of c ⊗ e^(−θt). */
  readonly average: Float64Array
  /** ∂average/∂θ. */
  readonly derivative: Float64Array
  /** −∂average/∂delay. */
  readonly slope: Float64Array
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/**
 * Cuts a curve, which arrives `delayS` later in the tissue, along the frames.
 *
 * @throws InputError `dynamic.input-ends` where the last frame ends after the curve does, `dynamic.frames` for frames that overlap.
 */
export function frameCurve(curve: TimeCurve, schedule: FrameSchedule, delayS = 0): FramedCurve {
  const { frames, halfLifeS } = schedule
  const lambda = Math.LN2 / halfLifeS
  checkReach(curve, frames, delayS)
  const steps = cutSteps(curve, frames, delayS, lambda)
  const n = frames.length
  const norm = Float64Array.from(frames, ({ durationS: d }) =>
    lambda * d < 1e-9 ? d : -Math.expm1(-lambda * d) / lambda,
  )
  const [average, integral] = [new Float64Array(n), new Float64Array(n)]
  const [atStart, atEnd] = [new Float64Array(n), new Float64Array(n)]
  const state = new Float64Array(4)
  const own = new Float64Array(4)
  for (const step of steps) {
    const { frame } = step
    if (step.isFrameStart) atStart[frame] = valueOf(step, step.chain)
    // The curve's own weighted integral is its convolution with e^(+λt), read backwards.
    if (frame >= 0) {
      own.fill(0)
      advance(step, -lambda, lambda, own)
      average[frame] = at(average, frame) + step.weight * Math.exp(-lambda * step.durationS) * at(own, 0)
    }
    advance(step, 0, lambda, state)
    if (frame >= 0) integral[frame] = at(integral, frame) + step.weight * at(state, 2)
    if (step.isFrameEnd) atEnd[frame] = valueOf(step, chainEnd)
  }
  for (let i = 0; i < n; i++) {
    average[i] = at(average, i) / at(norm, i)
    integral[i] = at(integral, i) / at(norm, i)
  }
  const framed = { frameCount: n, average, integral, atStart, atEnd, steps, lambda, norm }
  const slope = Float64Array.from(frames, ({ durationS }, i) =>
    slopeOver(framed, i, durationS, at(atStart, i), at(atEnd, i), at(average, i)),
  )
  return { ...framed, slope }
}

/** The frames' averages of c ⊗ e^(−θt), θ ≥ 0 in 1/s; unit of the curve times s. */
export function convolve(curve: FramedCurve, thetaPerS: number): FramedConvolution {
  const { frameCount: n, steps, lambda, norm } = curve
  const [average, derivative, slope] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  const state = new Float64Array(4)
  let [start, elapsed] = [0, 0]
  for (const step of steps) {
    const { frame } = step
    if (step.isFrameStart) {
      start = at(state, 0)
      elapsed = 0
    }
    advance(step, thetaPerS, lambda, state)
    elapsed += step.durationS
    if (frame < 0) continue
    average[frame] = at(average, frame) + step.weight * at(state, 2)
    derivative[frame] = at(derivative, frame) - step.weight * at(state, 3)
    if (!step.isFrameEnd) continue
    average[frame] = at(average, frame) / at(norm, frame)
    derivative[frame] = at(derivative, frame) / at(norm, frame)
    slope[frame] = slopeOver(curve, frame, elapsed, start, at(state, 0), at(average, frame))
  }
  return { average, derivative, slope }
}

/** ∫f′·e^(−λu)du over the norm, by parts. */
function slopeOver(
  { lambda, norm }: { readonly lambda: number; readonly norm: Float64Array },
  frame: number,
  durationS: number,
  start: number,
  end: number,
  average: number,
): number {
  return (end * Math.exp(-lambda * durationS) - start) / at(norm, frame) + lambda * average
}

function valueOf({ head }: Step, chain: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < head.length; i++) if (head[i]) sum += at(chain, i)
  return sum
}

const isDone = (term: number, sum: number): boolean => Math.abs(term) <= 1e-17 * Math.abs(sum)

/** States of the terms at the end of the step that was advanced last. */
let chainEnd = new Float64Array(0)
let term = new Float64Array(0)

/**
 * Carries [y, z, Y, Z] over a step: y = c ⊗ e^(−θt), z = c ⊗ te^(−θt), and on return Y, Z their integrals over the step weighted with
 * e^(−λu) from its start.
 */
function advance(step: Step, theta: number, lambda: number, state: Float64Array): void {
  const { durationS, chain, rates, linked, head } = step
  const size = chain.length
  if (chainEnd.length !== size) {
    chainEnd = new Float64Array(size)
    term = new Float64Array(size)
  }
  chainEnd.set(chain)
  let lowest = Math.min(-theta, lambda)
  let highest = Math.max(-theta, lambda)
  for (let i = 0; i < size; i++) {
    lowest = Math.min(lowest, -at(rates, i))
    highest = Math.max(highest, -at(rates, i))
  }
  const parts = Math.max(1, Math.ceil((highest - lowest) * durationS))
  const tau = durationS / parts
  const fall = Math.exp(lowest * tau)
  let [y, z, sumY, sumZ] = [at(state, 0), at(state, 1), 0, 0]
  for (let part = 0; part < parts; part++) {
    let [ty, tz, tY, tZ] = [y, z, sumY, sumZ]
    term.set(chainEnd)
    for (let k = 1; k <= 40; k++) {
      const f = tau / k
      tZ = f * ((lambda - lowest) * tZ + tz)
      tY = f * ((lambda - lowest) * tY + ty)
      tz = f * ((-theta - lowest) * tz + ty)
      let feed = 0
      for (let i = 0; i < size; i++) if (head[i]) feed += at(term, i)
      ty = f * ((-theta - lowest) * ty + feed)
      let [left, most] = [0, 0]
      for (let i = 0; i < size; i++) {
        const next = f * ((-at(rates, i) - lowest) * at(term, i) + (linked[i] ? at(term, i + 1) : 0))
        term[i] = next
        chainEnd[i] = at(chainEnd, i) + next
        left = Math.max(left, Math.abs(next))
        most = Math.max(most, Math.abs(at(chainEnd, i)))
      }
      y += ty
      z += tz
      sumY += tY
      sumZ += tZ
      if (k > 4 && isDone(tZ, sumZ) && isDone(tY, sumY) && isDone(tz, z) && isDone(ty, y) && isDone(left, most)) break
    }
    y *= fall
    z *= fall
    sumY *= fall
    sumZ *= fall
    for (let i = 0; i < size; i++) chainEnd[i] = at(chainEnd, i) * fall
  }
  const weight = Math.exp(-lambda * durationS)
  state[0] = y
  state[1] = z
  state[2] = sumY * weight
  state[3] = sumZ * weight
}

function cutSteps(curve: TimeCurve, frames: readonly FrameTime[], delayS: number, lambda: number): Step[] {
  const starts = curve.pieces.map(({ startS }) => startS + delayS)
  const last = frames[frames.length - 1] as FrameTime
  const end = last.startS + last.durationS
  const cuts = [...starts, ...frames.flatMap(({ startS, durationS }) => [startS, startS + durationS])]
    .filter((time) => time <= end)
    .sort((a, b) => a - b)
    .filter((time, i, all) => i === 0 || time > (all[i - 1] as number))
  const steps: Step[] = []
  let [piece, frame] = [-1, 0]
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i] as number, cuts[i + 1] as number]
    while (piece + 1 < starts.length && at(starts, piece + 1) <= from) piece++
    while (frame < frames.length && endOf(frames[frame] as FrameTime) <= from) frame++
    const own = frames[frame]
    const isIn = own !== undefined && own.startS <= from
    steps.push({
      durationS: to - from,
      frame: isIn ? frame : -1,
      isFrameStart: isIn && own.startS === from,
      isFrameEnd: isIn && endOf(own) === to,
      weight: isIn ? Math.exp(-lambda * (from - own.startS)) : 0,
      ...statesAt(curve.pieces[piece], from - (starts[piece] ?? from)),
    })
  }
  return steps
}

const endOf = ({ startS, durationS }: FrameTime): number => startS + durationS

/** The terms of a piece at `u` s after its start, as chains of derivatives of their polynomials. */
function statesAt(piece: CurvePiece | undefined, u: number): Pick<Step, 'chain' | 'rates' | 'linked' | 'head'> {
  const [chain, rates, linked, head]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (const { ratePerS, coefficients } of piece?.terms ?? []) {
    const fall = Math.exp(-ratePerS * u)
    coefficients.forEach((_, m) => {
      // m-th derivative of the polynomial at u.
      let value = 0
      for (let j = coefficients.length - 1; j >= m; j--) {
        let falling = 1
        for (let q = 0; q < m; q++) falling *= j - q
        value = value * u + falling * at(coefficients, j)
      }
      chain.push(value * fall)
      rates.push(ratePerS)
      linked.push(m + 1 < coefficients.length ? 1 : 0)
      head.push(m === 0 ? 1 : 0)
    })
  }
  return {
    chain: Float64Array.from(chain),
    rates: Float64Array.from(rates),
    linked: Uint8Array.from(linked),
    head: Uint8Array.from(head),
  }
}

/** Ends of frames and last samples are rounded to a second. */
const REACH_S = 1

function checkReach(curve: TimeCurve, frames: readonly FrameTime[], delayS: number): void {
  const last = frames[frames.length - 1]
  if (!last) throw new InputError('dynamic.frames', 'There are no frames.', 'Give the frames of the scan.')
  if (curve.endS + delayS >= endOf(last) - REACH_S) return
  throw new InputError(
    'dynamic.input-ends',
    `The input (${curve.description}) ends at ${curve.endS} s${delayS === 0 ? '' : `, with a delay of ${delayS} s`}, before the end of the last frame at ${endOf(last)} s.`,
    'Give later samples, leave the late frames out, or say that the input falls exponentially after its last samples.',
  )
}
