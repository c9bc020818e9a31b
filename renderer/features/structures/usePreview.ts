import { computed, ref, shallowRef, watch } from 'vue'
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import { toFailure } from '../../bridge/index.ts'
import { askedOperation, askedRules, type Scene } from './model/asked.ts'
import type { Operation } from './model/protocol.ts'
import type { ToolId } from './model/tools.ts'
import { useDrawOptions } from './options.ts'
import { useDrawingStore } from './store.ts'

/**
 * Shows what a tool would do while its options change: at most one question is on its way, newer wishes replace older ones. What a tool
 * cannot do is told in `refusal`.
 */
export function usePreview(scene: () => Omit<Scene, 'pointMm'>) {
  const drawing = useDrawingStore()
  const options = useDrawOptions()
  const refusal = ref('')
  const pointMm = shallowRef<Vec3 | null>(null)
  const full = computed<Scene>(() => ({ ...scene(), pointMm: pointMm.value }))
  const rules = computed(() =>
    askedRules(
      options,
      full.value,
      drawing.structures.map((one) => one.id),
    ),
  )
  const wish = computed<Operation | null>(() => (drawing.chosen ? askedOperation(options, full.value) : null))
  let busy = false
  let wanted = false

  /** Runs work and tells what the user can mend; anything else goes on as it is. */
  async function told(work: () => Promise<unknown>): Promise<void> {
    refusal.value = ''
    try {
      await work()
    } catch (error) {
      const failure = toFailure(error)
      if (failure.kind !== 'input') throw error
      refusal.value = `${failure.message} ${failure.hint}`
    }
  }

  async function show(): Promise<void> {
    if (busy) {
      wanted = true
      drawing.stopSearch()
      return
    }
    busy = true
    try {
      do {
        wanted = false
        const operation = wish.value
        if (operation) await told(() => drawing.edit(operation, rules.value, 'anew'))
        else if (drawing.state?.pending) await drawing.cancel()
      } while (wanted)
    } finally {
      busy = false
    }
  }

  async function apply(): Promise<void> {
    if (!drawing.state?.pending) return
    const { tool } = options
    await drawing.commit()
    end(tool)
  }

  /** Takes the preview back; the tool stays with nothing to show until it is set or clicked again. */
  async function cancel(): Promise<void> {
    refusal.value = ''
    const { tool } = options
    drawing.stopSearch()
    await drawing.cancel()
    end(tool)
  }

  /** Tools that act at once go back to looking; those that begin at a point wait for the next one. */
  function end(tool: ToolId): void {
    // Another tool may have been chosen meanwhile.
    if (options.tool !== tool) return
    if (pointMm.value !== null) pointMm.value = null
    else if (wish.value !== null) options.tool = 'look'
  }

  const asText = (operation: Operation | null) => JSON.stringify([operation, drawing.chosenId, drawing.key])
  watch(
    () => [asText(wish.value), JSON.stringify(rules.value)] as const,
    ([now], [before]) => {
      if (wish.value !== null || now !== before) void show()
    },
  )
  watch(
    [() => options.tool, () => drawing.chosenId],
    () => {
      drawing.stopSearch()
      pointMm.value = null
      refusal.value = ''
    },
    { flush: 'sync' },
  )

  return { refusal, rules, pointMm, told, apply, cancel }
}
