/** `theratwin bed-map DOSE…`: BED and EQD2 of each voxel of one tissue, of one cycle or added up over several. */
import { parseArgs } from 'node:util'
import { encodeNifti } from '../adapters/nifti/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { IDENTITY_MAT4 } from '../../native-core/imaging/index.ts'
import { eqdOf, monoExponentialG, tissueBedMap } from '../../native-core/radiobiology/index.ts'
import { hoursToSeconds } from '../../native-core/units/index.ts'
import { printNumber } from '../services/report/index.ts'
import type { Command } from './context.ts'
import { assertSameFrame, readDoseMap } from './doseMaps.ts'
import type { DoseMap } from './doseMaps.ts'
import { asksForHelp, HelpAsked, numbersIn } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SYNOPSIS = 'bed-map DOSE [DOSE …] --alpha-beta GY --repair-h H --half-life-h H[,H …] [--any-frame] --out FOLDER'

const OPTIONS = {
  'alpha-beta': { type: 'string' },
  'repair-h': { type: 'string' },
  'half-life-h': { type: 'string' },
  'any-frame': { type: 'boolean' },
  out: { type: 'string' },
} as const

interface Asked {
  readonly paths: readonly string[]
  readonly alphaBetaGy: number
  readonly repairHalfTimeS: number
  /** Effective half-life of the dose rate in each cycle. */
  readonly halfLivesS: readonly number[]
  readonly anyFrame: boolean
  readonly out: string
}

/** Doses of one cycle each, all of one tissue; on the grid of the first one. */
export const command: Command = {
  run: async (context) => {
    const asked = read(context.arguments)
    const bench = createWorkbench()
    try {
      const doses: DoseMap[] = []
      for (const path of asked.paths) doses.push(await readDoseMap(path, bench, context.signal))
      const [first] = doses
      if (!first) throw wrong('no dose is given')
      if (!asked.anyFrame) for (const dose of doses) assertSameFrame(first, dose)
      const { bedGy, coveredShare } = await sumOf(first, doses, asked, bench, context.signal)
      const summary = summaryOf(first, doses, asked, bedGy, coveredShare)
      const json = `${JSON.stringify({ program: bench.programVersion, ...summary }, null, 2)}\n`
      const map = async (values: Float32Array, description: string) =>
        encodeNifti({ grid: first.grid, values }, { gzip: true, description })
      await writeOutputFiles(asked.out, [
        ['bed.nii.gz', await map(bedGy, 'Biologically effective dose (BED), Gy')],
        [
          'eqd2.nii.gz',
          await map(
            bedGy.map((bed) => eqdOf(bed, asked.alphaBetaGy)),
            'Equivalent dose in 2 Gy fractions (EQD2), Gy',
          ),
        ],
        ['bed-map.json', json],
      ])
      context.out(context.json ? json : textOf(summary, asked.out))
      return true
    } finally {
      await bench.close()
    }
  },
}

const wrong = (what: string): InputError => new InputError('cli.arguments', `${what}.`, `Usage: theratwin ${SYNOPSIS}`)

/** @throws InputError `cli.arguments` */
function read(words: readonly string[]): Asked {
  if (asksForHelp(words)) throw new HelpAsked(SYNOPSIS, OPTIONS)
  let parsed
  try {
    parsed = parseArgs({ args: [...words], allowPositionals: true, options: OPTIONS })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message.replace(/\.$/, '') : String(error))
  }
  const { values, positionals } = parsed
  const numbers = (name: 'alpha-beta' | 'repair-h' | 'half-life-h'): number[] => {
    const found = numbersIn(values[name] ?? '')
    if (found.every((one) => one > 0 && Number.isFinite(one))) return found
    throw wrong(`--${name} is "${values[name] ?? ''}", no positive number`)
  }
  const [alphaBetaGy = NaN] = numbers('alpha-beta')
  const [repairH = NaN] = numbers('repair-h')
  const halfLives = numbers('half-life-h')
  if (positionals.length === 0) throw wrong('no dose is given')
  if (halfLives.length !== 1 && halfLives.length !== positionals.length)
    throw wrong(`there are ${halfLives.length} half-lives for ${positionals.length} doses: give one, or one for each`)
  if (!values.out) throw wrong('--out is missing')
  return {
    paths: positionals,
    alphaBetaGy,
    repairHalfTimeS: hoursToSeconds(repairH),
    halfLivesS: positionals.map((_, at) => hoursToSeconds(halfLives[at] ?? halfLives[0] ?? NaN)),
    anyFrame: values['any-frame'] === true,
    out: values.out,
  }
}

/** BED of each dose on its own grid, the others brought to the grid of the first point by point. */
async function sumOf(
  first: DoseMap,
  doses: readonly DoseMap[],
  { alphaBetaGy, repairHalfTimeS, halfLivesS }: Asked,
  bench: Workbench,
  signal: AbortSignal,
): Promise<{ readonly bedGy: Float32Array; readonly coveredShare: number }> {
  const repair = { kind: 'exponential', components: [{ halfTimeS: repairHalfTimeS, fraction: 1 }] } as const
  const parts = doses.map(({ label, grid, doseGy }, at) => ({
    ...{ label, grid, fromReference: IDENTITY_MAT4 },
    values: tissueBedMap({
      doseGy,
      labels: new Uint8Array(doseGy.length),
      tissues: [{ alphaBetaGy, repair, g: monoExponentialG(repairHalfTimeS, halfLivesS[at] ?? NaN) }],
    }).bedGy as Float32Array,
  }))
  const [only] = parts
  if (parts.length === 1 && only) return { bedGy: only.values, coveredShare: 1 }
  const { values, coveredShare } = await bench.compute.warp(
    { kind: 'doses', map: IDENTITY_MAT4, grid: first.grid, work: { parts } },
    { signal },
  )
  return { bedGy: values, coveredShare }
}

function summaryOf(first: DoseMap, doses: readonly DoseMap[], asked: Asked, bedGy: Float32Array, coveredShare: number) {
  const { alphaBetaGy, repairHalfTimeS, halfLivesS } = asked
  const share = coveredShare < 1 ? [`All doses reach ${printNumber(100 * coveredShare)} % of the grid only.`] : []
  return {
    ...{ reference: first.label, alphaBetaGy, repairHalfTimeS },
    doses: doses.map(({ label }, at) => ({
      label,
      effectiveHalfLifeS: halfLivesS[at] ?? NaN,
      g: monoExponentialG(repairHalfTimeS, halfLivesS[at] ?? NaN),
    })),
    maximumBedGy: bedGy.reduce((most, bed) => Math.max(most, bed), 0),
    coveredShare,
    remarks: [
      'One tissue throughout: BED = D·(1 + G·D/(α/β)) in each voxel, its dose rate falling with one effective half-life, and nothing else is given.',
      ...(doses.length > 1
        ? [
            'BED of the cycles is added: what one cycle damages is taken as repaired before the next. Doses lie as their coordinates say: bring those of other frames of reference to the first by `theratwin register` before.',
          ]
        : []),
      ...share,
      ...doses.flatMap(({ remarks }) => remarks),
    ],
  }
}

const textOf = ({ doses, maximumBedGy, remarks }: ReturnType<typeof summaryOf>, out: string): string =>
  [
    ...doses.map(({ label, g }) => `${label}: G ${printNumber(g)}`),
    `Largest BED ${printNumber(maximumBedGy)} Gy`,
    ...remarks.map((remark) => `  - ${remark}`),
    `Written: ${out}/bed.nii.gz, eqd2.nii.gz, bed-map.json`,
  ].join('\n')
