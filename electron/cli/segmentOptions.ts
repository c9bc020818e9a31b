/** The options of `theratwin segment --method` and what their texts mean. */
import { InputError } from '../../native-core/errors/index.ts'
import { wholeBox } from '../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3, VoxelBox } from '../../native-core/imaging/index.ts'
import {
  boxAroundPoint,
  boxOfCorners,
  SEGMENTATION_DEFAULTS as DEFAULTS,
} from '../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type {
  Background,
  SegmentationAsk,
  SegmentationMethod,
} from '../../native-core/imaging/segmentation/semiautomatic/index.ts'
import { numberOf } from './doseOptions.ts'
import { oneOf } from './registerOptions.ts'
import { numbersIn } from './options.ts'

export const METHODS: readonly SegmentationMethod[] = [
  'threshold',
  'relative-threshold',
  'adaptive-threshold',
  'contrast-threshold',
  'gradient',
  'region-growing',
  'random-walker',
  'level-set',
]

export const SEGMENT_SYNOPSIS = `segment IMAGE --method ${METHODS.join('|')} [--modality NM] [--unit Bq/mL] [--fwhm-mm F] [--seed X,Y,Z] [--box X,Y,Z,X,Y,Z | --box-half-side-mm 60] [--all-pieces] [--from V] [--to V] [--percent P] [--of maximum|peak] [--background V|shell|none] [--shell-mm 10,20] [--coefficient-a A --coefficient-b B] [--smoothing-sd-mm S] [--tolerance V | --standard-deviations K] [--start-radius-mm R] [--inside NIFTI|CSV --outside NIFTI|CSV] [--beta 90] [--edge-length-mm L] [--data two-means|range] [--curvature-mm C] [--ct PATH] [--name NAME] [--kind lesion|organ|other] [--out FOLDER]`

export const SEGMENT_OPTIONS = {
  method: { type: 'string' },
  modality: { type: 'string' },
  unit: { type: 'string' },
  seed: { type: 'string' },
  box: { type: 'string' },
  'box-half-side-mm': { type: 'string' },
  'all-pieces': { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  percent: { type: 'string' },
  of: { type: 'string' },
  background: { type: 'string' },
  'shell-mm': { type: 'string' },
  'fwhm-mm': { type: 'string' },
  'coefficient-a': { type: 'string' },
  'coefficient-b': { type: 'string' },
  'smoothing-sd-mm': { type: 'string' },
  tolerance: { type: 'string' },
  'standard-deviations': { type: 'string' },
  'start-radius-mm': { type: 'string' },
  inside: { type: 'string' },
  outside: { type: 'string' },
  beta: { type: 'string' },
  'edge-length-mm': { type: 'string' },
  data: { type: 'string' },
  'curvature-mm': { type: 'string' },
  ct: { type: 'string' },
  name: { type: 'string' },
  kind: { type: 'string' },
  out: { type: 'string' },
} as const

type Option = keyof typeof SEGMENT_OPTIONS
export type SegmentValues = {
  readonly [K in Option]?: (typeof SEGMENT_OPTIONS)[K]['type'] extends 'boolean' ? boolean : string
}

/** Options that every method knows. */
const COMMON = [
  'method',
  'modality',
  'unit',
  'fwhm-mm',
  'seed',
  'box',
  'box-half-side-mm',
  'ct',
  'name',
  'kind',
  'out',
] as const
/** Options of each method beside those. */
const OF_METHOD: Readonly<Record<SegmentationMethod, readonly Option[]>> = {
  threshold: ['from', 'to', 'all-pieces'],
  'relative-threshold': ['percent', 'of', 'background', 'shell-mm', 'all-pieces'],
  'adaptive-threshold': ['of', 'background', 'shell-mm'],
  'contrast-threshold': ['coefficient-a', 'coefficient-b', 'background', 'shell-mm'],
  gradient: ['smoothing-sd-mm'],
  'region-growing': ['tolerance', 'standard-deviations', 'start-radius-mm'],
  'random-walker': ['inside', 'outside', 'beta', 'edge-length-mm'],
  'level-set': ['start-radius-mm', 'curvature-mm', 'data', 'from', 'to'],
}

/**
 * What to look for where. `marks` are the voxels of the scribbles. @throws InputError `cli.arguments`,
 * `segmentation.empty-box`, `segmentation.seed-outside`.
 */
export function askOf(
  values: SegmentValues,
  grid: ImageGrid,
  marks: { readonly inside: readonly number[]; readonly outside: readonly number[] },
): SegmentationAsk {
  const method = oneOf('method', values.method ?? '', METHODS)
  assertOfMethod(values, method)
  const seedMm = values.seed === undefined ? null : pointOf('seed', values.seed)
  const place = { box: boxOf(values, grid, seedMm), seedMm }
  const largest = Math.max(...grid.spacingMm)
  const number = (option: Option, low: number, high = Number.MAX_VALUE): number | null => {
    const given = values[option]
    return typeof given === 'string' ? numberOf(option, given, low, high) : null
  }
  const needed = (option: Option, low: number, high?: number): number =>
    number(option, low, high) ?? missing(option, method)
  const any = -Number.MAX_VALUE
  switch (method) {
    case 'threshold':
      return { method, ...place, from: needed('from', any), to: number('to', any), isConnected: !values['all-pieces'] }
    case 'relative-threshold':
      return {
        method,
        ...place,
        part: needed('percent', 0, 100) / 100,
        of: oneOf('of', values.of ?? 'maximum', ['maximum', 'peak']),
        background: values.background === 'none' || values.background === undefined ? null : backgroundOf(values, null),
        isConnected: !values['all-pieces'],
      }
    case 'adaptive-threshold': {
      const fwhmMm = needed('fwhm-mm', 0)
      const of = oneOf('of', values.of ?? 'peak', ['maximum', 'peak'])
      return {
        method,
        ...place,
        fwhmMm,
        of,
        background: backgroundOf(values, [DEFAULTS.shellFromFwhm.value * fwhmMm, DEFAULTS.shellToFwhm.value * fwhmMm]),
      }
    }
    case 'contrast-threshold':
      return {
        method,
        ...place,
        a: needed('coefficient-a', 0),
        b: needed('coefficient-b', any),
        background: backgroundOf(values, null),
      }
    case 'gradient':
      return {
        method,
        ...place,
        smoothingSdMm: number('smoothing-sd-mm', 0) ?? DEFAULTS.smoothingVoxels.value * largest,
        fwhmMm: number('fwhm-mm', 0),
      }
    case 'region-growing': {
      const tolerance = number('tolerance', 0)
      const standardDeviations = number('standard-deviations', 0)
      if ((tolerance === null) === (standardDeviations === null))
        throw argumentsError(
          'Region growing needs either --tolerance (in the unit of the image) or --standard-deviations.',
        )
      return {
        method,
        ...place,
        seedMm: seedMm ?? missing('seed', method),
        rule:
          tolerance !== null
            ? { kind: 'tolerance', tolerance }
            : {
                kind: 'statistics',
                standardDeviations: standardDeviations ?? 0,
                startRadiusMm: number('start-radius-mm', 0) ?? DEFAULTS.startRadiusMm.value,
              },
      }
    }
    case 'random-walker':
      return {
        method,
        ...place,
        ...marks,
        beta: number('beta', 0) ?? DEFAULTS.beta.value,
        edgeLengthMm: number('edge-length-mm', 0),
      }
    case 'level-set': {
      const kind = oneOf('data', values.data ?? 'two-means', ['two-means', 'range'])
      return {
        method,
        ...place,
        seedMm: seedMm ?? missing('seed', method),
        startRadiusMm: number('start-radius-mm', 0) ?? DEFAULTS.startRadiusMm.value,
        curvatureMm: number('curvature-mm', 0) ?? DEFAULTS.curvatureVoxels.value * largest,
        data: kind === 'range' ? { kind, from: needed('from', any), to: needed('to', any) } : { kind },
      }
    }
  }
}

/**
 * The resolution of the image (FWHM, mm): as given; null for an emission image of which it is not; undefined for others.
 * @throws InputError `cli.arguments`.
 */
export function fwhmOf(values: SegmentValues, isEmission: boolean): number | null | undefined {
  const given = values['fwhm-mm']
  if (given === undefined) return isEmission ? null : undefined
  const fwhmMm = numberOf('fwhm-mm', given, 0, Number.MAX_VALUE)
  if (fwhmMm > 0) return fwhmMm
  throw argumentsError(
    '--fwhm-mm is 0.',
    'Give the full width at half maximum of the point spread in mm, or leave it out.',
  )
}

function assertOfMethod(values: SegmentValues, method: SegmentationMethod): void {
  const known: readonly Option[] = [...COMMON, ...OF_METHOD[method]]
  const stranger = (Object.keys(values) as Option[]).find((option) => !known.includes(option))
  if (stranger !== undefined) throw argumentsError(`--${stranger} has no meaning with --method ${method}.`)
}

function boxOf(values: SegmentValues, grid: ImageGrid, seedMm: Vec3 | null): VoxelBox {
  const half = values['box-half-side-mm']
  if (values.box !== undefined && half !== undefined)
    throw argumentsError('--box and --box-half-side-mm exclude each other.')
  if (half !== undefined) {
    if (seedMm === null) throw argumentsError('--box-half-side-mm needs --seed, the middle of the box.')
    return boxAroundPoint(grid, seedMm, numberOf('box-half-side-mm', half, 0, Number.MAX_VALUE))
  }
  if (values.box === undefined) return wholeBox(grid)
  const numbers = numbersOf('box', values.box, 6, 'two opposite corners in patient coordinates (LPS, mm): x,y,z,x,y,z')
  return boxOfCorners(grid, asVec3(numbers), asVec3(numbers.slice(3)))
}

function backgroundOf(values: SegmentValues, shell: readonly [number, number] | null): Background {
  const given = values.background ?? 'shell'
  if (given !== 'shell') {
    if (values['shell-mm'] !== undefined) throw argumentsError('--shell-mm goes with --background shell.')
    return { kind: 'given', value: numberOf('background', given, -Number.MAX_VALUE, Number.MAX_VALUE) }
  }
  const ends =
    values['shell-mm'] === undefined
      ? shell
      : numbersOf('shell-mm', values['shell-mm'], 2, 'where it begins and ends, in mm from the boundary: 10,20')
  if (ends === null)
    throw argumentsError('The background is missing.', 'Give --background as a number, or --shell-mm 10,20.')
  return { kind: 'shell', fromMm: ends[0]!, toMm: ends[1]! }
}

const pointOf = (option: string, text: string): Vec3 =>
  asVec3(numbersOf(option, text, 3, 'a point in patient coordinates (LPS, mm): x,y,z'))

function numbersOf(option: string, text: string, count: number, what: string): readonly number[] {
  const numbers = numbersIn(text)
  if (numbers.length === count && numbers.every(Number.isFinite)) return numbers
  throw argumentsError(`--${option} ${text} is not ${count} numbers.`, `Give ${what}.`)
}

const asVec3 = (numbers: readonly number[]): Vec3 => [numbers[0]!, numbers[1]!, numbers[2]!]

function missing(option: Option, method: SegmentationMethod): never {
  throw argumentsError(`--${option} is missing: --method ${method} needs it.`)
}

const argumentsError = (message: string, hint = `Usage: theratwin ${SEGMENT_SYNOPSIS}`): InputError =>
  new InputError('cli.arguments', message, hint)
