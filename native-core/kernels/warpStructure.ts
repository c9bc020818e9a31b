/** Structures of the moving image carried to the fixed one. */
import { contourSolid, rasteriseSolid, voxelVolumeMl, IDENTITY_MAT4 } from '../imaging/index.ts'
import { applyMat4, invertAffine } from '../imaging/transform.ts'
import { indexToPatient, patientToIndexMatrix, voxelCount } from '../imaging/grid.ts'
import { volumeByMatrix, warpImage, wayBack, withoutProgress } from './deformation.ts'
import type { ContourSolid, Deformation, FractionalMask, ImageGrid, StructureShape, Vec3 } from '../imaging/index.ts'
import type { DeformationOptions } from './deformation.ts'

export interface WarpStructureOptions extends DeformationOptions {
  /** Distance of contour planes to assume for a structure with a single contour, mm. */
  readonly sliceThicknessMm?: number
}

/** Voxels in which contours are made a mask: half the target's, within these limits (mm), and not too many. */
const FINEST_MM = 0.4
const COARSEST_MM = 2
const MOST_VOXELS = 30e6
/** Nodes along an axis by which it is found where a structure comes to lie. */
const NODES = 24

/**
 * The part of each voxel of `targetGrid` (fixed space) that the structure fills: the share of some dozens to hundreds of points of the
 * voxel that the deformation takes inside. Its volume is therefore that of the tissue as it lies in the fixed image: that in the moving
 * image times the mean inverse Jacobian determinant. What falls outside the grid is counted in `volumeOutsideMl`.
 *
 * @throws InputError for a structure without a body, an invalid grid or deformation, `deformation.not-invertible`; CancelledError.
 */
export function warpStructure(
  shape: StructureShape,
  deformation: Deformation,
  targetGrid: ImageGrid,
  options: WarpStructureOptions = {},
): FractionalMask {
  const mask = shape.kind === 'voxels' ? shape.mask : rasterised(shape, targetGrid, options)
  const outsideMl = mask.volumeOutsideMl * volumeByMatrix(deformation)
  const none: FractionalMask = {
    grid: targetGrid,
    box: { start: [0, 0, 0], size: [0, 0, 0] },
    fractions: new Float32Array(0),
    volumeOutsideMl: outsideMl,
  }
  if (mask.fractions.length === 0) return none
  const boxGrid: ImageGrid = {
    ...mask.grid,
    dimensions: mask.box.size,
    originMm: indexToPatient(mask.grid, mask.box.start),
  }
  const region = regionOf(boxGrid, deformation, targetGrid, options)
  const finest = Math.min(...boxGrid.spacingMm)
  const pointsPerAxis = Math.min(8, Math.max(3, Math.ceil((2 * Math.max(...targetGrid.spacingMm)) / finest)))
  const fractions = warpImage({ grid: boxGrid, values: mask.fractions }, deformation, region.grid, {
    ...options,
    interpolation: 'nearest',
    pointsPerAxis,
  })
  return cropped(fractions, region, targetGrid, outsideMl)
}

/** Contours as a mask on fine voxels along their own planes. */
function rasterised(
  shape: Extract<StructureShape, { kind: 'contours' }>,
  targetGrid: ImageGrid,
  { sliceThicknessMm, control }: WarpStructureOptions,
): FractionalMask {
  const cancel = control ?? null
  const options = {
    ...(sliceThicknessMm === undefined ? {} : { sliceThicknessMm }),
    ...(cancel === null ? {} : { isCancelled: () => Atomics.load(cancel, 0) !== 0 }),
  }
  const solid = contourSolid(shape.contours, options)
  return rasteriseSolid(solid, fineGrid(solid, targetGrid), IDENTITY_MAT4, options)
}

function fineGrid({ low, high, uAxis, vAxis, normal }: ContourSolid, targetGrid: ImageGrid): ImageGrid {
  const lengths = low.map((value, axis) => high[axis]! - value)
  const wanted = Math.min(COARSEST_MM, Math.max(FINEST_MM, Math.min(...targetGrid.spacingMm) / 2))
  const spacing = Math.max(wanted, Math.cbrt((lengths[0]! * lengths[1]! * lengths[2]!) / MOST_VOXELS))
  const start = low.map((value) => value - spacing / 2)
  return {
    dimensions: lengths.map((length) => Math.ceil(length / spacing) + 2) as unknown as Vec3,
    spacingMm: [spacing, spacing, spacing],
    originMm: [0, 1, 2].map(
      (row) => uAxis[row]! * start[0]! + vAxis[row]! * start[1]! + normal[row]! * start[2]!,
    ) as unknown as Vec3,
    direction: [uAxis[0], vAxis[0], normal[0], uAxis[1], vAxis[1], normal[1], uAxis[2], vAxis[2], normal[2]],
  }
}

interface Region {
  /** Voxels like the target's, which may go on beyond it. */
  readonly grid: ImageGrid
  /** Of its first voxel, in indices of the target. */
  readonly start: Vec3
}

/** The voxels of the target, in it or beyond, between which the box comes to lie. */
function regionOf(
  box: ImageGrid,
  deformation: Deformation,
  targetGrid: ImageGrid,
  options: DeformationOptions,
): Region {
  const n = box.dimensions
  const counts = n.map((size) => Math.min(size, NODES) + 1)
  const steps = n.map((size, axis) => size / (counts[axis]! - 1))
  const nodes: ImageGrid = {
    ...box,
    dimensions: counts as unknown as Vec3,
    spacingMm: box.spacingMm.map((mm, axis) => mm * steps[axis]!) as unknown as Vec3,
    originMm: indexToPatient(box, [-0.5, -0.5, -0.5]),
  }
  const { displacements } = wayBack(deformation, nodes, withoutProgress(options))
  const back = invertAffine(deformation.fixedToMoving)
  const toTarget = patientToIndexMatrix(targetGrid)
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  let node = 0
  for (let c = 0; c < counts[2]!; c++)
    for (let b = 0; b < counts[1]!; b++)
      for (let a = 0; a < counts[0]!; a++, node += 3) {
        const q = applyMat4(back, indexToPatient(nodes, [a, b, c]))
        const x = applyMat4(toTarget, [
          q[0] + displacements[node]!,
          q[1] + displacements[node + 1]!,
          q[2] + displacements[node + 2]!,
        ])
        x.forEach((value, axis) => {
          low[axis] = Math.min(low[axis]!, value)
          high[axis] = Math.max(high[axis]!, value)
        })
      }
  // Between the nodes the faces may bulge by a part of their distance.
  const bulge = targetGrid.spacingMm.map((mm) => Math.max(1, Math.max(...nodes.spacingMm) / 2 / mm))
  const start = low.map((value, axis) => Math.floor(value - bulge[axis]!))
  const size = high.map((value, axis) => Math.ceil(value + bulge[axis]!) - start[axis]! + 1)
  return {
    start: start as unknown as Vec3,
    grid: {
      ...targetGrid,
      dimensions: size as unknown as Vec3,
      originMm: indexToPatient(targetGrid, start as unknown as Vec3),
    },
  }
}

function cropped(
  fractions: Float32Array,
  { grid: region, start }: Region,
  targetGrid: ImageGrid,
  outsideMl: number,
): FractionalMask {
  const n = targetGrid.dimensions
  const first = start.map((s) => Math.max(0, s))
  const size = first.map((f, axis) => Math.max(0, Math.min(n[axis]!, start[axis]! + region.dimensions[axis]!) - f))
  const isEmpty = size.includes(0)
  const box = isEmpty
    ? { start: [0, 0, 0] as Vec3, size: [0, 0, 0] as Vec3 }
    : { start: first as unknown as Vec3, size: size as unknown as Vec3 }
  const inside = new Float32Array(box.size[0] * box.size[1] * box.size[2])
  const [nx, ny] = region.dimensions
  let outside = 0
  for (let voxel = 0; voxel < voxelCount(region); voxel++) {
    const fraction = fractions[voxel]!
    if (fraction === 0) continue
    const a = (voxel % nx) + start[0] - box.start[0]
    const b = (Math.floor(voxel / nx) % ny) + start[1] - box.start[1]
    const c = Math.floor(voxel / (nx * ny)) + start[2] - box.start[2]
    if (a >= 0 && b >= 0 && c >= 0 && a < box.size[0] && b < box.size[1] && c < box.size[2])
      inside[a + box.size[0] * (b + box.size[1] * c)] = fraction
    else outside += fraction
  }
  return {
    grid: targetGrid,
    box,
    fractions: inside,
    volumeOutsideMl: outside * voxelVolumeMl(targetGrid) + outsideMl,
  }
}
