import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { segmentByNetwork } from '../../../native-core/imaging/segmentation/network/index.ts'
import type { NetworkAnswer, NetworkDescription } from '../../../native-core/imaging/segmentation/network/index.ts'
import { DESCRIPTION, ranges } from '../../../native-core/imaging/segmentation/network/testNetwork.ts'
import { sphereVolumeMl } from '../../../native-core/imaging/testShapes.ts'
import type { NetworkFile } from '../../services/ports/organNetwork.ts'
import { openNetwork } from './session.ts'
import { GRID, shellsTask, volumeOf, writeNetwork } from './testFiles.ts'
import { blurNetwork, encodeOnnx, pointwiseNetwork } from './testNetworks.ts'
import type { TestNetwork } from './testNetworks.ts'

const { gains, offsets } = ranges(0, 10, 0.05)

let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'theratwin-network-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** What a network makes of the image of shells. */
async function ran(file: NetworkFile): Promise<NetworkAnswer> {
  const session = await openNetwork(file, 1)
  try {
    return await segmentByNetwork(shellsTask(file), session.infer)
  } finally {
    await session.release()
  }
}

describe('a network in ONNX Runtime', () => {
  it('finds ranges of values: ball and shell of known volume, within 1 %', async () => {
    const file = await writeNetwork(at('ranges'), pointwiseNetwork(gains, offsets))
    const answer = await ran(file)
    expect(Math.abs(volumeOf(answer, 'bone') / sphereVolumeMl(15) - 1)).toBeLessThan(0.01)
    expect(Math.abs(volumeOf(answer, 'liver') / (sphereVolumeMl(25) - sphereVolumeMl(15)) - 1)).toBeLessThan(0.01)
    expect(answer.runs).toBe(7 ** 3)
  })

  it('sees the same in boxes with overlap as in the whole image, within 0.1 %', async () => {
    const network = encodeOnnx(blurNetwork(1, gains, offsets))
    const [nx, ny, nz] = GRID.dimensions
    const whole = await ran(await writeNetwork(at('whole'), network, { patchSize: [nz, ny, nx] }))
    const boxes = await ran(await writeNetwork(at('boxes'), network, { patchSize: [16, 16, 16] }))
    expect([whole.runs, boxes.runs]).toEqual([1, 27])
    for (const name of ['bone', 'liver'])
      expect(Math.abs(volumeOf(boxes, name) / volumeOf(whole, name) - 1)).toBeLessThan(1e-3)
  })

  it('says what it is run by', async () => {
    const session = await openNetwork(await writeNetwork(at('said'), pointwiseNetwork(gains, offsets)), 1)
    expect(session.runtime).toMatch(/^ONNX Runtime 1\.\d+\.\d+ on the CPU \(WebAssembly, 1 thread;/)
    await session.release()
  })
})

describe('files that cannot be used', () => {
  it.each<[string, TestNetwork | Uint8Array, Partial<NetworkDescription>, string]>([
    ['no ONNX', new TextEncoder().encode('this is no network'), {}, 'network.not-onnx'],
    ['an empty file', new Uint8Array(), {}, 'network.not-onnx'],
    ['a truncated file', encodeOnnx(pointwiseNetwork(gains, offsets)).slice(0, 90), {}, 'network.not-onnx'],
    ['another hash', pointwiseNetwork(gains, offsets), { sha256: 'f'.repeat(64) }, 'network.hash'],
    [
      'two channels in',
      { ...pointwiseNetwork(gains, offsets), input: { name: 'input', shape: [1, 2, 'z', 'y', 'x'] } },
      {},
      'network.channels',
    ],
    ['more channels out', pointwiseNetwork([1, 1, 1, 1], [0, 0, 0, 0]), {}, 'network.output-shape'],
    [
      'two channels said, one there',
      pointwiseNetwork(gains, offsets),
      { channels: [DESCRIPTION.channels[0]!, { ...DESCRIPTION.channels[0]!, name: 'PET' }] },
      'network.channels',
    ],
    [
      'a box of another size',
      { ...pointwiseNetwork(gains, offsets), input: { name: 'input', shape: [1, 1, 4, 4, 4] } },
      {},
      'network.channels',
    ],
  ])('%s', async (name, network, change, code) => {
    const file = await writeNetwork(at(`bad ${name}`), network, change)
    await expect(openNetwork(file, 1)).rejects.toMatchObject({ code })
  })

  it('an answer that is not finite', async () => {
    const file = await writeNetwork(at('nan'), pointwiseNetwork([1, NaN, 1], [0, 0, 0]))
    await expect(ran(file)).rejects.toMatchObject({ code: 'network.not-finite' })
  })

  it('a run that fails', async () => {
    // 6³ numbers cannot be added to a box of 8³.
    const adding: TestNetwork = {
      nodes: [
        { type: 'Conv', inputs: ['input', 'w'], output: 'three', attributes: { kernel_shape: [1, 1, 1] } },
        { type: 'Conv', inputs: ['input', 'v'], output: 'few', attributes: { kernel_shape: [3, 3, 3] } },
        { type: 'Add', inputs: ['three', 'few'], output: 'output' },
      ],
      weights: [
        { name: 'w', shape: [3, 1, 1, 1, 1], values: [1, 2, 3] },
        { name: 'v', shape: [3, 1, 3, 3, 3], values: new Array<number>(81).fill(1) },
      ],
      input: { name: 'input', shape: [1, 1, 'z', 'y', 'x'] },
      output: { name: 'output', shape: [1, 3, 'a', 'b', 'c'] },
    }
    await expect(ran(await writeNetwork(at('failing'), adding))).rejects.toMatchObject({
      code: 'network.run-failed',
      message: expect.stringContaining('8 × 8 × 8') as string,
    })
  })

  it('an answer of another shape than the file promises', async () => {
    const sliced: TestNetwork = {
      nodes: [{ type: 'Conv', inputs: ['input', 'w'], output: 'output', attributes: { kernel_shape: [3, 3, 3] } }],
      weights: [{ name: 'w', shape: [3, 1, 3, 3, 3], values: new Array<number>(81).fill(0.1) }],
      input: { name: 'input', shape: [1, 1, 'z', 'y', 'x'] },
      output: { name: 'output', shape: [1, 3, 'a', 'b', 'c'] },
    }
    await expect(ran(await writeNetwork(at('smaller'), sliced))).rejects.toMatchObject({
      code: 'network.output-shape',
      message: expect.stringContaining('1 × 3 × 6 × 6 × 6') as string,
    })
  })
})
