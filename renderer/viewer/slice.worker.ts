/** A thin shim around SliceEngine: messages in, messages out. */
import { SliceEngine } from './sliceEngine.ts'
import type { FromWorker, ToWorker } from '../bridge/workerClient.ts'
import type { SliceCalls } from './sliceProtocol.ts'

const engine = new SliceEngine((url) => fetch(url))
const send = (message: FromWorker, transfer: Transferable[] = []) => self.postMessage(message, { transfer })

function progressOf(call: number): (fraction: number) => void {
  let told = 0
  return (fraction) => {
    if (fraction - told < 0.02) return
    told = fraction
    send({ call, kind: 'progress', fraction })
  }
}

async function answer(message: ToWorker<SliceCalls>): Promise<[unknown, Transferable[]]> {
  switch (message.name) {
    case 'loadVolume':
      await engine.loadVolume(message.ask, progressOf(message.call))
      return [null, []]
    case 'loadField':
      await engine.loadField(message.ask, progressOf(message.call))
      return [null, []]
    case 'loadMask':
      await engine.loadMask(message.ask)
      return [null, []]
    case 'slice': {
      const slice = engine.slice(message.ask)
      return [slice, [slice.rgba.buffer]]
    }
    case 'probe':
      return [engine.probe(message.ask.point, message.ask.layers), []]
    case 'projection': {
      const projection = engine.projection(message.ask.id, message.ask.largest, message.ask.by)
      return [projection, projection ? [projection.values.buffer] : []]
    }
  }
}

self.addEventListener('message', (event: MessageEvent<ToWorker<SliceCalls>>) => {
  answer(event.data).then(
    ([value, transfer]) => send({ call: event.data.call, kind: 'answer', answer: value }, transfer),
    (error: unknown) =>
      send({ call: event.data.call, kind: 'error', message: error instanceof Error ? error.message : String(error) }),
  )
})
