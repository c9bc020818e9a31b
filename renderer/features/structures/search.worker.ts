/** Looks for regions; ended from outside where somebody stops it. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { FromWorker, ToWorker } from '../../bridge/workerClient.ts'
import { search } from './model/find.ts'
import type { SearchCalls } from './model/protocol.ts'

/** Progress is told in steps of this part: each message is a change in the window. */
const STEP = 0.02

const send = (message: FromWorker) => self.postMessage(message)

self.addEventListener('message', (event: MessageEvent<ToWorker<SearchCalls>>) => {
  const { call, ask } = event.data
  let told = 0
  try {
    const answer = search(ask, (fraction) => {
      if (fraction - told >= STEP) {
        told = fraction
        send({ call, kind: 'progress', fraction })
      }
      return true
    })
    send({ call, kind: 'answer', answer })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const input = error instanceof InputError ? { code: error.code, hint: error.hint } : undefined
    send({ call, kind: 'error', message, ...(input ? { input } : {}) })
  }
})
