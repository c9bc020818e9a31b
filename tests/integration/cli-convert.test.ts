/** `theratwin convert` on the phantom's own DICOM files: every form of its structures and images says the same. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import { decodeNifti } from '../../electron/adapters/nifti/index.ts'
import { command } from '../../electron/cli/convert.ts'
import type { ScannedStructureSet } from '../../electron/services/ports/dicomSource.ts'
import { maskVolumeMl, rasteriseShape, voxelVolumeMl } from '../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../native-core/imaging/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-convert-'))
const hasDciodvfy = spawnSync('dciodvfy', ['-h']).error === undefined
const source = createDicomSource({ threads: 1 })
/** One visit: CT, RTSTRUCT, NM. */
let visit: string
afterAll(async () => {
  await source.close()
  rmSync(root, { recursive: true, force: true })
})

beforeAll(async () => {
  await sharedPhantomCase({ seed: 8, sizes: 'tiny', outDir: join(root, 'case') })
  const withRtstruct = readdirSync(join(root, 'case'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('RTSTRUCT.dcm'),
  )
  visit = join(root, 'case', withRtstruct.sort()[0]!, '..')
})

async function convert(...words: readonly string[]): Promise<{ files: string[]; remarks: string[] }> {
  let text = ''
  await command.run({
    arguments: words,
    json: true,
    signal: new AbortController().signal,
    out: (part) => (text += part),
    progress: () => undefined,
  })
  return JSON.parse(text) as { files: string[]; remarks: string[] }
}

async function structuresIn(path: string): Promise<ScannedStructureSet> {
  return (await source.scan([path], {})).patients[0]!.structureSets[0]!
}

async function ctGrid(): Promise<ImageGrid> {
  const scan = await source.scan([join(visit, 'CT')], {})
  return scan.patients[0]!.images[0]!.grid
}

/** Volume of each structure on the grid of the CT, by name. */
function volumesOn(grid: ImageGrid, set: ScannedStructureSet): Record<string, number> {
  return Object.fromEntries(
    set.structures.map(({ name, shape }) => [name, maskVolumeMl(rasteriseShape(shape, grid, {}))]),
  )
}

function expectAlike(found: Record<string, number>, expected: Record<string, number>, relative: number): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, volume] of Object.entries(expected))
    expect(Math.abs(found[name]! / volume - 1), `${name}: ${found[name]} for ${volume} mL`).toBeLessThan(relative)
}

describe('theratwin convert', () => {
  it('makes contours a segmentation and back: volumes within 1 %', async () => {
    const like = ['--like', join(visit, 'CT')]
    const grid = await ctGrid()
    const original = volumesOn(grid, await structuresIn(join(visit, 'RTSTRUCT.dcm')))
    await convert(join(visit, 'RTSTRUCT.dcm'), '--to', 'seg', ...like, '--out', join(root, 'seg'))
    const seg = await structuresIn(join(root, 'seg'))
    expect(seg.origin).toBe('SEG')
    expectAlike(volumesOn(grid, seg), original, 0.01)

    await convert(join(root, 'seg', 'SEG.dcm'), '--to', 'rtstruct', ...like, '--out', join(root, 'rs'))
    const again = await structuresIn(join(root, 'rs'))
    expect(again.origin).toBe('RTSTRUCT')
    expectAlike(volumesOn(grid, again), original, 0.01)
    if (hasDciodvfy)
      for (const file of [join(root, 'seg', 'SEG.dcm'), join(root, 'rs', 'RTSTRUCT.dcm')]) {
        const { stdout, stderr } = spawnSync('dciodvfy', [file], { encoding: 'utf8' })
        expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'))).toEqual([])
      }
  })

  it('copies contours as they are, and writes the same bytes again', async () => {
    const words = [join(visit, 'RTSTRUCT.dcm'), '--to', 'rtstruct', '--like', join(visit, 'CT'), '--out']
    await convert(...words, join(root, 'a'))
    await convert(...words, join(root, 'b'))
    expect(readFileSync(join(root, 'a', 'RTSTRUCT.dcm'))).toEqual(readFileSync(join(root, 'b', 'RTSTRUCT.dcm')))
    const [before, after] = [await structuresIn(join(visit, 'RTSTRUCT.dcm')), await structuresIn(join(root, 'a'))]
    expect(after.structures.map(({ name, shape }) => ({ name, shape }))).toEqual(
      before.structures.map(({ name, shape }) => ({ name, shape })),
    )
  })

  it('writes a mask of each structure in the voxels of the images', async () => {
    const grid = await ctGrid()
    const original = volumesOn(grid, await structuresIn(join(visit, 'RTSTRUCT.dcm')))
    const out = join(root, 'masks')
    const like = ['--like', join(visit, 'CT')]
    const { files } = await convert(join(visit, 'RTSTRUCT.dcm'), '--to', 'masks', ...like, '--out', out)
    expect(files).toHaveLength(Object.keys(original).length)
    for (const file of files) {
      const { grid: written, values } = await decodeNifti(readFileSync(join(out, file)), file)
      expect(written.dimensions).toEqual(grid.dimensions)
      const name = file.replace(/^\d+-|\.nii\.gz$/g, '')
      const volume = values.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(written)
      expect(Math.abs(volume / original[name]! - 1)).toBeLessThan(1e-4)
    }
  })

  it('writes a CT as NIfTI to the bit, and an activity image as a parametric map', async () => {
    const ct = (await source.scan([join(visit, 'CT')], {})).patients[0]!.images[0]!
    const { remarks } = await convert(join(visit, 'CT'), '--to', 'nifti', '--out', join(root, 'nii'))
    expect(remarks).toContain('Values are HU.')
    const nifti = await decodeNifti(readFileSync(join(root, 'nii', 'CT.nii.gz')), 'CT.nii.gz')
    expect([...nifti.values]).toEqual([...(await source.loadVoxels(ct))])
    for (const [n, mm] of nifti.grid.originMm.entries()) expect(mm).toBeCloseTo(ct.grid.originMm[n]!, 3)

    const nm = (await source.scan([join(visit, 'NM')], {})).patients[0]!.images[0]!
    await convert(join(visit, 'NM'), '--to', 'parametric-map', '--out', join(root, 'map'))
    const map = (await source.scan([join(root, 'map')], {})).patients[0]!.images[0]!
    expect(map).toMatchObject({ quantity: { origin: 'parametric-map' }, frameOfReferenceUid: nm.frameOfReferenceUid })
    const total = async (image: typeof map): Promise<number> =>
      (await source.loadVoxels(image)).reduce((sum, value) => sum + value, 0) * voxelVolumeMl(image.grid)
    expect((await total(map)) / (await total(nm))).toBeCloseTo(1, 6)
  })

  it('refuses what it cannot know, by name', async () => {
    const code = (...words: string[]): Promise<unknown> =>
      convert(...words).then(
        () => null,
        (error: unknown) => (error as { code?: string }).code,
      )
    const structures = join(visit, 'RTSTRUCT.dcm')
    expect(await code(structures, '--to', 'seg', '--out', root)).toBe('convert.like')
    expect(await code(structures, '--to', 'stl', '--out', root)).toBe('cli.arguments')
    expect(await code(structures, '--to', 'seg')).toBe('cli.arguments')
    expect(await code(join(visit, 'CT'), '--to', 'seg', '--like', join(visit, 'CT'), '--out', root)).toBe(
      'dose.no-structures',
    )
  })
})
