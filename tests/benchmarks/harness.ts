/**
 * Benchmarks: how they are written and measured.
 *
 * A row of the speed table is one file `<topic>.bench.ts` in this folder (or several rows in one file) that exports
 * `benchmarks`; `npm run bench` finds it by its name, `npm run bench -- convolution` runs the rows whose name holds the word.
 *
 *     export const benchmarks = [
 *       benchmark({
 *         row: 'voxel kernel convolution, 128×128×90',
 *         bar: { value: 0.5, unit: 's', better: 'less' },
 *         setup: () => makeVolume(),           // not measured; what it gives goes to every run
 *         run: (volume) => convolve(volume),   // measured; a number that it gives is taken instead of the time in s
 *       }),
 *     ]
 *
 * `unavailable` names what is missing where a row cannot run here: it is then listed with the reason. A benchmark is no
 * test: a bar that is missed is shown and fails nothing. What a run computes is checked by the tests.
 */

/** What the project asks for; `value: null` where it asks for nothing and the row is there to be known. */
export interface Bar {
  readonly value: number | null
  readonly unit: string
  readonly better: 'less' | 'more'
}

export interface BenchmarkDefinition<Context> {
  /** The row of the speed table, in its words. */
  readonly row: string
  readonly bar: Bar
  /** Measured runs; the median counts. Default 5. */
  readonly runs?: number
  /** Runs before, that are not counted. Default 1. */
  readonly warmUps?: number
  /** Why the row cannot run here, or null. */
  readonly unavailable?: () => string | null
  readonly setup?: () => Context | Promise<Context>
  /** The work. Give a number to report that (in the bar's unit) instead of the time in seconds. */
  readonly run: (context: Context) => unknown
  readonly teardown?: (context: Context) => unknown
}

/** A benchmark whose context nobody else needs to know. */
export interface Benchmark {
  readonly row: string
  readonly bar: Bar
  measure(): Promise<Outcome>
}

export type Outcome =
  | { readonly kind: 'measured'; readonly values: readonly number[] }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** Makes a row out of its definition. */
export function benchmark<Context>(definition: BenchmarkDefinition<Context>): Benchmark {
  return { row: definition.row, bar: definition.bar, measure: () => measure(definition) }
}

async function measure<Context>(definition: BenchmarkDefinition<Context>): Promise<Outcome> {
  const reason = definition.unavailable?.() ?? null
  if (reason !== null) return { kind: 'unavailable', reason }
  const context = (await definition.setup?.()) as Context
  try {
    const values: number[] = []
    const { runs = 5, warmUps = 1 } = definition
    for (let index = -warmUps; index < runs; index++) {
      const start = performance.now()
      const answer = await definition.run(context)
      const seconds = (performance.now() - start) / 1000
      if (index >= 0) values.push(typeof answer === 'number' ? answer : seconds)
    }
    return { kind: 'measured', values }
  } finally {
    await definition.teardown?.(context)
  }
}

/** The middle value, or the mean of the two in the middle. Throws RangeError where there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (upper === undefined || lower === undefined) throw new RangeError('The median of no values')
  return (lower + upper) / 2
}

/** Whether a measured value is as good as the bar asks for; any is where it asks for nothing. */
export const meets = (bar: Bar, value: number): boolean =>
  bar.value === null || (bar.better === 'less' ? value <= bar.value : value >= bar.value)
