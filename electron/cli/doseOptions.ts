/** The options of `theratwin dose` and what their texts mean. */
import type { DoseEngine } from '../../native-core/dosimetry/engines/index.ts'
import { engineParameters } from '../../native-core/dosimetry/engines/index.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { nuclideNameOf } from '../../native-core/physics/index.ts'
import type { DaughterPolicy } from '../../native-core/physics/index.ts'
import type { ActivityUseRequest, GridChoice } from '../services/dose/index.ts'

export const DOSE_OPTIONS = {
  engine: { type: 'string' },
  ct: { type: 'string' },
  water: { type: 'boolean' },
  activity: { type: 'string' },
  nuclide: { type: 'string' },
  daughters: { type: 'string' },
  structures: { type: 'string' },
  quantity: { type: 'string' },
  'effective-half-life-hours': { type: 'string' },
  'residence-hours': { type: 'string' },
  grid: { type: 'string' },
  parameters: { type: 'string' },
  decays: { type: 'string' },
  seed: { type: 'string' },
  'uncertainty-percent': { type: 'string' },
  in: { type: 'string' },
  seconds: { type: 'string' },
  threads: { type: 'string' },
  'keep-state': { type: 'string' },
  resume: { type: 'string' },
  out: { type: 'string' },
  list: { type: 'boolean' },
} as const

export type DoseValues = {
  readonly [K in keyof typeof DOSE_OPTIONS]?: (typeof DOSE_OPTIONS)[K]['type'] extends 'boolean' ? boolean : string
}

/** @throws InputError `cli.arguments`. */
export function required(name: string, value: string | undefined, synopsis: string): string {
  if (value !== undefined && value !== '') return value
  throw new InputError('cli.arguments', `dose needs --${name}.`, `Usage: theratwin ${synopsis}`)
}

/** A number as people write it ("1e7"). @throws InputError `cli.arguments`. */
export function numberOf(name: string, text: string, min: number, max: number, whole = false): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value
  throw new InputError(
    'cli.arguments',
    `--${name} ${text} is not a ${whole ? 'whole ' : ''}number${Number.isFinite(max) ? ` from ${min} to ${max}` : ''}.`,
    'Write it with a point and without a unit, for example 2.5 or 1e7.',
  )
}

const anyNumber = (name: string, text: string): number => numberOf(name, text, -Number.MAX_VALUE, Infinity)

/** @throws InputError `cli.arguments` for another word. */
export function gridChoice(text: string | undefined): GridChoice {
  if (text === undefined || text === 'activity') return 'activity'
  return text === 'ct' ? 'ct' : anyNumber('grid (activity, ct, or a voxel size in mm)', text)
}

export function quantityOf(
  values: DoseValues,
): Pick<ActivityUseRequest, 'quantity' | 'effectiveHalfLifeHours' | 'residenceHours'> {
  const { quantity, 'effective-half-life-hours': halfLife, 'residence-hours': residence } = values
  if (quantity !== undefined && quantity !== 'dose' && quantity !== 'dose-rate')
    throw new InputError('cli.arguments', `--quantity ${quantity} is not known.`, 'Give dose or dose-rate.')
  return {
    ...(quantity === undefined ? {} : { quantity }),
    ...(halfLife === undefined ? {} : { effectiveHalfLifeHours: anyNumber('effective-half-life-hours', halfLife) }),
    ...(residence === undefined ? {} : { residenceHours: anyNumber('residence-hours', residence) }),
  }
}

/**
 * Daughters: "all" (default), "none", the share of the first daughters that stays ("0.6"), or shares of single ones ("Bi-213=0.6,Tl-209=0.5").
 *
 * @throws InputError `cli.arguments`.
 */
export function daughtersOf(text: string | undefined): { readonly policy: DaughterPolicy; readonly words: string } {
  const given = (text ?? 'all').trim()
  if (given === 'all')
    return {
      policy: { kind: 'equilibrium', retainedFraction: 1 },
      words: 'Daughters of shorter half-life decay where the parent did.',
    }
  if (given === 'none') return { policy: { kind: 'parent-only' }, words: 'Daughters are not counted.' }
  if (!given.includes('=')) {
    const retainedFraction = numberOf('daughters (all, none, a share, or NUCLIDE=SHARE,…)', given, 0, 1)
    return {
      policy: { kind: 'equilibrium', retainedFraction },
      words: `${retainedFraction} of the first daughters stay where the parent decayed.`,
    }
  }
  const byNuclide = Object.fromEntries(
    given.split(',').map((part) => {
      const [name = '', share = ''] = part.split('=')
      return [nuclideNameOf(name), numberOf(`daughters ${name}`, share, 0, 1)]
    }),
  )
  return {
    policy: { kind: 'equilibrium', retainedFraction: 1, byNuclide },
    words: `Daughters stay but for ${Object.entries(byNuclide)
      .map(([name, share]) => `${name} (${share} stays)`)
      .join(', ')}.`,
  }
}

/**
 * Parameters of the file and of the options that stand for one, checked.
 *
 * @throws InputError `cli.arguments` for one that is given twice, `dose.parameter`.
 */
export function doseParameters(engine: DoseEngine, values: DoseValues, fromFile: unknown): Record<string, unknown> {
  if (typeof fromFile !== 'object' || fromFile === null || Array.isArray(fromFile))
    throw new InputError('dose.parameter', 'The parameters are not a JSON object.', 'Write { "parameter": value }.')
  if (values.in !== undefined && values['uncertainty-percent'] === undefined)
    throw new InputError(
      'cli.arguments',
      '--in goes with --uncertainty-percent.',
      'Give the uncertainty to reach in that structure.',
    )
  const options: Record<string, unknown> = {
    ...(values.decays === undefined ? {} : { decays: anyNumber('decays', values.decays) }),
    ...(values.seed === undefined ? {} : { seed: anyNumber('seed', values.seed) }),
    ...(values.seconds === undefined ? {} : { seconds: anyNumber('seconds', values.seconds) }),
    ...(values['uncertainty-percent'] === undefined
      ? {}
      : { uncertaintyPercent: anyNumber('uncertainty-percent', values['uncertainty-percent']) }),
    ...(values.in === undefined ? {} : { uncertaintyStructure: values.in }),
  }
  const twice = Object.keys(options).find((id) => Object.hasOwn(fromFile, id))
  if (twice !== undefined)
    throw new InputError(
      'cli.arguments',
      `${twice} is in the parameters file and on the command line.`,
      'Give it once.',
    )
  return { ...engineParameters(engine, { ...fromFile, ...options }) }
}
