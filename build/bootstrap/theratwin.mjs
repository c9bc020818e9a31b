/** The command line, run from its TypeScript sources. */
import { findNode, nodeEnvironment } from './node-runtime.mjs'
import { runInForeground } from './processes.mjs'
import { inProject, root } from './project.mjs'

/**
 * Runs `theratwin ARGS` with this process's input and output, where the user called from.
 * @param {readonly string[]} args @returns {Promise<number>} Its exit code
 */
export function theratwin(args) {
  return runNode('electron/cli/main.ts', args, process.env['INIT_CWD'] ?? process.cwd())
}

/**
 * Runs one of our TypeScript files in the Node that was found.
 * @param {string} file From the project root @param {readonly string[]} args @param {string} [cwd]
 * @param {NodeJS.ProcessEnv} [env] Further variables @returns {Promise<number>}
 */
export function runNode(file, args, cwd = root, env = {}) {
  const { execPath, version } = findNode()
  const flags = version.startsWith('v22.') ? ['--disable-warning=ExperimentalWarning'] : []
  return runInForeground(execPath, [...flags, inProject(file), ...args], { cwd, env: { ...nodeEnvironment(), ...env } })
}
