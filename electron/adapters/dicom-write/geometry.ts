/** Geometry of image grids as DICOM attributes. */
import type { ImageGrid, Mat4 } from '../../../native-core/imaging/types.ts'
import type { Dataset } from './dataset.ts'
import { ds, dsMm } from './values.ts'

/** Centre of the first voxel of a slice. */
export function slicePosition(grid: ImageGrid, slice: number): [number, number, number] {
  const d = grid.direction
  const along = slice * grid.spacingMm[2]
  const [x, y, z] = grid.originMm
  return [x + d[2] * along, y + d[5] * along, z + d[8] * along]
}

/** ImagePositionPatient of a slice. */
export function imagePosition(grid: ImageGrid, slice: number): string[] {
  return slicePosition(grid, slice).map(dsMm)
}

/** ImageOrientationPatient: directions of the rows and of the columns. */
export function imageOrientation({ direction: d }: ImageGrid): string[] {
  return [d[0], d[3], d[6], d[1], d[4], d[7]].map(ds)
}

/** PixelSpacing: between rows, then between columns. */
export function pixelSpacing({ spacingMm }: ImageGrid): string[] {
  return [ds(spacingMm[1]), ds(spacingMm[0])]
}

/** Component of the slice step along the normal of the images: +spacing, or −spacing where slices run against the normal. */
export function stepAlongNormalMm({ direction: d, spacingMm }: ImageGrid): number {
  const normal = [d[3] * d[7] - d[6] * d[4], d[6] * d[1] - d[0] * d[7], d[0] * d[4] - d[3] * d[1]]
  return Math.sign(normal[0]! * d[2] + normal[1]! * d[5] + normal[2]! * d[8]) * spacingMm[2]
}

/** A matrix between frames of reference, to 12 decimals (PS3.3 C.20.2.1.1). */
export function matrixItem(type: 'RIGID' | 'RIGID_SCALE' | 'AFFINE', matrix: Mat4): Dataset {
  return {
    FrameOfReferenceTransformationMatrixType: type,
    FrameOfReferenceTransformationMatrix: matrix.map((value) => ds(Number(value.toFixed(12)))),
  }
}
