/** The bundles below dist/, made when a source changed. */
import { existsSync, globSync, rmSync } from 'node:fs'
import { findNode, nodeEnvironment } from './node-runtime.mjs'
import { mustRun } from './processes.mjs'
import { inProject } from './project.mjs'
import { duration, say } from './report.mjs'
import { contentHash, readStamp, writeStamp } from './stamps.mjs'

const SOURCES = [
  'electron',
  'renderer',
  'native-core',
  'db',
  'resources',
  'build/vite',
  'package.json',
  'package-lock.json',
]
const RESULTS = ['dist/main/index.js', 'dist/preload/index.cjs', 'dist/backend/index.js', 'dist/renderer/index.html']

/** @param {string} file */
const isSource = (file) => !/\.(test|bench)\.ts$/.test(file) && !file.startsWith('native-core/kernels/build/')

/** @throws {import('./report.mjs').SetupError} where a bundle cannot be made */
export async function ensureAppBuild() {
  const hash = contentHash(SOURCES, isSource)
  if (readStamp('app')?.hash === hash && RESULTS.every((file) => existsSync(inProject(file)))) return
  say('building the application')
  const start = performance.now()
  rmSync(inProject('dist'), { recursive: true, force: true })
  const tool = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const env = { ...nodeEnvironment(), NODE_ENV: 'production', NO_COLOR: '1' }
  for (const part of ['window', 'backend']) {
    const args = [tool, 'build', '--config', inProject('build', 'vite', `${part}.config.ts`), '--logLevel', 'warn']
    await mustRun(`Building the application (${part})`, findNode().execPath, args, { env })
  }
  // electron-vite adds a `require` of its own to a bundle that seems to need one: two of them would fail at run time only.
  for (const file of globSync('{main,preload,backend,workers,chunks}/**/*.{js,cjs}', { cwd: inProject('dist') })) {
    await mustRun(`Checking dist/${file}`, findNode().execPath, ['--check', inProject('dist', file)])
  }
  writeStamp('app', hash)
  say(`application built in ${duration(performance.now() - start)}`)
}
