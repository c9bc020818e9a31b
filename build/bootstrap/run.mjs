/**
 * The start of every command of package.json: `node build/bootstrap/run.mjs demo|test|start|cli|bench|package [arguments]`.
 * Installs, builds and fetches what the command needs and is not there yet, then runs it. This file and what it imports
 * before the packages are installed use Node's own modules only, and run in Node 20.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensureDependencies } from './install.mjs'
import { withLock } from './lock.mjs'
import { findNode, isNewEnough } from './node-runtime.mjs'
import { SetupError } from './report.mjs'

const COMMANDS = ['demo', 'test', 'start', 'cli', 'bench', 'package']
const [command = '', ...args] = process.argv.slice(2)

try {
  if (!COMMANDS.includes(command))
    throw new SetupError(`There is no command "${command}".`, `Use one of: ${COMMANDS.join(', ')}`)
  await withLock(ensureDependencies)
  if (isNewEnough(process.version)) {
    const { main } = await import(`./commands/${command}.mjs`)
    process.exitCode = await main(args)
  } else {
    // The first run may be in the system's older Node; a newer one came with the packages.
    const again = spawnSync(findNode().execPath, [fileURLToPath(import.meta.url), command, ...args], {
      stdio: 'inherit',
    })
    process.exitCode = again.status ?? 1
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`)
  process.exitCode = 1
}
