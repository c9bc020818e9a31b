/** Answers the window's questions with the sessions that are open. */
import type { ToWorker } from '../../../bridge/workerClient.ts'
import type { DrawingCalls, ImageSource } from './protocol.ts'
import { DrawingSession } from './session.ts'

type Fetch = (url: string) => Promise<Response>

const sessions = new Map<string, DrawingSession>()

async function bytesOf(fetchBytes: Fetch, url: string, expected: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchBytes(url)
  if (!response.ok) throw new Error(`The voxels could not be read (status ${response.status})`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes.length !== expected) throw new Error(`${bytes.length} of ${expected} bytes of voxels came`)
  return bytes
}

async function open(ask: DrawingCalls['open']['ask'], fetchBytes: Fetch): Promise<DrawingSession> {
  const known = sessions.get(ask.key)
  if (known) return known
  const session = new DrawingSession(ask.role, ask.grid)
  await Promise.all([
    ...ask.images.map(async ({ role, url, grid, unit, perUnit }: ImageSource) => {
      const [nx, ny, nz] = grid.dimensions
      const bytes = await bytesOf(fetchBytes, url, 4 * nx * ny * nz)
      session.setImage(role, { grid, values: new Float32Array(bytes.buffer), unit, perUnit })
    }),
  ])
  // One after the other, so that the list keeps its order.
  for (const { structure, url, grid, boxStart, boxSize } of ask.structures) {
    const coverage = await bytesOf(fetchBytes, url, boxSize[0] * boxSize[1] * boxSize[2])
    session.load(structure, grid, { box: { start: boxStart, size: boxSize }, coverage })
  }
  sessions.set(ask.key, session)
  return session
}

/** Throws InputError for what a user can mend, Error for voxels that could not be read. */
export async function answerDrawing(message: ToWorker<DrawingCalls>, fetchBytes: Fetch): Promise<unknown> {
  if (message.name === 'open') return (await open(message.ask, fetchBytes)).state()
  const session = sessions.get(message.ask.key)
  if (session === undefined) throw new Error('Structures are drawn before they are opened')
  switch (message.name) {
    case 'search':
      return session.search(message.ask.id, message.ask.operation)
    case 'edit':
      return session.edit(message.ask.id, message.ask.operation, message.ask.rules, message.ask.step, message.ask.found)
    case 'commit':
      return session.commit()
    case 'cancel':
      return session.cancel()
    case 'undo':
      return session.undo()
    case 'redo':
      return session.redo()
    case 'add':
      return session.add(message.ask.structure)
    case 'remove':
      return session.remove(message.ask.id)
    case 'change':
      return session.change(message.ask.label, message.ask.structure)
    case 'lines':
      return session.lines(message.ask.plane, message.ask.ids)
    case 'upload':
      return session.upload()
    case 'saved':
      sessions.delete(message.ask.key)
      sessions.set(message.ask.newKey, session)
      return session.markSaved()
  }
}
