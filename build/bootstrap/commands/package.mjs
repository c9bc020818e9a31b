/** `npm run package`: an unpacked packaged application below release/. */
import path from 'node:path'
import { packageConfig } from '../../package/config.mjs'
import { prepareWindow } from '../prepare.mjs'
import { folder, inProject, localCache, root } from '../project.mjs'
import { nodeEnvironment } from '../node-runtime.mjs'
import { duration, say } from '../report.mjs'

export async function main() {
  const runtime = await prepareWindow()
  const start = performance.now()
  say(`packaging with Electron ${runtime.version} (${runtime.kind})`)
  Object.assign(process.env, nodeEnvironment())
  // Its own cache would lie outside the project and the user's cache of Theratwin.
  process.env['ELECTRON_BUILDER_CACHE'] ??= folder(path.join(localCache, 'electron-builder'))
  const { build, DIR_TARGET, Platform } = await import('electron-builder')
  await build({
    projectDir: root,
    targets: Platform.current().createTarget(DIR_TARGET),
    config: packageConfig(runtime),
  })
  say(`packaged in ${duration(performance.now() - start)}: ${path.relative(root, inProject('release'))}/`)
  return 0
}
