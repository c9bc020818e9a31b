/**
 * Maps items with at most `atOnce` of them under way; results in the order of the items. The first failure is thrown when what is
 * under way has ended; nothing new is started after it.
 */
export async function mapInTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, position: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  let failed = false
  const worker = async (): Promise<void> => {
    for (const [position, item] of queue) {
      if (failed) return
      try {
        results[position] = await work(item, position)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, worker))
  const failure = ended.find((one) => one.status === 'rejected')
  if (failure) throw failure.reason
  return results
}
