import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CancelledError } from '../../../native-core/errors/index.ts'
import { ranges } from '../../../native-core/imaging/segmentation/network/testNetwork.ts'
import { sphereVolumeMl } from '../../../native-core/imaging/testShapes.ts'
import { createOrganNetworks } from './index.ts'
import { shellsTask, volumeOf, writeNetwork } from './testFiles.ts'
import { blurNetwork, pointwiseNetwork } from './testNetworks.ts'

const { gains, offsets } = ranges(0, 10, 0.05)
const networks = createOrganNetworks({ threads: 2 })
let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'theratwin-network-'))
})
afterAll(async () => {
  await networks.close()
  await rm(folder, { recursive: true, force: true })
})

describe('networks on a worker thread', () => {
  it('tell progress and give the same bits on one thread as on two', async () => {
    const file = await writeNetwork(at('threads'), blurNetwork(1, gains, offsets), { patchSize: [16, 16, 16] })
    const one = createOrganNetworks({ threads: 1 })
    const seen: number[] = []
    const a = await networks.run(shellsTask(file), { progress: (fraction) => seen.push(fraction) })
    const b = await one.run(shellsTask(file))
    await one.close()
    expect(volumeOf(a, 'bone')).toBeCloseTo(sphereVolumeMl(15), 0)
    expect(a.structures.map(({ mask }) => mask)).toEqual(b.structures.map(({ mask }) => mask))
    expect(a.runtime).toContain('2 threads')
    expect(seen.at(-1)).toBe(1)
  })

  it('stop when they are cancelled, also in the middle of a box, and work afterwards', async () => {
    // One box of 13³ means: seconds on its own.
    const slow = await writeNetwork(at('slow'), blurNetwork(6, gains, offsets), { patchSize: [64, 64, 64] })
    const controller = new AbortController()
    const stopped = networks.run(shellsTask(slow), {
      signal: controller.signal,
      progress: (fraction) => fraction > 0 && controller.abort(),
    })
    await expect(stopped).rejects.toBeInstanceOf(CancelledError)
    const file = await writeNetwork(at('after'), pointwiseNetwork(gains, offsets), { patchSize: [32, 32, 32] })
    await networks.check(file)
    await expect(networks.run(shellsTask(file), { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError)
  })

  it('tell what a person can mend', async () => {
    const file = await writeNetwork(at('bad'), new TextEncoder().encode('this is no network'))
    await expect(networks.check(file)).rejects.toMatchObject({ name: 'InputError', code: 'network.not-onnx' })
  })
})
