/** `theratwin segment --network` as scripts use it: files and document, on shapes of known volume and on a DICOM phantom. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GRID, shells, writeNetwork } from '../../electron/adapters/network/testFiles.ts'
import { pointwiseNetwork } from '../../electron/adapters/network/testNetworks.ts'
import { readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import { createWorkbench } from '../../electron/backend/compose.ts'
import { command } from '../../electron/cli/segmentNetwork.ts'
import { DESCRIPTION, imageOf, ranges } from '../../native-core/imaging/segmentation/network/testNetwork.ts'
import { shapeVolumeMl, voxelVolumeMl } from '../../native-core/imaging/index.ts'
import { sphereVolumeMl } from '../../native-core/imaging/testShapes.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-segment-network-'))
const at = (name: string): string => join(root, name)
const byRange = ranges(0, 10, 0.05)
const byHu = ranges(-300, 150, 0.01)

interface Document {
  readonly network: { readonly sha256: string }
  readonly runtime: string
  readonly structures: readonly { readonly name: string; readonly label: number; readonly volumeMl: number }[]
  readonly remarks: readonly string[]
}

async function segment(...words: readonly string[]): Promise<Document> {
  let told = ''
  const context = {
    arguments: words,
    json: true,
    signal: new AbortController().signal,
    out: (text: string) => (told += text),
    progress: () => undefined,
  }
  expect(await command.run(context)).toBe(true)
  return JSON.parse(told) as Document
}

beforeAll(async () => {
  await writeNifti(at('shells.nii.gz'), { grid: GRID, values: imageOf(GRID, shells) })
  const patch = { patchSize: [16, 16, 16] } as const
  await writeNetwork(at('shells'), pointwiseNetwork(byRange.gains, byRange.offsets), patch)
  await writeNetwork(at('hu'), pointwiseNetwork(byHu.gains, byHu.offsets), {
    labels: DESCRIPTION.labels.map((label, n) => ({ ...label, name: ['BODY', 'BONE'][n]! })),
    spacingMm: [8, 8, 8],
    patchSize: [32, 32, 32],
  })
  await sharedPhantomCase({ seed: 8, sizes: 'tiny', outDir: at('case') })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('segment --network', () => {
  it('writes parts of voxels, labels and the document: ball and shell of known volume, within 1 %', async () => {
    const document = await segment(at('shells.nii.gz'), '--network', at('shells'), '--out', at('out'))
    expect(document.structures.map(({ name, label }) => [name, label])).toEqual([
      ['liver', 1],
      ['bone', 2],
    ])
    const [shell, ball] = [sphereVolumeMl(25) - sphereVolumeMl(15), sphereVolumeMl(15)]
    expect(readdirSync(at('out')).sort()).toEqual([
      '001-liver.nii.gz',
      '002-bone.nii.gz',
      'labels.nii.gz',
      'network.json',
      'segmentation.json',
    ])
    for (const [file, expected] of [
      ['001-liver.nii.gz', shell],
      ['002-bone.nii.gz', ball],
    ] as const) {
      const { grid, values } = await readNifti(at(`out/${file}`))
      const volumeMl = values.reduce((sum, part) => sum + part, 0) * voxelVolumeMl(grid)
      expect(Math.abs(volumeMl / expected - 1)).toBeLessThan(0.01)
    }
    const { values: labels } = await readNifti(at('out/labels.nii.gz'))
    const inside = imageOf(GRID, shells)
    labels.forEach((label, n) => {
      const value = inside[n]!
      if (Math.abs(value) > 1 && Math.abs(value - 10) > 1) expect(label).toBe(value > 10 ? 2 : value > 0 ? 1 : 0)
    })
    expect(document.remarks.join()).toContain('does not say its modality')
    expect(document.remarks.join()).toContain('Nobody has looked at these structures yet')
    expect(JSON.parse(readFileSync(at('out/segmentation.json'), 'utf8'))).toEqual(document)
  })

  it('writes SEG and RTSTRUCT beside DICOM images, which are read back with the same volumes within 1 %', async () => {
    const words = ['--network', at('hu'), '--only', 'bone', '--out', at('dicom')]
    const { structures } = await segment(ctFolder(at('case')), ...words)
    expect(structures).toHaveLength(1)
    const bench = createWorkbench({ threads: 1 })
    const scan = await bench.source.scan([at('dicom')], {})
    await bench.close()
    const sets = scan.patients.flatMap((patient) => patient.structureSets)
    expect(sets.map(({ origin }) => origin).sort()).toEqual(['RTSTRUCT', 'SEG'])
    for (const set of sets) {
      expect(set.structures.map(({ name }) => name)).toEqual(['BONE'])
      expect(Math.abs(shapeVolumeMl(set.structures[0]!.shape) / structures[0]!.volumeMl - 1)).toBeLessThan(0.01)
    }
  })

  it.each([
    ['an unknown structure', ['--network', 'shells', '--only', 'heart'], 'network.unknown-structure'],
    ['no network there', ['--network', 'nowhere'], 'network.no-file'],
    ['half a description', ['--network', 'shells', '--name', 'x'], 'cli.arguments'],
    [
      'two axes',
      [
        '--network',
        'shells',
        '--name',
        'x',
        '--network-version',
        '1',
        '--source',
        's',
        '--licence',
        'l',
        '--axes',
        'S,A',
      ],
      'cli.arguments',
    ],
  ])('refuses %s', async (_, words, code) => {
    const placed = words.map((word, n) => (words[n - 1] === '--network' ? at(word) : word))
    await expect(segment(at('shells.nii.gz'), ...placed)).rejects.toMatchObject({ code })
  })

  it('is one way of the command "segment"', () => {
    writeFileSync(at('shells/network.json'), JSON.stringify({ schema: 'something else' }))
    const entry = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url))
    const words = ['segment', at('shells.nii.gz'), '--network', at('shells'), '--json']
    const { status, stderr } = spawnSync(process.execPath, [entry, ...words], { encoding: 'utf8' })
    expect(status).toBe(2)
    expect(JSON.parse(stderr)).toMatchObject({ error: { kind: 'input', code: 'network.description' } })
  })
})

/** The first folder below one that holds CT slices. */
function ctFolder(folder: string): string {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && /ct/i.test(entry.parentPath.slice(folder.length)),
  )
  if (!found || !existsSync(found.parentPath)) throw new Error(`no CT in ${folder}`)
  return found.parentPath
}
