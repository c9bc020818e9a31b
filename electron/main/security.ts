/** Everything a window could do beyond its own page is denied here, once, for all sessions and windows. */
import { app, session } from 'electron'
import { APP_ORIGIN } from './appProtocol.ts'
import { log } from './log.ts'

/** Denies navigation, new windows, permissions, downloads, webviews and every request that is not app:// (or the inspector's). */
export function lockDown(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => refuse(event, 'navigation'))
    contents.on('will-frame-navigate', (event) => refuse(event, 'frame navigation'))
    contents.on('will-redirect', (event) => refuse(event, 'redirect'))
    contents.on('will-attach-webview', (event) => refuse(event, 'webview'))
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
  app.on('session-created', restrict)
  restrict(session.defaultSession)
}

function restrict(target: Electron.Session): void {
  target.setPermissionRequestHandler((_, __, answer) => answer(false))
  target.setPermissionCheckHandler(() => false)
  target.setDevicePermissionHandler(() => false)
  target.webRequest.onBeforeRequest((details, answer) => {
    const allowed = /^(app|blob|devtools|data):/.test(details.url)
    if (!allowed) log.warn({ scheme: new URL(details.url).protocol }, 'request denied')
    answer({ cancel: !allowed })
  })
  target.on('will-download', (event) => event.preventDefault())
}

function refuse(event: { preventDefault: () => void }, what: string): void {
  event.preventDefault()
  log.warn({ what }, 'denied')
}

/** Whether an IPC message comes from the top frame of our own page. */
export function isOwnMainFrame(frame: Electron.WebFrameMain | null): boolean {
  if (!frame || frame.parent !== null) return false
  try {
    return new URL(frame.url).origin === APP_ORIGIN || frame.url.startsWith(`${APP_ORIGIN}/`)
  } catch {
    return false
  }
}
