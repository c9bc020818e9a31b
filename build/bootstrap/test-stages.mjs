/** The stages of `npm test`: how each is run, and how its totals are read. */
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { findNode, nodeEnvironment } from './node-runtime.mjs'
import { run } from './processes.mjs'
import { folder, inProject, localCache, readJson } from './project.mjs'
import { RUNTIME_FILE } from './electron-runtime.mjs'
import { failedStage, fromCheck, fromCountLine, fromPlaywright, fromVitest } from './test-totals.mjs'
import { startDisplay } from './virtual-display.mjs'

/**
 * @typedef {import('./test-totals.mjs').StageResult} StageResult
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} what
 * @property {readonly string[]} needs Preparations of commands/test.mjs
 * @property {boolean} [isQuiet] Says nothing unless it fails, and keeps to one core
 * @property {(rest: readonly string[]) => Promise<Omit<StageResult, 'durationMs'>>} run
 */

/** A bound on hanging: no stage takes this long. */
const LONGEST_MS = 40 * 60 * 1000

/** What runners print goes through a pipe: whether a terminal is behind it, only this process knows. @returns {NodeJS.ProcessEnv} */
function testEnvironment() {
  const { FORCE_COLOR: _forced, NO_COLOR: plain, ...environment } = nodeEnvironment()
  const colours = process.stdout.isTTY && plain === undefined ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }
  return { ...environment, ...colours }
}

/** @param {string} name @param {readonly string[]} args @param {import('./processes.mjs').RunOptions} [options] */
const tool = (name, args, options) =>
  run(findNode().execPath, [inProject('node_modules', ...name.split('/')), ...args], {
    env: testEnvironment(),
    timeoutMs: LONGEST_MS,
    ...options,
  })

/** A check that is either fine or not; its output is shown when it isn't.
 * @param {string} name @param {string} what @param {string} script @param {() => readonly string[]} args @returns {Stage} */
const check = (name, what, script, args) => ({
  name,
  what,
  needs: [],
  isQuiet: true,
  run: async () => {
    const result = await tool(script, args())
    if (result.code !== 0) process.stdout.write(result.output)
    return fromCheck(name, result.code)
  },
})

/** @param {string} name @param {string} what @param {readonly string[]} needs @returns {Stage} */
const vitest = (name, what, needs) => ({
  name,
  what,
  needs,
  run: async (rest) => {
    const file = path.join(folder(path.join(localCache, 'results')), `${name}.json`)
    rmSync(file, { force: true })
    const args = [
      'run',
      '--project',
      name,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]
    const result = await tool('vitest/vitest.mjs', [...args, ...rest], { tee: true })
    return fromVitest(name, readJson(file), result.code)
  },
})

/** @type {readonly Stage[]} */
export const STAGES = [
  check('types', 'TypeScript and the templates of Vue, strict', 'vue-tsc/bin/vue-tsc.js', () => [
    '--noEmit',
    '--incremental',
    '--tsBuildInfoFile',
    path.join(folder(localCache), 'types.tsbuildinfo'),
    '--project',
    'tsconfig.json',
  ]),
  check('lint', 'ESLint, with the layers of README.md', 'eslint/bin/eslint.js', () => [
    '.',
    '--max-warnings=0',
    '--cache',
    '--cache-strategy=content',
    `--cache-location=${path.join(folder(localCache), 'eslint')}`,
  ]),
  check('format', 'Prettier', 'prettier/bin/prettier.cjs', () => [
    '--check',
    '.',
    '--log-level=warn',
    '--cache',
    '--cache-strategy=content',
    `--cache-location=${path.join(folder(localCache), 'prettier')}`,
  ]),
  { name: 'cpp', what: 'the native kernels, in C++', needs: ['system packages'], run: runCppTests },
  vitest('unit', 'vitest, beside the code', ['system packages', 'native kernels']),
  vitest('renderer', 'vitest with a DOM, beside the code', []),
  vitest('integration', 'vitest, over the backend with a real store', ['system packages', 'native kernels']),
  vitest('validation', 'vitest, against published and independent numbers', ['system packages', 'native kernels']),
  {
    name: 'e2e',
    what: 'Playwright, in the real Electron',
    needs: ['system packages', 'native kernels', 'electron runtime', 'application build'],
    run: runEndToEnd,
  },
]

/** @param {Stage} stage @param {readonly string[]} rest @returns {Promise<StageResult>} */
export async function runStage(stage, rest) {
  const start = performance.now()
  try {
    return { ...(await stage.run(rest)), durationMs: performance.now() - start }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stdout.write(`${text}\n`)
    return failedStage(stage.name, text, performance.now() - start)
  }
}

/** @param {readonly string[]} rest */
async function runCppTests(rest) {
  const script = inProject('native-core', 'kernels', 'test', 'run.mjs')
  if (!existsSync(script)) throw new Error('native-core/kernels/test/run.mjs is missing')
  const result = await run(findNode().execPath, [script, ...rest], {
    env: testEnvironment(),
    timeoutMs: LONGEST_MS,
    tee: true,
  })
  return fromCountLine('cpp', result.output, result.code)
}

/** @param {readonly string[]} rest */
async function runEndToEnd(rest) {
  const runtime = readJson(RUNTIME_FILE)
  if (!runtime) throw new Error('There is no Electron runtime to test in')
  const file = path.join(folder(path.join(localCache, 'results')), 'e2e.json')
  rmSync(file, { force: true })
  const display = await startDisplay()
  try {
    const env = {
      ...testEnvironment(),
      ...runtime.env,
      DISPLAY: display.name,
      WAYLAND_DISPLAY: '',
      THERATWIN_RUNTIME: RUNTIME_FILE,
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    }
    const args = [
      'test',
      '--config',
      inProject('playwright.config.ts'),
      '--reporter=list,json',
      '--pass-with-no-tests',
      ...rest,
    ]
    const result = await tool('@playwright/test/cli.js', args, { env, tee: true })
    return fromPlaywright('e2e', readJson(file), result.code)
  } finally {
    display.stop()
  }
}
