/** A thin shim around the drawing sessions: messages in, messages out, one after the other. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { FromWorker, ToWorker } from '../../bridge/workerClient.ts'
import { answerDrawing } from './model/answer.ts'
import type { DrawingCalls } from './model/protocol.ts'

const send = (message: FromWorker) => self.postMessage(message)

let last: Promise<void> = Promise.resolve()

self.addEventListener('message', (event: MessageEvent<ToWorker<DrawingCalls>>) => {
  const { call } = event.data
  // In the order of the hand: a stroke must not overtake the one before it.
  last = last.then(async () => {
    try {
      send({ call, kind: 'answer', answer: await answerDrawing(event.data, (url) => fetch(url)) })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const input = error instanceof InputError ? { code: error.code, hint: error.hint } : undefined
      send({ call, kind: 'error', message, ...(input ? { input } : {}) })
    }
  })
})
