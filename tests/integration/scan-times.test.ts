/** Advice on scan times through the handlers of the backend: on a worker of its own, the newest ask only. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorkbench } from '../../electron/backend/compose.ts'
import type { Workbench } from '../../electron/backend/compose.ts'
import { scanTimeHandlers } from '../../electron/backend/scanTimeHandlers.ts'
import type { SessionTools } from '../../electron/backend/sessionTools.ts'
import type { AnswerOf } from '../../electron/contracts/index.ts'
import { scanTimeRequests } from '../../electron/contracts/scanTime.ts'
import { runScanTimeTask } from '../../electron/services/scanTimes/index.ts'
import { findPopulation } from '../../electron/services/singleTimePoint/index.ts'

let bench: Workbench
let handlers: ReturnType<typeof scanTimeHandlers>

beforeAll(() => {
  bench = createWorkbench({ threads: 1 })
  handlers = scanTimeHandlers({ bench } as SessionTools)
})
afterAll(() => bench.close())

const advise = async (what: object): Promise<AnswerOf<'scanTime.advice'>> => {
  const { ask, answer } = scanTimeRequests['scanTime.advice']
  const handler = handlers['scanTime.advice'] as (ask: unknown) => unknown
  return answer.parse(await handler(ask.parse(what)))
}
const one = { populationId: 'dotatate-kidney', scans: 1, noise: 0.05 } as const

describe('advice on scan times', () => {
  it('of the worker has the same bits as of the calling thread', async () => {
    const { physicalHalfLifeS, methods } = await advise(one)
    const { definition } = findPopulation(bench.data.populations ?? [], one.populationId)
    expect(methods).toEqual(runScanTimeTask({ population: definition, physicalHalfLifeS, scans: 1, noise: one.noise }))
  })

  it('leaves the thread of the backend free', async () => {
    let turns = 0
    const ticking = setInterval(() => turns++, 5)
    await advise({ ...one, scans: 2 })
    clearInterval(ticking)
    expect(turns).toBeGreaterThan(3)
  })

  it('that is asked later replaces the earlier one', async () => {
    const earlier = advise({ ...one, scans: 2, noise: 0.04 })
    const refused = expect(earlier).rejects.toMatchObject({ name: 'CancelledError' })
    const later = await advise(one)
    await refused
    expect(later.methods).toHaveLength(4)
  })

  it('is cancelled, also before any was asked for, and can be asked for again', async () => {
    const cancel = handlers['scanTime.cancel'] as (ask: unknown) => unknown
    cancel({})
    const asked = advise({ ...one, scans: 2, noise: 0.06 })
    const refused = expect(asked).rejects.toMatchObject({ name: 'CancelledError' })
    cancel({})
    await refused
    expect((await advise(one)).methods).toHaveLength(4)
  })

  it('is refused for a population that is not there', async () => {
    await expect(advise({ ...one, populationId: 'none' })).rejects.toMatchObject({
      code: 'kinetics.population-unknown',
    })
  })
})
