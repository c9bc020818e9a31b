/** `npm run bench`: the benchmarks of tests/benchmarks; arguments name the rows to run. */
import { prepareWindow } from '../prepare.mjs'
import { ensureSystemPackages } from '../system-packages.mjs'
import { runNode } from '../theratwin.mjs'
import { startDisplay } from '../virtual-display.mjs'
import { hasDisplay } from '../window.mjs'

/** @param {readonly string[]} args */
export async function main(args) {
  await prepareWindow()
  if (hasDisplay()) return runNode('tests/benchmarks/run.ts', args)
  await ensureSystemPackages({ headless: true })
  const display = await startDisplay()
  try {
    return await runNode('tests/benchmarks/run.ts', args, undefined, { DISPLAY: display.name })
  } finally {
    display.stop()
  }
}
