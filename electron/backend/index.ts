/** The backend process: waits for main to name the store and its key, then answers. */
import { storeKeyKinds } from '../../db/index.ts'
import type { FromBackend, RequestName, StoreState, ToBackend } from '../contracts/index.ts'
import { createWorkbench } from './compose.ts'
import { failureOf } from './failure.ts'
import { log } from './log.ts'
import { StoreSession } from './storeSession.ts'
import { parentTransport } from './transport.ts'
import { InputError } from '../../native-core/errors/index.ts'

const transport = parentTransport()
const bench = createWorkbench()
let session: StoreSession | null = null

async function handle(message: ToBackend): Promise<unknown> {
  switch (message.type) {
    case 'state':
      return session ? ({ state: 'open', keyKind: null } satisfies StoreState) : storeState(message.directory)
    case 'open':
      session ??= await StoreSession.open(message.directory, message.unlock, bench, (name, event) =>
        transport.send({ type: 'event', name, event }),
      )
      return {}
    case 'request':
      return open().answer(message.name as Parameters<StoreSession['answer']>[0], message.ask)
    case 'read':
      return open().read(message.kind, message.key, message.offset, message.length)
    case 'export':
      return open().exportFiles(message.what, message.folder)
    case 'close':
      await shutDown()
      return {}
  }
}

function storeState(directory: string): StoreState {
  const kinds = storeKeyKinds(directory)
  if (kinds === null) return { state: 'new', keyKind: null }
  return { state: 'locked', keyKind: kinds.includes('keychain') ? 'system-key' : 'passphrase' }
}

function open(): StoreSession {
  if (!session) throw new InputError('store.locked', 'The patient store is locked.', 'Enter its passphrase.')
  return session
}

async function shutDown(): Promise<void> {
  const closing = session
  session = null
  await closing?.close()
  await bench.close()
}

transport.listen((message) => {
  void handle(message).then(
    (value) => transport.send({ type: 'answer', id: message.id, result: { ok: true, value } }),
    (error: unknown) => {
      const failure = failureOf(error)
      if (failure.kind === 'bug') log.error({ err: error, request: nameOf(message) }, 'request failed')
      transport.send({ type: 'answer', id: message.id, result: { ok: false, error: failure } } satisfies FromBackend)
    },
  )
})
transport.onClosed(() => void shutDown().finally(() => process.exit(0)))
transport.send({ type: 'ready' })

function nameOf(message: ToBackend): RequestName | ToBackend['type'] {
  return message.type === 'request' ? message.name : message.type
}
