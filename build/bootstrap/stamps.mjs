/** Stamps: a step that was done for these very inputs is not done again. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { folder, localCache, readJson, root } from './project.mjs'

/**
 * A hash of files' names and contents, and of further words. Folders are read deep; what is missing counts as missing.
 * @param {readonly string[]} paths From the project root @param {(file: string) => boolean} [wanted] Of a path from the root
 * @param {readonly string[]} [words]
 */
export function contentHash(paths, wanted = () => true, words = []) {
  const hash = createHash('sha256')
  for (const word of words) hash.update(`${word}\0`)
  for (const file of paths.flatMap((item) => filesBelow(item)).sort()) {
    if (!wanted(file)) continue
    hash.update(`${file}\0`)
    hash.update(readFileSync(path.join(root, file)))
    hash.update('\0')
  }
  return hash.digest('hex')
}

/** @param {string} item @returns {string[]} */
function filesBelow(item) {
  const info = statSync(path.join(root, item), { throwIfNoEntry: false })
  if (!info) return []
  if (!info.isDirectory()) return [item]
  return readdirSync(path.join(root, item))
    .filter((name) => name !== 'node_modules' && name !== '.cache')
    .flatMap((name) => filesBelow(`${item}/${name}`))
}

/** @param {string} name */
const stampFile = (name) => path.join(localCache, 'stamps', `${name}.json`)

/** What was stamped last under this name, or null. @param {string} name @returns {{ hash: string, at: number } | null} */
export const readStamp = (name) => readJson(stampFile(name))

/** @param {string} name @param {string} hash */
export function writeStamp(name, hash) {
  folder(path.dirname(stampFile(name)))
  writeFileSync(stampFile(name), JSON.stringify({ hash, at: Date.now() }))
}
