/** Requests about when to scan. */
import type { AnswerOf, RequestOf } from '../contracts/index.ts'
import type { scanTimeRequests } from '../contracts/scanTime.ts'
import { adviseScanTime, scanPopulations } from '../services/scanTimes/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

/** There is one advice at a time: a later ask gives the earlier one up, which then ends as cancelled. */
export function scanTimeHandlers({ bench }: SessionTools): HandlersOf<keyof typeof scanTimeRequests> {
  let latest = new AbortController()
  return {
    'scanTime.populations': ({ agent, nuclide, structure }: RequestOf<'scanTime.populations'>) =>
      scanPopulations(bench.data.populations ?? [], { agent, nuclide }, structure),
    'scanTime.advice': (ask: RequestOf<'scanTime.advice'>): Promise<AnswerOf<'scanTime.advice'>> => {
      latest.abort()
      latest = new AbortController()
      const { nuclides, populations = [] } = bench.data
      return adviseScanTime(ask, { populations, nuclides, compute: bench.compute }, { signal: latest.signal })
    },
    'scanTime.cancel': () => {
      latest.abort()
      return {}
    },
  }
}
