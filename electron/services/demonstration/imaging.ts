/** What the scanner sees of the simulated patient: CT numbers and activity concentrations on their grids. */
import type { ImageGrid, Mat4, Vec3 } from '../../../native-core/imaging/types.ts'
import { FWHM_PER_SIGMA } from '../../../native-core/statistics/index.ts'
import type { Anatomy } from './body.ts'
import { gaussianBlur } from './blur.ts'
import { partitionGrid } from './partition.ts'
import type { RandomStream } from './random.ts'
import { TISSUES } from './tissues.ts'

/** Voxel volume in mL. */
export function voxelMl(grid: ImageGrid): number {
  return (grid.spacingMm[0] * grid.spacingMm[1] * grid.spacingMm[2]) / 1000
}

/**
 * CT numbers (HU, rounded) of the body: the mean over each voxel, plus noise of standard deviation `noiseHu` with a little
 * in-plane correlation, plus the scanner's table below the patient (fixed to the scanner).
 */
export function scanCt(
  anatomy: Anatomy,
  grid: ImageGrid,
  scannerToBody: Mat4,
  noiseHu: number,
  random: RandomStream,
): Int16Array {
  const [nx, ny, nz] = grid.dimensions
  const hu = new Float32Array(nx * ny * nz)
  const numbers = anatomy.parts.map((p) => TISSUES[p.tissue].hounsfield)
  const cellMm = Math.min(3.5, grid.spacingMm[0])
  partitionGrid(
    grid,
    anatomy.parts.map((p) => p.solid),
    scannerToBody,
    cellMm,
    (voxel, solid, fraction) => {
      hu[voxel]! += fraction * (solid < 0 ? TISSUES.air.hounsfield : numbers[solid]!)
    },
  )
  addTable(hu, grid)

  const stored = new Int16Array(hu.length)
  const white = new Float32Array(nx * ny)
  // Weights 1 4 1 in each direction keep neighbours a little alike; the sum of squares sets the standard deviation.
  const norm = noiseHu / (Math.sqrt(1 + 16 + 1) / 6) ** 2
  for (let k = 0; k < nz; k++) {
    if (noiseHu > 0) for (let i = 0; i < white.length; i++) white[i] = random.normal()
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        let n = 0
        if (noiseHu > 0) {
          for (let b = -1; b <= 1; b++) {
            for (let a = -1; a <= 1; a++) {
              const w = (a === 0 ? 4 : 1) * (b === 0 ? 4 : 1)
              n += w * white[((i + a + nx) % nx) + nx * ((j + b + ny) % ny)]!
            }
          }
        }
        const at = i + nx * (j + ny * k)
        stored[at] = Math.max(-1024, Math.min(3071, Math.round(hu[at]! + (norm * n) / 36)))
      }
    }
  }
  return stored
}

const TABLE = { topMm: 128, thicknessMm: 9, halfWidthMm: 205, sagMm: 16, skinHu: -150, coreHu: -820 }

/** A curved table top of thin skin and light core, added where there is air. */
function addTable(hu: Float32Array, grid: ImageGrid): void {
  const [nx, ny, nz] = grid.dimensions
  const [sx, sy] = grid.spacingMm
  const [ox, oy] = grid.originMm
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const x = ox + i * sx
      if (Math.abs(x) > TABLE.halfWidthMm) continue
      const top = TABLE.topMm - TABLE.sagMm * (x / TABLE.halfWidthMm) ** 2
      // Part of the voxel's height that is skin and core.
      let skin = 0
      let core = 0
      for (let s = 0; s < 8; s++) {
        const depth = oy + (j + (s + 0.5) / 8 - 0.5) * sy - top
        if (depth < 0 || depth > TABLE.thicknessMm) continue
        if (depth < 1.2 || depth > TABLE.thicknessMm - 1.2) skin += 1 / 8
        else core += 1 / 8
      }
      if (skin + core === 0) continue
      for (let k = 0; k < nz; k++) {
        const at = i + nx * (j + ny * k)
        if (hu[at]! < -990) hu[at] = hu[at]! + skin * (TABLE.skinHu + 1000) + core * (TABLE.coreHu + 1000)
      }
    }
  }
}

/** What part of each voxel each compartment fills, by compartment index; null where a compartment is nowhere in the grid. */
export type Occupancy = readonly (Float32Array | null)[]

const ORGAN_CELL_MM = 1.8
const LESION_CELL_MM = 0.9

/**
 * Occupancy of a grid by the compartments. Lesions are cut finer than organs, because they are small, and are then
 * taken out of what surrounds them (they lie wholly in one compartment each, see lesions.ts).
 */
export function occupancy(
  anatomy: Anatomy,
  grid: ImageGrid,
  scannerToBody: Mat4,
  organCellMm = ORGAN_CELL_MM,
): Occupancy {
  const voxels = grid.dimensions[0] * grid.dimensions[1] * grid.dimensions[2]
  const filled: (Float32Array | null)[] = anatomy.compartments.map(() => null)
  const lesionCount = anatomy.lesions.length
  const organs = anatomy.activityParts.slice(lesionCount)
  partitionGrid(
    grid,
    organs.map((p) => p.solid),
    scannerToBody,
    organCellMm,
    (voxel, solid, fraction) => {
      if (solid < 0) return
      const c = organs[solid]!.compartment
      ;(filled[c] ??= new Float32Array(voxels))[voxel]! += fraction
    },
  )
  anatomy.lesions.forEach((lesion, c) => {
    const host = anatomy.compartments.findIndex((h) => h.name === (lesion.site === 'liver' ? 'LIVER' : 'REMAINDER'))
    const part = anatomy.activityParts[c]!
    const own = new Float32Array(voxels)
    partitionGrid(grid, [part.solid], scannerToBody, LESION_CELL_MM, (voxel, solid, fraction) => {
      if (solid === 0) own[voxel]! += fraction
    })
    const around = filled[host]
    if (around) for (let v = 0; v < voxels; v++) around[v] = Math.max(0, around[v]! - own[v]!)
    filled[c] = own
  })
  return filled
}

/** Mean of an image over what a compartment (or several together) fills, voxels counted by their filled part; null if nothing. */
export function meanOver(image: Float32Array, filled: readonly (Float32Array | null | undefined)[]): number | null {
  let sum = 0
  let weight = 0
  for (const f of filled) {
    if (!f) continue
    for (let v = 0; v < image.length; v++) {
      if (f[v] === 0) continue
      sum += f[v]! * image[v]!
      weight += f[v]!
    }
  }
  return weight > 0 ? sum / weight : null
}

export interface EmissionScan {
  /** Bq/mL at the start of the scan as the scanner shows it: blurred, with noise. */
  readonly image: Float32Array
  /** The same without noise. */
  readonly blurred: Float32Array
  readonly occupancy: Occupancy
  /** True activity inside the grid, MBq. */
  readonly activityInGridMbq: number
}

/**
 * An emission scan: voxel means of the activity of compartments that hold `concentrations` (Bq/mL, by compartment), a Gaussian
 * point spread of `psfFwhmMm`, Poisson counts.
 *
 * The body goes on beyond the ends of the grid, so the blur is made on a grid with margins along z and cut. Counts of a voxel:
 * concentration × volume × cps/MBq × time; their noise is `noise` times Poisson's (counts divided by noise²).
 */
export function scanEmission(
  anatomy: Anatomy,
  grid: ImageGrid,
  scannerToBody: Mat4,
  concentrations: readonly number[],
  scan: {
    readonly psfFwhmMm: number
    readonly noise: number
    readonly acquisitionS: number
    readonly cpsPerMbq: number
  },
  random: RandomStream,
): EmissionScan {
  const [nx, ny, nz] = grid.dimensions
  const margin = Math.ceil((4 * scan.psfFwhmMm) / FWHM_PER_SIGMA / grid.spacingMm[2])
  const wide: ImageGrid = {
    ...grid,
    dimensions: [nx, ny, nz + 2 * margin],
    originMm: [grid.originMm[0], grid.originMm[1], grid.originMm[2] - margin * grid.spacingMm[2]] as Vec3,
  }
  const filled = occupancy(anatomy, wide, scannerToBody)
  const map = new Float32Array(nx * ny * (nz + 2 * margin))
  filled.forEach((f, c) => {
    if (f) for (let v = 0; v < map.length; v++) map[v]! += f[v]! * concentrations[c]!
  })
  const from = margin * nx * ny
  const inside = <T extends { slice(a: number, b: number): T }>(a: T): T => a.slice(from, from + nx * ny * nz)
  const blurred = inside(gaussianBlur(map, wide.dimensions, grid.spacingMm, scan.psfFwhmMm))
  const ml = voxelMl(grid)
  let activityBq = 0
  for (let i = 0; i < blurred.length; i++) activityBq += map[from + i]! * ml

  const image = new Float32Array(blurred.length)
  const countsPerBqMl = (ml / 1e6) * scan.cpsPerMbq * scan.acquisitionS
  const dilution = scan.noise > 0 ? countsPerBqMl / (scan.noise * scan.noise) : 0
  for (let i = 0; i < image.length; i++) {
    image[i] = scan.noise > 0 ? random.poisson(blurred[i]! * dilution) / dilution : blurred[i]!
  }
  return { image, blurred, occupancy: filled.map((f) => (f ? inside(f) : null)), activityInGridMbq: activityBq / 1e6 }
}
