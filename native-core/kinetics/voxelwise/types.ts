/** Fits of a curve in each voxel: what goes in and what comes out. Plain data and typed arrays, so that threads can share them. */
import type { Administration } from '../parametric/response.ts'
import type { ExponentialTerm } from '../types.ts'

/** Curves that can be fitted in a voxel, simplest first; the id is that of the structures' function with the same curve. */
export const VOXEL_MODEL_IDS = [
  'mono-exponential',
  'mono-exponential-area',
  'uptake-washout',
  'uptake-washout-area',
  'circulation-washout',
  'hardiansyah-2021-f2d',
  'bi-exponential',
  'bi-exponential-washout',
  'bi-exponential-area',
  'hardiansyah-2021-f3a',
  'hardiansyah-2021-shares',
  'hardiansyah-2023-f4d',
  'uptake-two-phase-washout',
  'tri-exponential',
] as const
export type VoxelModelId = (typeof VOXEL_MODEL_IDS)[number]
/** A curve, or the trapezoidal rule with stated ends, which has a closed form and nothing to search. */
export type VoxelMethodId = VoxelModelId | 'trapezoid'

/** How the trapezoidal rule goes on before and after the images. */
export interface VoxelTrapezoid {
  /** Between images: straight, or straight where it rises and exponential where it falls. */
  readonly rule: 'linear' | 'linear-log'
  /** As `BeforeFirstPoint`. */
  readonly beforeFirst: 'constant' | 'linear-from-zero' | 'physical-decay-back'
  /**
   * A single exponential with the rate of the last two images, of physical decay, or with that of the last two around the structure's (its
   * slowest phase, or the last two means of its voxels), each with its variance.
   */
  readonly afterLast: 'last-two' | 'physical-decay' | 'structure'
}

/**
 * Working parameters of a voxel's curve: ln λ1 (the slowest effective rate), ln(λ2 − λ1), ln(λ3 − λ2), the logit of the share of the start
 * (A(0) in A(0) + A1 of two phases, + A2 of three) and the logit of the share of the second phase.
 */
export type VoxelParameter = 'slowRate' | 'fastRate' | 'thirdRate' | 'startShare' | 'phaseShare'

/** Parameters that are not fitted, named as in the fit of structures: biological rates in 1/s (`lambdaBiol1`), shares. */
export type FixedParameters = Readonly<Record<string, number>>

/**
 * How a structure's voxels differ from its own curve: standard deviations of the working parameters around the structure's; those that a
 * model lacks do not matter. 0: every voxel has the structure's. Infinity: nothing is believed. Left out: that of `DEFAULT_VOXEL_FIT`.
 */
export interface VoxelSpread {
  readonly slowRate: number
  readonly fastRate: number
  readonly thirdRate?: number
  readonly startShare: number
  readonly phaseShare?: number
}

/** Standard uncertainty of a voxel's value: √((fraction·expected value)² + absolute²), absolute = share of the image's 99.5th percentile. */
export interface VoxelNoise {
  readonly fraction: number
  readonly absoluteShare: number
  /**
   * Of the brightest image only; of another both parts grow by √(its brightness over this one's), as counting does in scans of one
   * duration. false: of every image.
   */
  readonly byCounts: boolean
}

export interface VoxelFitOptions {
  /**
   * `estimated`: from each structure's voxels (empirical Bayes), the stated ones where they cannot tell; `designed`: as stated; `none`:
   * no regularisation, plain weighted least squares.
   */
  readonly regularisation: 'estimated' | 'designed' | 'none'
  readonly spread: VoxelSpread
  readonly noise: VoxelNoise
  /** Voxels whose mean over the images is below this share of the 99.5th percentile have the shape of their structure; only their size is fitted. */
  readonly negligibleShare: number
}

export interface VoxelFitRequest {
  readonly model: VoxelMethodId
  /** For the trapezoidal rule; what is left out: as in `DEFAULT_VOXEL_TRAPEZOID`. */
  readonly trapezoid?: Partial<VoxelTrapezoid>
  /** Start of each image after the injection, s: ascending, positive. */
  readonly timesS: readonly number[]
  /** Each image on one grid, not decay-corrected: Bq/mL, or Gy/s for dose rates; NaN where it was not imaged. */
  readonly values: readonly Float32Array[]
  /** Decay constant of the nuclide, 1/s: no voxel falls slower. */
  readonly physicalRatePerS: number
  /** Structure of each voxel, counted from 1; 0: none, the curve of the whole image. Left out or null: none has any. */
  readonly labels?: Uint8Array | Uint16Array | null
  readonly structures?: readonly VoxelStructure[]
  readonly options?: Partial<VoxelFitOptions>
  /** Held in all voxels, whatever their structure's curve has; left out: nothing but what the model itself holds. */
  readonly fixed?: FixedParameters
  /** Biological rate of what the circulation brings, for the models that hold it; left out: `DEFAULT_CIRCULATION_RATE_PER_S`. */
  readonly circulationRatePerS?: number
  /** How the activity was given; left out: all at time zero. Terms, of structures and voxels, are then those after a bolus. */
  readonly administration?: Administration
  /** Asked now and then with 0 to 1; false cancels. */
  readonly progress?: (fraction: number) => boolean
}

/** The structure of label 1, 2, … */
export interface VoxelStructure {
  readonly name: string
  /** Its fitted curve after a bolus, slowest phase first; null, or a curve of another model: the model is fitted to the mean of its voxels. */
  readonly terms: readonly ExponentialTerm[] | null
}

/** What is believed of the voxels of one label, and where it comes from. Rates in 1/s. */
export interface VoxelPrior {
  readonly name: string
  /** Of the trapezoidal rule the rate of its tail. */
  readonly slowRatePerS: number
  /** null of a mono-exponential. */
  readonly fastRatePerS: number | null
  /** Left out: of a model without it. */
  readonly thirdRatePerS?: number
  /** Share of A(0) in A(0) + A1 (+ A2 of three phases); null of a model without it. */
  readonly startShare: number | null
  /** Share of the second phase; left out: of a model without it. */
  readonly phaseShare?: number
  /** Mean of each image over the voxels, for the trapezoidal rule; left out: of a curve. */
  readonly means?: readonly number[]
  readonly meanFrom: 'structure-curve' | 'structure-voxels' | 'whole-image'
  readonly spread: VoxelSpread
  readonly spreadFrom: 'voxels' | 'designed' | 'none'
  /** Factor on the stated noise of each image. */
  readonly noiseScale: readonly number[]
  readonly noiseFrom: 'voxels' | 'designed'
  /** Voxels that spread and noise were estimated from; 0 where they were not. */
  readonly sampledVoxels: number
}

/** Everything that a range of voxels needs besides the images: plain JSON, except for infinite spreads. */
export interface VoxelFitPlan {
  readonly model: VoxelMethodId
  /** null: a curve. */
  readonly trapezoid: VoxelTrapezoid | null
  readonly timesS: readonly number[]
  readonly physicalRatePerS: number
  /** null: a bolus. */
  readonly administration: Administration | null
  readonly fixed: FixedParameters
  /** null: the usual one. */
  readonly circulationRatePerS: number | null
  readonly options: VoxelFitOptions
  /** By label; 0 is the whole image. */
  readonly priors: readonly VoxelPrior[]
  /** Noise of each image before `noiseScale`: share of the value, and in its unit. */
  readonly noise: readonly { readonly fraction: number; readonly absolute: number }[]
  /** Below this mean a voxel is negligible. */
  readonly threshold: number
  readonly remarks: readonly string[]
}

/** What happened to a voxel: bits of `VoxelFitMaps.flags`. */
export const VOXEL_FLAG = {
  /** Its own shape was found. */
  converged: 1,
  /** Its slow phase only decays physically. */
  atPhysicalRate: 2,
  /** Too little activity for a shape of its own: its structure's. */
  negligible: 4,
  /** Too few images hold it, they do not determine its integral or all lie in the tail of its curve: its structure's shape. */
  structureShape: 8,
  /** Nothing, or less than nothing, was measured: zero. */
  zero: 16,
  /** No image holds it: zero. */
  unseen: 32,
  /** The best shape of a search that did not come to an end. */
  unfinished: 64,
} as const

/** Maps on the images' grid, finite everywhere; best on shared memory, so that threads can fill them. */
export interface VoxelFitMaps {
  /** Time integral of the value from the injection on: Bq·s/mL, or Gy; not negative. */
  readonly integral: Float32Array
  /** Its standard uncertainty from noise and spread (Laplace). */
  readonly integralSd: Float32Array
  /** Effective half-life of the slowest phase, s; 0 where the voxel holds nothing. */
  readonly halfLifeS: Float32Array
  /** Bits of `VOXEL_FLAG`. */
  readonly flags: Uint8Array
  /** Amplitude at time zero and effective rate of each phase after a bolus, slowest first; null where they were not asked for. */
  readonly terms: readonly { readonly amplitude: Float32Array; readonly ratePerS: Float32Array }[] | null
  /** Of the trapezoidal rule the parts of the integral before the first and after the last image; null of a curve, whose terms tell. */
  readonly outside: { readonly before: Float32Array; readonly after: Float32Array } | null
}

export interface VoxelFitCounts {
  readonly all: number
  readonly converged: number
  readonly atPhysicalRate: number
  readonly negligible: number
  readonly structureShape: number
  readonly zero: number
  readonly unseen: number
  readonly unfinished: number
}

export interface VoxelFitResult {
  readonly plan: VoxelFitPlan
  readonly maps: VoxelFitMaps
  readonly counts: VoxelFitCounts
}
