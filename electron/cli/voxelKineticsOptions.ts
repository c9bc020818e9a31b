/** The options of `theratwin voxel-kinetics` and what their texts mean. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { InputError } from '../../native-core/errors/index.ts'
import { NOT_OF_VOXELS, VOXEL_MODEL_IDS } from '../../native-core/kinetics/voxelwise/index.ts'
import { activityMapOptionsSchema, voxelFitOptionsSchema } from '../contracts/doseMaps.ts'
import type { ActivityMapOptions, VoxelFitOptionsAsk } from '../contracts/doseMaps.ts'
import type { VoxelBedOptions } from '../services/voxelKinetics/index.ts'
import { numbersIn } from './options.ts'
import { z } from '../contracts/schema.ts'

export const SYNOPSIS =
  'voxel-kinetics PATH [--protocol P.json] [--cycle N] | IMAGE… --times H,H,… --nuclide N [--structures PATH]; --model M --out FOLDER'

const OPTIONS = {
  times: { type: 'string' },
  nuclide: { type: 'string' },
  structures: { type: 'string' },
  quantity: { type: 'string' },
  protocol: { type: 'string' },
  cycle: { type: 'string' },
  model: { type: 'string' },
  regularisation: { type: 'string' },
  hold: { type: 'string' },
  'circulation-rate-per-h': { type: 'string' },
  options: { type: 'string' },
  'negligible-share': { type: 'string' },
  terms: { type: 'boolean' },
  'alpha-beta-gy': { type: 'string' },
  'repair-half-time-h': { type: 'string' },
  threads: { type: 'string' },
  out: { type: 'string' },
} as const

export type VoxelKineticsValues = {
  readonly [K in keyof typeof OPTIONS]?: (typeof OPTIONS)[K]['type'] extends 'boolean' ? boolean : string
}

export interface VoxelKineticsAsk {
  readonly paths: readonly string[]
  readonly values: VoxelKineticsValues
  readonly fit: VoxelFitOptionsAsk
  readonly activityMap: ActivityMapOptions
  /** What the BED is to be computed with; null where none is asked for. */
  readonly bed: VoxelBedOptions | null
  readonly out: string
}

const wrong = (what: string): InputError => new InputError('cli.arguments', what, `Usage: theratwin ${SYNOPSIS}`)

/** @throws InputError `cli.arguments`, `voxel-kinetics.options` for a file of options that does not fit. */
export async function voxelKineticsAsk(words: readonly string[]): Promise<VoxelKineticsAsk> {
  const { values, positionals } = parsed(words)
  if (positionals.length === 0) throw wrong('voxel-kinetics needs images, or the folder of a patient.')
  if (values.out === undefined || values.out === '') throw wrong('voxel-kinetics needs --out FOLDER.')
  if (values.times === undefined && positionals.length > 1)
    throw wrong('Several images need --times, in hours after the injection.')
  const isCourse = values.times === undefined
  const foreign = isCourse
    ? (['nuclide', 'structures', 'quantity'] as const).find((name) => values[name] !== undefined)
    : (['protocol', 'cycle'] as const).find((name) => values[name] !== undefined)
  if (foreign !== undefined)
    throw wrong(
      `--${foreign} belongs to ${isCourse ? 'images with --times' : 'the folder of a patient, without --times'}.`,
    )
  const fit = checked(voxelFitOptionsSchema, {
    ...(values.options === undefined ? {} : await readOptions(values.options)),
    ...(values.model === undefined ? {} : { model: values.model }),
    ...(values.hold === undefined ? {} : { fixed: heldOf(values.hold) }),
    ...(values['circulation-rate-per-h'] === undefined
      ? {}
      : { circulationRatePerS: perS(values['circulation-rate-per-h'], '--circulation-rate-per-h') }),
    ...(values.regularisation === undefined ? {} : { regularisation: values.regularisation }),
  })
  const share = values['negligible-share']
  const activityMap = checked(activityMapOptionsSchema, {
    matchStructures: false,
    fit,
    ...(share === undefined ? {} : { negligibleShare: share.trim() === '' ? NaN : Number(share) }),
  })
  return { paths: positionals, values, fit, activityMap, bed: bedOptions(values), out: values.out }
}

/** α/β and repair half-time, both or none, and only where curves of a dose rate are fitted. */
function bedOptions(values: VoxelKineticsValues): VoxelBedOptions | null {
  const given = [values['alpha-beta-gy'], values['repair-half-time-h']]
  if (given.every((text) => text === undefined)) return null
  if (values.quantity !== 'dose-rate') throw wrong('BED needs curves of the dose rate: --quantity dose-rate.')
  const [alphaBetaGy = NaN, hours = NaN] = given.map((text) =>
    text === undefined || text.trim() === '' ? NaN : Number(text),
  )
  if (!(alphaBetaGy > 0) || !(hours > 0) || !Number.isFinite(hours))
    throw wrong('BED needs --alpha-beta-gy and --repair-half-time-h, both positive numbers.')
  return { alphaBetaGy, repairHalfTimeS: hours * 3600 }
}

/** A rate in 1/s of one in 1/h. @throws InputError `cli.arguments`. */
function perS(text: string, what: string): number {
  const perHour = text.trim() === '' ? NaN : Number(text)
  if (!(perHour > 0) || !Number.isFinite(perHour)) throw wrong(`${what} ${text} is not a positive rate in 1/h.`)
  return perHour / 3600
}

/** `lambdaBiol2=0.2,alpha=0.3`: biological rates in 1/h, shares as they are. @throws InputError `cli.arguments`. */
function heldOf(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', value = ''] = part.split('=').map((word) => word.trim())
      if (name === '' || value === '' || !Number.isFinite(Number(value)))
        throw wrong(`--hold ${part} is not NAME=NUMBER, for example lambdaBiol2=0.2 (1/h) or alpha=0.3.`)
      return [name, name.startsWith('lambda') ? perS(value, `--hold ${name}`) : Number(value)]
    }),
  )
}

/** Times in s of so many images. @throws InputError `cli.arguments`. */
export function timesOf(text: string, images: number): number[] {
  const hours = numbersIn(text)
  if (hours.length !== images || hours.some((time) => !(time > 0) || !Number.isFinite(time)))
    throw wrong(
      `--times ${text} is not ${images} positive number${images === 1 ? '' : 's'} of hours after the injection.`,
    )
  return hours.map((time) => time * 3600)
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

async function readOptions(path: string): Promise<object> {
  try {
    const read: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read
    throw new Error('it is no object')
  } catch (error) {
    throw new InputError(
      'voxel-kinetics.options',
      `The options ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Give a JSON object with regularisation, spread and noise.',
    )
  }
}

function checked<T>(
  schema: {
    safeParse: (
      input: unknown,
    ) =>
      | { success: true; data: T }
      | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } }
  },
  input: unknown,
): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const model = z.object({ model: z.string() }).safeParse(input).data?.model ?? ''
  const reason = issue?.path[0] === 'model' ? NOT_OF_VOXELS[model] : undefined
  throw new InputError(
    'voxel-kinetics.options',
    reason === undefined
      ? `"${issue?.path.join('.') || 'options'}" is wrong: ${issue?.message ?? 'unreadable'}.`
      : `Voxels cannot have the model "${model}". ${reason}`,
    `Models are ${VOXEL_MODEL_IDS.join(', ')}, trapezoid (--model); --regularisation is estimated, designed or none.`,
  )
}
