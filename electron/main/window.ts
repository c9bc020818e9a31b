import { BrowserWindow, screen } from 'electron'
import { APP_ORIGIN } from './appProtocol.ts'

/** The one window: sandboxed, isolated, without Node, shown when its first picture is ready. */
export function createWindow(preloadFile: string): BrowserWindow {
  const { width, height } = screen.getPrimaryDisplay().workAreaSize
  const window = new BrowserWindow({
    width: Math.min(1440, width),
    height: Math.min(900, height),
    minWidth: 960,
    minHeight: 640,
    show: false,
    title: 'Theratwin',
    backgroundColor: '#14171c',
    webPreferences: {
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: process.env['THERATWIN_DEVTOOLS'] === '1',
    },
  })
  window.once('ready-to-show', () => window.show())
  void window.loadURL(`${APP_ORIGIN}/index.html`)
  return window
}
