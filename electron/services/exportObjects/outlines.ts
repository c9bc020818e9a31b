import { indexToPatient, maskOutline, maskVolumeMl, shapeVolumeMl } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, PlanarContour, Vec3 } from '../../../native-core/imaging/types.ts'

/** Halvings of the level: the area is then right to a part in ten thousand of a voxel's. */
const HALVINGS = 14

/** Rounds in which the areas are scaled, and the part of the volume that may be left. */
const ROUNDS = 4
const CLOSE = 2e-3

/**
 * Closed lines around a mask in every slice of its grid, holes as lines of their own. The line runs at that part of a voxel at which it holds
 * as much area as the parts of the slice's voxels together. A reader that fills the space between slices (`contourSolid`) finds a little
 * more or less between coarse ones: all areas are scaled until it finds the volume of the mask.
 */
export function outlines(mask: FractionalMask): PlanarContour[] {
  const wantedMl = maskVolumeMl(mask)
  let scale = 1
  let lines: PlanarContour[] = []
  for (let round = 0; round < ROUNDS; round++) {
    lines = allSlices(mask, scale)
    // What one slice alone fills, a reader cannot know from its line.
    if (mask.box.size[2] < 2) break
    const foundMl = lines.length === 0 ? 0 : shapeVolumeMl({ kind: 'contours', contours: lines })
    if (!(foundMl > 0) || Math.abs(foundMl / wantedMl - 1) < CLOSE) break
    scale *= wantedMl / foundMl
  }
  return lines
}

function allSlices(mask: FractionalMask, scale: number): PlanarContour[] {
  const { start, size } = mask.box
  return Array.from({ length: size[2] }, (_, k) => sliceOutline(mask, start[2] + k, scale)).flat()
}

function sliceOutline(mask: FractionalMask, slice: number, scale: number): PlanarContour[] {
  const { grid, box, fractions } = mask
  const [nx, ny] = box.size
  const from = nx * ny * (slice - box.start[2])
  const parts = fractions.subarray(from, from + nx * ny)
  const wanted = scale * parts.reduce((sum, part) => sum + part, 0) * grid.spacingMm[0] * grid.spacingMm[1]
  if (!(wanted > 0)) return []
  let [low, high] = [0, 1]
  let lines: PlanarContour[] = []
  for (let n = 0; n < HALVINGS; n++) {
    const level = (low + high) / 2
    const found = linesAt(mask, parts, slice, level)
    const area = found.reduce((sum, line) => sum + signedArea(line, mask), 0)
    if (found.length > 0) lines = found
    if (Math.abs(area) > wanted) low = level
    else high = level
  }
  // A line of fewer than three corners holds nothing.
  return lines.filter(({ pointsMm }) => pointsMm.length >= 9)
}

/** Lines where the parts pass `level`: those of 0.5, of parts moved by as much; a rim of voxels around the box moves with them. */
function linesAt(mask: FractionalMask, parts: Float32Array, slice: number, level: number): PlanarContour[] {
  const { grid, box } = mask
  const [nx, ny] = box.size
  const size: Vec3 = [nx + 2, ny + 2, 1]
  const moved = new Float32Array(size[0] * size[1]).fill(0.5 - level)
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++) moved[i + 1 + size[0] * (j + 1)] = parts[i + nx * j]! + 0.5 - level
  return maskOutline(
    {
      grid,
      box: { start: [box.start[0] - 1, box.start[1] - 1, slice], size },
      fractions: moved,
      volumeOutsideMl: 0,
    },
    2,
    slice,
  )
}

/** Area in the plane of the slice, mm²; holes have the other sign. */
function signedArea({ pointsMm: p }: PlanarContour, { grid }: FractionalMask): number {
  const origin = indexToPatient(grid, [0, 0, 0])
  const d = grid.direction
  const at = (n: number): [number, number] => {
    const [x, y, z] = [p[n]! - origin[0], p[n + 1]! - origin[1], p[n + 2]! - origin[2]]
    return [d[0] * x + d[3] * y + d[6] * z, d[1] * x + d[4] * y + d[7] * z]
  }
  let twice = 0
  for (let n = 0; n < p.length; n += 3) {
    const [a, b] = [at(n), at((n + 3) % p.length)]
    twice += a[0] * b[1] - b[0] * a[1]
  }
  return twice / 2
}
