/** Rows about the whole application: as a person waits for it, with the start of the process. */
import { _electron } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { benchmark } from './harness.ts'

const project = path.resolve(import.meta.dirname, '../..')
const cases = path.join(project, '..', 'shared', 'cases')
const oneCycle = path.join(cases, 'synthetic-1cycle', 'cycle1')
const runtimeFile = path.join(project, 'node_modules/.cache/theratwin/runtime.json')

interface Runtime {
  readonly electron: string
  readonly args: readonly string[]
  readonly playwrightArgs: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const noCases = (): string | null => (existsSync(oneCycle) ? null : '../shared/cases is not beside the project')
const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'theratwin-bench-'))
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true })

/** Runs the command line to its end; throws with what it said where it fails. */
function theratwin(...words: readonly string[]): void {
  const entry = path.join(project, 'electron/cli/main.ts')
  const env = { ...process.env, THERATWIN_PASSPHRASE: 'a passphrase of benchmarks' }
  const result = spawnSync(process.execPath, [entry, ...words], { encoding: 'utf8', env })
  if (result.status !== 0)
    throw new Error(`theratwin ${words[0] ?? ''} ended with ${String(result.status)}: ${result.stderr}`)
}

/** Seconds from starting the process until its window is on the screen with its page drawn. */
async function coldStart(folder: string): Promise<number> {
  const runtime = JSON.parse(readFileSync(runtimeFile, 'utf8')) as Runtime
  const environment = Object.entries({ ...process.env, ...runtime.env, THERATWIN_STORE: path.join(folder, 'store') })
  const start = performance.now()
  const application = await _electron.launch({
    executablePath: runtime.electron,
    args: [...runtime.playwrightArgs, project, ...runtime.args, `--user-data-dir=${path.join(folder, 'profile')}`],
    env: Object.fromEntries(environment.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  })
  try {
    const page = await application.firstWindow()
    await page.waitForSelector('main')
    while (
      !(await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false))
    );
    return (performance.now() - start) / 1000
  } finally {
    await application.close()
  }
}

export const benchmarks = [
  benchmark({
    row: 'window visible from a cold start',
    bar: { value: 2, unit: 's', better: 'less' },
    unavailable: () => {
      if (!existsSync(runtimeFile)) return 'no Electron runtime (npm run bench fetches one)'
      return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? null : 'no display'
    },
    setup: newFolder,
    run: coldStart,
    teardown: remove,
  }),
  benchmark({
    row: 'import 4 SPECT/CT time points (here: 433 files, 20 MB)',
    bar: { value: 10, unit: 's', better: 'less' },
    runs: 3,
    warmUps: 0,
    unavailable: noCases,
    setup: newFolder,
    run: (folder) => {
      // A store of its own for each run: importing again would find everything known.
      const store = mkdtempSync(path.join(folder, 'store-'))
      theratwin('import', oneCycle, '--store', store)
    },
    teardown: remove,
  }),
  benchmark({
    row: 'full retrospective pipeline of one cycle (without Monte Carlo)',
    bar: { value: 60, unit: 's', better: 'less' },
    runs: 3,
    warmUps: 0,
    unavailable: noCases,
    setup: newFolder,
    run: (folder) => theratwin('run', oneCycle, '--out', path.join(folder, 'out')),
    teardown: remove,
  }),
]
