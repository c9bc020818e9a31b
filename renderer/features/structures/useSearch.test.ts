import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SegmentedRegion } from '../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { FromWorker } from '../../bridge/workerClient.ts'
import type { SearchTask } from './model/protocol.ts'
import { useSearch } from './useSearch.ts'

/** A worker that answers when the test says so. */
class SlowWorker extends EventTarget {
  static readonly all: SlowWorker[] = []
  readonly calls: number[] = []
  isEnded = false
  constructor() {
    super()
    SlowWorker.all.push(this)
  }
  postMessage({ call }: { readonly call: number }): void {
    this.calls.push(call)
  }
  terminate(): void {
    this.isEnded = true
  }
  say(message: FromWorker): void {
    this.dispatchEvent(new MessageEvent('message', { data: message }))
  }
}

const task = {} as SearchTask
const region = { description: 'found' } as SegmentedRegion
const search = useSearch()
const asked = () => SlowWorker.all.reduce((sum, worker) => sum + worker.calls.length, 0)
const begun = async () => {
  const before = asked()
  const found = search.find(() => Promise.resolve(task))
  await vi.waitFor(() => expect(asked()).toBe(before + 1))
  const worker = SlowWorker.all.at(-1)!
  return { found, worker, call: worker.calls.at(-1)! }
}

beforeEach(() => {
  vi.stubGlobal('Worker', SlowWorker)
})
afterEach(() => {
  search.stop()
  vi.unstubAllGlobals()
})

describe('a search for a region', () => {
  it('tells how far it is and answers', async () => {
    const { found, worker, call } = await begun()
    expect(search.isSearching.value).toBe(true)
    worker.say({ call, kind: 'progress', fraction: 0.4 })
    expect(search.fraction.value).toBe(0.4)
    worker.say({ call, kind: 'answer', answer: region })
    expect(await found).toBe(region)
    expect(search.isSearching.value).toBe(false)
  })

  it('that is stopped ends its worker at once, whatever it computes, and finds nothing; the next one starts another', async () => {
    const { found, worker } = await begun()
    search.stop()
    expect(worker.isEnded).toBe(true)
    expect(search.isSearching.value).toBe(false)
    expect(await found).toBeNull()
    const next = await begun()
    expect(next.worker).not.toBe(worker)
    next.worker.say({ call: next.call, kind: 'answer', answer: region })
    expect(await next.found).toBe(region)
  })

  it('gives way to a newer one', async () => {
    const first = await begun()
    const second = await begun()
    expect(await first.found).toBeNull()
    second.worker.say({ call: second.call, kind: 'answer', answer: region })
    expect(await second.found).toBe(region)
  })

  it('that was stopped before it was known what to look for asks no worker', async () => {
    let tell: (wanted: SearchTask) => void = () => undefined
    const before = asked()
    const found = search.find(() => new Promise((resolve) => (tell = resolve)))
    search.stop()
    tell(task)
    expect(await found).toBeNull()
    expect(asked()).toBe(before)
  })

  it('throws what a person can mend', async () => {
    const { found, worker, call } = await begun()
    const refused = { message: 'no contrast', input: { code: 'segmentation.no-contrast', hint: 'elsewhere' } }
    worker.say({ call, kind: 'error', ...refused })
    await expect(found).rejects.toMatchObject({ message: 'no contrast' })
    expect(search.isSearching.value).toBe(false)
  })
})
