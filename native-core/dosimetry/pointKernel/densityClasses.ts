/** Kernels for matter of other density than water: ranges of electrons go as the reciprocal of what electrons see of it. */
import { InputError } from '../../errors/index.ts'
import { buildMediaPack } from '../../physics/media/index.ts'
import type { MaterialData, Medium } from '../../physics/media/index.ts'

/** Water-equivalent densities, g/mL, for which kernels are made; what lies between is mixed from two, what lies beyond takes the last. */
export const CLASS_DENSITIES = [0.12, 0.155, 0.2, 0.26, 0.33, 0.42, 0.54, 0.75, 1, 1.3, 1.7, 2.2] as const

/**
 * How much sooner electrons come to rest where atoms scatter more, as a power of the scattering. Designed, and fitted by eye to this
 * program's own Monte Carlo (single cases ask for −0.1 to 0.3; 0.12 to 0.3 in bone and fat). tests/validation/voxel-s.test.ts holds it to
 * 1.5 % in bone, fat and lung, against the same Monte Carlo: that is no independent check.
 */
const SCATTERING_POWER = 0.22

/** Σ wᵢ Zᵢ(Zᵢ + 1)/Aᵢ: elastic scattering per mass, to first order. */
function scattering({ massFractions }: Medium, { elements }: MaterialData): number {
  return Object.entries(massFractions).reduce((sum, [symbol, share]) => {
    const element = elements[symbol]
    return element ? sum + (share * element.z * (element.z + 1)) / element.atomicMass : sum
  }, 0)
}

/**
 * How many times water's density of each medium an electron takes for its own, for where its energy goes: the ratio of collision stopping
 * powers per mass at an energy, and a power of that of scattering. 1 for water.
 */
export function waterEquivalence(
  media: readonly Medium[],
  water: Medium,
  energyMev: number,
  data: MaterialData,
): Float64Array {
  const pack = buildMediaPack([water, ...media], data)
  const { electronCount: count, electronMinMev: least, electronMaxMev: most } = pack
  const at = (Math.log(energyMev / least) / Math.log(most / least)) * (count - 1)
  const i = Math.min(count - 1, Math.max(0, Math.round(at)))
  const stopping = (medium: number): number => pack.collisionStopping[medium * count + i] as number
  const ofWater = scattering(water, data)
  return Float64Array.from(
    media,
    (medium, m) => (stopping(m + 1) / stopping(0)) * (scattering(medium, data) / ofWater) ** SCATTERING_POWER,
  )
}

export interface DensityClass {
  readonly densityGPerMl: number
  /** The share of each voxel's activity that takes this kernel, times the activity. */
  readonly activity: Float32Array
}

/**
 * Divides activity among classes of density. A voxel between two classes is shared linearly in the logarithm: half-way between what a long
 * range asks for (what stays goes as the density) and a short one (what leaves goes as its reciprocal), and within 1 % of both. Classes
 * without activity are left out.
 *
 * @param activity anything per voxel, not negative
 * @param waterEquivalent g/mL in each voxel, positive
 */
export function divideByDensity(activity: Float32Array, waterEquivalent: (voxel: number) => number): DensityClass[] {
  const classes = CLASS_DENSITIES.map(() => null as Float32Array | null)
  const add = (index: number, voxel: number, value: number): void => {
    if (value > 0) (classes[index] ??= new Float32Array(activity.length))[voxel] = value
  }
  const last = CLASS_DENSITIES.length - 1
  for (let voxel = 0; voxel < activity.length; voxel++) {
    const value = activity[voxel] as number
    if (value === 0) continue
    const density = waterEquivalent(voxel)
    if (!(density > 0)) {
      throw new InputError(
        'dose.density-voxel',
        `The density of voxel ${voxel} is ${density} g/mL.`,
        'Densities must be positive; check the CT and its relation to density.',
      )
    }
    let index = 0
    while (index < last - 1 && density >= (CLASS_DENSITIES[index + 1] as number)) index++
    const [a, b] = [CLASS_DENSITIES[index] as number, CLASS_DENSITIES[index + 1] as number]
    const upper = Math.min(1, Math.max(0, Math.log(density / a) / Math.log(b / a)))
    add(index, voxel, value * (1 - upper))
    add(index + 1, voxel, value * upper)
  }
  return classes.flatMap((one, i) => (one ? [{ densityGPerMl: CLASS_DENSITIES[i] as number, activity: one }] : []))
}
