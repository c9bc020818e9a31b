/** Voxels shared out to threads: ranges of them, maps on shared memory, and the work of all ranges with one progress. */

/** From (inclusive) to (exclusive): `parts` or fewer of one size. */
export function divided(voxels: number, parts: number): (readonly [number, number])[] {
  const size = Math.max(1, Math.ceil(voxels / parts))
  return Array.from({ length: Math.ceil(voxels / size) }, (_, at) => [at * size, Math.min(voxels, (at + 1) * size)])
}

/**
 * What `run` answers for each range, in their order. Waits for all of them, also where one fails: its error is then the whole's.
 *
 * @param progress told the mean of the ranges
 */
export async function overRanges<Answer>(
  ranges: readonly (readonly [number, number])[],
  progress: ((fraction: number) => void) | undefined,
  run: (range: readonly [number, number], tell: (fraction: number) => void) => Promise<Answer>,
): Promise<Answer[]> {
  const done = ranges.map(() => 0)
  const settled = await Promise.allSettled(
    ranges.map(async (range, at) => {
      const tell = (fraction: number): void => {
        done[at] = fraction
        progress?.(done.reduce((sum, one) => sum + one, 0) / ranges.length)
      }
      const answer = await run(range, tell)
      tell(1)
      return answer
    }),
  )
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}

/** The map itself where it is shared, else a copy that is: copied once, instead of once for each range. */
export function onSharedMemory(map: Float32Array): Float32Array {
  if (map.buffer instanceof SharedArrayBuffer) return map
  const copy = new Float32Array(new SharedArrayBuffer(map.byteLength))
  copy.set(map)
  return copy
}
