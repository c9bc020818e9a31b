/** A network as it lies in a folder: the .onnx file and what is said about it. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InputError } from '../../../native-core/errors/index.ts'
import { importNnunet, parseNetworkDescription } from '../../../native-core/imaging/segmentation/network/index.ts'
import type { NetworkDescription } from '../../../native-core/imaging/segmentation/network/index.ts'
import type { NetworkFile, NetworkOrigin } from '../../services/ports/organNetwork.ts'
import { cannotRead, hashDiffers } from './refusals.ts'

/** Implements `OrganNetworks.read`. */
export async function readNetwork(path: string, origin: NetworkOrigin | null): Promise<NetworkFile> {
  const modelPath = await modelAt(path)
  const sha256 = await fileSha256(modelPath)
  const description = await descriptionOf(modelPath, sha256, origin)
  if (description.sha256 !== sha256) throw hashDiffers(modelPath, sha256, description.sha256)
  return { modelPath, description }
}

async function modelAt(path: string): Promise<string> {
  const entry = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error)
  })
  if (entry.isFile()) return path
  const models = (await readdir(path)).filter((name) => /\.onnx$/i.test(name)).sort()
  if (models.length === 1) return join(path, models[0]!)
  throw new InputError(
    'network.no-file',
    models.length === 0
      ? `There is no .onnx file in ${path}.`
      : `There are ${models.length} .onnx files in ${path}: ${models.join(', ')}.`,
    'Give the .onnx file that is meant.',
  )
}

async function descriptionOf(
  modelPath: string,
  sha256: string,
  origin: NetworkOrigin | null,
): Promise<NetworkDescription> {
  const folder = dirname(modelPath)
  for (const companion of [modelPath.replace(/(\.onnx)?$/i, '.json'), join(folder, 'network.json')])
    if (await isThere(companion)) return parseNetworkDescription(await readJson(companion))
  const plans = join(folder, 'plans.json')
  const dataset = join(folder, 'dataset.json')
  if (!(await isThere(plans)) || !(await isThere(dataset)))
    throw new InputError(
      'network.no-description',
      `Nothing beside ${modelPath} says what the network takes and which structures it answers with.`,
      'Put a network.json beside it (electron/adapters/network/README.md), or the plans.json and dataset.json of nnU-Net.',
    )
  if (origin === null)
    throw new InputError(
      'network.no-description',
      `Beside ${modelPath} are only the files of nnU-Net, which do not say what the network is called, where it comes from and on what terms.`,
      'Give name, version, source and licence with it, and the orientation of the training images.',
    )
  const { configuration, axes, modality, ...rest } = origin
  return importNnunet(await readJson(plans), await readJson(dataset), {
    ...rest,
    sha256,
    ...(configuration === null ? {} : { configuration }),
    ...(axes === null ? {} : { axes }),
    ...(modality === null ? {} : { modality }),
  })
}

/** @throws InputError `network.description` for what is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw cannotRead(path, error)
  })
  try {
    // Python writes NaN and Infinity into JSON; fields that matter here never hold them.
    return JSON.parse(text.replace(/:\s*(-?Infinity|NaN)\b/g, ': null')) as unknown
  } catch (error) {
    throw new InputError(
      'network.description',
      `${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`,
      'Save it as UTF-8 JSON.',
    )
  }
}

/** @throws InputError `network.no-file`. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array)
  } catch (error) {
    throw cannotRead(path, error)
  }
  return hash.digest('hex')
}

export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
