/** Unpacking the pinned runtime and setting its fuses. Needs the installed packages. */
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import { createWriteStream, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'

const SYMBOLIC_LINK = 0o120000
const KIND = 0o170000

/**
 * Unpacks the runtime without the application that came with it.
 * @param {string} archive The zip @param {string} target A folder to make
 * @param {{ top: string, executable: string }} names The zip's top folder, and its executable, which becomes `electron`
 */
export async function unpackRuntime(archive, target, names) {
  const zip = await yauzl.openPromise(archive)
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.slice(names.top.length)
    if (!entry.fileName.startsWith(names.top) || name === '' || name.endsWith('/') || !isRuntimeFile(name)) continue
    const file = path.join(target, name === names.executable ? 'electron' : name)
    mkdirSync(path.dirname(file), { recursive: true })
    const attributes = entry.externalFileAttributes >>> 16
    const stream = await zip.openReadStreamPromise(entry)
    if ((attributes & KIND) === SYMBOLIC_LINK) symlinkSync((await stream.toArray()).join(''), file)
    else await pipeline(stream, createWriteStream(file, { mode: attributes & 0o777 || 0o644 }))
  }
}

/** @param {string} name Below the top folder */
function isRuntimeFile(name) {
  return !name.startsWith('resources/app') && name !== 'browser_v8_context_snapshot.bin'
}

/** Playwright starts through the inspector; the other application's own snapshot is not there. @param {string} executable */
export async function flipPinnedFuses(executable) {
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
}
