/** Where a worker's code is, both when the sources run directly and when everything is bundled below dist/. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The file URL of the worker entry `electron/workers/<name>.ts`.
 *
 * Run from source (this module's URL ends with `.ts`) that is the sibling file. Bundled, this module is a part of some
 * `dist/<where>/….js`, and the worker is `dist/workers/<name>.js`: the folders above the running bundle are tried from the nearest.
 * In a packaged application an unpacked copy (`app.asar.unpacked`) goes before the one in the archive.
 * Throws a plain Error (a packaging bug) when there is none.
 */
export function workerUrl(name: string): URL {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new URL(`./${name}.ts`, here)
  for (let up = './', level = 0; level < 6; level++, up = `../${up}`) {
    const url = new URL(`${up}workers/${name}.js`, here)
    const unpacked = new URL(url.href.replace(/app\.asar\//, 'app.asar.unpacked/'))
    for (const candidate of [unpacked, url]) if (existsSync(fileURLToPath(candidate))) return candidate
  }
  throw new Error(`The worker "${name}" is missing beside ${here}`)
}
