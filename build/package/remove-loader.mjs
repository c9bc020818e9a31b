/** The runtime's own applications, and their updates, have no place in a package: only our archive is loaded. */
import { rmSync } from 'node:fs'
import path from 'node:path'

/** electron-builder's `afterPack`. @param {{ appOutDir: string }} context @returns {Promise<void>} */
export function removeLoader({ appOutDir }) {
  for (const name of ['app', 'default_app.asar', 'app-update.yml']) {
    rmSync(path.join(appOutDir, 'resources', name), { recursive: true, force: true })
  }
  return Promise.resolve()
}
