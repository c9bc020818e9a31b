/** BED and G voxel by voxel, from voxelwise dose rates. */
import { CancelledError, InputError } from '../../errors/index.ts'
import type { RepairModel } from '../repair/types.ts'
import { repairRates } from '../repair/leaCatcheside.ts'
import { checkAlphaBeta } from './bed.ts'

/** One exponential term of every voxel's dose rate; `decayPerS` is one rate for all voxels or one for each. */
export interface VoxelDoseRateTerm {
  readonly rateGyPerS: Float32Array
  readonly decayPerS: number | Float32Array
}

export interface BedMapRequest {
  readonly terms: readonly VoxelDoseRateTerm[]
  readonly repair: RepairModel
  /** α/β in Gy: one for all voxels, or by label (`labels[voxel]` is an index). */
  readonly alphaBetaGy: number | { readonly labels: Uint8Array | Uint16Array; readonly values: readonly number[] }
  /** Asked now and then with 0 to 1; false cancels. */
  readonly progress?: (fraction: number) => boolean
  /** Only these voxels, so that several workers can share a map: from, to (exclusive). */
  readonly range?: readonly [number, number]
}

export interface BedMap {
  /** Gy. */
  readonly bed: Float32Array
  readonly dose: Float32Array
  /** Lea–Catcheside factor; 0 where there is no dose. */
  readonly g: Float32Array
}

/**
 * BED of each voxel for one administration that decays completely: D + Q/(α/β) with D = Σ R_i/λ_i and
 * Q = 2·Σ_k f_k·Σ_ij R_i·R_j/((λ_i + λ_j)(λ_i + μ_k)). Voxels without a rate have no dose. Arithmetic in double precision.
 *
 * @throws InputError `biology.map` for maps that differ in size or hold rates that are not numbers; `biology.alpha-beta`; CancelledError.
 */
export function bedMap({ terms, repair, alphaBetaGy, progress, range }: BedMapRequest): BedMap {
  const voxels = terms[0]?.rateGyPerS.length ?? 0
  check(terms, voxels, alphaBetaGy)
  const [from, to] = range ?? [0, voxels]
  const out: BedMap = {
    bed: new Float32Array(to - from),
    dose: new Float32Array(to - from),
    g: new Float32Array(to - from),
  }
  const course = voxelCourses(terms, repair)
  for (let voxel = from; voxel < to; voxel++) {
    if ((voxel & 0xffff) === 0 && progress?.((voxel - from) / (to - from)) === false)
      throw new CancelledError('The BED map')
    if (!course.read(voxel)) continue
    const ab = typeof alphaBetaGy === 'number' ? alphaBetaGy : alphaBetaGy.values[alphaBetaGy.labels[voxel] as number]
    if (ab === undefined)
      throw new InputError('biology.map', `Voxel ${voxel} has a label without α/β.`, 'Give an α/β for each label.')
    const { doseGy: dose, pairGy2: pair } = course
    out.dose[voxel - from] = dose
    out.g[voxel - from] = pair / (dose * dose)
    out.bed[voxel - from] = dose + pair / ab
  }
  return out
}

/** Dose and pair term of one voxel after the other; one object for all of them, so that none is allocated. */
export interface VoxelCourse {
  doseGy: number
  pairGy2: number
  /** Puts those of a voxel in place; false where it has no dose. @throws InputError `biology.map` for rates that add to less than nothing. */
  read(voxel: number): boolean
}

/** The courses of all voxels under one model of repair. Terms were checked. @throws InputError those of `repairRates`. */
export function voxelCourses(terms: readonly VoxelDoseRateTerm[], repair: RepairModel): VoxelCourse {
  const rates = repairRates(repair)
  const count = terms.length
  const rate = new Float64Array(count)
  const decay = new Float64Array(count)
  const kernel = new Float64Array(count)
  terms.forEach(({ decayPerS }, i) => {
    if (typeof decayPerS === 'number') decay[i] = decayPerS
  })
  const own = terms.flatMap(({ decayPerS }, i) => (typeof decayPerS === 'number' ? [] : [{ i, map: decayPerS }]))
  const kernels = (): void => {
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (const { ratePerS, fraction } of rates) sum += fraction / ((decay[i] as number) + ratePerS)
      kernel[i] = 2 * sum
    }
  }
  if (own.length === 0) kernels()
  const course: VoxelCourse = {
    doseGy: 0,
    pairGy2: 0,
    read: (voxel) => {
      let size = 0
      for (let i = 0; i < count; i++) {
        rate[i] = (terms[i] as VoxelDoseRateTerm).rateGyPerS[voxel] as number
        size += Math.abs(rate[i] as number)
      }
      if (size === 0) return false
      if (own.length > 0) {
        for (const { i, map } of own) decay[i] = map[voxel] as number
        kernels()
      }
      let dose = 0
      let pair = 0
      let magnitude = 0
      for (let i = 0; i < count; i++) {
        const ri = rate[i] as number
        if (ri === 0) continue
        const li = decay[i] as number
        dose += ri / li
        magnitude += Math.abs(ri / li)
        let inner = 0
        for (let j = 0; j < count; j++) inner += (rate[j] as number) / (li + (decay[j] as number))
        pair += ri * inner * (kernel[i] as number)
      }
      if (!(dose > 0)) {
        // Uptake and wash-out of nearly one rate cancel to the rounding of the maps: no dose.
        if (dose < -1e-4 * magnitude || Number.isNaN(dose)) throw voxelError(voxel, dose)
        return false
      }
      course.doseGy = dose
      course.pairGy2 = pair
      return true
    },
  }
  return course
}

const voxelError = (voxel: number, dose: number): InputError =>
  new InputError(
    'biology.map',
    `Voxel ${voxel} has a dose of ${dose} Gy from its dose rates.`,
    'Rates must be numbers that do not add to less than nothing, decay constants positive.',
  )

function check(terms: readonly VoxelDoseRateTerm[], voxels: number, alphaBetaGy: BedMapRequest['alphaBetaGy']): void {
  checkTerms(terms, voxels)
  if (typeof alphaBetaGy === 'number') checkAlphaBeta(alphaBetaGy)
  else for (const value of alphaBetaGy.values) checkAlphaBeta(value)
}

/** @throws InputError `biology.map` for no map, maps of another size, and rates that do not fall. */
export function checkTerms(terms: readonly VoxelDoseRateTerm[], voxels: number): void {
  const sizes = terms.flatMap(({ rateGyPerS, decayPerS }) =>
    typeof decayPerS === 'number' ? [rateGyPerS.length] : [rateGyPerS.length, decayPerS.length],
  )
  if (terms.length === 0 || sizes.some((size) => size !== voxels))
    throw new InputError(
      'biology.map',
      `The maps of dose rate and decay have ${sizes.join(', ') || 'no'} voxels.`,
      'Bring all maps to one grid.',
    )
  for (const { decayPerS } of terms)
    if (typeof decayPerS === 'number' && !(decayPerS > 0))
      throw new InputError('biology.map', `A dose rate falls with ${decayPerS} 1/s.`, 'Give a positive decay constant.')
}
