/** Worker entry: a network on an image, with progress and cancel over a shared Int32Array. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { openNetwork } from '../adapters/network/session.ts'
import { segmentByNetwork } from '../../native-core/imaging/segmentation/network/index.ts'
import type { NetworkJob, NetworkRun, NetworkWorkerAnswer } from '../services/ports/organNetwork.ts'
import { failureAnswer } from './answers.ts'

export default async function run({ control, threads, file, task }: NetworkJob): Promise<unknown> {
  try {
    const session = await openNetwork(file, threads)
    try {
      if (task === null) return { kind: 'done', answer: null } satisfies NetworkWorkerAnswer
      const answer = await segmentByNetwork(task, session.infer, {
        progress: (fraction) => {
          Atomics.store(control, 1, Math.floor(1000 * fraction))
          return Atomics.load(control, 0) === 0
        },
      })
      return moved({ ...answer, runtime: session.runtime })
    } finally {
      await session.release()
    }
  } catch (error) {
    return failureAnswer(error)
  }
}

/** Hands the masks over without a copy. */
function moved(answer: NetworkRun): unknown {
  const buffers = answer.structures.flatMap(({ mask }) =>
    mask.fractions.buffer instanceof ArrayBuffer ? [mask.fractions.buffer] : [],
  )
  const movable = {
    [transferableSymbol]: buffers,
    [valueSymbol]: { kind: 'done', answer } satisfies NetworkWorkerAnswer,
  }
  // The typings of piscina know only objects of Node; it takes any with its two symbols.
  return move(movable)
}
