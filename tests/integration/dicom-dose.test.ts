/** RT Dose objects of our own: as our reader, pydicom and dciodvfy find them. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import { createDicomWriter } from '../../electron/adapters/dicom-write/index.ts'
import type { DoseToWrite } from '../../electron/services/ports/dicomWriter.ts'
import type { ScannedImage } from '../../electron/services/ports/dicomSource.ts'
import { indexToPatient, voxelCount, voxelOffset } from '../../native-core/imaging/index.ts'
import { rotation } from '../../native-core/imaging/testShapes.ts'
import type { ImageGrid, Mat3, Vec3 } from '../../native-core/imaging/types.ts'
import { askPydicom, compareVolume, expectClose, findPydicom } from './support/dicomOracle.ts'

const python = findPydicom()
const hasDciodvfy = spawnSync('dciodvfy', ['-h']).error === undefined
const root = mkdtempSync(join(tmpdir(), 'theratwin-rtdose-'))
const writer = createDicomWriter()
const source = createDicomSource({ threads: 1 })
afterAll(async () => {
  await source.close()
  rmSync(root, { recursive: true, force: true })
})

const AXIAL: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]
const turn = rotation(0.31, -0.72, 1.9)
const GRIDS: Readonly<Record<string, ImageGrid>> = {
  axial: { dimensions: [5, 4, 3], spacingMm: [4, 3, 5], originMm: [-100.5, -20.25, 33], direction: AXIAL },
  'feet first': {
    dimensions: [5, 4, 3],
    spacingMm: [4, 3, 5],
    originMm: [0, 0, 0],
    direction: [-1, 0, 0, 0, 1, 0, 0, 0, -1],
  },
  'left-handed': {
    dimensions: [5, 4, 4],
    spacingMm: [4, 3, 5],
    originMm: [7, 8, 9],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, -1],
  },
  coronal: {
    dimensions: [5, 4, 3],
    spacingMm: [4, 3, 5],
    originMm: [7, 8, 9],
    direction: [1, 0, 0, 0, 0, -1, 0, 1, 0],
  },
  oblique: { dimensions: [5, 4, 3], spacingMm: [4.4179, 3.125, 5.3], originMm: [-250.123, 8, 1009], direction: turn },
  'oblique, left-handed': {
    dimensions: [3, 4, 5],
    spacingMm: [4.4179, 3.125, 5.3],
    originMm: [-250.123, 8, 1009],
    direction: turn.map((v, n) => (n % 3 === 0 ? -v : v)) as unknown as Mat3,
  },
}

function doseOn(grid: ImageGrid, kind: DoseToWrite['kind'], uid: string, scale = 1): DoseToWrite {
  return {
    patient: { name: 'Müller^Jörg', id: 'P1', birthDate: '', sex: '' },
    study: { uid: `2.25.100${uid}`, id: '', description: 'dose', start: '2026-01-12T09:00:00' },
    series: { uid: `2.25.200${uid}`, number: 900, description: 'absorbed dose' },
    instanceUid: `2.25.300${uid}`,
    frameOfReferenceUid: '2.25.4',
    planInstanceUid: '2.25.5',
    equipment: { manufacturer: 'Theratwin', model: 'Theratwin', software: '0.1' },
    grid,
    values: Float32Array.from({ length: voxelCount(grid) }, (_, n) => scale * (n % 7 === 3 ? 0 : 1 + Math.sin(n) ** 3)),
    kind,
    comment: 'a test',
  }
}

/** Value of a read image at the place of each voxel of a grid. */
async function valuesAt(image: ScannedImage, grid: ImageGrid): Promise<number[]> {
  const values = await source.loadVoxels(image)
  const { originMm: o, direction: d, spacingMm: s } = image.grid
  const out: number[] = []
  for (let k = 0; k < grid.dimensions[2]; k++)
    for (let j = 0; j < grid.dimensions[1]; j++)
      for (let i = 0; i < grid.dimensions[0]; i++) {
        const p = indexToPatient(grid, [i, j, k])
        const index = [0, 1, 2].map(
          (axis) => [0, 1, 2].reduce((sum, row) => sum + d[3 * row + axis]! * (p[row]! - o[row]!), 0) / s[axis]!,
        )
        for (const x of index) expect(Math.abs(x - Math.round(x))).toBeLessThan(1e-3)
        const [a, b, c] = index.map((x) => Math.round(x)) as unknown as Vec3
        out.push(values[voxelOffset(image.grid, a, b, c)]!)
      }
  return out
}

describe('RT Dose', () => {
  for (const [index, [name, grid]] of Object.entries(GRIDS).entries())
    it(`is read back: ${name}`, async () => {
      const folder = join(root, String(index))
      const dose = doseOn(grid, 'physical', `${index}`, 10 ** (3 * index - 9))
      await writer.writeDose(dose, folder, 'dose.dcm')
      const scan = await source.scan([folder], {})
      expect(scan.problems.filter(({ severity }) => severity === 'refused' || severity === 'question')).toEqual([])
      const image = scan.patients[0]!.images[0]!
      expect(scan.patients[0]!.patient.dicomName).toBe('Müller^Jörg')
      expect(image).toMatchObject({
        modality: 'RTDOSE',
        quantity: { kind: 'absorbed-dose', unit: 'Gy' },
        frameOfReferenceUid: '2.25.4',
      })
      const largest = Math.max(...dose.values)
      const found = await valuesAt(image, grid)
      for (const [n, value] of found.entries())
        expect(Math.abs(value - dose.values[n]!)).toBeLessThanOrEqual(largest * 2 ** -23)
    })

  it('of all zeros and of one frame', async () => {
    const grid = { ...GRIDS['axial']!, dimensions: [3, 2, 1] as Vec3 }
    const folder = join(root, 'flat')
    await writer.writeDose({ ...doseOn(grid, 'physical', '70'), values: new Float32Array(6) }, folder, 'dose.dcm')
    const image = (await source.scan([folder], {})).patients[0]!.images[0]!
    expect(image.grid).toMatchObject({ dimensions: [3, 2, 1], spacingMm: [4, 3, 5] })
    expect([...(await source.loadVoxels(image))]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('of an error is signed, says what it is and is no physical dose', async () => {
    const folder = join(root, 'error')
    const dose = doseOn(GRIDS['axial']!, 'error', '80')
    await writer.writeDose(dose, folder, 'uncertainty.dcm')
    const scan = await source.scan([folder], {})
    const image = scan.patients[0]!.images[0]!
    expect(image.quantity).toEqual({ kind: 'arbitrary', unit: 'GY ERROR' })
    expectClose(await valuesAt(image, dose.grid), [...dose.values], 1e-6)
  })

  it('gives the same bytes again, and refuses what is no dose', async () => {
    const dose = doseOn(GRIDS['oblique']!, 'physical', '90')
    const [a, b] = [await writer.writeDose(dose, root, 'a.dcm'), await writer.writeDose(dose, root, 'b.dcm')]
    expect(readFileSync(a)).toEqual(readFileSync(b))
    for (const bad of [NaN, -1, Infinity])
      await expect(
        writer.writeDose({ ...dose, values: dose.values.map((v, n) => (n === 4 ? bad : v)) }, root, 'c.dcm'),
      ).rejects.toThrow(RangeError)
  })

  it.skipIf(!python)('is what pydicom finds (skipped where python3-pydicom is not installed)', async () => {
    const folder = join(root, 'pydicom')
    mkdirSync(folder)
    for (const [index, grid] of Object.values(GRIDS).entries())
      await writer.writeDose(doseOn(grid, index % 2 ? 'error' : 'physical', `5${index}`, 3.7), folder, `${index}.dcm`)
    const { volumes } = askPydicom(python!, folder)
    const scan = await source.scan([folder], {})
    const images = scan.patients.flatMap((patient) => patient.images)
    expect(images).toHaveLength(6)
    for (const image of images) await compareVolume(source, image, volumes[image.seriesUid]!)
  })

  it.skipIf(!hasDciodvfy)('passes dciodvfy without an error (skipped where dicom3tools is not installed)', async () => {
    const files: string[] = []
    for (const kind of ['physical', 'error'] as const)
      for (const dimensions of [
        [5, 4, 3],
        [5, 4, 1],
      ] as const)
        files.push(
          await writer.writeDose(
            doseOn({ ...GRIDS['oblique']!, dimensions }, kind, '60'),
            root,
            `${kind}${dimensions[2]}.dcm`,
          ),
        )
    for (const file of files) {
      const { stdout, stderr } = spawnSync('dciodvfy', [file], { encoding: 'utf8' })
      expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'))).toEqual([])
    }
  })
})
