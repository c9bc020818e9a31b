/** Tiny networks on disk with their descriptions, and what to ask of them: for tests. */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NetworkDescription } from '../../../native-core/imaging/segmentation/network/index.ts'
import { cube, DESCRIPTION, imageOf } from '../../../native-core/imaging/segmentation/network/testNetwork.ts'
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import type { NetworkFile, NetworkRun, NetworkRunTask } from '../../services/ports/organNetwork.ts'
import { encodeOnnx } from './testNetworks.ts'
import type { TestNetwork } from './testNetworks.ts'

/** Value 10 at a distance of 15 mm from the middle, 0 at 25 mm. */
export const shells = ([x, y, z]: Vec3): number => 25 - Math.hypot(x, y, z)
export const GRID = cube(30, [2, 2, 2])

/** Writes a network and its description into a folder of their own. */
export async function writeNetwork(
  place: string,
  network: TestNetwork | Uint8Array,
  change: Partial<NetworkDescription> = {},
): Promise<NetworkFile> {
  const bytes = network instanceof Uint8Array ? network : encodeOnnx(network)
  await mkdir(place, { recursive: true })
  const description = { ...DESCRIPTION, sha256: createHash('sha256').update(bytes).digest('hex'), ...change }
  await writeFile(join(place, 'model.onnx'), bytes)
  await writeFile(join(place, 'network.json'), JSON.stringify(description))
  return { modelPath: join(place, 'model.onnx'), description }
}

/** All structures in the image of `shells`. */
export const shellsTask = ({ modelPath, description }: NetworkFile): NetworkRunTask => ({
  modelPath,
  description,
  grid: GRID,
  images: [imageOf(GRID, shells)],
  wanted: null,
  mirrors: true,
  memoryLimitBytes: 2 ** 30,
})

export const volumeOf = ({ structures }: Pick<NetworkRun, 'structures'>, name: string): number =>
  structures.find(({ label }) => label.name === name)?.volumeMl ?? NaN
