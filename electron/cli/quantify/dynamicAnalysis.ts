/** `quantify dynamic --analysis …`: its options, and what it writes. */
import { rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, StructureShape } from '../../../native-core/imaging/index.ts'
import { decayFactor } from '../../../native-core/imaging/pet/index.ts'
import type { DecayReference } from '../../../native-core/imaging/pet/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import type { FrameCurve, FrameSchedule } from '../../../native-core/kinetics/dynamic/index.ts'
import { encodeNifti } from '../../adapters/nifti/index.ts'
import type { Compute } from '../../services/ports/compute.ts'
import type { DynamicFrame, DynamicResult } from '../../services/pet/index.ts'
import {
  analyseStructures,
  checkVoxelwise,
  GRAPHICAL_METHODS,
  METHODS,
  optionsSchema,
  parametricImages,
  scanInputField,
  scanSources,
  TISSUE_MODELS,
} from '../../services/pet/tissue/index.ts'
import type {
  AnalysisMethod,
  AnalysisOptions,
  ScanInputField,
  StructureAnalysis,
} from '../../services/pet/tissue/index.ts'
import type { CommandContext } from '../context.ts'
import { numberOption } from '../options.ts'
import { readRequest, readTable } from './requestFile.ts'

export const ANALYSIS_OPTIONS = {
  analysis: { type: 'string' },
  input: { type: 'string' },
  'input-decay': { type: 'string' },
  reference: { type: 'string' },
  'k2-ref-per-min': { type: 'string' },
  't-star-s': { type: 'string' },
  'blood-fraction': { type: 'string' },
  'delay-s': { type: 'string' },
  'fit-delay-within-s': { type: 'string' },
  weighting: { type: 'string' },
  agent: { type: 'string' },
  voxelwise: { type: 'boolean' },
  mask: { type: 'string' },
} as const

export const ANALYSIS_SYNOPSIS =
  '[--analysis logan|patlak|ma1|1tcm|2tcm-irreversible|2tcm|compare|srtm|srtm2|mrtm1|mrtm2 --input I.json|I.csv|STRUCTURE --reference STRUCTURE [--input-decay administration|sampling] [--k2-ref-per-min K] [--t-star-s T] [--blood-fraction V] [--delay-s D | --fit-delay-within-s D] [--weighting counts|uniform] [--agent A] [--voxelwise [--mask STRUCTURE]]]'

type Words = {
  readonly [name in Exclude<keyof typeof ANALYSIS_OPTIONS, 'voxelwise'>]?: string | undefined
} & { readonly voxelwise?: boolean | undefined }

/** What the words ask for. */
export interface AnalysisRequest {
  readonly method: AnalysisMethod
  readonly input: ScanInputField | null
  readonly referenceName: string | null
  readonly options: AnalysisOptions
  readonly voxelwise: { readonly maskName: string | null } | null
}

/** @throws InputError `cli.arguments`, those of reading the input. Null without --analysis. */
export async function readAnalysis(words: Words): Promise<AnalysisRequest | null> {
  if (words.analysis === undefined) {
    const stray = Object.keys(ANALYSIS_OPTIONS).find((name) => words[name as keyof Words] !== undefined)
    if (stray === undefined) return null
    throw new InputError('cli.arguments', `--${stray} needs --analysis.`, `Add ${ANALYSIS_SYNOPSIS}`)
  }
  const method = methodOf(words.analysis, words.input === undefined && words.reference !== undefined)
  const options = optionsSchema.safeParse({
    ...numberOption('t-star-s', words['t-star-s'], 'tStarS'),
    ...numberOption('k2-ref-per-min', words['k2-ref-per-min'], 'k2ReferencePerMin'),
    ...numberOption('blood-fraction', words['blood-fraction'], 'bloodFraction'),
    ...numberOption('delay-s', words['delay-s'], 'delayS'),
    ...numberOption('fit-delay-within-s', words['fit-delay-within-s'], 'fitDelayWithinS'),
    ...(words.weighting === undefined ? {} : { weighting: words.weighting }),
    ...(words.agent === undefined ? {} : { agent: words.agent }),
  })
  if (!options.success)
    throw new InputError(
      'cli.arguments',
      options.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '),
      `Give ${ANALYSIS_SYNOPSIS}`,
    )
  const needed = METHODS[method].needs
  if (words[needed] === undefined)
    throw new InputError(
      'cli.arguments',
      `--analysis ${words.analysis} needs --${needed}.`,
      needed === 'input'
        ? 'Give a JSON or CSV file, or the name of a structure in the blood pool.'
        : 'Give the name of a structure without target.',
    )
  if (words.voxelwise === true) checkVoxelwise(method)
  if (words.mask !== undefined && words.voxelwise !== true)
    throw new InputError('cli.arguments', '--mask needs --voxelwise.', 'Add --voxelwise, or leave --mask out.')
  return {
    method,
    input: words.input === undefined ? null : await readInput(words.input, words['input-decay']),
    referenceName: words.reference ?? null,
    options: options.data,
    voxelwise: words.voxelwise === true ? { maskName: words.mask ?? null } : null,
  }
}

/** Logan and Patlak without an input but with a reference are those with a reference region. */
function methodOf(word: string, hasOnlyReference: boolean): AnalysisMethod {
  const name = hasOnlyReference && (word === 'logan' || word === 'patlak') ? `${word}-reference` : word
  const found = [...GRAPHICAL_METHODS, ...TISSUE_MODELS].find((method) => method === name)
  if (found) return found
  throw new InputError('cli.arguments', `There is no analysis "${word}".`, `Give ${ANALYSIS_SYNOPSIS}`)
}

async function readInput(word: string, decay: string | undefined): Promise<ScanInputField> {
  if (word.toLowerCase().endsWith('.json')) return await readRequest(word, scanInputField)
  if (!word.toLowerCase().endsWith('.csv')) return scanInputField.parse({ kind: 'structure', structure: word })
  if (decay !== 'administration' && decay !== 'sampling')
    throw new InputError(
      'cli.arguments',
      decay === undefined
        ? 'A table of samples does not say whether it is decay-corrected.'
        : `--input-decay is "${decay}".`,
      'Give --input-decay administration (corrected to it) or --input-decay sampling (as they were when taken).',
    )
  const rows = await readTable(word)
  const column = (name: string): number[] =>
    rows.map(({ where, cells }) => {
      const text = cells[name] ?? ''
      const value = text === '' ? NaN : Number(text)
      if (Number.isFinite(value)) return value
      throw new InputError(
        'table.cell',
        `${where}: ${name} is "${text}".`,
        'Columns are time_s, blood_bq_per_ml and, where plasma was counted, plasma_bq_per_ml; each row has a number in each.',
      )
    })
  const timesS = column('time_s')
  const hasPlasma = rows[0]?.cells['plasma_bq_per_ml'] !== undefined
  return scanInputField.parse({
    kind: 'samples',
    decayCorrectedTo: decay,
    wholeBlood: { timesS, concentrationBqPerMl: column('blood_bq_per_ml') },
    ...(hasPlasma ? { plasma: { timesS, concentrationBqPerMl: column('plasma_bq_per_ml') } } : {}),
  })
}

export interface AnalysisRun {
  /** For the body of the answer. */
  readonly json: object
  readonly files: readonly (readonly [name: string, content: string | Uint8Array])[]
  readonly lines: readonly string[]
  readonly isWhole: boolean
}

/** Analyses the structures, and the voxels where that is asked. @throws InputError of the services, CancelledError. */
export async function runAnalysis(
  request: AnalysisRequest,
  scan: {
    readonly frames: readonly DynamicFrame[]
    readonly reference: DecayReference
    readonly halfLifeS: number
    readonly structures: readonly { readonly name: string; readonly shape: StructureShape }[]
  },
  result: DynamicResult,
  compute: Pick<Compute, 'compartmentMaps'>,
  context: CommandContext,
): Promise<AnalysisRun> {
  const frames = [...scan.frames].sort((a, b) => a.startS - b.startS)
  const schedule: FrameSchedule = {
    frames: frames.map(({ startS, durationS }) => ({ startS, durationS })),
    halfLifeS: scan.halfLifeS,
  }
  const curves = result.structures.map(({ name, curve }): FrameCurve => ({
    label: name,
    schedule,
    concentrationBqPerMl: curve.decayCorrected.map(({ value }) => value),
  }))
  const asked = { ...request, curves }
  const sources = scanSources(asked)
  const structures = analyseStructures(asked, sources)
  const images = request.voxelwise
    ? await parametricImages(
        request.method,
        {
          schedule,
          frames: await Promise.all(frames.map((frame) => frame.load())),
          factors: frames.map((frame) =>
            decayFactor(frame, scan.reference, { kind: 'time', timeS: 0 }, scan.halfLifeS),
          ),
          mask: maskOf(request.voxelwise.maskName, scan.structures, frames[0]?.grid),
        },
        sources,
        compute,
        { progress: (fraction) => context.progress(fraction, 'parametric images'), signal: context.signal },
      )
    : null
  const grid = frames[0]?.grid
  const maps = await Promise.all(
    (grid ? (images?.maps ?? []) : []).map(async ({ name, title, unit, values }) => {
      const file = `${request.method}-${name.replace("'", '-ref')}.nii.gz`
      const bytes = await encodeNifti(
        { grid: grid as ImageGrid, values },
        { gzip: true, description: `${title}, ${unit}` },
      )
      return { file, bytes, name, title, unit }
    }),
  )
  const remarks = [...sources.remarks, ...(images?.remarks ?? [])]
  return {
    json: {
      method: request.method,
      options: sources.options,
      structures,
      images: images && {
        voxels: images.voxels,
        unanswered: images.unanswered,
        maps: maps.map(({ file, name, title, unit }) => ({ file, name, title, unit })),
      },
      remarks,
    },
    files: [['analysis.csv', csvOf(structures)], ...maps.map(({ file, bytes }) => [file, bytes] as const)],
    lines: [...structures.flatMap(linesOf), ...remarks.map((remark) => `  - ${remark}`)],
    isWhole: structures.every(({ problem }) => problem === null),
  }
}

/** Voxels of which a structure holds half or more. @throws InputError `dynamic.structure`, `dynamic.mask`. */
function maskOf(
  name: string | null,
  structures: readonly { readonly name: string; readonly shape: StructureShape }[],
  grid: ImageGrid | undefined,
): Uint8Array | null {
  if (name === null || grid === undefined) return null
  const own = structures.find((one) => one.name === name)
  if (!own)
    throw new InputError(
      'dynamic.structure',
      `No structure is named "${name}".`,
      `There are: ${structures.map((one) => one.name).join(', ')}.`,
    )
  const mask = voxelsOf(rasteriseShape(own.shape, grid, { sliceThicknessMm: grid.spacingMm[2] }), grid)
  if (mask.includes(1)) return mask
  throw new InputError(
    'dynamic.mask',
    `The structure "${name}" holds no voxel by half or more.`,
    'Give a larger structure as --mask, or none for the whole image.',
  )
}

function voxelsOf({ box, fractions }: FractionalMask, grid: ImageGrid): Uint8Array {
  const [nx, ny, nz] = grid.dimensions
  const mask = new Uint8Array(nx * ny * nz)
  for (let at = 0; at < fractions.length; at++) {
    if ((fractions[at] as number) < 0.5) continue
    const i = box.start[0] + (at % box.size[0])
    const j = box.start[1] + (Math.floor(at / box.size[0]) % box.size[1])
    const k = box.start[2] + Math.floor(at / (box.size[0] * box.size[1]))
    mask[i + nx * (j + ny * k)] = 1
  }
  return mask
}

function linesOf({ structure, models, problem }: StructureAnalysis): string[] {
  if (problem !== null) return [structure, `  not analysed: ${problem}`]
  return models.flatMap((model) => [
    `${structure}: ${model.title}`,
    ...model.results.map(({ name, value, standardError, unit }) => {
      const spread = standardError === null ? '' : ` ± ${Number(standardError.toPrecision(2))}`
      return `  ${name} ${Number(value.toPrecision(5))}${spread}${unit === '1' ? '' : ` ${unit}`}`
    }),
    ...(model.plot
      ? [
          `  t* ${model.plot.tStarS} s, ${model.plot.pointCount} points, largest deviation ${(100 * model.plot.largestDeviation).toFixed(1)} %`,
        ]
      : []),
    ...model.remarks.map((remark) => `  - ${remark}`),
  ])
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

function csvOf(structures: readonly StructureAnalysis[]): string {
  const rows = structures.flatMap(({ structure, models }) =>
    models.flatMap(({ method, results }) =>
      results.map(({ name, value, standardError, unit }) =>
        [quoted(structure), method, quoted(name), value, standardError ?? '', quoted(unit)].join(','),
      ),
    ),
  )
  return `${['structure,method,parameter,value,standard_error,unit', ...rows].join('\n')}\n`
}
