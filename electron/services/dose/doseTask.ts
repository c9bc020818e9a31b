/** One dose map: input to the computing grid, checks, engine, statistics. Plain data in and out; blocks its thread (a worker's). */
import { InputError, CancelledError } from '../../../native-core/errors/index.ts'
import { findVoxelEngine, prepareVoxelInput } from '../../../native-core/dosimetry/engines/index.ts'
import type { EngineData, VoxelDose, VoxelDoseInput } from '../../../native-core/dosimetry/engines/index.ts'
import { maskStatistics, rasteriseShape } from '../../../native-core/imaging/index.ts'
import { parseMedia } from '../../../native-core/physics/media/index.ts'
import type { StructureDose, VoxelDoseAnswer, VoxelDoseTask } from '../ports/compute.ts'
import { activityOnGrid, matterOnGrid, waterOnGrid } from './maps.ts'

export interface DoseTaskRun {
  /** Slot 0 cancels, slot 1 is the engine's progress in per mille. */
  readonly control: Int32Array | null
  readonly onIntermediate?: (dose: VoxelDose) => void
  /** Seconds of a steady clock, for engines that can stop at a time. */
  readonly nowS?: () => number
}

/**
 * Runs a dose task. Structures whose outline describes no body, or that miss the grid, are left out and told in the remarks.
 *
 * @throws InputError of `matterOnGrid`, `activityOnGrid`, `prepareVoxelInput` and the engine, `dose.structure` where the structure that an
 * engine was told to watch is not there; CancelledError.
 */
export function runDoseTask(task: VoxelDoseTask, run: DoseTaskRun, data: EngineData): VoxelDoseAnswer {
  const engine = findVoxelEngine(task.engine)
  const goOn = (): void => {
    if (run.control && Atomics.load(run.control, 0) !== 0) throw new CancelledError('The dose')
  }
  const media = parseMedia(data.materialTable('media'))
  const matter = task.ct
    ? matterOnGrid(task.ct, task.grid, { huDensity: task.huDensity, media }, task.threads)
    : waterOnGrid(task.grid, media)
  goOn()
  const activity = activityOnGrid(task.activity, task.grid, matter.outsideCt, task.threads)
  goOn()
  const structures = structuresOnGrid(task)
  goOn()
  const prepared = prepareVoxelInput(
    {
      grid: task.grid,
      quantity: task.quantity,
      activityPerMl: activity.activityPerMl,
      densityGPerMl: matter.densityGPerMl,
      mediumIndex: matter.mediumIndex,
      media: matter.media,
      source: task.source,
      structures: structures.found,
    },
    { memoryLimitBytes: task.memoryLimitBytes },
  )
  const before = [...matter.remarks, ...activity.remarks, ...structures.remarks, ...prepared.remarks]
  const watched = task.parameters['uncertaintyStructure']
  if (typeof watched === 'string' && watched !== '' && !prepared.input.structures.some(({ name }) => name === watched))
    throw new InputError(
      'dose.structure',
      `The structure "${watched}" is not on the computing grid${before.some((text) => text.includes(`"${watched}"`)) ? '' : ': there is none of that name'}.`,
      `Choose one of: ${prepared.input.structures.map(({ name }) => name).join(', ') || 'none is there'}.`,
    )
  const dose = engine.compute(
    prepared.input,
    {
      parameters: task.parameters,
      threads: task.threads,
      control: run.control,
      ...(run.nowS ? { nowS: run.nowS } : {}),
      ...(task.keepState ? { keepState: true } : {}),
      ...(run.onIntermediate ? { onIntermediate: run.onIntermediate } : {}),
      ...(task.resumeFrom === undefined ? {} : { resumeFrom: task.resumeFrom }),
    },
    data,
  )
  return {
    dose: { ...dose, structures: structureDoses(prepared.input, dose), remarks: [...before, ...dose.remarks] },
    densityGPerMl: task.ct ? matter.densityGPerMl : null,
  }
}

function structuresOnGrid(task: VoxelDoseTask): {
  readonly found: VoxelDoseInput['structures']
  readonly remarks: readonly string[]
} {
  const remarks: string[] = []
  const found = task.structures.flatMap(({ name, shape }) => {
    try {
      return [{ name, mask: rasteriseShape(shape, task.grid, { sliceThicknessMm: task.sliceThicknessMm }) }]
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      remarks.push(`"${name}" is left out: ${error.message}`)
      return []
    }
  })
  return { found, remarks }
}

function structureDoses(input: VoxelDoseInput, dose: VoxelDose): StructureDose[] {
  return dose.structures.map((mean) => {
    const structure = input.structures.find(({ name }) => name === mean.name)
    if (!structure) throw new Error(`The engine answered for "${mean.name}", which it was not given.`)
    const { volumeMl, minimum, maximum } = maskStatistics(structure.mask, dose.doseGy)
    return { ...mean, volumeMl, minimumGy: minimum, maximumGy: maximum }
  })
}
