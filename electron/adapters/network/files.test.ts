import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESCRIPTION, ranges } from '../../../native-core/imaging/segmentation/network/testNetwork.ts'
import { installedNetworks } from './installed.ts'
import { readNetwork } from './readFiles.ts'
import { writeNetwork } from './testFiles.ts'
import { encodeOnnx, pointwiseNetwork } from './testNetworks.ts'

const { gains, offsets } = ranges(0, 10, 0.05)

let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'theratwin-network-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('network files', () => {
  it('are read from a folder or by name, with the description beside them', async () => {
    const { modelPath, description } = await writeNetwork(at('read'), pointwiseNetwork(gains, offsets))
    expect(await readNetwork(modelPath, null)).toEqual({ modelPath, description })
    expect(await readNetwork(join(folder, 'read'), null)).toEqual({ modelPath, description })
  })

  it('are refused without a description, with one of another file, and where there is none or a choice', async () => {
    const { modelPath } = await writeNetwork(at('bare'), pointwiseNetwork(gains, offsets))
    await rm(join(folder, 'bare', 'network.json'))
    await expect(readNetwork(modelPath, null)).rejects.toMatchObject({ code: 'network.no-description' })
    await writeFile(join(folder, 'bare', 'network.json'), JSON.stringify(DESCRIPTION))
    await expect(readNetwork(modelPath, null)).rejects.toMatchObject({ code: 'network.hash' })
    await writeFile(join(folder, 'bare', 'network.json'), '{"schema":')
    await expect(readNetwork(modelPath, null)).rejects.toMatchObject({ code: 'network.description' })
    await writeFile(join(folder, 'bare', 'other.onnx'), '')
    await expect(readNetwork(join(folder, 'bare'), null)).rejects.toMatchObject({ code: 'network.no-file' })
    await expect(readNetwork(join(folder, 'nowhere'), null)).rejects.toMatchObject({ code: 'network.no-file' })
  })

  it('of nnU-Net are read where it is said what they are', async () => {
    const { modelPath } = await writeNetwork(at('nnunet'), pointwiseNetwork(gains, offsets))
    await rm(join(folder, 'nnunet', 'network.json'))
    const configuration = { patch_size: [8, 8, 8], spacing: [2, 2, 2], normalization_schemes: ['NoNormalization'] }
    const plans = {
      transpose_forward: [0, 1, 2],
      configurations: { '3d_fullres': configuration },
      foreground_intensity_properties_per_channel: { 0: { mean: 1 } },
    }
    await writeFile(join(folder, 'nnunet', 'plans.json'), JSON.stringify(plans).replace('"mean":1', '"mean": NaN'))
    const dataset = { channel_names: { 0: 'CT' }, labels: { background: 0, liver: 1, bone: 2 } }
    await writeFile(join(folder, 'nnunet', 'dataset.json'), JSON.stringify(dataset))
    await expect(readNetwork(modelPath, null)).rejects.toMatchObject({ code: 'network.no-description' })
    const origin = {
      name: 'Site organs',
      version: '3',
      source: 'test',
      licence: 'CC0',
      configuration: null,
      axes: ['S', 'A', 'R'],
      modality: null,
      mirrorAxes: [],
    } as const
    const file = await readNetwork(modelPath, origin)
    expect(file.description).toMatchObject({ name: 'Site organs', patchSize: [8, 8, 8], axes: ['S', 'A', 'R'] })
  })

  it('are installed once, listed, found again and removed', async () => {
    const place = join(folder, 'installed')
    const installed = installedNetworks(place)
    expect(await installed.list()).toEqual({ networks: [], damaged: [] })
    const file = await writeNetwork(at('to install'), pointwiseNetwork(gains, offsets))
    const { network, isNew } = await installed.add(file)
    expect(isNew).toBe(true)
    expect(network.modelPath.startsWith(place)).toBe(true)
    expect(await readFile(network.modelPath)).toEqual(await readFile(file.modelPath))
    expect(await installed.add(file)).toEqual({ network, isNew: false })
    expect(await installedNetworks(place).list()).toEqual({ networks: [network], damaged: [] })
    expect(await installed.get(network.networkId)).toEqual(network)
    await expect(installed.get('../..')).rejects.toMatchObject({ code: 'network.unknown' })

    await writeFile(join(place, network.networkId, 'network.json'), '{}')
    expect(await installed.list()).toEqual({ networks: [], damaged: [network.networkId] })
    await writeFile(join(place, network.networkId, 'network.json'), JSON.stringify(file.description))
    await installed.remove(network.networkId)
    expect(await readdir(place)).toEqual([])
    await expect(installed.remove(network.networkId)).rejects.toMatchObject({ code: 'network.unknown' })
  })

  it('that changed after they were read are not installed, and leave nothing behind', async () => {
    const file = await writeNetwork(at('changed'), pointwiseNetwork(gains, offsets))
    await writeFile(file.modelPath, encodeOnnx(pointwiseNetwork([1, 2], [3, 4])))
    const place = join(folder, 'none')
    await expect(installedNetworks(place).add(file)).rejects.toMatchObject({ code: 'network.hash' })
    expect(await readdir(place)).toEqual([])
  })
})
