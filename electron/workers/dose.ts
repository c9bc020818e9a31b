/** Worker entry: a dose engine on a computing grid, with progress and cancel over a shared Int32Array and doses on the way over a port. */
import type { MessagePort } from 'node:worker_threads'
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { fileResources } from '../adapters/resources/index.ts'
import { runDoseTask } from '../services/dose/doseTask.ts'
import type { VoxelDoseAnswer, VoxelDoseTask } from '../services/ports/compute.ts'
import { failureAnswer } from './answers.ts'

interface DoseJob {
  readonly task: VoxelDoseTask
  readonly control: Int32Array
  readonly intermediate: MessagePort | null
}

const resources = fileResources()

export default function run({ task, control, intermediate }: DoseJob): unknown {
  try {
    const answer = runDoseTask(
      task,
      {
        control,
        nowS: () => performance.now() / 1000,
        ...(intermediate ? { onIntermediate: (dose) => intermediate.postMessage(dose) } : {}),
      },
      resources,
    )
    return moved({ kind: 'done', answer })
  } catch (error) {
    return failureAnswer(error)
  } finally {
    intermediate?.close()
  }
}

/** Hands the maps over without a copy. */
function moved(done: { readonly kind: 'done'; readonly answer: VoxelDoseAnswer }): unknown {
  const { dose, densityGPerMl } = done.answer
  const maps = [dose.doseGy, dose.statisticalSdGy, densityGPerMl, ...Object.values(dose.byRadiationGy)]
  const buffers = maps.flatMap((map) => (map?.buffer instanceof ArrayBuffer ? [map.buffer] : []))
  const movable = { [transferableSymbol]: [...new Set(buffers)], [valueSymbol]: done }
  // The typings of piscina know only objects of Node; it takes any with its two symbols.
  return move(movable)
}
