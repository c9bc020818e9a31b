/** Where things are: the project, its caches, and the cache shared by all checkouts of this user. */
import { mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = path.resolve(fileURLToPath(import.meta.url), '../../..')

/** A path inside the project. @param {...string} parts */
export const inProject = (...parts) => path.join(root, ...parts)

/** Stamps, logs and caches of this checkout; gone with node_modules. */
export const localCache = inProject('node_modules', '.cache', 'theratwin')

/** Large downloads, shared by all checkouts of this user. */
export const userCache = path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'theratwin')

/** Makes a folder with its parents and gives its path back. @param {string} folder */
export function folder(folder) {
  mkdirSync(folder, { recursive: true })
  return folder
}

/** A JSON file, or null where it is missing or torn. @param {string} file @returns {any} */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
