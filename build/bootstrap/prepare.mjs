/** What a command needs before it runs, made in the one order that works. */
import { ensureAppBuild } from './app-build.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { withLock } from './lock.mjs'
import { ensureNativeAddon } from './native-addon.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

/** For everything that runs in Node only. */
export const prepareNode = () => withLock(ensureNativeAddon)

/** For everything that opens a window. */
export const prepareWindow = () =>
  withLock(async () => {
    await ensureSystemPackages({ window: true })
    const runtime = await ensureElectron()
    await ensureNativeAddon()
    await ensureAppBuild()
    return runtime
  })
