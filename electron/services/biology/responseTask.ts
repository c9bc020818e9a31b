/** Work on responses as it is sent to a worker: plain data in and out. */
import type { ClonesResult, LesionResponse, MarkerResponse } from '../../contracts/biologyResponse.ts'
import { clonesOf } from './responseClones.ts'
import type { ClonesTask } from './responseClones.ts'
import { lesionResponse } from './responseFit.ts'
import type { LesionResponseTask } from './responseFit.ts'
import { markerResponseOf } from './responseMarker.ts'
import type { MarkerTask } from './responseMarker.ts'

export interface ResponseTasks {
  readonly lesion: { readonly task: LesionResponseTask; readonly answer: LesionResponse }
  readonly marker: { readonly task: MarkerTask; readonly answer: MarkerResponse }
  readonly clones: { readonly task: ClonesTask; readonly answer: ClonesResult }
}
type ResponseKind = keyof ResponseTasks
export type ResponseTask = {
  readonly [K in ResponseKind]: { readonly kind: K; readonly task: ResponseTasks[K]['task'] }
}[ResponseKind]
export type ResponseAnswer = ResponseTasks[ResponseKind]['answer']

/** @throws InputError of `lesionResponse`, `markerResponseOf`, `clonesOf` */
export function runResponseTask(given: ResponseTask): ResponseAnswer {
  switch (given.kind) {
    case 'lesion':
      return lesionResponse(given.task)
    case 'marker':
      return markerResponseOf(given.task)
    case 'clones':
      return clonesOf(given.task)
  }
}
