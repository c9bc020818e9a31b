import type { Vec3 } from '../../../native-core/imaging/types.ts'
import type { DrawRules, Operation } from './model/protocol.ts'
import { useDrawingStore } from './store.ts'

type Brush = Extract<Operation, { kind: 'brush' }>

/** One stroke of a brush: where the hand has been is drawn as fast as the worker can, and committed when the hand is lifted. */
export function useStroke(run: (work: () => Promise<unknown>) => Promise<void>) {
  const drawing = useDrawingStore()
  let brush: { readonly how: Omit<Brush, 'pointsMm'>; readonly rules: DrawRules } | null = null
  let queue: Vec3[] = []
  let last: Vec3 | null = null
  let isSending = false
  let isLifted = false
  let isFirst = true

  async function send(): Promise<void> {
    if (isSending || brush === null) return
    isSending = true
    await run(async () => {
      while (brush !== null && queue.length > 0) {
        const pointsMm = last === null ? queue : [last, ...queue]
        last = queue.at(-1) ?? last
        queue = []
        const step = isFirst ? 'anew' : 'more'
        isFirst = false
        await drawing.edit({ ...brush.how, pointsMm }, brush.rules, step)
      }
      if (brush !== null && isLifted) {
        brush = null
        await drawing.commit()
      }
    })
    isSending = false
    // The hand may have moved or been lifted while the last answer came.
    if (brush !== null && (queue.length > 0 || isLifted)) await send()
  }

  return {
    begin(how: Omit<Brush, 'pointsMm'>, rules: DrawRules, pointMm: Vec3): void {
      brush = { how, rules }
      queue = [pointMm]
      last = null
      isLifted = false
      isFirst = true
      void send()
    },
    move(pointMm: Vec3): void {
      if (brush === null || isLifted) return
      queue.push(pointMm)
      void send()
    },
    lift(): void {
      if (brush === null) return
      isLifted = true
      void send()
    },
    /** Takes the stroke back. True where there was one. */
    cancel(): boolean {
      if (brush === null) return false
      brush = null
      queue = []
      void run(() => drawing.cancel())
      return true
    },
    isUnderWay: () => brush !== null,
  }
}
