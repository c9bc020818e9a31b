import { describe, expect, it } from 'vitest'
import { temporaryStore } from '../testing/index.ts'

describe('populations', () => {
  const input = { name: 'Kidneys, PSMA-617', version: 1, kind: 'population/1', content: { mu: [-3.5, -12] } }

  it('come back as they were put, in versions; other content under the same version is a conflict', async () => {
    const store = await temporaryStore()
    const add = (version: number, content: unknown) =>
      store.transaction({ action: 'a', actor: 'physicist' }, (write) =>
        write.addPopulation({ ...input, version, content }),
      )
    expect(store.read.latestPopulationVersion(input.name)).toBe(0)
    const { id, change } = add(1, input.content)
    expect(change).toBe('added')
    expect(add(1, input.content).change).toBe('unchanged')
    expect(add(1, { mu: [0, 0] }).change).toBe('conflict')
    const next = add(2, { mu: [-3.4, -12] })
    expect(store.read.populations().map((p) => [p.version, p.content, p.addedBy])).toEqual([
      [1, input.content, 'physicist'],
      [2, { mu: [-3.4, -12] }, 'physicist'],
    ])
    expect(store.read.population(id)).toMatchObject(input)
    store.transaction({ action: 'a' }, (write) => write.retire({ entity: 'population', id: next.id }))
    expect(store.read.populations()).toHaveLength(1)
    expect(store.read.population(next.id)).toBeNull()
    // A version that was taken out of use is not used again.
    expect(store.read.latestPopulationVersion(input.name)).toBe(2)
  })

  it('refuses a version below 1', async () => {
    const store = await temporaryStore()
    expect(() => store.transaction({ action: 'a' }, (write) => write.addPopulation({ ...input, version: 0 }))).toThrow(
      expect.objectContaining({ code: 'store.invalid-value' }),
    )
  })
})
