/** The options of `theratwin segment --network` and what their texts mean. */
import { InputError } from '../../native-core/errors/index.ts'
import type { NetworkDescription, PatientDirection } from '../../native-core/imaging/segmentation/network/index.ts'
import type { NetworkOrigin } from '../services/ports/organNetwork.ts'
import { oneOf } from './registerOptions.ts'

export const SYNOPSIS =
  'segment IMAGE --network MODEL.onnx|FOLDER [--only NAME,NAME] [--no-mirrors] [--modality CT] [--threads N] [--out FOLDER]\n       of nnU-Net also: --name N --network-version V --source S --licence L [--axes S,A,R] [--configuration 3d_fullres] [--network-modality CT] [--mirror-axes 0,1,2]'

export const NETWORK_OPTIONS = {
  network: { type: 'string' },
  only: { type: 'string' },
  'no-mirrors': { type: 'boolean' },
  modality: { type: 'string' },
  threads: { type: 'string' },
  out: { type: 'string' },
  name: { type: 'string' },
  'network-version': { type: 'string' },
  source: { type: 'string' },
  licence: { type: 'string' },
  axes: { type: 'string' },
  configuration: { type: 'string' },
  'network-modality': { type: 'string' },
  'mirror-axes': { type: 'string' },
} as const

export type NetworkValues = {
  readonly [K in keyof typeof NETWORK_OPTIONS]?: (typeof NETWORK_OPTIONS)[K]['type'] extends 'boolean'
    ? boolean
    : string
}

const MODALITIES = ['CT', 'PT', 'NM', 'other'] as const
const DIRECTIONS = ['L', 'R', 'A', 'P', 'S', 'I'] as const

/** What is said about a network of nnU-Net; null where nothing of it is given. @throws InputError `cli.arguments`. */
export function originOf(values: NetworkValues): NetworkOrigin | null {
  const { name, 'network-version': version, source, licence } = values
  const others = [values.axes, values.configuration, values['network-modality'], values['mirror-axes']]
  if ([name, version, source, licence, ...others].every((given) => given === undefined)) return null
  if (name === undefined || version === undefined || source === undefined || licence === undefined)
    throw new InputError(
      'cli.arguments',
      '--name, --network-version, --source and --licence belong together: a network is told by them in every result.',
      `Usage: theratwin ${SYNOPSIS}`,
    )
  const modality = values['network-modality']
  return {
    name,
    version,
    source,
    licence,
    configuration: values.configuration ?? null,
    axes: values.axes === undefined ? null : axesOf(values.axes),
    modality: modality === undefined ? null : oneOf('network-modality', modality, MODALITIES),
    mirrorAxes: mirrorAxesOf(values['mirror-axes']),
  }
}

function axesOf(given: string): NetworkDescription['axes'] {
  const [z, y, x, ...rest] = given
    .split(',')
    .map((letter): PatientDirection => oneOf('axes', letter.trim(), DIRECTIONS))
  if (z !== undefined && y !== undefined && x !== undefined && rest.length === 0) return [z, y, x]
  throw new InputError('cli.arguments', `--axes ${given} is not three directions.`, 'Write for example S,A,R.')
}

function mirrorAxesOf(given: string | undefined): number[] {
  if (given === undefined) return []
  return given.split(',').map((axis) => Number(oneOf('mirror-axes', axis.trim(), ['0', '1', '2'])))
}

/** Names between commas; null: all. @throws InputError `cli.arguments`. */
export function wantedOf(only: string | undefined): readonly string[] | null {
  if (only === undefined) return null
  const names = only.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new InputError('cli.arguments', `--only ${only} has an empty name.`, 'Write names between commas.')
}
