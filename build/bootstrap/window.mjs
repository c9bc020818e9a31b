/** Opening the application in the Electron runtime that was found. */
import { runInForeground } from './processes.mjs'
import { root } from './project.mjs'
import { warn } from './report.mjs'

/** Whether there is a display to open a window on. */
export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])

/**
 * @param {import('./electron-runtime.mjs').ElectronRuntime} runtime
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] Further variables
 * @returns {Promise<number>} Its exit code, once the window is closed
 */
export function openWindow(runtime, args, env = {}) {
  if (runtime.args.includes('--no-sandbox')) {
    warn("running as root: Chromium's sandbox is off (--no-sandbox). Use an ordinary user for patients' data.")
  }
  return runInForeground(runtime.electron, [root, ...runtime.args, ...args], {
    env: { ...process.env, ...runtime.env, ...env },
  })
}
