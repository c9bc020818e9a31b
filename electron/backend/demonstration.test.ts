import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../native-core/errors/index.ts'
import { demonstrationFolder } from './demonstration.ts'

describe('demonstrationFolder', () => {
  it('makes the files off the calling thread and removes them again', async () => {
    let ticks = 0
    const ticking = setInterval(() => ticks++, 10)
    const told: number[] = []
    const folder = await demonstrationFolder((fraction) => told.push(fraction), new AbortController().signal)
    clearInterval(ticking)
    expect(existsSync(`${folder.path}/truth.json`)).toBe(true)
    expect(told.length).toBeGreaterThan(2)
    expect(ticks).toBeGreaterThan(20)
    await folder.remove()
    expect(existsSync(folder.path)).toBe(false)
  })

  it('stops at once when cancelled', async () => {
    const cancel = new AbortController()
    const making = demonstrationFolder(() => cancel.abort(), cancel.signal)
    await expect(making).rejects.toThrow(CancelledError)
  })
})
