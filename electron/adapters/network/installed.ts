/** Networks that are installed in a folder, one folder each: `model.onnx` and `network.json`. */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../../native-core/errors/index.ts'
import { parseNetworkDescription } from '../../../native-core/imaging/segmentation/network/index.ts'
import type { InstalledNetwork, InstalledNetworks, NetworkFile } from '../../services/ports/organNetwork.ts'
import { fileSha256, isThere, readJson } from './readFiles.ts'
import { hashDiffers } from './refusals.ts'

const MODEL = 'model.onnx'
const DESCRIPTION = 'network.json'
/** What is not complete yet, or was left by a crash. */
const PART = '.part'

export function installedNetworks(folder: string): InstalledNetworks {
  const at = async (networkId: string): Promise<InstalledNetwork> => {
    const place = join(folder, networkId)
    if (!/^[0-9a-f]{32}$/.test(networkId) || !(await isThere(place)))
      throw new InputError('network.unknown', 'This network is not installed.', 'Choose one of the list.')
    const description = parseNetworkDescription(await readJson(join(place, DESCRIPTION)))
    return { networkId, description, modelPath: join(place, MODEL) }
  }
  return {
    list: async () => {
      const names = await readdir(folder).catch(() => [])
      const networks: InstalledNetwork[] = []
      const damaged: string[] = []
      for (const name of names.filter((candidate) => !candidate.endsWith(PART)).sort()) {
        const network = await at(name).catch((error: unknown) => {
          if (error instanceof InputError) return null
          throw error
        })
        if (network && (await isThere(network.modelPath))) networks.push(network)
        else damaged.push(name)
      }
      const title = ({ description }: InstalledNetwork): string => `${description.name}\n${description.version}`
      networks.sort((a, b) => title(a).localeCompare(title(b)))
      return { networks, damaged }
    },
    get: at,
    add: (file) => add(folder, file),
    remove: async (networkId) => {
      const network = await at(networkId)
      const doomed = `${join(folder, networkId)}${PART}`
      // Gone at once, whatever happens to the rest.
      await rename(join(folder, networkId), doomed)
      await rm(doomed, { recursive: true, force: true })
      return network
    },
  }
}

/** The same file with the same description is the same network. */
export function networkIdOf({ description }: NetworkFile): string {
  return createHash('sha256').update(JSON.stringify(description)).digest('hex').slice(0, 32)
}

async function add(folder: string, file: NetworkFile): Promise<{ network: InstalledNetwork; isNew: boolean }> {
  const networkId = networkIdOf(file)
  const place = join(folder, networkId)
  const network = { networkId, description: file.description, modelPath: join(place, MODEL) }
  if (await isThere(network.modelPath)) return { network, isNew: false }
  const part = `${place}${PART}`
  try {
    await rm(part, { recursive: true, force: true })
    await mkdir(part, { recursive: true, mode: 0o700 })
    const copy = join(part, MODEL)
    await copyFile(file.modelPath, copy)
    const found = await fileSha256(copy)
    if (found !== file.description.sha256) throw hashDiffers(file.modelPath, found, file.description.sha256)
    await writeFile(join(part, DESCRIPTION), `${JSON.stringify(file.description, null, 2)}\n`)
    for (const name of [MODEL, DESCRIPTION]) await durable(join(part, name))
    await rename(part, place)
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    const { code, name } = error as NodeJS.ErrnoException
    if (error instanceof InputError || code === undefined) throw error
    throw new InputError(
      'output.cannot-write',
      `The network cannot be copied into ${folder} (${name} ${code}).`,
      'Make space on the medium of the patient store.',
    )
  }
  return { network, isNew: true }
}

async function durable(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
