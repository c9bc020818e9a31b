/** Puts what a tool covers into a structure: add, take away, or replace, within limits and with regard to other structures. */
import { applyMat4, multiplyMat4 } from '../../transform.ts'
import { indexToPatientMatrix, patientToIndexMatrix } from '../../grid.ts'
import type { ImageGrid, Mat4, VoxelBox } from '../../types.ts'
import { boxAround, inBox } from './boxes.ts'
import type { Brick, CoverageVolume } from './coverageVolume.ts'
import { FULL, type CoverageBox } from './types.ts'

/** `replace`: afterwards the structure is what the tool covers, and nothing else. */
export type ToolMode = 'add' | 'remove' | 'replace'

/** Only voxels whose centre lies where an image has a value from `low` to `high` (in its own units, both included) are touched. */
export interface ValueLimit {
  readonly grid: ImageGrid
  /** One number a voxel, x fastest. */
  readonly values: ArrayLike<number>
  readonly low: number
  readonly high: number
  /** Maps patient coordinates of the edited grid to those of the image; identity if left out. */
  readonly transform?: Mat4
}

export interface EditLimits {
  readonly value?: ValueLimit
  /** Only inside this structure. */
  readonly inside?: CoverageVolume
  /** Only outside these structures: they are not painted over (they have the higher priority). */
  readonly outside?: readonly CoverageVolume[]
}

/** What a volume's brick was before the write. */
export type Replaced = (volume: CoverageVolume, brick: number, before: Brick) => void

/**
 * Applies `tool` to `target`; all volumes must have one grid. Coverages of one voxel are taken as nested, as in `maskAlgebra`: together
 * they cover the larger, without one another the difference. `takeFrom` lists structures of lower priority, which lose what
 * `target` gains. `replaced` hears of each brick before it is changed.
 */
export function applyTool(
  target: CoverageVolume,
  tool: CoverageBox,
  mode: ToolMode,
  limits: EditLimits = {},
  takeFrom: readonly CoverageVolume[] = [],
  replaced: Replaced = () => {},
): void {
  const write = (volume: CoverageVolume, content: CoverageBox) =>
    volume.write(content, (brick, before) => replaced(volume, brick, before))
  const box: VoxelBox = mode === 'replace' ? boxAround(tool.box, target.bounds()) : tool.box
  const wanted = mode === 'replace' ? inBox(tool, box) : tool.coverage
  const allowed = allowedCoverage(target.grid, box, limits)
  const { coverage } = target.read(box)
  for (let n = 0; n < coverage.length; n++) {
    const present = coverage[n]!
    const limit = allowed === null ? FULL : allowed[n]!
    const part = wanted[n]!
    if (mode === 'add') coverage[n] = Math.max(present, Math.min(part, limit))
    else if (mode === 'remove') coverage[n] = Math.min(present, FULL - Math.min(part, limit))
    else coverage[n] = limit === FULL ? part : Math.min(part, limit)
  }
  write(target, { box, coverage })
  if (mode === 'remove') return
  for (const other of takeFrom) {
    const its = other.read(box)
    for (let n = 0; n < coverage.length; n++) its.coverage[n] = Math.min(its.coverage[n]!, FULL - coverage[n]!)
    write(other, its)
  }
}

/** How much of each voxel of the box may be touched; null for all of it. */
function allowedCoverage(grid: ImageGrid, box: VoxelBox, limits: EditLimits): Uint8Array | null {
  const { value, inside, outside = [] } = limits
  if (value === undefined && inside === undefined && outside.length === 0) return null
  const allowed = inside === undefined ? new Uint8Array(sizeOf(box)).fill(FULL) : inside.read(box).coverage
  for (const other of outside) {
    const theirs = other.read(box).coverage
    for (let n = 0; n < allowed.length; n++) allowed[n] = Math.min(allowed[n]!, FULL - theirs[n]!)
  }
  if (value !== undefined) limitByValue(grid, box, value, allowed)
  return allowed
}

const sizeOf = ({ size }: VoxelBox): number => size[0] * size[1] * size[2]

function limitByValue(grid: ImageGrid, box: VoxelBox, limit: ValueLimit, allowed: Uint8Array): void {
  const toPatient = indexToPatientMatrix(grid)
  const there = limit.transform === undefined ? toPatient : multiplyMat4(limit.transform, toPatient)
  const toImage = multiplyMat4(patientToIndexMatrix(limit.grid), there)
  const [nx, ny, nz] = limit.grid.dimensions
  let at = 0
  for (let z = 0; z < box.size[2]; z++) {
    for (let y = 0; y < box.size[1]; y++) {
      for (let x = 0; x < box.size[0]; x++, at++) {
        if (allowed[at] === 0) continue
        const index = applyMat4(toImage, [box.start[0] + x, box.start[1] + y, box.start[2] + z])
        const i = Math.round(index[0])
        const j = Math.round(index[1])
        const k = Math.round(index[2])
        const isIn = i >= 0 && j >= 0 && k >= 0 && i < nx && j < ny && k < nz
        const found = isIn ? limit.values[i + nx * (j + ny * k)]! : NaN
        if (!(found >= limit.low && found <= limit.high)) allowed[at] = 0
      }
    }
  }
}
