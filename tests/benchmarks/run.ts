/** `npm run bench`: runs the rows of `*.bench.ts` and prints their medians beside the bars, with the machine. */
import { readdirSync } from 'node:fs'
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { meets, median } from './harness.ts'
import type { Benchmark, Outcome } from './harness.ts'

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const json = process.argv.includes('--json')

const machine = {
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()} ${arch()}`,
  node: process.version,
}

const rows = (await findBenchmarks()).filter(({ row }) =>
  words.every((word) => row.toLowerCase().includes(word.toLowerCase())),
)
const lines: Line[] = []
for (const row of rows) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${row.row} …`)
  lines.push(describe(row, await attempt(row)))
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
process.stdout.write(json ? `${JSON.stringify({ machine, rows: lines }, null, 2)}\n` : `${table(lines)}\n`)
process.exitCode = rows.length === 0 || lines.some((line) => line.verdict === 'failed') ? 1 : 0

interface Line {
  readonly row: string
  readonly bar: string
  readonly verdict: 'met' | 'missed' | 'measured' | 'not run' | 'failed'
  readonly median: string
  readonly range: string
  readonly note: string
}

async function findBenchmarks(): Promise<Benchmark[]> {
  const files = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.bench.ts'))
    .sort()
  const modules = await Promise.all(
    files.map(
      (file) =>
        import(pathToFileURL(path.join(import.meta.dirname, file)).href) as Promise<{ benchmarks: Benchmark[] }>,
    ),
  )
  return modules.flatMap((module) => module.benchmarks)
}

async function attempt(row: Benchmark): Promise<Outcome | Error> {
  try {
    return await row.measure()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function describe({ row, bar }: Benchmark, outcome: Outcome | Error): Line {
  const asked = bar.value === null ? bar.unit : `${bar.better === 'less' ? '≤' : '≥'} ${digits(bar.value)} ${bar.unit}`
  const nothing = { row, bar: asked, median: '–', range: '–' }
  if (outcome instanceof Error) return { ...nothing, verdict: 'failed', note: outcome.message }
  if (outcome.kind === 'unavailable') return { ...nothing, verdict: 'not run', note: outcome.reason }
  const middle = median(outcome.values)
  return {
    row,
    bar: asked,
    verdict: bar.value === null ? 'measured' : meets(bar, middle) ? 'met' : 'missed',
    median: `${digits(middle)} ${bar.unit}`,
    range: `${digits(Math.min(...outcome.values))} … ${digits(Math.max(...outcome.values))}`,
    note: `${outcome.values.length} runs`,
  }
}

function digits(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}

function table(found: readonly Line[]): string {
  const head = ['row', 'median', 'range', 'bar', '', '']
  const body = found.map((line) => [line.row, line.median, line.range, line.bar, line.verdict, line.note])
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)))
  const print = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}`,
    '',
    print(head),
    ...body.map(print),
  ].join('\n')
}
