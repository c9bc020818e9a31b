/** What is carried through a registration or measured of it, as one task for a worker: kernels block their thread. */
import { deformationOfAffine } from '../../../native-core/imaging/index.ts'
import type { Deformation, FractionalMask, ImageGrid, StructureShape } from '../../../native-core/imaging/index.ts'
import { jacobianStatistics } from '../../../native-core/imaging/registrationQuality/index.ts'
import type { JacobianStatistics } from '../../../native-core/imaging/registrationQuality/index.ts'
import { accumulateOnReference } from '../../../native-core/kernels/accumulate.ts'
import type { AccumulatedDose, DosePart } from '../../../native-core/kernels/accumulate.ts'
import { composeFields } from '../../../native-core/kernels/composeFields.ts'
import {
  foldingOf,
  inverseField,
  jacobianMap,
  transportActivity,
  warpImage,
} from '../../../native-core/kernels/deformation.ts'
import type {
  Folding,
  InverseField,
  TransportedActivity,
  WarpInterpolation,
} from '../../../native-core/kernels/deformation.ts'
import type { Volume } from '../../../native-core/kernels/index.ts'
import { warpStructure } from '../../../native-core/kernels/warpStructure.ts'
import type { FixedToMoving } from './carry.ts'
import { measureStructures } from './measureStructures.ts'
import type { StructureAgreement } from './measureStructures.ts'

export interface NamedShape {
  readonly name: string
  readonly shape: StructureShape
}

/** For each kind of task what it takes beside map and grid, and what it gives, on the grid. */
export interface WarpTasks {
  /** Values at points: CT numbers, dose, dose rate. */
  image: {
    work: { readonly moving: Volume; readonly fill: number; readonly interpolation?: WarpInterpolation }
    answer: Float32Array
  }
  /** Amounts per volume, whose total is kept. */
  activity: { work: { readonly moving: Volume }; answer: TransportedActivity }
  jacobian: {
    work: object
    answer: { readonly determinants: Float32Array; readonly statistics: JacobianStatistics; readonly folding: Folding }
  }
  /** From the moving to the fixed space; the task's grid is then one of the moving space. */
  inverse: { work: object; answer: InverseField }
  /** The task's map and after it the outer one, with displacements on the task's grid. */
  compose: { work: { readonly outer: Deformation }; answer: Deformation }
  /** Of the moving image. */
  structures: {
    work: { readonly structures: readonly NamedShape[]; readonly sliceThicknessMm?: number }
    answer: readonly { readonly name: string; readonly mask: FractionalMask }[]
  }
  /** How structures that both images have under one name agree. */
  agreement: {
    work: {
      readonly fixed: readonly NamedShape[]
      readonly moving: readonly NamedShape[]
      readonly sliceThicknessMm?: number
    }
    answer: readonly StructureAgreement[]
  }
  /** Doses of time points or cycles on one reference; the task's map is not used, each part has its own. */
  doses: {
    work: {
      readonly parts: readonly (Omit<DosePart, 'fromReference'> & { readonly fromReference: FixedToMoving })[]
    }
    answer: AccumulatedDose
  }
}

export type WarpKind = keyof WarpTasks

export interface WarpTask<K extends WarpKind = WarpKind> {
  readonly kind: K
  readonly map: FixedToMoving
  /** In the fixed space. */
  readonly grid: ImageGrid
  readonly work: WarpTasks[K]['work']
  /** 0 or left out: all of the machine. */
  readonly threads?: number
}

type Run = { readonly threads: number; readonly control: Int32Array | null }

const RUNS: {
  readonly [K in WarpKind]: (
    map: Deformation,
    grid: ImageGrid,
    work: WarpTasks[K]['work'],
    run: Run,
  ) => WarpTasks[K]['answer']
} = {
  image: (map, grid, { moving, fill, interpolation = 'trilinear' }, run) =>
    warpImage(moving, map, grid, { ...run, fill, interpolation }),
  activity: (map, grid, { moving }, run) => transportActivity(moving, map, grid, run),
  jacobian: (map, grid, _, run) => {
    const determinants = jacobianMap(map, grid, run)
    return { determinants, statistics: jacobianStatistics(determinants), folding: foldingOf(map, run) }
  },
  inverse: (map, grid, _, run) => inverseField(map, grid, run),
  compose: (map, grid, { outer }, run) => composeFields(outer, map, grid, run),
  structures: (map, grid, { structures, sliceThicknessMm }, run) =>
    structures.map(({ name, shape }) => ({
      name,
      mask: warpStructure(shape, map, grid, {
        ...run,
        ...(sliceThicknessMm === undefined ? {} : { sliceThicknessMm }),
      }),
    })),
  agreement: (map, grid, work, run) => measureStructures(map, grid, work, run),
  doses: (_, grid, { parts }, run) =>
    accumulateOnReference(
      parts.map((part) => ({ ...part, fromReference: asDeformation(part.fromReference) })),
      grid,
      run,
    ),
}

/** @throws InputError and CancelledError of the kernels. */
export function runWarp<K extends WarpKind>(task: WarpTask<K>, control: Int32Array | null): WarpTasks[K]['answer'] {
  return RUNS[task.kind](asDeformation(task.map), task.grid, task.work, { threads: task.threads ?? 0, control })
}

/** A linear map as a deformation without displacements. */
export function asDeformation(map: FixedToMoving): Deformation {
  return 'displacementMm' in map ? map : deformationOfAffine(map)
}
