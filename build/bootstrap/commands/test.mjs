/**
 * `npm test`: every check, in order. All stages run even if an earlier one failed; the last line is
 * `N passed, N failed`. Words choose stages: `npm test -- unit e2e`; what follows `--` goes to their runner as it is.
 */
import { ensureAppBuild } from '../app-build.mjs'
import { ensureElectron } from '../electron-runtime.mjs'
import { withLock } from '../lock.mjs'
import { ensureNativeAddon } from '../native-addon.mjs'
import { SetupError, duration } from '../report.mjs'
import { ensureSystemPackages } from '../system-packages.mjs'
import { STAGES, runStage } from '../test-stages.mjs'
import { exitCode, failedStage, lastLine, summaryTable } from '../test-totals.mjs'

/** What is prepared before a stage that needs it; one that fails is a failed check, and the stages run all the same. */
const PREPARATIONS = {
  'system packages': () => ensureSystemPackages({ compiler: true, window: true, headless: true, oracles: true }),
  'native kernels': ensureNativeAddon,
  'electron runtime': ensureElectron,
  'application build': ensureAppBuild,
}

/** @param {readonly string[]} args */
export async function main(args) {
  const { names, rest } = choose(args)
  const stages = STAGES.filter((stage) => names.length === 0 || names.includes(stage.name))
  const needed = new Set(stages.flatMap((stage) => stage.needs))
  /** @type {import('../test-totals.mjs').StageResult[]} */
  const results = []
  await withLock(async () => {
    for (const [name, prepare] of Object.entries(PREPARATIONS)) {
      if (!needed.has(name)) continue
      const start = performance.now()
      try {
        await prepare()
      } catch (error) {
        results.push(failedStage(`prepare: ${name}`, describe(error), performance.now() - start))
      }
    }
  })
  for (const together of runs(stages)) {
    for (const stage of together) process.stdout.write(`\n── ${stage.name}: ${stage.what}\n`)
    const done = await Promise.all(together.map((stage) => runStage(stage, rest)))
    for (const result of done) {
      const name = done.length > 1 ? `${result.name}: ` : ''
      process.stdout.write(`   ${name}${lastLine([result])} (${duration(result.durationMs)})\n`)
    }
    results.push(...done)
  }
  process.stdout.write(`\n${summaryTable(results)}\n${lastLine(results)}\n`)
  return exitCode(results)
}

/**
 * Stages that print nothing and take one core each run together, the others one by one.
 * @param {readonly import('../test-stages.mjs').Stage[]} stages
 */
function runs(stages) {
  /** @type {import('../test-stages.mjs').Stage[][]} */
  const groups = []
  for (const stage of stages) {
    const last = groups.at(-1)
    if (stage.isQuiet && last?.[0]?.isQuiet) last.push(stage)
    else groups.push([stage])
  }
  return groups
}

/** @param {readonly string[]} args */
function choose(args) {
  const known = STAGES.map((stage) => stage.name)
  const end = args.findIndex((word) => !known.includes(word))
  const names = end < 0 ? [...args] : args.slice(0, end)
  const rest = end < 0 ? [] : args.slice(args[end] === '--' ? end + 1 : end)
  if (rest.length > 0 && names.length === 0) {
    throw new SetupError(`There is no test stage "${rest[0]}".`, `The stages are: ${known.join(', ')}`)
  }
  return { names, rest }
}

/** @param {unknown} error */
function describe(error) {
  const text =
    error instanceof SetupError
      ? `${error.message}\n${error.hint ?? ''}`
      : String(error instanceof Error ? error.stack : error)
  process.stdout.write(`${text}\n`)
  return text
}
