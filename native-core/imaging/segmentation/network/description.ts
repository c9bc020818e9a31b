/** The companion of a network's file, `network.json`: read and checked. */
import { InputError } from '../../../errors/index.ts'
import { JsonPart } from './fields.ts'
import type { NetworkChannel, NetworkDescription, NetworkLabel, Normalisation, PatientDirection } from './types.ts'

const HINT = 'Mend the network.json that lies beside the .onnx file; adapters/network/README.md lists its fields.'
const DIRECTIONS: readonly PatientDirection[] = ['L', 'R', 'A', 'P', 'S', 'I']
/** Which of the three patient axes a direction lies on. */
export const AXIS_OF: Readonly<Record<PatientDirection, 0 | 1 | 2>> = { L: 0, R: 0, P: 1, A: 1, S: 2, I: 2 }
/** A network looks at boxes of at most so many voxels along an axis, and answers with at most so many channels. */
const MOST_ALONG_AXIS = 1024
const MOST_CHANNELS = 1000
/** Numbers of a label image are kept as 16-bit integers. */
const LARGEST_ID = 32767

/**
 * Checks a `network.json` document (schema `theratwin-network/1`, see `NetworkDescription`).
 *
 * @throws InputError `network.description` that names the field; `network.labels` where names, numbers or channels of labels contradict each other.
 */
export function parseNetworkDescription(document: unknown): NetworkDescription {
  const root = new JsonPart(document, '', HINT)
  const schema = root.at('schema').oneOf(['theratwin-network/1'])
  const output = root.at('output')
  const channels = output.at('channels').whole(1, MOST_CHANNELS)
  const description: NetworkDescription = {
    schema,
    name: root.at('name').text(),
    version: root.at('version').text(),
    source: root.at('source').text(),
    licence: root.at('licence').text(),
    sha256: sha256Of(root.at('sha256')),
    channels: root.at('channels').list().map(channelOf),
    axes: axesOf(root.at('axes')),
    spacingMm: root.at('spacingMm').three((part) => part.positive()),
    patchSize: root.at('patchSize').three((part) => part.whole(1, MOST_ALONG_AXIS)),
    step: stepOf(root.at('step')),
    resampling: {
      interpolation: root.at('resampling').at('interpolation').oneOf(['cubic', 'linear']),
      nearestPlaneAboveRatio: orNull(root.at('resampling').at('nearestPlaneAboveRatio'), (part) => part.positive()),
    },
    cropToNonzero: root.at('cropToNonzero').truth(),
    output: {
      channels,
      activation: output.at('activation').oneOf(['softmax', 'sigmoid', 'none']),
      decision: output.at('decision').oneOf(['exclusive', 'regions']),
    },
    mirrorAxes: root
      .at('mirrorAxes')
      .list()
      .map((part) => part.whole(0, 2)),
    labels: root
      .at('labels')
      .list()
      .map((part) => labelOf(part, channels)),
  }
  if (description.channels.length === 0) throw root.at('channels').wrong('a list with at least one channel')
  assertConsistent(description)
  return description
}

/** @throws InputError `network.labels`. */
function assertConsistent({ labels, mirrorAxes, output }: NetworkDescription): void {
  const refuse = (why: string): never => {
    throw new InputError('network.labels', `The label map of the network cannot be used: ${why}.`, HINT)
  }
  if (labels.length === 0) refuse('it names no structure')
  const twice = (values: readonly (string | number)[]): string | number | undefined =>
    values.find((value, n) => values.indexOf(value) !== n)
  const name = twice(labels.map((label) => label.name.toLowerCase()))
  if (name !== undefined) refuse(`"${name}" stands there twice`)
  const channel = twice(labels.map((label) => label.channel))
  if (channel !== undefined) refuse(`output channel ${channel} stands for two structures`)
  const id = twice(labels.map((label) => label.id))
  if (id !== undefined) refuse(`the number ${id} stands for two structures`)
  if (output.decision === 'exclusive' && output.channels < 2)
    refuse('one output channel alone cannot be the most probable one: it needs a background, or regions')
  if (output.decision === 'exclusive' && output.activation === 'sigmoid')
    refuse('sigmoid makes regions, but the channels are said to exclude each other')
  if (output.decision === 'regions' && output.activation === 'softmax')
    refuse('softmax makes channels that exclude each other, but they are said to be regions')
  if (twice(mirrorAxes) !== undefined) refuse('an axis to mirror stands there twice')
}

function channelOf(part: JsonPart): NetworkChannel {
  return {
    name: part.at('name').text(),
    modality: part.at('modality').oneOf(['CT', 'PT', 'NM', 'other']),
    normalisation: normalisationOf(part.at('normalisation')),
  }
}

function normalisationOf(part: JsonPart): Normalisation {
  const kind = part.at('kind').oneOf(['window', 'z-score', 'none'])
  if (kind !== 'window') return { kind }
  const lowest = part.at('lowest').number()
  const highest = part.at('highest').number()
  if (!(highest > lowest)) throw part.at('highest').wrong(`above "lowest", ${lowest}`)
  return {
    kind,
    lowest,
    highest,
    mean: part.at('mean').number(),
    standardDeviation: part.at('standardDeviation').positive(),
  }
}

function labelOf(part: JsonPart, channels: number): NetworkLabel {
  return {
    name: part.at('name').text(),
    kind: part.at('kind').oneOf(['organ', 'lesion', 'other']),
    colourRgb: orNull(part.at('colourRgb'), (colour) => colour.three((value) => value.whole(0, 255))),
    id: part.at('id').whole(1, LARGEST_ID),
    channel: part.at('channel').whole(0, channels - 1),
    largestOnly: part.at('largestOnly').truth(),
  }
}

function sha256Of(part: JsonPart): string {
  const text = part.text().toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(text)) throw part.wrong('the SHA-256 of the .onnx file in hexadecimal')
  return text
}

/** Three directions, one on each patient axis. */
export function axesOf(part: JsonPart): NetworkDescription['axes'] {
  const axes = part.three((axis) => axis.oneOf(DIRECTIONS))
  if (new Set(axes.map((axis) => AXIS_OF[axis])).size !== 3)
    throw part.wrong('three directions of different patient axes, such as ["S", "A", "R"]')
  return axes
}

function stepOf(part: JsonPart): number {
  const step = part.positive()
  if (step > 1) throw part.wrong('above 0 and at most 1: boxes further apart than their size leave gaps')
  return step
}

const orNull = <T>(part: JsonPart, read: (part: JsonPart) => T): T | null => (part.isMissing ? null : read(part))
