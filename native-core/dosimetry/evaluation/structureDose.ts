/**
 * The dose inside a structure, whatever grids the two have.
 *
 * A structure drawn as contours, or in voxels of another grid than the dose's, is divided into cells of a fraction of its own size
 * and each cell takes the trilinear dose at a point in it (`cellPoints.ts`). Voxel doses alone would depend on where the dose grid happens to lie: the
 * dose of a partial voxel is that of its whole, and a gradient across a coarse voxel is lost. With cells, mean and Dx of a smooth
 * dose agree between grids. A structure in the voxels of the dose grid itself takes their doses as they are, so that
 * its mean is the plain weighted mean.
 */
import { InputError } from '../../errors/index.ts'
import { indexMap, assertDoseImage, valueAt } from './trilinear.ts'
import { contourSolid } from '../../imaging/contours/solid.ts'
import { rasteriseSolid } from '../../imaging/contours/rasterise.ts'
import { isSameGrid, voxelVolumeMl } from '../../imaging/grid.ts'
import { maskVolumeMl } from '../../imaging/maskStatistics.ts'
import { resampleMask } from '../../imaging/resampleMask.ts'
import { IDENTITY_MAT4 } from '../../imaging/transform.ts'
import { drawIn, inwards, spread } from './cellPoints.ts'
import { ascendingOrder } from './sort.ts'
import type { FractionalMask, ImageGrid, StructureShape, Vec3 } from '../../imaging/types.ts'
import type { DoseImage, DoseSampling, StructureDose } from './types.ts'

export interface StructureDoseOptions {
  /** Default: `voxels` for a structure in voxels of the dose grid, else `interpolated`. */
  readonly sampling?: DoseSampling
  /** What a contour without neighbours stands for, mm. */
  readonly sliceThicknessMm?: number
  /** Name of the structure, for messages. */
  readonly name?: string
  readonly isCancelled?: () => boolean
}

/** Cells of an interpolated structure: at most this wide, at least this narrow (mm), so many across, and so many in all. */
const WIDEST_CELL_MM = 2
const NARROWEST_CELL_MM = 0.2
const CELLS_ACROSS = 32
const MOST_CELLS = 1e6

/**
 * Dose of a structure as samples in ascending order. Volume-weighted, not mass-weighted. Parts of the structure outside the dose
 * grid have no dose: their volume is in `outsideMl`.
 *
 * @throws InputError `dose.structure-empty`, `dose.no-overlap` where the structure lies outside the dose grid altogether,
 * `dose.not-finite` for a NaN or infinite dose (or standard deviation, or a negative one) inside it, and what
 * `rasteriseShape` throws for a structure that is none.
 */
export function structureDose(
  dose: DoseImage,
  shape: StructureShape,
  options: StructureDoseOptions = {},
): StructureDose {
  assertDoseImage(dose)
  const name = options.name === undefined ? 'The structure' : `The structure "${options.name}"`
  const isOwnGrid = shape.kind === 'voxels' && isSameGrid(shape.mask.grid, dose.grid)
  const sampling = options.sampling ?? (isOwnGrid ? 'voxels' : 'interpolated')
  const { mask, divisions } =
    sampling === 'voxels' ? onDoseGrid(dose.grid, shape, options) : inCells(dose.grid, shape, options)
  const samples = takeSamples(dose, mask, divisions, sampling, name)
  if (samples.count > 0 && samples.insideMl > 0) return finish(samples, dose, mask.volumeOutsideMl, sampling, name)
  if (mask.volumeOutsideMl + samples.missedMl > 0) {
    throw new InputError(
      'dose.no-overlap',
      `${name} lies outside the dose grid.`,
      'Check that dose and structures belong together: same patient, same frame of reference.',
    )
  }
  throw new InputError('dose.structure-empty', `${name} is empty: it has no volume.`, 'Draw it, or leave it out.')
}

interface Sampled {
  readonly mask: FractionalMask
  /** Into how many cells each voxel of the mask is divided along each axis. */
  readonly divisions: Vec3
}

function onDoseGrid(grid: ImageGrid, shape: StructureShape, options: StructureDoseOptions): Sampled {
  const mask =
    shape.kind === 'voxels'
      ? resampleMask(shape.mask, grid)
      : rasteriseSolid(contourSolid(shape.contours, solidOptions(options)), grid, IDENTITY_MAT4, options)
  return { mask, divisions: [1, 1, 1] }
}

function inCells(doseGrid: ImageGrid, shape: StructureShape, options: StructureDoseOptions): Sampled {
  if (shape.kind === 'voxels') {
    return { mask: shape.mask, divisions: divisionsOf(shape.mask.grid, cellWidthMm(maskVolumeMl(shape.mask))) }
  }
  const solid = contourSolid(shape.contours, solidOptions(options))
  const divisions = divisionsOf(doseGrid, cellWidthMm(solid.volumeMl))
  const mask = rasteriseSolid(solid, dividedGrid(doseGrid, divisions), IDENTITY_MAT4, options)
  return { mask, divisions: [1, 1, 1] }
}

const solidOptions = ({ sliceThicknessMm }: StructureDoseOptions): { sliceThicknessMm?: number } =>
  sliceThicknessMm === undefined ? {} : { sliceThicknessMm }

/** Width of the cells for a structure of a volume, by the diameter of the ball of that volume. */
function cellWidthMm(volumeMl: number): number {
  const volumeMm3 = volumeMl * 1e3
  const across = Math.cbrt((6 * volumeMm3) / Math.PI) / CELLS_ACROSS
  return Math.max(Math.min(across, WIDEST_CELL_MM), NARROWEST_CELL_MM, Math.cbrt(volumeMm3 / MOST_CELLS))
}

function divisionsOf(grid: ImageGrid, widthMm: number): Vec3 {
  const along = (axis: 0 | 1 | 2): number => Math.max(1, Math.ceil(grid.spacingMm[axis] / widthMm - 1e-9))
  return [along(0), along(1), along(2)]
}

/** The same box of space in finer voxels. */
function dividedGrid(grid: ImageGrid, divisions: Vec3): ImageGrid {
  const { dimensions: n, spacingMm: s, originMm: o, direction: d } = grid
  const spacingMm: Vec3 = [s[0] / divisions[0], s[1] / divisions[1], s[2] / divisions[2]]
  const back = [0, 1, 2].map((axis) => (spacingMm[axis]! - s[axis]!) / 2)
  const shifted = (row: 0 | 1 | 2): number =>
    o[row] + d[3 * row]! * back[0]! + d[3 * row + 1]! * back[1]! + d[3 * row + 2]! * back[2]!
  return {
    dimensions: [n[0] * divisions[0], n[1] * divisions[1], n[2] * divisions[2]],
    spacingMm,
    originMm: [shifted(0), shifted(1), shifted(2)],
    direction: d,
  }
}

interface Samples {
  readonly count: number
  readonly doseGy: Float64Array
  readonly volumeMl: Float64Array
  readonly voxel: Int32Array
  /** Continuous index in the dose grid of each sample, x, y, z; only where it is interpolated and has a standard deviation. */
  readonly index: Float64Array | null
  readonly insideMl: number
  readonly missedMl: number
}

function takeSamples(
  dose: DoseImage,
  mask: FractionalMask,
  divisions: Vec3,
  sampling: DoseSampling,
  name: string,
): Samples {
  const { box, fractions } = mask
  const perVoxel = divisions[0] * divisions[1] * divisions[2]
  const filled = fractions.reduce((sum, fraction) => sum + (fraction > 0 ? 1 : 0), 0)
  const doseGy = new Float64Array(filled * perVoxel)
  const volumeMl = new Float64Array(filled * perVoxel)
  const voxel = new Int32Array(filled * perVoxel)
  const index = sampling === 'interpolated' && dose.sdGy !== undefined ? new Float64Array(3 * filled * perVoxel) : null
  const m = indexMap(mask.grid, dose.grid)
  const [nx, ny, nz] = dose.grid.dimensions
  const cellMl = voxelVolumeMl(mask.grid) / perVoxel
  const nearest = (x: number, size: number): number => Math.min(Math.max(Math.round(x), 0), size - 1)
  const offset = new Float64Array(3)
  let point = 0
  let count = 0
  let insideMl = 0
  let missedMl = 0
  let n = 0
  for (let k = box.start[2]; k < box.start[2] + box.size[2]; k++) {
    for (let j = box.start[1]; j < box.start[1] + box.size[1]; j++) {
      for (let i = box.start[0]; i < box.start[0] + box.size[0]; i++, n++) {
        const fraction = fractions[n]!
        if (!(fraction > 0)) continue
        const inside = fraction < 1 && sampling === 'interpolated' ? inwards(mask, i, j, k) : null
        for (let c = 0; c < perVoxel; c++) {
          if (sampling === 'interpolated') {
            spread(point++, offset)
            offset[0] = ((c % divisions[0]) + 0.5 + offset[0]!) / divisions[0] - 0.5
            offset[1] = ((Math.floor(c / divisions[0]) % divisions[1]) + 0.5 + offset[1]!) / divisions[1] - 0.5
            offset[2] = (Math.floor(c / (divisions[0] * divisions[1])) + 0.5 + offset[2]!) / divisions[2] - 0.5
            if (inside !== null) drawIn(offset, fraction, inside)
          }
          const u = i + offset[0]!
          const v = j + offset[1]!
          const w = k + offset[2]!
          const x = m[0]! * u + m[1]! * v + m[2]! * w + m[3]!
          const y = m[4]! * u + m[5]! * v + m[6]! * w + m[7]!
          const z = m[8]! * u + m[9]! * v + m[10]! * w + m[11]!
          if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= nx - 0.5 && y <= ny - 0.5 && z <= nz - 0.5)) {
            missedMl += fraction * cellMl
            continue
          }
          const at = nearest(x, nx) + nx * (nearest(y, ny) + ny * nearest(z, nz))
          const value = sampling === 'voxels' ? dose.doseGy[at]! : valueAt(dose.doseGy, dose.grid, x, y, z)
          if (!Number.isFinite(value)) throw notFinite(name, 'dose')
          doseGy[count] = value
          volumeMl[count] = fraction * cellMl
          voxel[count] = at
          if (index !== null) index.set([x, y, z], 3 * count)
          insideMl += fraction * cellMl
          count++
        }
      }
    }
  }
  return { count, doseGy, volumeMl, voxel, index, insideMl, missedMl }
}

function finish(
  samples: Samples,
  dose: DoseImage,
  maskOutsideMl: number,
  sampling: DoseSampling,
  name: string,
): StructureDose {
  const { count, insideMl } = samples
  const order = ascendingOrder(samples.doseGy.subarray(0, count))
  const doseGy = new Float64Array(count)
  const volumeMl = new Float64Array(count)
  const cumulativeMl = new Float64Array(count)
  let sum = 0
  let weighted = 0
  let negativeSamples = 0
  for (let n = 0; n < count; n++) {
    const from = order[n]!
    doseGy[n] = samples.doseGy[from]!
    volumeMl[n] = samples.volumeMl[from]!
    sum += volumeMl[n]!
    weighted += volumeMl[n]! * doseGy[n]!
    cumulativeMl[n] = sum
    if (doseGy[n]! < 0) negativeSamples++
  }
  const spread = dose.sdGy === undefined ? null : deviations(samples, dose.sdGy, dose.grid, name)
  return {
    sampling,
    doseGy,
    volumeMl,
    cumulativeMl,
    sdGy: spread === null ? null : Float64Array.from(order, (from) => spread.sdGy[from]!),
    voxel: spread === null ? null : numbered(order, samples.voxel, dose.doseGy.length),
    insideMl: sum,
    outsideMl: maskOutsideMl + samples.missedMl,
    meanGy: weighted / sum,
    meanSdGy: spread === null ? null : Math.sqrt(spread.sumVariance) / insideMl,
    negativeSamples,
  }
}

/** Voxels in the order of the samples, numbered through as they come. */
function numbered(order: Uint32Array, voxel: Int32Array, voxels: number): Int32Array {
  const numberOf = new Int32Array(voxels).fill(-1)
  let next = 0
  return Int32Array.from(order, (from) => {
    const at = voxel[from]!
    if (numberOf[at] === -1) numberOf[at] = next++
    return numberOf[at]!
  })
}

/**
 * Standard deviation of each sample, and the variance of Σ volume · dose: the dose of neighbouring cells comes from the same voxels,
 * so that the variance is summed over voxels with the weight that all cells together give to each.
 */
function deviations(
  samples: Samples,
  sdGy: Float32Array | Float64Array,
  grid: ImageGrid,
  name: string,
): { sdGy: Float64Array; sumVariance: number } {
  const read = (at: number): number => {
    const sd = sdGy[at]!
    if (!(sd >= 0 && sd < Infinity)) throw notFinite(name, 'standard deviation')
    return sd
  }
  const { count, volumeMl, voxel, index } = samples
  const out = new Float64Array(count)
  const weightOf = new Float64Array(sdGy.length)
  const [nx, ny, nz] = grid.dimensions
  for (let n = 0; n < count; n++) {
    if (index === null) {
      out[n] = read(voxel[n]!)
      weightOf[voxel[n]!]! += volumeMl[n]!
      continue
    }
    const x = Math.min(Math.max(index[3 * n]!, 0), nx - 1)
    const y = Math.min(Math.max(index[3 * n + 1]!, 0), ny - 1)
    const z = Math.min(Math.max(index[3 * n + 2]!, 0), nz - 1)
    const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)]
    let variance = 0
    for (let corner = 0; corner < 8; corner++) {
      const wx = (corner & 1) === 1 ? x - i : 1 - (x - i)
      const wy = (corner & 2) === 2 ? y - j : 1 - (y - j)
      const wz = (corner & 4) === 4 ? z - k : 1 - (z - k)
      const weight = wx * wy * wz
      if (weight === 0) continue
      const at = i + (corner & 1) + nx * (j + ((corner >> 1) & 1) + ny * (k + (corner >> 2)))
      variance += (weight * read(at)) ** 2
      weightOf[at]! += weight * volumeMl[n]!
    }
    out[n] = Math.sqrt(variance)
  }
  let sumVariance = 0
  for (let v = 0; v < weightOf.length; v++) if (weightOf[v]! > 0) sumVariance += (weightOf[v]! * sdGy[v]!) ** 2
  return { sdGy: out, sumVariance }
}

function notFinite(name: string, what: string): InputError {
  return new InputError(
    'dose.not-finite',
    `${name} has a voxel whose ${what} is not a${what === 'dose' ? '' : ' positive'} finite number.`,
    'Check the dose map; such voxels cannot be evaluated.',
  )
}
