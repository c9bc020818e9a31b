/** The packages of package-lock.json, installed when they are not there. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { mustRun, npmCommand } from './processes.mjs'
import { inProject, readJson, root } from './project.mjs'
import { say } from './report.mjs'
import { contentHash, readStamp, writeStamp } from './stamps.mjs'

/** `npm ci`, unless what is installed is what the lock file says. */
export async function ensureDependencies() {
  const hash = contentHash(['package.json', 'package-lock.json', '.npmrc'])
  if (readStamp('install')?.hash === hash) return
  if (!installedAsLocked()) {
    say('installing packages (npm ci)')
    const [npm, ...first] = npmCommand()
    // No dependency needs its install script, and none may run one.
    const args = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await mustRun('Installing packages', npm, args, {
      hint: 'npm must reach a package registry once; set one with `npm config set registry …` if yours is not the default.',
    })
  }
  writeStamp('install', hash)
}

/** Whether node_modules holds the locked version of every package that this machine needs. */
export function installedAsLocked() {
  const wanted = readJson(inProject('package-lock.json'))?.packages ?? {}
  const installed = readJson(inProject('node_modules', '.package-lock.json'))?.packages
  if (!installed) return false
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '') return true
    if (!installed[place]) return entry.optional === true && !isForThisMachine(entry)
    return installed[place].integrity === entry.integrity && existsSync(path.join(root, place, 'package.json'))
  })
}

/**
 * Whether an optional package names this machine. One that names none is a part of others, which do.
 * @param {{ os?: string[], cpu?: string[], libc?: string[] }} entry
 */
function isForThisMachine(entry) {
  if (!entry.os && !entry.cpu) return false
  /** @param {string[] | undefined} list @param {string} value */
  const allows = (list, value) =>
    !list || list.includes(value) || (list.every((item) => item.startsWith('!')) && !list.includes(`!${value}`))
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc'
  return allows(entry.os, process.platform) && allows(entry.cpu, process.arch) && allows(entry.libc, libc)
}

/** The version of an installed package. @param {string} name @returns {string} */
export function packageVersion(name) {
  return JSON.parse(readFileSync(inProject('node_modules', name, 'package.json'), 'utf8')).version
}
