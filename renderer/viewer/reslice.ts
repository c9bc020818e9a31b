/** Slices of a volume in any plane, by trilinear interpolation between voxel centres. */
import type { Vec3 } from '../../native-core/imaging/types.ts'
import { apply, applyLinear, type Affine } from './affine.ts'
import type { SlicePlane } from './planes.ts'

/** Float32 values, or uint8 fractions; x fastest. */
export interface Volume {
  readonly values: Float32Array | Uint8Array
  readonly dimensions: Vec3
}

/**
 * Samples `volume` at each pixel of `plane`; `toIndex` maps the plane's coordinates (mm) to voxel indices. The outer half of
 * the border voxels holds the value at their centre; pixels outside the volume become NaN. Writes into `out` (width × height,
 * row by row).
 */
export function reslice(volume: Volume, toIndex: Affine, plane: SlicePlane, out: Float32Array): void {
  const origin = apply(toIndex, plane.originMm)
  const right = applyLinear(toIndex, plane.stepRightMm)
  const down = applyLinear(toIndex, plane.stepDownMm)
  const rightAxis = onlyAxis(right)
  const downAxis = onlyAxis(down)
  if (rightAxis !== null && downAxis !== null && rightAxis !== downAxis) {
    resliceAligned(volume, origin, rightAxis, right[rightAxis], downAxis, down[downAxis], plane, out)
  } else resliceOblique(volume, origin, right, down, plane, out)
}

/** The one axis that a step runs along, or null where it runs across several. Tells exact zeros from rounding. */
function onlyAxis(step: Vec3): 0 | 1 | 2 | null {
  const size = Math.max(Math.abs(step[0]), Math.abs(step[1]), Math.abs(step[2]))
  const axes = ([0, 1, 2] as const).filter((axis) => Math.abs(step[axis]) > size * 1e-9)
  return axes.length === 1 ? (axes[0] as 0 | 1 | 2) : null
}

/** Lower neighbour and weight of the upper one for samples along one axis; a neighbour of −1 is outside. */
function samplesAlong(
  start: number,
  step: number,
  samples: number,
  voxels: number,
): { low: Int32Array; weight: Float64Array } {
  const low = new Int32Array(samples)
  const weight = new Float64Array(samples)
  const last = voxels - 1
  for (let at = 0; at < samples; at++) {
    const place = start + at * step
    if (!(place >= -0.5 && place <= last + 0.5)) {
      low[at] = -1
      continue
    }
    const inside = place < 0 ? 0 : place > last ? last : place
    low[at] = Math.min(Math.floor(inside), Math.max(0, last - 1))
    weight[at] = inside - (low[at] as number)
  }
  return { low, weight }
}

/**
 * The frequent case: the view runs along the axes of the grid. Each row of the slice is first interpolated across the two
 * other axes, one value a voxel, and only then along the row: the same numbers for a tenth of the work.
 */
function resliceAligned(
  { values, dimensions }: Volume,
  origin: Vec3,
  rightAxis: 0 | 1 | 2,
  rightStep: number,
  downAxis: 0 | 1 | 2,
  downStep: number,
  plane: SlicePlane,
  out: Float32Array,
): void {
  const { width, height } = plane
  const restAxis = (3 - rightAxis - downAxis) as 0 | 1 | 2
  const strides: Vec3 = [1, dimensions[0], dimensions[0] * dimensions[1]]
  const across = samplesAlong(origin[rightAxis], rightStep, width, dimensions[rightAxis])
  const along = samplesAlong(origin[downAxis], downStep, height, dimensions[downAxis])
  const rest = samplesAlong(origin[restAxis], 0, 1, dimensions[restAxis])
  const restLow = rest.low[0] as number
  if (restLow < 0) {
    out.fill(NaN)
    return
  }
  const voxels = dimensions[rightAxis]
  const stride = strides[rightAxis]
  const toNextRest = dimensions[restAxis] > 1 ? strides[restAxis] : 0
  const toNextDown = dimensions[downAxis] > 1 ? strides[downAxis] : 0
  const wr = rest.weight[0] as number
  const line = new Float64Array(voxels + 1)
  let lineOf = -1
  let lineWeight = NaN
  for (let row = 0, at = 0; row < height; row++) {
    const low = along.low[row] as number
    if (low < 0) {
      out.fill(NaN, at, at + width)
      at += width
      continue
    }
    const wd = along.weight[row] as number
    if (low !== lineOf || wd !== lineWeight) {
      let base = low * strides[downAxis] + restLow * strides[restAxis]
      for (let voxel = 0; voxel < voxels; voxel++, base += stride) {
        const near = values[base] as number
        const below = values[base + toNextDown] as number
        const a = near + ((values[base + toNextRest] as number) - near) * wr
        const b = below + ((values[base + toNextDown + toNextRest] as number) - below) * wr
        line[voxel] = a + (b - a) * wd
      }
      line[voxels] = line[voxels - 1] as number
      lineOf = low
      lineWeight = wd
    }
    for (let column = 0; column < width; column++, at++) {
      const from = across.low[column] as number
      if (from < 0) {
        out[at] = NaN
        continue
      }
      const value = line[from] as number
      out[at] = value + ((line[from + 1] as number) - value) * (across.weight[column] as number)
    }
  }
}

function resliceOblique(
  volume: Volume,
  [ox, oy, oz]: Vec3,
  [ux, uy, uz]: Vec3,
  [vx, vy, vz]: Vec3,
  plane: SlicePlane,
  out: Float32Array,
): void {
  const { values } = volume
  const [nx, ny, nz] = volume.dimensions
  const slab = nx * ny
  const lastX = nx - 1
  const lastY = ny - 1
  const lastZ = nz - 1
  let at = 0
  for (let row = 0; row < plane.height; row++) {
    const rx = ox + row * vx
    const ry = oy + row * vy
    const rz = oz + row * vz
    for (let column = 0; column < plane.width; column++, at++) {
      let x = rx + column * ux
      let y = ry + column * uy
      let z = rz + column * uz
      if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= lastX + 0.5 && y <= lastY + 0.5 && z <= lastZ + 0.5)) {
        out[at] = NaN
        continue
      }
      x = x < 0 ? 0 : x > lastX ? lastX : x
      y = y < 0 ? 0 : y > lastY ? lastY : y
      z = z < 0 ? 0 : z > lastZ ? lastZ : z
      const ix = x | 0
      const iy = y | 0
      const iz = z | 0
      const fx = x - ix
      const fy = y - iy
      const fz = z - iz
      const dx = ix < lastX ? 1 : 0
      const dy = iy < lastY ? nx : 0
      const dz = iz < lastZ ? slab : 0
      const base = ix + iy * nx + iz * slab
      const v000 = values[base] as number
      const v010 = values[base + dy] as number
      const v001 = values[base + dz] as number
      const v011 = values[base + dy + dz] as number
      const c00 = v000 + ((values[base + dx] as number) - v000) * fx
      const c10 = v010 + ((values[base + dx + dy] as number) - v010) * fx
      const c01 = v001 + ((values[base + dx + dz] as number) - v001) * fx
      const c11 = v011 + ((values[base + dx + dy + dz] as number) - v011) * fx
      const c0 = c00 + (c10 - c00) * fy
      const c1 = c01 + (c11 - c01) * fy
      out[at] = c0 + (c1 - c0) * fz
    }
  }
}

/** The value of the voxel that holds a point (mm, as mapped by `toIndex`); null outside the volume. */
export function voxelAt(volume: Volume, toIndex: Affine, point: Vec3): number | null {
  const [x, y, z] = apply(toIndex, point).map(Math.round) as unknown as Vec3
  const [nx, ny, nz] = volume.dimensions
  if (!(x >= 0 && y >= 0 && z >= 0 && x < nx && y < ny && z < nz)) return null
  return volume.values[x + nx * (y + ny * z)] ?? null
}
