/**
 * The curves that voxels can have: the sums of exponentials of `parametric/library.ts` with ordered rates. The size is not among the parameters
 * (it is found for every shape), so forms that differ only in how their size is written, as an amplitude or as the integral, are one curve.
 */
import { DEFAULT_CIRCULATION_RATE_PER_S } from '../parametric/library.ts'
import type { FixedParameters, VoxelModelId, VoxelParameter } from './types.ts'

/** What a phase's rate is; `free`: above that of the phase before it. */
export type PhaseRate = 'free' | 'physical' | 'circulation'

/**
 * Amplitudes of the phases, slowest first, by a = phase share and g = start share:
 * `one` 1; `uptake` 1, −1; `start` 1−g, 2g−1; `two` 1−a, a; `uptake-two` 1−a, a, −1; `three` (1−g)(1−a), (1−g)a, 2g−1; `fed` 1−a/2, −a/2, −(1−a).
 * None of these curves is negative at any time.
 */
export type AmplitudePattern = 'one' | 'uptake' | 'start' | 'two' | 'uptake-two' | 'three' | 'fed'

export interface VoxelModel {
  readonly id: VoxelModelId
  readonly phases: 1 | 2 | 3
  /** Working parameters besides the size, while none is held. */
  readonly shapeParameters: number
  readonly pattern: AmplitudePattern
  /** Of each phase, slowest first. */
  readonly rates: readonly PhaseRate[]
  /** Names by which a parameter can be held, as in the fit of structures: the biological rate of a phase, or a share (times what stands there). */
  readonly names: Readonly<Record<string, { readonly phase: number } | { readonly phaseShare: number }>>
}

const L1 = { lambdaBiol1: { phase: 0 } }
const L12 = { ...L1, lambdaBiol2: { phase: 1 } }
const L123 = { ...L12, lambdaBiol3: { phase: 2 } }
const alpha = { alpha: { phaseShare: 1 } }

function model(
  id: VoxelModelId,
  pattern: AmplitudePattern,
  rates: readonly PhaseRate[],
  names: VoxelModel['names'],
): VoxelModel {
  const shares = SHARES[pattern].length
  const phases = rates.length as 1 | 2 | 3
  return { id, phases, shapeParameters: rates.filter((rate) => rate === 'free').length + shares, pattern, rates, names }
}

/** Shares among the working parameters, after the rates. */
export const SHARES: Readonly<Record<AmplitudePattern, readonly ('startShare' | 'phaseShare')[]>> = {
  one: [],
  uptake: [],
  start: ['startShare'],
  two: ['phaseShare'],
  'uptake-two': ['phaseShare'],
  three: ['startShare', 'phaseShare'],
  fed: ['phaseShare'],
}

/** Simplest first. The id is that of the structures' function with the same curve. */
export const VOXEL_MODELS: Readonly<Record<VoxelModelId, VoxelModel>> = {
  'mono-exponential': model('mono-exponential', 'one', ['free'], L1),
  'mono-exponential-area': model('mono-exponential-area', 'one', ['free'], L1),
  'uptake-washout': model('uptake-washout', 'uptake', ['free', 'free'], L12),
  'uptake-washout-area': model('uptake-washout-area', 'uptake', ['free', 'free'], L12),
  'circulation-washout': model('circulation-washout', 'uptake', ['free', 'circulation'], L1),
  'hardiansyah-2021-f2d': model('hardiansyah-2021-f2d', 'uptake', ['physical', 'free'], { lambdaBiol1: { phase: 1 } }),
  'bi-exponential': model('bi-exponential', 'start', ['free', 'free'], L12),
  'bi-exponential-washout': model('bi-exponential-washout', 'two', ['free', 'free'], { ...L12, ...alpha }),
  'bi-exponential-area': model('bi-exponential-area', 'two', ['free', 'free'], { ...L12, ...alpha }),
  'hardiansyah-2021-f3a': model('hardiansyah-2021-f3a', 'two', ['physical', 'free'], { lambdaBiol1: { phase: 1 } }),
  'hardiansyah-2021-shares': model('hardiansyah-2021-shares', 'two', ['physical', 'free'], {
    lambdaBiol1: { phase: 1 },
    beta: { phaseShare: 1 },
  }),
  'hardiansyah-2023-f4d': model('hardiansyah-2023-f4d', 'fed', ['free', 'free', 'circulation'], {
    ...L12,
    alpha: { phaseShare: 2 },
  }),
  'uptake-two-phase-washout': model('uptake-two-phase-washout', 'uptake-two', ['free', 'free', 'free'], {
    ...L123,
    ...alpha,
  }),
  'tri-exponential': model('tri-exponential', 'three', ['free', 'free', 'free'], L123),
}

export const isVoxelModel = (id: string): id is VoxelModelId => Object.hasOwn(VOXEL_MODELS, id)

/** Why functions of structures that no voxel can have are none of voxels, by id. */
export const NOT_OF_VOXELS: Readonly<Record<string, string>> = {
  'hardiansyah-2021-f2a':
    'Its size is the administered activity, which no single voxel takes up; with the size free it is "uptake-washout".',
  'hardiansyah-2021-f2e':
    'Its size is the administered activity, which no single voxel takes up; with the size free it is "hardiansyah-2021-shares".',
  average:
    'An average has the curves of several models: fit the voxels with each of them, or with the model of the largest weight.',
  formula:
    'A formula is integrated numerically, which takes about a millisecond a voxel: choose the sum of exponentials nearest to it.',
}

const RATES: readonly VoxelParameter[] = ['slowRate', 'fastRate', 'thirdRate']

/** What a model holds: the effective rate of each phase (null: free) and the phase share (null: free), in the unit of the physical rate. */
export interface HeldShape {
  readonly rates: readonly (number | null)[]
  readonly phaseShare: number | null
}

/**
 * What the model itself and `fixed` (biological rates in 1/s, shares; names as in `VoxelModel.names`) hold.
 *
 * @param circulationRatePerS biological rate of what the circulation brings
 */
export function heldShape(
  id: VoxelModelId,
  physicalRatePerS: number,
  fixed: FixedParameters = {},
  circulationRatePerS = DEFAULT_CIRCULATION_RATE_PER_S,
): HeldShape {
  const { rates, names } = VOXEL_MODELS[id]
  const held = rates.map((rate) =>
    rate === 'free' ? null : physicalRatePerS + (rate === 'circulation' ? circulationRatePerS : 0),
  )
  let phaseShare: number | null = null
  for (const [name, value] of Object.entries(fixed)) {
    const what = names[name]
    if (!what) continue
    if ('phase' in what) held[what.phase] = physicalRatePerS + value
    else phaseShare = what.phaseShare * value
  }
  return { rates: held, phaseShare }
}

/** The working parameters of a voxel, in their order: rates that are free, then shares that are. */
export function freeParameters(id: VoxelModelId, { rates, phaseShare }: HeldShape): readonly VoxelParameter[] {
  return [
    ...RATES.filter((_, phase) => rates[phase] === null),
    ...SHARES[VOXEL_MODELS[id].pattern].filter((share) => share !== 'phaseShare' || phaseShare === null),
  ]
}
