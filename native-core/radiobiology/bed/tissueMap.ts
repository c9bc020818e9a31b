/** BED, EQD2 and G of each voxel of a dose map, by the tissue that the voxel belongs to. */
import { CancelledError, InputError } from '../../errors/index.ts'
import type { RepairModel } from '../repair/types.ts'
import { checkAlphaBeta, eqdOf } from './bed.ts'
import { checkTerms, voxelCourses } from './map.ts'
import type { VoxelDoseRateTerm } from './map.ts'

/** What a voxel of a structure answers with. */
export interface VoxelTissue {
  readonly alphaBetaGy: number
  readonly repair: RepairModel
  /** Lea–Catcheside factor of voxels that have no curve of their own, by that of their structure; null: they get no BED. */
  readonly g: number | null
}

type Values = Float32Array | Float64Array

export interface TissueBedRequest {
  /** Absorbed dose of one administration that decays completely, Gy. */
  readonly doseGy: Values
  /** Tissue of each voxel, an index of `tissues`. */
  readonly labels: Uint8Array | Uint16Array
  /** null: nothing is known of this tissue, and its voxels get no BED. */
  readonly tissues: readonly (VoxelTissue | null)[]
  /** The dose rate of each voxel over time. Only its shape counts: it is scaled to the dose. Left out: all voxels of a tissue have its `g`. */
  readonly terms?: readonly VoxelDoseRateTerm[]
  /** Asked now and then with 0 to 1; false cancels. */
  readonly progress?: (fraction: number) => boolean
  /** Only these voxels: from, to (exclusive). */
  readonly range?: readonly [number, number]
}

/** Of each voxel, in arrays of the dose's precision; 0 where there is no dose or no BED can be told. */
export interface TissueBedMap {
  readonly bedGy: Values
  readonly eqd2Gy: Values
  readonly g: Values
  /** Voxels with a dose and a BED; of these those by a curve of their own; and voxels with a dose of which no BED can be told. */
  readonly voxels: { readonly withBed: number; readonly ownCurve: number; readonly unknown: number }
}

/**
 * BED = D·(1 + G·D/(α/β)) (Dale, Br J Radiol 58 (1985) 515) with G by the voxel's own curve (`voxelCourses`), else by that of its structure. EQD2 is
 * BED/(1 + 2 Gy/(α/β)). Arithmetic in double precision; a voxel's numbers depend on that voxel alone.
 *
 * @throws InputError `biology.map` for maps that differ in size, doses that are negative or no numbers, labels without a tissue; `biology.alpha-beta`;
 * `biology.protraction` for a G outside 0 to 1; those of `repairRates`; CancelledError.
 */
export function tissueBedMap({ doseGy, labels, tissues, terms, progress, range }: TissueBedRequest): TissueBedMap {
  if (labels.length !== doseGy.length)
    throw new InputError(
      'biology.map',
      `There are ${labels.length} labels for ${doseGy.length} doses.`,
      'Bring all maps to one grid.',
    )
  if (terms) checkTerms(terms, doseGy.length)
  const known = tissues.map((tissue) => tissue && prepared(tissue, terms))
  const [from, to] = range ?? [0, doseGy.length]
  const map = (): Values => (doseGy instanceof Float64Array ? new Float64Array(to - from) : new Float32Array(to - from))
  const [bedGy, eqd2Gy, gMap] = [map(), map(), map()]
  let [withBed, ownCurve, unknown] = [0, 0, 0]
  for (let voxel = from; voxel < to; voxel++) {
    if ((voxel & 0xffff) === 0 && progress?.((voxel - from) / (to - from)) === false)
      throw new CancelledError('The BED map')
    const dose = doseGy[voxel] as number
    if (dose === 0) continue
    if (!(dose > 0) || !Number.isFinite(dose)) throw doseError(voxel, dose)
    const tissue = known[labels[voxel] as number]
    if (tissue === undefined)
      throw new InputError('biology.map', `Voxel ${voxel} has a label without a tissue.`, 'Give one for each label.')
    const isOwn = tissue?.course?.read(voxel) ?? false
    const g = tissue?.course && isOwn ? tissue.course.pairGy2 / tissue.course.doseGy ** 2 : (tissue?.g ?? null)
    if (tissue === null || g === null) {
      unknown++
      continue
    }
    const bed = dose * (1 + (g * dose) / tissue.alphaBetaGy)
    bedGy[voxel - from] = bed
    eqd2Gy[voxel - from] = bed * tissue.eqd2PerBed
    gMap[voxel - from] = g
    withBed++
    if (isOwn) ownCurve++
  }
  return { bedGy, eqd2Gy, g: gMap, voxels: { withBed, ownCurve, unknown } }
}

function prepared({ alphaBetaGy, repair, g }: VoxelTissue, terms: TissueBedRequest['terms']) {
  checkAlphaBeta(alphaBetaGy)
  if (g !== null && !(g >= 0 && g <= 1))
    throw new InputError('biology.protraction', `The Lea–Catcheside factor is ${g}.`, 'G lies from 0 to 1.')
  return { alphaBetaGy, g, eqd2PerBed: eqdOf(1, alphaBetaGy), course: terms ? voxelCourses(terms, repair) : null }
}

const doseError = (voxel: number, dose: number): InputError =>
  new InputError('biology.map', `Voxel ${voxel} has a dose of ${dose} Gy.`, 'Doses are finite numbers, never negative.')
