/** The native kernels: built by node-gyp when their sources changed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { packageVersion } from './install.mjs'
import { findNode, findNodeHeaders, nodeEnvironment } from './node-runtime.mjs'
import { mustRun } from './processes.mjs'
import { inProject } from './project.mjs'
import { duration, say } from './report.mjs'
import { contentHash } from './stamps.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

const FOLDER = 'native-core/kernels'
export const ADDON = `${FOLDER}/build/Release/theratwin_kernels.node`
/** Beside what it vouches for: it lasts when node_modules is renewed, and goes with the build folder. */
const STAMP = `${FOLDER}/build/theratwin.stamp`

/** @param {string} file */
const isSource = (file) =>
  /\.(c|cc|cpp|cxx|h|hh|hpp|inc|gyp|gypi)$/.test(file) &&
  !file.startsWith(`${FOLDER}/build/`) &&
  !file.startsWith(`${FOLDER}/test/`)

/** @throws {import('./report.mjs').SetupError} where the compiler refuses */
export async function ensureNativeAddon() {
  if (!existsSync(inProject(FOLDER, 'binding.gyp'))) return
  const hash = contentHash([FOLDER], isSource, [packageVersion('node-addon-api'), process.platform, process.arch])
  if (existsSync(inProject(ADDON)) && existsSync(inProject(STAMP)) && readFileSync(inProject(STAMP), 'utf8') === hash)
    return
  await ensureSystemPackages({ compiler: true })
  say('building the native kernels (C++20)')
  const start = performance.now()
  const gyp = inProject('node_modules', 'node-gyp', 'bin', 'node-gyp.js')
  const args = [
    gyp,
    'rebuild',
    `--directory=${inProject(FOLDER)}`,
    `--nodedir=${findNodeHeaders()}`,
    '--jobs=max',
    '--release',
  ]
  await mustRun('Building the native kernels', findNode().execPath, args, { env: nodeEnvironment() })
  writeFileSync(inProject(STAMP), hash)
  say(`native kernels built in ${duration(performance.now() - start)}`)
}
