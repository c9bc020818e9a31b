import { describe, expect, it } from 'vitest'
import { mapInTurns } from './mapInTurns.ts'

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('mapInTurns', () => {
  it('keeps the order and the limit', async () => {
    let running = 0
    let most = 0
    const found = await mapInTurns([30, 1, 10, 1], 2, async (ms, position) => {
      most = Math.max(most, ++running)
      await later(ms)
      running--
      return position
    })
    expect(found).toEqual([0, 1, 2, 3])
    expect(most).toBe(2)
  })

  it('throws the failure after what runs has ended, and starts nothing more', async () => {
    const started: number[] = []
    const work = mapInTurns([1, 2, 3, 4], 2, async (item) => {
      started.push(item)
      await later(5)
      if (item === 1) throw new Error('one')
      return item
    })
    await expect(work).rejects.toThrow('one')
    expect(started).not.toContain(4)
  })
})
