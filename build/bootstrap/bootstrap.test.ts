import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { workerEntries } from '../vite/entries.ts'
import { PINNED } from './electron-pinned.mjs'
import { describe as describeRuntime } from './electron-runtime.mjs'
import { isNewEnough } from './node-runtime.mjs'
import { hasCommand, run } from './processes.mjs'
import { inProject, root } from './project.mjs'
import { duration } from './report.mjs'
import { contentHash } from './stamps.mjs'
import { missingPackages } from './system-packages.mjs'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** A folder below the project (hashes are of paths from its root), ignored by git. */
function scratch(): string {
  mkdirSync(inProject('node_modules', '.cache'), { recursive: true })
  const folder = mkdtempSync(inProject('node_modules', '.cache', 'bootstrap-test-'))
  folders.push(folder)
  return folder
}

describe('content hashes', () => {
  const hashOf = (folder: string, wanted?: (file: string) => boolean) =>
    contentHash([path.relative(root, folder)], wanted)

  it('change with contents and with names, and with nothing else', () => {
    const folder = scratch()
    mkdirSync(path.join(folder, 'deep'))
    writeFileSync(path.join(folder, 'deep', 'a.cpp'), 'one')
    const first = hashOf(folder)
    expect(hashOf(folder)).toBe(first)
    writeFileSync(path.join(folder, 'deep', 'a.cpp'), 'two')
    const second = hashOf(folder)
    expect(second).not.toBe(first)
    writeFileSync(path.join(folder, 'deep', 'a.cpp'), 'one')
    expect(hashOf(folder)).toBe(first)
    rmSync(path.join(folder, 'deep', 'a.cpp'))
    writeFileSync(path.join(folder, 'deep', 'b.cpp'), 'one')
    expect(hashOf(folder)).not.toBe(first)
  })

  it('leave out what is not wanted, and take what is missing for nothing', () => {
    const folder = scratch()
    writeFileSync(path.join(folder, 'a.cpp'), 'one')
    const before = hashOf(folder, (file) => file.endsWith('.cpp'))
    writeFileSync(path.join(folder, 'a.log'), 'noise')
    expect(hashOf(folder, (file) => file.endsWith('.cpp'))).toBe(before)
    expect(contentHash(['no/such/folder'])).toBe(contentHash([]))
  })
})

describe('running programs', () => {
  it('gives code and output apart', async () => {
    const script = 'console.log("out"); console.error("err"); process.exit(3)'
    const result = await run(process.execPath, ['-e', script])
    expect(result).toMatchObject({ code: 3, stdout: 'out\n', timedOut: false })
    expect(result.output).toContain('err')
  })

  it('ends a program, and its children, that take too long', async () => {
    const script = `require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`
    const result = await run(process.execPath, ['-e', script], { timeoutMs: 300 })
    expect(result.timedOut).toBe(true)
    expect(result.code).not.toBe(0)
  })

  it('says what cannot be started', async () => {
    expect(await run('/no/such/program', [])).toMatchObject({ code: 127 })
    expect(hasCommand('no-such-program-of-theratwin')).toBe(false)
    expect(hasCommand('sh')).toBe(true)
  })
})

describe('what the machine has', () => {
  it('knows which Node runs TypeScript and the store', () => {
    expect(['v20.20.2', 'v22.12.0', ''].map(isNewEnough)).toEqual([false, false, false])
    expect(['v22.18.0', 'v24.0.0', 'v24.21.0'].map(isNewEnough)).toEqual([true, true, true])
  })

  it.skipIf(!hasCommand('dpkg-query'))('asks dpkg for packages (skipped where dpkg is missing)', () => {
    expect(missingPackages(['dpkg', 'no-such-package-of-theratwin'])).toEqual(['no-such-package-of-theratwin'])
    expect(missingPackages([])).toEqual([])
  })

  it('gives an old Electron a Node beside it, and a new one none', () => {
    expect(describeRuntime('pinned', '33.2.1', '/e').env).toHaveProperty('THERATWIN_NODE')
    expect(describeRuntime('official', '45.4.1', '/e').env).toEqual({})
    // One that does not tell its version may be too old.
    expect(describeRuntime('given', '', '/e').env).toHaveProperty('THERATWIN_NODE')
  })

  it('names times as people read them', () => {
    expect([12, 1500, 61_000].map(duration)).toEqual(['12 ms', '1.5 s', '1 min 01 s'])
  })
})

describe('what is committed', () => {
  const read = (file: string) => readFileSync(inProject(file), 'utf8')

  it('names no registry in the lock file or in .npmrc', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/)
    expect(read('.npmrc')).not.toMatch(/registry\s*=|_auth/)
  })

  it('pins exact versions', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >
    const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(versions.filter((version) => !/^(npm:.+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([])
    expect(PINNED.version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('has a CI entry that can be run, and that only runs `npm test`', () => {
    accessSync(inProject('.ci', 'run'), constants.X_OK)
    expect(read('.ci/run')).toContain('npm --silent test')
  })
})

describe('the entries of the bundles', () => {
  it('are the workers, and neither their tests nor their helpers', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'theratwin-entries-'))
    folders.push(folder)
    mkdirSync(path.join(folder, 'electron/workers'), { recursive: true })
    for (const name of ['scan.ts', 'scan.test.ts', 'types.d.ts', 'index.ts', 'workerUrl.ts', 'README.md'])
      writeFileSync(path.join(folder, 'electron/workers', name), '')
    expect(workerEntries(folder)).toEqual({ 'workers/scan': path.join(folder, 'electron/workers/scan.ts') })
  })

  it('are all there in this project', () => {
    const entries = Object.values(workerEntries(root))
    expect(entries.length).toBeGreaterThan(0)
    for (const entry of entries) accessSync(entry, constants.R_OK)
  })
})

describe('a folder with a link', () => {
  it('is hashed by what the link leads to', () => {
    const folder = scratch()
    writeFileSync(path.join(folder, 'a.cpp'), 'one')
    symlinkSync('a.cpp', path.join(folder, 'b.cpp'))
    const before = contentHash([path.relative(root, folder)])
    writeFileSync(path.join(folder, 'a.cpp'), 'two')
    expect(contentHash([path.relative(root, folder)])).not.toBe(before)
  })
})
