/** How the backend hears main: the parent port of a utilityProcess, or the channel of a forked Node process. */
import type { FromBackend, ToBackend } from '../contracts/index.ts'

export interface Transport {
  send(message: FromBackend): void
  listen(receive: (message: ToBackend) => void): void
  /** Called when main is gone: the backend must not outlive it. */
  onClosed(closed: () => void): void
}

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: ToBackend }) => void): void
}

/** @throws Error where the process was started by neither. */
export function parentTransport(): Transport {
  const port = (process as unknown as { readonly parentPort?: ParentPort }).parentPort
  if (port)
    return {
      send: (message) => port.postMessage(message),
      listen: (receive) => port.on('message', ({ data }) => receive(data)),
      onClosed: () => undefined,
    }
  if (!process.send) throw new Error('The backend is started by the application, not by hand.')
  return {
    send: (message) => void process.send?.(message),
    listen: (receive) => process.on('message', (message) => receive(message as ToBackend)),
    onClosed: (closed) => process.on('disconnect', closed),
  }
}
