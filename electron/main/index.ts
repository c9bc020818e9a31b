/** The application: one instance, one window, one backend. Never computes and never blocks. */
import type { BrowserWindow } from 'electron'
import { app } from 'electron'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requests } from '../contracts/index.ts'
import type { AnswerOf, BlobPiece, RequestName, Result } from '../contracts/index.ts'
import { StoreDoor } from './appStatus.ts'
import { registerAppScheme, serveApp } from './appProtocol.ts'
import type { ReadBlob } from './appProtocol.ts'
import { BackendSupervisor } from './backendSupervisor.ts'
import { chooseExportFolder, chooseImport, saveReport } from './dialogs.ts'
import { registerRequests, sendEvent } from './ipc.ts'
import type { Handlers } from './ipc.ts'
import { log } from './log.ts'
import { installMenu } from './menu.ts'
import { lockDown } from './security.ts'
import { createWindow } from './window.ts'

const dist = dirname(dirname(fileURLToPath(import.meta.url)))

/** As root Chromium cannot sandbox; the starter then says so and passes --no-sandbox. */
const sandboxed = !app.commandLine.hasSwitch('no-sandbox')

if (!app.requestSingleInstanceLock()) app.quit()
else start()

function start(): void {
  app.setName('Theratwin')
  if (sandboxed) app.enableSandbox()
  registerAppScheme()
  let window: BrowserWindow | undefined
  const backend = new BackendSupervisor(join(dist, 'backend/index.js'), {
    onEvent: ({ name, event }) => sendEvent(window?.webContents, name, event),
    onReady: () => {
      void door.backendReady().then(() => sendEvent(window?.webContents, 'backend', { state: 'ready', message: '' }))
    },
    onStopped: (again) => {
      const message = again
        ? 'The compute process stopped and is being started again. Everything stored is safe.'
        : 'The compute process cannot be started. Everything stored is safe.'
      if (!again)
        door.backendFailed({
          kind: 'bug',
          code: 'backend.cannot-start',
          message,
          hint: 'Restart Theratwin; the log has the details.',
        })
      sendEvent(window?.webContents, 'backend', { state: again ? 'stopped' : 'failed', message })
    },
  })
  const door = new StoreDoor(backend, process.env['THERATWIN_STORE'] ?? join(app.getPath('userData'), 'store'))
  const readBlob: ReadBlob = (kind, key, offset, length) =>
    backend.ask({ type: 'read', kind, key, offset, length }) as Promise<Result<BlobPiece>>

  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => app.quit())
  let stopped = false
  // Not before the windows are gone: what is unsaved in them is stored first, and that takes the backend.
  app.on('will-quit', (event) => {
    if (stopped) return
    event.preventDefault()
    void backend.stop().finally(() => {
      stopped = true
      app.quit()
    })
  })

  void app.whenReady().then(() => {
    lockDown()
    installMenu()
    serveApp(join(dist, 'renderer'), readBlob)
    registerRequests(handlers(backend, door, readBlob))
    window = createWindow(join(dist, 'preload/index.cjs'))
    window.on('closed', () => (window = undefined))
    backend.start()
    log.info({ electron: process.versions.electron, sandboxed }, 'started')
  })
}

function handlers(backend: BackendSupervisor, door: StoreDoor, readBlob: ReadBlob): Handlers {
  const forwarded = Object.fromEntries(
    (Object.keys(requests) as RequestName[])
      .filter((name) => requests[name].handledBy === 'backend')
      .map((name) => [name, (ask: unknown) => backend.ask({ type: 'request', name, ask })]),
  )
  return {
    ...(forwarded as unknown as Handlers),
    'app.status': async () => ({ ok: true, value: await door.status() }),
    'store.unlock': (ask) => door.unlock(requests['store.unlock'].ask.parse(ask).passphrase),
    'dialog.chooseImport': (ask, sender) => chooseImport(sender, requests['dialog.chooseImport'].ask.parse(ask).kind),
    'report.save': (ask, sender) => {
      const { reportId, formats } = requests['report.save'].ask.parse(ask)
      return saveReport(sender, reportId, formats, readBlob)
    },
    'files.export': async (ask, sender) => {
      const what = requests['files.export'].ask.parse(ask)
      const folder = await chooseExportFolder(sender, what.kind)
      if (folder === null) return { ok: true, value: { savedTo: [], remarks: [] } }
      return (await backend.ask({ type: 'export', what, folder })) as Result<AnswerOf<'files.export'>>
    },
  }
}
