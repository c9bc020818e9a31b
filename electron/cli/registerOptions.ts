/** The options of `theratwin register` and what their texts mean. */
import { readFile } from 'node:fs/promises'
import { InputError } from '../../native-core/errors/index.ts'
import { wholeBox } from '../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'
import type { Workbench } from '../backend/compose.ts'
import { aroundStructure, insideBox } from '../services/registration/index.ts'
import type { LandmarkPair, NamedShape, RegistrationTask } from '../services/registration/index.ts'
import type { CommandContext } from './context.ts'
import { masksOf, readVolume } from './doseInputs.ts'
import { numberOf } from './doseOptions.ts'
import { numbersIn } from './options.ts'

export const SYNOPSIS =
  'register FIXED MOVING [--type rigid|affine|deformable] [--metric mutual-information|normalised-correlation] [--initial centres-of-mass|centres|identity|MATRIX.json] [--modality CT] [--with FIXED2 --with-moving MOVING2] [--mask NIFTI | --box X,Y,Z,X,Y,Z | --structure NAME [--margin-mm 15]] [--structures PATH [--moving-structures PATH]] [--landmarks PAIRS.csv] [--control-spacing-mm 24] [--regularisation R] [--threads N] [--out FOLDER]\n       theratwin register --apply registration.json|REG.dcm --image PATH --onto PATH [--conservative] [--interpolation trilinear|cubic|nearest] [--fill 0] --out FOLDER'

export const REGISTER_OPTIONS = {
  type: { type: 'string' },
  metric: { type: 'string' },
  initial: { type: 'string' },
  modality: { type: 'string' },
  with: { type: 'string' },
  'with-moving': { type: 'string' },
  mask: { type: 'string' },
  box: { type: 'string' },
  structure: { type: 'string' },
  'margin-mm': { type: 'string' },
  structures: { type: 'string' },
  'moving-structures': { type: 'string' },
  landmarks: { type: 'string' },
  'control-spacing-mm': { type: 'string' },
  regularisation: { type: 'string' },
  threads: { type: 'string' },
  out: { type: 'string' },
  apply: { type: 'string' },
  image: { type: 'string' },
  onto: { type: 'string' },
  conservative: { type: 'boolean' },
  interpolation: { type: 'string' },
  fill: { type: 'string' },
} as const

export type RegisterValues = {
  readonly [K in keyof typeof REGISTER_OPTIONS]?: (typeof REGISTER_OPTIONS)[K]['type'] extends 'boolean'
    ? boolean
    : string
}

export const TYPES = ['rigid', 'affine', 'deformable'] as const
export const METRICS = ['mutual-information', 'normalised-correlation'] as const
export const INTERPOLATIONS = ['trilinear', 'cubic', 'nearest'] as const
const DEFAULT_MARGIN_MM = 15

/** @throws InputError `cli.arguments`. */
export function oneOf<T extends string>(option: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === given)
  if (found !== undefined) return found
  throw new InputError('cli.arguments', `--${option} is "${given}".`, `Give one of ${allowed.join(', ')}.`)
}

/** @throws InputError `cli.arguments` where an option stands without what it needs. */
export function assertTogetherGiven(values: RegisterValues): void {
  const refuse = (message: string): never => {
    throw new InputError('cli.arguments', message, `Usage: theratwin ${SYNOPSIS}`)
  }
  if ((values.with === undefined) !== (values['with-moving'] === undefined))
    refuse('A second pair of images needs both --with and --with-moving.')
  if ([values.mask, values.box, values.structure].filter((given) => given !== undefined).length > 1)
    refuse('--mask, --box and --structure exclude each other.')
  if (values.structure !== undefined && values.structures === undefined)
    refuse('--structure needs --structures, where the structure is.')
  if (values['margin-mm'] !== undefined && values.structure === undefined) refuse('--margin-mm goes with --structure.')
  if (values['moving-structures'] !== undefined && values.structures === undefined)
    refuse('--moving-structures needs --structures, those of the fixed image.')
}

/** A number within limits, or what is taken without it. @throws InputError `cli.arguments`. */
export function numberWithin(
  option: string,
  given: string | undefined,
  low: number,
  high: number,
  other: number,
): number {
  return given === undefined ? other : numberOf(option, given, low, high)
}

/** The part of the fixed image that counts, or null for all of it. @throws InputError `cli.arguments`, `register.structure`, `dose.mask`. */
export async function fixedRegion(
  values: RegisterValues,
  grid: ImageGrid,
  structures: readonly NamedShape[],
  bench: Workbench,
  context: CommandContext,
): Promise<FractionalMask | null> {
  if (values.mask !== undefined) {
    const image = await readVolume(values.mask, undefined, bench, context)
    masksOf(image)
    // Labels: any of them counts.
    const isLabels = image.values.some((value) => value > 1)
    const fractions = isLabels ? image.values.map((value) => Number(value > 0)) : image.values
    return { grid: image.grid, box: wholeBox(image.grid), fractions, volumeOutsideMl: 0 }
  }
  if (values.box !== undefined) {
    const numbers = numbersIn(values.box)
    if (numbers.length !== 6 || !numbers.every(Number.isFinite))
      throw new InputError(
        'cli.arguments',
        `--box ${values.box} is not six numbers.`,
        'Give two opposite corners in patient coordinates (LPS, mm): x,y,z,x,y,z.',
      )
    const corner = (rule: (a: number, b: number) => number): number[] =>
      [0, 1, 2].map((axis) => rule(numbers[axis]!, numbers[axis + 3]!))
    return insideBox(grid, corner(Math.min), corner(Math.max))
  }
  if (values.structure === undefined) return null
  const wanted = values.structure.trim().toLowerCase()
  const found = structures.find(({ name }) => name.trim().toLowerCase() === wanted)
  if (found === undefined)
    throw new InputError(
      'register.structure',
      `There is no structure "${values.structure}" in ${values.structures}.`,
      `There are: ${structures.map(({ name }) => name).join(', ')}.`,
    )
  return aroundStructure(grid, found.shape, numberWithin('margin-mm', values['margin-mm'], 0, 200, DEFAULT_MARGIN_MM))
}

/** @throws InputError `register.initial`. */
export async function initialOf(given: string): Promise<RegistrationTask['initial']> {
  if (given === 'centres-of-mass' || given === 'centres' || given === 'identity') return given
  const wrong = (why: string): InputError =>
    new InputError(
      'register.initial',
      `--initial ${given} cannot be used: ${why}.`,
      'Give centres-of-mass, centres, identity, or a JSON file with "fixedToMoving": 16 numbers, as registration.json has it.',
    )
  const parsed = await readJson(given, wrong)
  const matrix: unknown = Array.isArray(parsed) ? parsed : (parsed as { fixedToMoving?: unknown } | null)?.fixedToMoving
  if (!isMatrix(matrix)) throw wrong('it holds no matrix of 16 finite numbers')
  return matrix
}

/** A JSON file; `wrong` says of what cannot be read what it was for. */
export async function readJson(path: string, wrong: (why: string) => InputError): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

export function isMatrix(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === 16 && value.every((v) => typeof v === 'number' && Number.isFinite(v))
}

/** One pair a line: name, three coordinates in the fixed image, three in the moving one. @throws InputError `register.landmarks`. */
export async function readLandmarks(path: string): Promise<LandmarkPair[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new InputError(
      'register.landmarks',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the path.',
    )
  })
  const pairs: LandmarkPair[] = []
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [name = '', ...cells] = line.split(',').map((cell) => cell.trim())
    const numbers = cells.map((cell) => (cell === '' ? NaN : Number(cell)))
    if (numbers.length === 6 && numbers.every(Number.isFinite)) {
      const [a, b, c, d, e, f] = numbers as [number, number, number, number, number, number]
      pairs.push({ name, fixedMm: [a, b, c] satisfies Vec3, movingMm: [d, e, f] satisfies Vec3 })
    } else if (n > 0 || numbers.some(Number.isFinite))
      throw new InputError(
        'register.landmarks',
        `Line ${n + 1} of ${path} is not a name and six numbers.`,
        'Write: name, x, y, z in the fixed image, x, y, z in the moving one (LPS, mm).',
      )
  }
  return pairs
}
