/**
 * What one time point's images say of its structures. Pure and plain data in and out, so that a worker thread can run it.
 */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { densityInMask, maskStatistics, maskVolumeMl, rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, HuDensityTable, ImageGrid, MaskStatistics } from '../../../native-core/imaging/index.ts'
import { bodyMidlineMm as bodyMidlineMmOf, maskCentroidMm } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { HollowMeasurement, MeasureStructure, MeasureTask, StructureMeasurement } from '../ports/compute.ts'
import { measuredCorrections, surroundings } from './imageCorrection.ts'
import { hollowMasks, policyMasks } from './policyMasks.ts'

/** Below this share inside the image, a structure is cut by the field of view. */
const WHOLE_SHARE = 0.995

/**
 * Volume, mean activity concentration and mean density of each structure of one session.
 *
 * Partial voxels count by the fraction that lies inside. With `lesionsInOrgans` exclude, each lesion is subtracted from every organ it
 * lies in, voxel by voxel; with `overlapPriority`, voxels that structures of one kind share belong to the highest. A mean is that of the image
 * as it is; what the resolution does to it stands beside it, where a correction is asked for. An outline that misses the image gives
 * a `problem`, not an error: the others go on.
 *
 * @param progress called with 0 to 1; throws CancelledError where it returns false.
 * @throws InputError of the correction, `gtm.*` and `rl.*`
 */
export function measureStructures(
  task: MeasureTask,
  progress: (fraction: number) => boolean = () => true,
): readonly StructureMeasurement[] {
  const { structures, emission, ct } = task
  const outlining = task.correction?.method === 'gtm' || task.correction?.method === 'richardson-lucy' ? 0.4 : 1
  const steps = structures.length * 2
  let done = 0
  const isGoing = (): boolean => progress((outlining * done) / steps)
  const step = (): void => {
    done++
    if (!isGoing()) throw new CancelledError('The measurement')
  }
  const options = {
    sliceThicknessMm: task.sliceThicknessMm,
    isCancelled: () => !isGoing(),
    ...(task.shapeToImage ? { transform: task.shapeToImage } : {}),
  }
  const bad = new Map<number, string>()
  const onGrid = (grid: ImageGrid): readonly FractionalMask[] =>
    structures.map((structure, position) => {
      step()
      try {
        return rasteriseShape(structure.shape, grid, options)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        bad.set(position, `"${structure.name}": ${error.message}`)
        return emptyMask(grid)
      }
    })
  const emissionWhole = onGrid(emission.grid)
  const ctWhole = ct ? onGrid(ct.grid) : null

  const onEmission = policyMasks(structures, emissionWhole, task)
  // Which lesions lie in which organ is decided on one grid for both images.
  const onCt = ctWhole ? policyMasks(structures, ctWhole, task, onEmission.withoutLesions) : null
  const [whole, volumes] = [ctWhole ?? emissionWhole, onCt ?? onEmission]
  const corrections = measuredCorrections(emission, structures, onEmission.masks, task.correction, (fraction) =>
    progress(outlining + (1 - outlining) * fraction),
  )
  const around = surroundings(emission, structures, emissionWhole, onEmission.masks, task.correction)
  const bodyMidlineMm = ct ? bodyMidlineMmOf(ct.grid, ct.values) : null
  const namesAt = (positions: readonly number[] = []): string[] => positions.map((at) => structures[at]?.name ?? '')

  return structures.map((structure, position): StructureMeasurement => {
    const problem = bad.get(position)
    if (problem !== undefined) return unmeasured(structure, problem)
    const volumeMask = volumes.masks[position] as FractionalMask
    const measured = measureOne(
      structure,
      onEmission.masks[position] as FractionalMask,
      onCt ? volumeMask : null,
      task,
      namesAt(onEmission.withoutLesions[position]),
    )
    const higher = namesAt(volumes.withoutHigher[position])
    const overlaps = volumes.overlaps.flatMap(({ first, second, volumeMl, shareOfSmaller }) =>
      first === position ? [{ name: structures[second]?.name ?? '', volumeMl, shareOfSmaller }] : [],
    )
    const hollow = hollowOf(position, whole, volumes.masks, task)
    const correction = corrections[position] ?? null
    const nearby = around[position]
    return {
      ...measured,
      ...(higher.length > 0 ? { withoutHigher: higher } : {}),
      ...(overlaps.length > 0 ? { overlaps } : {}),
      centroidMm: maskCentroidMm(volumeMask),
      bodyMidlineMm,
      ...(hollow ? { hollow } : {}),
      ...(nearby === undefined ? {} : { surroundings: nearby }),
      ...(typeof correction === 'string' && measured.problem === ''
        ? { problem: `"${structure.name}": ${correction}` }
        : {}),
      ...(correction !== null && typeof correction === 'object' ? { correction } : {}),
    }
  })
}

/** Wall and content of a hollow organ on the grid that gives volumes; null for any other structure. */
function hollowOf(
  position: number,
  whole: readonly FractionalMask[],
  after: readonly FractionalMask[],
  task: MeasureTask,
): HollowMeasurement | null {
  const none = { wallMl: 0, wallDensityGPerMl: null, contentMl: 0, contentDensityGPerMl: null }
  try {
    const parts = hollowMasks(task.structures, position, whole, after, task)
    if (!parts) return null
    const density = (mask: FractionalMask): number | null =>
      task.ct ? densityOf(mask, task.ct.values, task.huDensity) : null
    return {
      wallMl: maskVolumeMl(parts.wall) + parts.wall.volumeOutsideMl,
      wallDensityGPerMl: density(parts.wall),
      contentMl: maskVolumeMl(parts.content) + parts.content.volumeOutsideMl,
      contentDensityGPerMl: density(parts.content),
      problem: '',
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { ...none, problem: `${error.message} ${error.hint}` }
  }
}

function measureOne(
  structure: MeasureStructure,
  emissionMask: FractionalMask,
  ctMask: FractionalMask | null,
  task: MeasureTask,
  lesionNames: readonly string[],
): StructureMeasurement {
  const volumeMask = ctMask ?? emissionMask
  const volumeMl = maskVolumeMl(volumeMask) + volumeMask.volumeOutsideMl
  const base = { name: structure.name, kind: structure.kind, volumeMl }
  if (volumeMl <= 0) return unmeasured(structure, `"${structure.name}" has no volume.`)
  let statistics: MaskStatistics
  try {
    statistics = maskStatistics(emissionMask, task.emission.values)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { ...unmeasured(structure, `"${structure.name}": ${error.message}`), ...base, withoutLesions: lesionNames }
  }
  if (statistics.volumeMl <= 0)
    return {
      ...unmeasured(structure, `"${structure.name}" lies outside the emission image of this time point.`),
      ...base,
      withoutLesions: lesionNames,
    }
  const fractionInsideImage = 1 - statistics.fractionOutside
  return {
    ...base,
    withoutLesions: lesionNames,
    fractionInsideImage,
    meanBqPerMl: statistics.mean * task.emission.factorToBqPerMl,
    sdBqPerMl: statistics.sd * task.emission.factorToBqPerMl,
    edgeToMean: edgeToMean(emissionMask, task.emission.values, statistics.mean),
    densityGPerMl: ctMask && task.ct ? densityOf(ctMask, task.ct.values, task.huDensity) : null,
    cutByFieldOfView: fractionInsideImage < WHOLE_SHARE || touchesStackEnd(ctMask),
    problem: '',
  }
}

/** null where no part of the structure lies in the CT. */
function densityOf(mask: FractionalMask, values: Float32Array, table: HuDensityTable): number | null {
  const { meanGPerMl } = densityInMask(mask, values, table)
  return Number.isFinite(meanGPerMl) ? meanGPerMl : null
}

function unmeasured(structure: MeasureStructure, problem: string): StructureMeasurement {
  return {
    name: structure.name,
    kind: structure.kind,
    volumeMl: 0,
    fractionInsideImage: 0,
    meanBqPerMl: 0,
    sdBqPerMl: 0,
    edgeToMean: 0,
    densityGPerMl: null,
    cutByFieldOfView: false,
    withoutLesions: [],
    problem,
  }
}

function emptyMask(grid: ImageGrid): FractionalMask {
  return { grid, box: { start: [0, 0, 0], size: [0, 0, 0] }, fractions: new Float32Array(), volumeOutsideMl: 0 }
}

function edgeToMean(mask: FractionalMask, values: Float32Array, mean: number): number {
  const { start, size } = mask.box
  const [columns, rows] = mask.grid.dimensions
  let sum = 0
  let count = 0
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      const row = ((start[2] + k) * rows + start[1] + j) * columns + start[0]
      for (let i = 0; i < size[0]; i++, at++) {
        const fraction = mask.fractions[at] ?? 0
        if (fraction < 0.05 || fraction > 0.95) continue
        sum += values[row + i] ?? 0
        count++
      }
    }
  return count > 0 && mean > 0 ? Math.max(0, sum / count / mean) : 0
}

/** Whether a structure reaches the first or last slice of the CT: contours are drawn on slices, so it may go on beyond. */
function touchesStackEnd(mask: FractionalMask | null): boolean {
  if (!mask) return false
  const [, , slices] = mask.grid.dimensions
  if (slices < 3) return false
  const { start, size } = mask.box
  const perSlice = size[0] * size[1]
  const filled = (slice: number): boolean => {
    const local = slice - start[2]
    if (local < 0 || local >= size[2]) return false
    const first = local * perSlice
    for (let i = first; i < first + perSlice; i++) if ((mask.fractions[i] ?? 0) > 0.5) return true
    return false
  }
  return filled(0) || filled(slices - 1)
}
