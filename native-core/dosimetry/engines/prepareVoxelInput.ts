/** What every voxel engine may rely on: checks of its input before work starts, and rules whose effect is reported. */
import { InputError } from '../../errors/index.ts'
import { assertValidGrid, isSameGrid, maskVolumeMl, voxelCount } from '../../imaging/index.ts'
import type { Vec3 } from '../../imaging/index.ts'
import type { VoxelDoseInput } from './types.ts'

/** Negative activity (noise of reconstruction or fit) is set to zero up to this share of the positive activity. */
export const LARGEST_NEGATIVE_SHARE = 0.1
/** Denser than osmium (22.6 g/mL): no matter. */
const LARGEST_DENSITY_G_PER_ML = 23
/**
 * Working memory of the hungriest engine: input (9 bytes), dose and uncertainty, four radiations, sums of the simulation in 64 bits
 * for energies, squares and the share under way.
 */
const BYTES_PER_VOXEL = 80
/** 256 × 256 × 200 voxels take 1.05 GB; six times as much is refused. */
export const DEFAULT_MEMORY_LIMIT_BYTES = 6 * 2 ** 30

export interface PreparedVoxelInput {
  readonly input: VoxelDoseInput
  /** Rules that were applied and what they changed, in sentences. */
  readonly remarks: readonly string[]
}

/** Bytes that a dose on so many voxels may take. */
export const voxelDoseBytes = (voxels: number): number => voxels * BYTES_PER_VOXEL

/**
 * Refuses a grid too large for memory, before its volumes are made.
 *
 * @throws InputError `dose.too-large` with the estimate and the limit, `geometry.invalid-grid`.
 */
export function assertFitsMemory(dimensions: Vec3, memoryLimitBytes: number = DEFAULT_MEMORY_LIMIT_BYTES): void {
  const bytes = voxelDoseBytes(dimensions[0] * dimensions[1] * dimensions[2])
  if (bytes <= memoryLimitBytes) return
  const gib = (value: number): string => `${(value / 2 ** 30).toFixed(1)} GiB`
  throw new InputError(
    'dose.too-large',
    `A dose on ${dimensions.join(' × ')} voxels takes about ${gib(bytes)}, and ${gib(memoryLimitBytes)} are allowed.`,
    'Compute on a coarser grid (the activity’s own, or a voxel size in mm).',
  )
}

/**
 * Checks maps and structures and applies two rules, each told in `remarks`: negative activities become zero (refused above 10 % of the
 * positive activity), structures without a voxel on the grid are left out. The maps given are not changed.
 *
 * @throws InputError `geometry.invalid-grid`, `dose.too-large`, `dose.grid` (maps of other sizes), `dose.activity-voxel` (NaN, infinite),
 * `dose.negative-activity`, `dose.no-activity`, `dose.density-voxel`, `dose.medium-voxel`, `dose.structure` (another grid, a name twice).
 */
export function prepareVoxelInput(
  raw: VoxelDoseInput,
  options: { readonly memoryLimitBytes?: number } = {},
): PreparedVoxelInput {
  assertValidGrid(raw.grid, 'The computing grid')
  assertFitsMemory(raw.grid.dimensions, options.memoryLimitBytes)
  const voxels = voxelCount(raw.grid)
  const sizes = [
    ['activity', raw.activityPerMl.length],
    ['density', raw.densityGPerMl.length],
    ['medium', raw.mediumIndex.length],
  ] as const
  for (const [name, size] of sizes)
    if (size !== voxels)
      throw new InputError(
        'dose.grid',
        `The ${name} map has ${size} voxels, the grid ${raw.grid.dimensions.join(' × ')} = ${voxels}.`,
        'Resample all maps to one grid.',
      )
  const activity = prepareActivity(raw.activityPerMl, raw.grid.dimensions)
  checkMatter(raw)
  const structures = prepareStructures(raw)
  return {
    input: { ...raw, activityPerMl: activity.activityPerMl, structures: structures.kept },
    remarks: [...activity.remarks, ...structures.remarks],
  }
}

/** As `prepareVoxelInput`, of an activity map alone. The same array comes back where nothing had to change. */
export function prepareActivity(
  values: Float32Array,
  dimensions: Vec3,
): { readonly activityPerMl: Float32Array; readonly remarks: readonly string[] } {
  let [positive, negative, count] = [0, 0, 0]
  for (let n = 0; n < values.length; n++) {
    const value = values[n] as number
    if (!Number.isFinite(value)) throw notFinite(values, dimensions)
    if (value < 0) {
      negative -= value
      count++
    } else positive += value
  }
  if (count > 0 && negative > LARGEST_NEGATIVE_SHARE * positive)
    throw new InputError(
      'dose.negative-activity',
      `${count} voxels have a negative activity, together ${percent(negative, positive)} of the positive activity.`,
      `Check the map: noise of images or fits gives up to ${LARGEST_NEGATIVE_SHARE * 100} %, and such voxels are then set to zero.`,
    )
  if (!(positive > 0))
    throw new InputError(
      'dose.no-activity',
      'There is no activity: every voxel of the map is zero.',
      'Check that the right image was chosen and that it overlaps the computing grid.',
    )
  if (count === 0) return { activityPerMl: values, remarks: [] }
  const activityPerMl = new Float32Array(new SharedArrayBuffer(4 * values.length))
  for (let n = 0; n < values.length; n++) activityPerMl[n] = Math.max(0, values[n] as number)
  return {
    activityPerMl,
    remarks: [
      `${count} voxels had a negative activity and were set to zero; that adds ${percent(negative, positive - negative)} to the total activity.`,
    ],
  }
}

function notFinite(values: Float32Array, dimensions: Vec3): InputError {
  let [count, first] = [0, -1]
  values.forEach((value, n) => {
    if (Number.isFinite(value)) return
    if (count++ === 0) first = n
  })
  return new InputError(
    'dose.activity-voxel',
    `${count} voxels of the activity map are not finite numbers, the first (${place(first, dimensions)}) is ${values[first]}.`,
    'Replace them (by 0 where there is no activity) and give the map again.',
  )
}

function checkMatter({ densityGPerMl, mediumIndex, media, grid }: VoxelDoseInput): void {
  for (let n = 0; n < densityGPerMl.length; n++) {
    const density = densityGPerMl[n] as number
    if (!(density > 0 && density <= LARGEST_DENSITY_G_PER_ML))
      throw new InputError(
        'dose.density-voxel',
        `The density of voxel (${place(n, grid.dimensions)}) is ${density} g/mL.`,
        `Densities must lie above 0 and up to ${LARGEST_DENSITY_G_PER_ML} g/mL; check the CT and its relation to density.`,
      )
    if ((mediumIndex[n] as number) >= media.length)
      throw new InputError(
        'dose.medium-voxel',
        `Voxel (${place(n, grid.dimensions)}) has medium ${mediumIndex[n]}, and there are ${media.length} media.`,
        'Give the media of all voxels.',
      )
  }
}

function prepareStructures(raw: VoxelDoseInput): {
  readonly kept: VoxelDoseInput['structures']
  readonly remarks: readonly string[]
} {
  const remarks: string[] = []
  const seen = new Set<string>()
  const kept = raw.structures.filter(({ name, mask }) => {
    if (seen.has(name))
      throw new InputError('dose.structure', `There are two structures "${name}".`, 'Rename one of them.')
    seen.add(name)
    if (!isSameGrid(mask.grid, raw.grid))
      throw new InputError(
        'dose.structure',
        `"${name}" is on another grid than the dose.`,
        'Rasterise it on the computing grid.',
      )
    const insideMl = maskVolumeMl(mask)
    if (!(insideMl > 0)) {
      remarks.push(`"${name}" has no part in the computing grid and is left out.`)
      return false
    }
    const outside = mask.volumeOutsideMl / (insideMl + mask.volumeOutsideMl)
    if (outside > 0.005)
      remarks.push(
        `${(100 * outside).toFixed(1)} % of "${name}" lies outside the computing grid: its dose is that of the rest.`,
      )
    return true
  })
  return { kept, remarks }
}

const percent = (part: number, whole: number): string =>
  whole > 0 ? `${Number(((100 * part) / whole).toPrecision(2))} %` : 'all'

/** Index of a voxel as people count it, from 1. */
function place(voxel: number, [nx, ny]: Vec3): string {
  return [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / nx / ny)].map((n) => n + 1).join(', ')
}
