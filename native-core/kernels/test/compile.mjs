/** Compiles the kernels' plain C++ and their tests into one program and runs it. Used by run.mjs and sanitise.mjs. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const kernels = dirname(here)

/** @param {string} folder */
const sourcesOf = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.cpp'))
    .sort()
    .map((name) => join(folder, name))

/**
 * @param {string} name Name of the program, below .cache (node-gyp empties build/ when it rebuilds)
 * @param {readonly string[]} flags Compiler flags besides the usual ones
 * @param {Record<string, string>} [environment] Added to the environment of the program
 * @returns {{ passed: number, failed: number, ok: boolean }} As the program's last line says; a crash counts as one failure.
 */
export function compileAndRun(name, flags, environment = {}) {
  const folder = join(kernels, '.cache', 'test')
  mkdirSync(folder, { recursive: true })
  const program = join(folder, name)
  const compiler = process.env['CXX'] || 'g++'
  const compiled = spawnSync(
    compiler,
    [
      '-std=c++20',
      '-Wall',
      '-Wextra',
      '-Wpedantic',
      '-Wshadow',
      '-Wconversion',
      '-Werror',
      '-ffp-contract=off',
      '-pthread',
      ...flags,
      `-I${join(kernels, 'src')}`,
      `-I${here}`,
      ...sourcesOf(join(kernels, 'src')),
      ...sourcesOf(join(kernels, 'src', 'deformation')),
      ...sourcesOf(join(kernels, 'src', 'registration')),
      ...sourcesOf(join(kernels, 'src', 'transport')),
      ...sourcesOf(here),
      '-o',
      program,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  if (compiled.error || compiled.status !== 0) {
    console.error(compiled.error ? `${compiler}: ${compiled.error.message}` : `${compiler} failed`)
    return { passed: 0, failed: 1, ok: false }
  }
  const run = spawnSync(program, [], { encoding: 'utf8', env: { ...process.env, ...environment } })
  process.stdout.write(run.stdout ?? '')
  process.stderr.write(run.stderr ?? '')
  const counts = /(\d+) passed, (\d+) failed\s*$/.exec(run.stdout ?? '')
  const ok = run.status === 0
  const passed = Number(counts?.[1] ?? 0)
  const failed = Number(counts?.[2] ?? 0)
  return { passed, failed: ok || failed > 0 ? failed : 1, ok }
}
