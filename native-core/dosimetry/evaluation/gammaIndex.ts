/**
 * Gamma index of two doses (Low, Harms, Mutic and Purdy 1998, Med Phys 25:656, eqs. 4–7): for each point of the reference the smallest
 * distance, in space and dose together, to the evaluated dose,
 *
 *   γ(r) = min over r′ of √( |r′ − r|²/Δd² + (D_eval(r′) − D_ref(r))²/ΔD² ).
 *
 * The evaluated dose is continuous, trilinear between its voxels, and the minimum over it is found cell by cell (`gammaCell.ts`)
 * instead of on a raster of points, so that γ does not depend on a step (compare Ju et al. 2008, Med Phys 35:879). Cells that cannot
 * beat what is found, by their distance and the range of their dose, are passed over.
 */
import { CancelledError, InputError } from '../../errors/index.ts'
import { isSameGrid } from '../../imaging/grid.ts'
import { IDENTITY_MAT4 } from '../../imaging/transform.ts'
import { assertComparable, noOverlap, nothingAbove } from './difference.ts'
import { CellSearch } from './gammaSearch.ts'
import { indexMap } from './trilinear.ts'
import type { DoseImage } from './types.ts'

export interface GammaOptions {
  /** Dose tolerance, % of the normalisation dose (global) or of the reference dose at the point (local). Default 3. */
  readonly dosePercent?: number
  /** Distance to agreement, mm. Default 3. */
  readonly distanceMm?: number
  /** Whether the dose tolerance follows the reference dose at each point. Default false. */
  readonly isLocal?: boolean
  /** Points of the reference below this share of the normalisation dose are not evaluated, %. Default 10. */
  readonly cutOffPercent?: number
  /** Dose that tolerance and cut-off are percentages of, Gy. Default: the maximum of the reference. */
  readonly normalisationGy?: number
  /** γ is not looked for beyond this; larger ones are given as this. Default 2. */
  readonly maximumGamma?: number
  readonly isCancelled?: () => boolean
}

export interface GammaIndex {
  /** γ on the grid of the reference; NaN where it is not evaluated. */
  readonly gamma: Float32Array
  /** Points evaluated; points outside the evaluated dose; points below the cut-off (or, locally, without dose). */
  readonly evaluated: number
  readonly outside: number
  readonly belowCutOff: number
  /** Part of the points evaluated with γ ≤ 1, 0 to 1. */
  readonly passRate: number
  readonly meanGamma: number
  /** Largest γ; no larger than the `maximumGamma` searched to. */
  readonly largestGamma: number
  readonly normalisationGy: number
  readonly maximumGamma: number
}

/** γ above 1 by no more than the rounding of 32-bit doses passes: a dose of exactly the tolerance away is within it. */
const ROUNDING = 1e-5

/**
 * Gamma index of `evaluated` at every voxel centre of `reference`; the grids may differ in everything. Points of the reference in the
 * outer half voxels of the evaluated grid count as on its outermost centre plane.
 *
 * @throws InputError `gamma.tolerance` for a dose or distance tolerance or maximum that is not positive, or a cut-off below 0;
 * `gamma.no-dose` for a reference without dose; `dose.no-overlap`, `dose.nothing-above-cut-off`, `dose.not-finite`. CancelledError.
 */
export function gammaIndex(reference: DoseImage, evaluated: DoseImage, options: GammaOptions = {}): GammaIndex {
  assertComparable(reference, evaluated)
  const settings = settle(reference, options)
  const { distanceMm, maximumGamma, cutOffGy } = settings
  const search = new CellSearch(evaluated, distanceMm, maximumGamma)
  // Without the rounding of a map there and back.
  const m = isSameGrid(reference.grid, evaluated.grid) ? IDENTITY_MAT4 : indexMap(reference.grid, evaluated.grid)
  const [nx, ny, nz] = reference.grid.dimensions
  const gamma = new Float32Array(reference.doseGy.length).fill(NaN)
  let [evaluatedPoints, outside, belowCutOff, passed, sum, largest] = [0, 0, 0, 0, 0, 0]
  let n = 0
  for (let k = 0; k < nz; k++) {
    if (options.isCancelled?.() === true) throw new CancelledError('The gamma index')
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, n++) {
        const dose = reference.doseGy[n]!
        const toleranceGy = settings.toleranceGy ?? (settings.dosePercent / 100) * dose
        if (dose < cutOffGy || !(toleranceGy > 0)) {
          belowCutOff++
          continue
        }
        const x = m[0]! * i + m[1]! * j + m[2]! * k + m[3]!
        const y = m[4]! * i + m[5]! * j + m[6]! * k + m[7]!
        const z = m[8]! * i + m[9]! * j + m[10]! * k + m[11]!
        const found = search.smallest(x, y, z, dose, toleranceGy)
        if (Number.isNaN(found)) {
          outside++
          continue
        }
        gamma[n] = found
        evaluatedPoints++
        sum += found
        if (found > largest) largest = found
        if (found <= 1 + ROUNDING) passed++
      }
    }
  }
  if (evaluatedPoints === 0) throw outside > 0 ? noOverlap() : nothingAbove(cutOffGy)
  return {
    gamma,
    evaluated: evaluatedPoints,
    outside,
    belowCutOff,
    passRate: passed / evaluatedPoints,
    meanGamma: sum / evaluatedPoints,
    largestGamma: largest,
    normalisationGy: settings.normalisationGy,
    maximumGamma,
  }
}

interface Settings {
  readonly dosePercent: number
  readonly distanceMm: number
  readonly normalisationGy: number
  readonly cutOffGy: number
  readonly maximumGamma: number
  /** Null where it follows the dose. */
  readonly toleranceGy: number | null
}

function settle(reference: DoseImage, options: GammaOptions): Settings {
  const { dosePercent = 3, distanceMm = 3, isLocal = false, cutOffPercent = 10, maximumGamma = 2 } = options
  for (const [value, what, unit] of [
    [dosePercent, 'dose tolerance', ' %'],
    [distanceMm, 'distance to agreement', ' mm'],
    [maximumGamma, 'largest gamma to look for', ''],
  ] as const) {
    if (!(value > 0 && value < Infinity)) {
      throw new InputError('gamma.tolerance', `The ${what} is ${value}${unit}.`, 'Give a positive number.')
    }
  }
  if (!(cutOffPercent >= 0 && cutOffPercent <= 100)) {
    throw new InputError(
      'gamma.tolerance',
      `The low-dose cut-off is ${cutOffPercent} %.`,
      'Give a share of the normalisation dose from 0 to 100 %.',
    )
  }
  const normalisationGy = options.normalisationGy ?? highestOf(reference.doseGy)
  if (!(normalisationGy > 0 && normalisationGy < Infinity)) {
    throw new InputError(
      'gamma.no-dose',
      options.normalisationGy === undefined
        ? 'The reference dose is nowhere above 0 Gy: percentages of it mean nothing.'
        : `A normalisation dose of ${normalisationGy} Gy cannot be used.`,
      'Check which dose is the reference, or give a positive normalisation dose.',
    )
  }
  return {
    dosePercent,
    distanceMm,
    normalisationGy,
    cutOffGy: (cutOffPercent / 100) * normalisationGy,
    maximumGamma,
    toleranceGy: isLocal ? null : (dosePercent / 100) * normalisationGy,
  }
}

function highestOf(values: Float32Array | Float64Array): number {
  let highest = -Infinity
  for (const value of values) if (value > highest) highest = value
  return highest
}
