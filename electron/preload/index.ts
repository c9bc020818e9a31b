/** The one door of the sandboxed window. Runs in the isolated world; hands on nothing of Electron itself. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { IpcRendererEvent } from 'electron'
import type { EventName, EventOf, RequestName, RequestOf, Result, TheratwinBridge } from '../contracts/index.ts'

const EVENTS: readonly EventName[] = ['job', 'backend', 'patientChanged']

const bridge: TheratwinBridge = {
  request: (name: RequestName, ask: RequestOf<RequestName>) =>
    ipcRenderer.invoke('theratwin:request', name, ask) as Promise<Result<never>>,
  on<N extends EventName>(name: N, listener: (event: EventOf<N>) => void) {
    if (!EVENTS.includes(name)) throw new Error(`no event "${String(name)}"`)
    const channel = `theratwin:event:${name}`
    const forward = (_: IpcRendererEvent, event: EventOf<N>): void => listener(event)
    ipcRenderer.on(channel, forward)
    return () => void ipcRenderer.removeListener(channel, forward)
  },
  pathsOf: (files) => [...files].map((file) => webUtils.getPathForFile(file)).filter((path) => path !== ''),
}

contextBridge.exposeInMainWorld('theratwin', bridge)
