/** Debian packages: installed when root, else named with the exact command. */
import { spawnSync } from 'node:child_process'
import { hasCommand, run } from './processes.mjs'
import { SetupError, say, warn } from './report.mjs'
import { readStamp, writeStamp } from './stamps.mjs'

/** To build the native kernels. A command tells that the package, or something as good, is there. */
const TOOLS = [
  { command: 'g++', name: 'g++' },
  { command: 'make', name: 'make' },
  { command: 'python3', name: 'python3' },
]

/** What the Electron runtime links to. */
export const WINDOW = ['libgtk-3-0', 'libnss3', 'libatk-bridge2.0-0', 'libgbm1', 'libasound2', 'libcups2', 'libxss1']

/** What draws where no display is. */
export const HEADLESS = ['xvfb', 'xauth']

/** Independent programs that tests hold Theratwin's results against. Without one, its tests are skipped aloud. */
export const ORACLES = [
  'dicom3tools',
  'dcmtk',
  'python3-pydicom',
  'python3-pil', // pydicom decodes JPEG 2000 with it
  'python3-numpy',
  'python3-scipy',
  'python3-nibabel',
  'poppler-utils',
  'libsundials-dev',
  'plastimatch',
  'elastix',
]

const DAY_MS = 24 * 3600 * 1000

/**
 * @param {{ compiler?: boolean, window?: boolean, headless?: boolean, oracles?: boolean }} needs What the work at hand needs
 * @throws {SetupError} where something required is missing and cannot be installed here
 */
export async function ensureSystemPackages(needs) {
  const tools = (needs.compiler ? TOOLS : []).filter(({ command }) => !hasCommand(command)).map(({ name }) => name)
  const libraries = [...(needs.window ? WINDOW : []), ...(needs.headless ? HEADLESS : [])]
  const oracles = needs.oracles ? ORACLES : []
  if (!hasCommand('dpkg-query')) return withoutDebian(tools)

  const missing = missingPackages([...libraries, ...oracles])
  const required = [...tools, ...libraries.filter((name) => missing.includes(name))]
  const wanted = oracles.filter((name) => missing.includes(name))
  if (required.length > 0) await installRequired(required)
  if (wanted.length > 0) await installWanted(wanted)
}

/**
 * The names that dpkg does not report as installed. Newer Debian and Ubuntu call some `…t64`.
 * @param {readonly string[]} names @returns {string[]}
 */
export function missingPackages(names) {
  if (names.length === 0) return []
  const asked = names.flatMap((name) => [name, `${name}t64`])
  const answer = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...asked], {
    encoding: 'utf8',
  })
  const installed = new Set(
    (answer.stdout ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  )
  return names.filter((name) => !installed.has(name) && !installed.has(`${name}t64`))
}

/** @param {readonly string[]} tools */
function withoutDebian(tools) {
  if (tools.length === 0) return
  throw new SetupError(
    `These commands are missing: ${tools.join(', ')}.`,
    "Install a C++20 compiler, make and Python 3 with your system's package manager.",
  )
}

/** @param {readonly string[]} names */
async function installRequired(names) {
  if (!isRoot()) {
    throw new SetupError(
      'Debian packages are missing.',
      `Run: sudo apt-get install --no-install-recommends ${names.join(' ')}`,
    )
  }
  say(`installing Debian packages: ${names.join(' ')}`)
  const failure = await aptInstall(names)
  if (failure) throw new SetupError(`apt-get could not install ${names.join(' ')}.\n${failure}`)
}

/** @param {readonly string[]} names */
async function installWanted(names) {
  const list = names.join(' ')
  if (!isRoot()) {
    warn(
      `tests that compare with other programs will be skipped; to run them: sudo apt-get install --no-install-recommends ${list}`,
    )
    return
  }
  const failed = readStamp('oracles-failed')
  if (failed?.hash === list && Date.now() - failed.at < DAY_MS) {
    warn(`not installed (apt-get failed earlier today): ${list}; tests that need them will be skipped`)
    return
  }
  say(`installing programs that tests compare with: ${list}`)
  const failure = await aptInstall(names)
  if (!failure) return
  writeStamp('oracles-failed', list)
  warn(`apt-get could not install ${list}; tests that need them will be skipped\n${failure}`)
}

let updated = false

/** @param {readonly string[]} names @returns {Promise<string | null>} The end of apt's output where it failed */
async function aptInstall(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300']
  if (!updated) {
    await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', 'update'], { env, timeoutMs: 600_000 })
    updated = true
  }
  const available = names.map((name) => (isAvailable(name) ? name : isAvailable(`${name}t64`) ? `${name}t64` : name))
  const result = await run('apt-get', [...options, 'install', ...available], { env, timeoutMs: 1_200_000 })
  return result.code === 0 ? null : result.output.trimEnd().split('\n').slice(-8).join('\n')
}

/** Whether apt has a version of this very package to install. @param {string} name */
function isAvailable(name) {
  const answer = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' })
  return /Candidate: (?!\(none\))/.test(answer.stdout ?? '')
}

const isRoot = () => process.getuid?.() === 0
