/** Requests about when to scan. */
import type { AnswerOf, RequestOf } from '../contracts/index.ts'
import type { scanTimeRequests } from '../contracts/scanTime.ts'
import { adviseScanTime, scanPopulations } from '../services/scanTimes/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

export function scanTimeHandlers({ bench }: SessionTools): HandlersOf<keyof typeof scanTimeRequests> {
  return {
    'scanTime.populations': ({ agent, nuclide, structure }: RequestOf<'scanTime.populations'>) =>
      scanPopulations(bench.data.populations ?? [], { agent, nuclide }, structure),
    'scanTime.advice': (ask: RequestOf<'scanTime.advice'>): AnswerOf<'scanTime.advice'> =>
      adviseScanTime(ask, bench.data.populations ?? [], bench.data.nuclides),
  }
}
