/** ONNX Runtime around one network file. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { env, InferenceSession, Tensor } from 'onnxruntime-web'
import { InputError } from '../../../native-core/errors/index.ts'
import type { Infer, NetworkDescription } from '../../../native-core/imaging/segmentation/network/index.ts'
import type { NetworkFile } from '../../services/ports/organNetwork.ts'
import { cannotRead, hashDiffers } from './refusals.ts'

export interface NetworkSession {
  readonly infer: Infer
  /** In words. */
  readonly runtime: string
  release(): Promise<void>
}

type Shape = readonly (number | string)[]

/**
 * Opens a network: the bytes are those that the description names, they are an ONNX network of one input and one output of 32-bit floats, and what is fixed of their
 * shapes ([1, channels, a, b, c]) is what the description says.
 *
 * @throws InputError `network.no-file`, `network.hash`, `network.not-onnx`, `network.channels`, `network.output-shape`, `network.unsupported`.
 */
export async function openNetwork({ modelPath, description }: NetworkFile, threads: number): Promise<NetworkSession> {
  const bytes = await readFile(modelPath).catch((error: unknown) => {
    throw cannotRead(modelPath, error)
  })
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== description.sha256) throw hashDiffers(modelPath, found, description.sha256)
  env.logLevel = 'error'
  env.wasm.numThreads = threads
  // Node has no provider for graphics processors in this runtime; WebAssembly on the CPU is what there is.
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'] }).catch((error: unknown) => {
    throw new InputError(
      'network.not-onnx',
      `${modelPath} cannot be opened as an ONNX network: ${messageOf(error)}`,
      'Export the network again, with an operator set that ONNX Runtime 1.30 knows, as one file without external data.',
    )
  })
  try {
    const { input, output } = assertTaken(session, description)
    return {
      infer: (patch) => infer(session, input, output, patch, description),
      runtime: `ONNX Runtime ${env.versions.web ?? env.versions.common} on the CPU (WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}; it has no graphics processor here)`,
      release: () => session.release(),
    }
  } catch (error) {
    await session.release()
    throw error
  }
}

async function infer(
  session: InferenceSession,
  input: string,
  output: string,
  patch: Float32Array,
  description: NetworkDescription,
): Promise<Float32Array> {
  const { name, channels, patchSize } = description
  const shape = [1, channels.length, ...patchSize]
  const answers = await session.run({ [input]: new Tensor('float32', patch, shape) }).catch((error: unknown) => {
    throw new InputError(
      'network.run-failed',
      `The network "${name}" could not be run on a box of ${patchSize.join(' × ')} voxels: ${messageOf(error)}`,
      'If it ran out of memory (it has 4 GiB at most), export it with a smaller box.',
    )
  })
  const answer = answers[output]
  const expected = [1, description.output.channels, ...patchSize]
  const data = answer?.data
  if (!answer || !(data instanceof Float32Array)) throw wrongOutput(name, answer?.type ?? 'nothing', 'float32')
  if (answer.dims.join() !== expected.join()) throw wrongOutput(name, answer.dims.join(' × '), expected.join(' × '))
  return data
}

/** @throws InputError `network.unsupported`, `network.channels`, `network.output-shape`. */
function assertTaken(session: InferenceSession, description: NetworkDescription): { input: string; output: string } {
  const { name, channels, patchSize } = description
  const unsupported = (why: string): InputError =>
    new InputError('network.unsupported', `The network "${name}" cannot be used: ${why}.`, 'Export it again.')
  const [input, ...otherInputs] = session.inputMetadata
  const [output, ...otherOutputs] = session.outputMetadata
  if (!input || otherInputs.length > 0) throw unsupported(`it has ${session.inputMetadata.length} inputs, not one`)
  if (!output || otherOutputs.length > 0)
    throw unsupported(`it has ${session.outputMetadata.length} outputs, not one (deep supervision must be off)`)
  if (!input.isTensor || input.type !== 'float32') throw unsupported('its input is not of 32-bit floats')
  if (!output.isTensor || output.type !== 'float32') throw unsupported('its output is not of 32-bit floats')
  if (!fits(input.shape, [1, channels.length, ...patchSize]))
    throw new InputError(
      'network.channels',
      `The network "${name}" takes ${shown(input.shape)}; its description says ${[1, channels.length, ...patchSize].join(' × ')} (image, channels, box).`,
      'Check "channels" and "patchSize" in its description.',
    )
  const expected = [1, description.output.channels, ...patchSize]
  if (!fits(output.shape, expected)) throw wrongOutput(name, shown(output.shape), expected.join(' × '))
  return { input: input.name, output: output.name }
}

/** Sizes that a network leaves open are words. */
const fits = (shape: Shape, expected: readonly number[]): boolean =>
  shape.length === expected.length && shape.every((n, axis) => typeof n === 'string' || n === expected[axis])

const shown = (shape: Shape): string => shape.map((n) => (typeof n === 'string' ? 'any' : n)).join(' × ')

const wrongOutput = (name: string, found: string, expected: string): InputError =>
  new InputError(
    'network.output-shape',
    `The network "${name}" answers ${found}; its description says ${expected} (image, channels, box).`,
    'Check "output.channels", the label map and "patchSize" in its description.',
  )

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300)
