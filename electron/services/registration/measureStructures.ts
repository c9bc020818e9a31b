/** Structures of both images under one name: how well they agree on the fixed one. */
import { InputError } from '../../../native-core/errors/index.ts'
import { maskVolumeMl, rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { Deformation, FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'
import { overlapOf, surfaceDistances } from '../../../native-core/imaging/registrationQuality/index.ts'
import type { SurfaceDistances } from '../../../native-core/imaging/registrationQuality/index.ts'
import { warpStructure } from '../../../native-core/kernels/warpStructure.ts'
import type { DeformationOptions } from '../../../native-core/kernels/deformation.ts'
import type { NamedShape } from './warpTask.ts'

export interface StructureAgreement {
  readonly name: string
  /** Null where it could not be measured: `problem` says why. */
  readonly dice: number | null
  readonly distances: SurfaceDistances | null
  /** Of the fixed image's structure, and of the moving one's as it lies on the fixed image; all of it, inside the grid or not. */
  readonly fixedVolumeMl: number | null
  readonly movedVolumeMl: number | null
  readonly problem: string
}

/** Those of one name (case and blanks do not count), in the order of the fixed image's; one that cannot be used is told as such. */
export function measureStructures(
  map: Deformation,
  grid: ImageGrid,
  work: {
    readonly fixed: readonly NamedShape[]
    readonly moving: readonly NamedShape[]
    readonly sliceThicknessMm?: number
  },
  run: DeformationOptions,
): StructureAgreement[] {
  const movingOf = new Map(work.moving.map((structure) => [keyOf(structure.name), structure]))
  const options = work.sliceThicknessMm === undefined ? {} : { sliceThicknessMm: work.sliceThicknessMm }
  return work.fixed.flatMap(({ name, shape }) => {
    const twin = movingOf.get(keyOf(name))
    if (twin === undefined) return []
    try {
      const fixed = rasteriseShape(shape, grid, options)
      const moved = warpStructure(twin.shape, map, grid, { ...run, ...options })
      return [agreement(name, fixed, moved)]
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const none = { dice: null, distances: null, fixedVolumeMl: null, movedVolumeMl: null }
      return [{ name, ...none, problem: error.message }]
    }
  })
}

const keyOf = (name: string): string => name.trim().toLowerCase()

/** What is said of structures that stand in one of the two sets only, or null where each has its twin. */
export function withoutTwin(
  fixed: readonly Pick<NamedShape, 'name'>[],
  moving: readonly Pick<NamedShape, 'name'>[],
): string | null {
  const alone = (one: typeof fixed, other: typeof fixed): string[] => {
    const keys = new Set(other.map(({ name }) => keyOf(name)))
    return one.map(({ name }) => name).filter((name) => !keys.has(keyOf(name)))
  }
  const parts = [['the fixed', alone(fixed, moving)] as const, ['the moving', alone(moving, fixed)] as const].flatMap(
    ([which, names]) => (names.length > 0 ? [`${names.join(', ')} only of ${which} image`] : []),
  )
  if (parts.length === 0) return null
  return `Not compared, for want of a structure of the same name: ${parts.join('; ')}.`
}

function agreement(name: string, fixed: FractionalMask, moved: FractionalMask): StructureAgreement {
  const { dice } = overlapOf(fixed, moved)
  const distances = surfaceDistances(fixed, moved)
  return {
    name,
    dice,
    distances,
    fixedVolumeMl: maskVolumeMl(fixed) + fixed.volumeOutsideMl,
    movedVolumeMl: maskVolumeMl(moved) + moved.volumeOutsideMl,
    problem:
      distances === null ? 'It has no surface on the fixed image: it lies outside, or is thinner than a voxel.' : '',
  }
}
