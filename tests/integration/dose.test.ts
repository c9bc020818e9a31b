/** `theratwin dose` end to end on NIfTI and DICOM images: RT Dose, NIfTI and summary. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import { readNifti, writeNifti } from '../../electron/adapters/nifti/index.ts'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { voxelVolumeMl } from '../../native-core/imaging/index.ts'
import { JOULE_PER_MEV } from '../../native-core/units/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'
import { readTruth, sharedCase } from './support/caseTruth.ts'
import { LU177_ELECTRON_MEV, cube, dose, image, makeVolumes, refusal, sha256 } from './support/doseCommand.ts'

const root = await makeVolumes()
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string): string => join(root, name)

describe('theratwin dose on NIfTI', () => {
  it('gives activity times energy over the density of each side, keeps the energy, and the same bytes again', async () => {
    const words = [
      '--engine',
      'local-energy',
      '--ct',
      at('ct.nii.gz'),
      '--activity',
      at('tia.nii'),
      '--nuclide',
      '177Lu',
    ]
    const summary = await dose(...words, '--structures', at('ball.nii.gz'), '--out', at('a'))
    expect(summary).toMatchObject({
      schema: 'theratwin-dose/1',
      quantity: 'dose',
      unit: 'Gy',
      nuclide: { parent: 'Lu-177' },
    })
    expect(summary.grid.dimensions).toEqual([12, 12, 12])
    const { grid, values } = await readNifti(join(root, 'a', 'dose.nii.gz'))
    // Density of 0 HU and 1000 HU by Schneider's relation.
    const { segments } = fileResources().huDensityTable() as {
      segments: { fromHu: number; toHu: number; interceptGPerMl: number; slopeGPerMlPerHu: number }[]
    }
    const density = (hu: number): number => {
      const { interceptGPerMl, slopeGPerMlPerHu } = segments.find(({ fromHu, toHu }) => hu >= fromHu && hu < toHu)!
      return interceptGPerMl + slopeGPerMlPerHu * hu
    }
    const expected = image(grid, ([x, y, z]) =>
      Math.hypot(x, y, z) < 30 ? (1e9 / density(x < 0 ? 0 : 1000)) * 1e3 * LU177_ELECTRON_MEV * JOULE_PER_MEV : 0,
    ).values
    values.forEach((gy, n) => expect(Math.abs(gy - expected[n]!)).toBeLessThanOrEqual(5e-3 * expected[n]!))

    const decays = expected.filter((gy) => gy > 0).length * voxelVolumeMl(grid) * 1e9
    expect(summary.activity.total / decays).toBeCloseTo(1, 6)
    expect(summary.energy.depositedJ / (decays * LU177_ELECTRON_MEV * JOULE_PER_MEV)).toBeCloseTo(1, 2)
    const [ball] = summary.structures
    expect(ball).toMatchObject({ name: 'ball', statisticalSdGy: null })
    expect(ball!.byRadiationGy['electron']! / ball!.doseGy).toBeCloseTo(1, 6)
    expect(ball!.maximumGy / Math.max(...expected)).toBeCloseTo(1, 2)

    await dose(...words, '--structures', at('ball.nii.gz'), '--threads', '1', '--out', at('b'))
    expect(readdirSync(at('b')).sort()).toEqual(['dose.dcm', 'dose.nii.gz', 'summary.json'])
    for (const file of readdirSync(at('b'))) expect(sha256(join(at('b'), file)), file).toBe(sha256(join(at('a'), file)))
    expect(readFileSync(join(at('a'), 'summary.json'), 'utf8')).not.toContain(root)
  })

  it('the RT Dose object holds the doses of the NIfTI file at the same places', async () => {
    const source = createDicomSource({ threads: 1 })
    try {
      const scan = await source.scan([join(at('a'), 'dose.dcm')], {})
      const found = scan.patients[0]!.images[0]!
      expect(found.quantity).toEqual({ kind: 'absorbed-dose', unit: 'Gy' })
      const nifti = await readNifti(join(at('a'), 'dose.nii.gz'))
      expect(found.grid.dimensions).toEqual(nifti.grid.dimensions)
      found.grid.originMm.forEach((mm, axis) => expect(mm).toBeCloseTo(nifti.grid.originMm[axis]!, 3))
      const largest = Math.max(...nifti.values)
      const values = await source.loadVoxels(found)
      values.forEach((gy, n) => expect(Math.abs(gy - nifti.values[n]!)).toBeLessThanOrEqual(1e-6 * largest))
    } finally {
      await source.close()
    }
  })

  it('a dose rate is in Gy/s, NIfTI only, and takes an older dose.dcm away', async () => {
    mkdirSync(at('rate'))
    writeFileSync(join(at('rate'), 'dose.dcm'), 'old')
    const summary = await dose(
      '--engine',
      'local-energy',
      '--water',
      '--activity',
      at('tia.nii'),
      '--nuclide',
      'Lu-177',
      '--quantity',
      'dose-rate',
      '--out',
      at('rate'),
    )
    expect(summary).toMatchObject({ quantity: 'dose-rate', unit: 'Gy/s', files: ['dose.nii.gz', 'summary.json'] })
    expect(existsSync(join(at('rate'), 'dose.dcm'))).toBe(false)
    expect(summary.remarks.join()).toContain('water')
  })

  it('computes on the grid of the CT or in cubes, with the same energy', async () => {
    const words = [
      '--engine',
      'local-energy',
      '--ct',
      at('ct.nii.gz'),
      '--activity',
      at('tia.nii'),
      '--nuclide',
      'Y-90',
    ]
    const own = await dose(...words, '--out', at('own'))
    for (const [choice, dimensions] of [
      ['ct', [24, 24, 24]],
      ['3', [32, 32, 32]],
    ] as const) {
      const other = await dose(...words, '--grid', choice, '--out', at('grid'))
      expect(other.grid.dimensions).toEqual(dimensions)
      expect(other.energy.depositedJ / own.energy.depositedJ).toBeCloseTo(1, 5)
      expect(other.key).not.toBe(own.key)
    }
  })

  it('counts daughters as asked', async () => {
    const words = [
      '--engine',
      'local-energy',
      '--water',
      '--activity',
      at('tia.nii'),
      '--nuclide',
      'Ac-225',
      '--out',
      at('ac'),
    ]
    const all = await dose(...words)
    const none = await dose(...words, '--daughters', 'none')
    const half = await dose(...words, '--daughters', '0.5')
    const bi = await dose(...words, '--daughters', '213Bi=0')
    expect(none.nuclide.members).toHaveLength(1)
    // Four alphas, of which one is the parent's.
    expect(all.maximumGy / none.maximumGy).toBeGreaterThan(4)
    expect((half.maximumGy - none.maximumGy) / (all.maximumGy - none.maximumGy)).toBeCloseTo(0.5, 4)
    expect(bi.maximumGy).toBeLessThan(all.maximumGy)
    expect(bi.nuclide.daughters).toContain('Bi-213')
  })

  it('a map of labels gives a structure each, an empty one is told of', async () => {
    const far = image(cube(4), () => 0)
    await writeNifti(
      at('organs.nii'),
      image(cube(4), ([x]) => (x < 0 ? 3 : 7)),
    )
    mkdirSync(at('masks'))
    await writeNifti(join(at('masks'), 'nothing.nii'), far)
    await writeNifti(
      join(at('masks'), 'organs.nii.gz'),
      image(cube(4), ([x]) => (x < 0 ? 3 : 7)),
    )
    const summary = await dose(
      '--engine',
      'local-energy',
      '--ct',
      at('ct.nii.gz'),
      '--activity',
      at('tia.nii'),
      '--nuclide',
      'Lu-177',
      '--structures',
      at('masks'),
      '--out',
      at('labels'),
    )
    expect(summary.structures.map(({ name }) => name)).toEqual(['organs-3', 'organs-7'])
    expect(summary.remarks.join()).toContain('"nothing" has no part')
    expect(summary.structures[0]!.volumeMl).toBeCloseTo(96 ** 3 / 2000, 3)
  })

  it('sets a few negative voxels to zero and says so', async () => {
    await writeNifti(
      at('noisy.nii'),
      image(cube(8), ([x, y, z]) => (Math.hypot(x, y, z) < 30 ? 1e9 : x > 40 && y > 40 && z > 40 ? -1e8 : 0)),
    )
    const summary = await dose(
      '--engine',
      'local-energy',
      '--water',
      '--activity',
      at('noisy.nii'),
      '--nuclide',
      'Lu-177',
      '--out',
      at('noisy'),
    )
    expect(summary.remarks.join()).toMatch(/1 voxels had a negative activity/)
  })
})

describe('theratwin dose on DICOM', () => {
  beforeAll(async () => {
    await sharedPhantomCase({ seed: 5, sizes: 'tiny', outDir: at('phantom') })
  })

  it('reads a session, keeps patient, study and frame of reference, and reads its own object back', async () => {
    const session = join(
      at('phantom'),
      'cycle1',
      readdirSync(join(at('phantom'), 'cycle1')).filter((name) => name.startsWith('tp'))[0]!,
    )
    const words = [
      '--engine',
      'local-energy',
      '--ct',
      join(session, 'CT'),
      '--activity',
      join(session, 'NM'),
      '--structures',
      join(session, 'RTSTRUCT.dcm'),
    ]
    const rate = await dose(...words, '--out', at('session'))
    expect(rate.unit).toBe('Gy/s')
    const summary = await dose(...words, '--effective-half-life-hours', '40', '--out', at('session'))
    expect(summary.unit).toBe('Gy')
    expect(summary.maximumGy / rate.maximumGy / ((40 * 3600) / Math.LN2)).toBeCloseTo(1, 5)
    expect(summary.structures.length).toBeGreaterThan(3)
    const source = createDicomSource({ threads: 1 })
    try {
      const [own, ct] = await Promise.all([
        source.scan([join(at('session'), 'dose.dcm')], {}),
        source.scan([join(session, 'CT')], {}),
      ])
      const [made, of] = [own.patients[0]!, ct.patients[0]!]
      expect(made.patient).toMatchObject({
        mrn: of.patient.mrn,
        dicomName: of.patient.dicomName,
        birthDate: of.patient.birthDate,
      })
      expect(made.images[0]).toMatchObject({
        studyUid: of.images[0]!.studyUid,
        frameOfReferenceUid: of.images[0]!.frameOfReferenceUid,
      })
    } finally {
      await source.close()
    }
  })

  it('refuses images that do not belong together, and folders with more than one', async () => {
    const sessions = readdirSync(join(at('phantom'), 'cycle1')).filter((name) => name.startsWith('tp'))
    const of = (n: number, what: string): string => join(at('phantom'), 'cycle1', sessions[n]!, what)
    const words = ['--engine', 'local-energy', '--out', at('bad')]
    expect((await refusal(...words, '--ct', of(1, 'CT'), '--activity', of(0, 'NM'))).code).toBe('dose.frames-differ')
    expect(
      (await refusal(...words, '--ct', of(0, 'CT'), '--activity', join(at('phantom'), 'cycle1'))).message,
    ).toContain('4 images')
    expect((await refusal(...words, '--ct', of(0, 'NM'), '--activity', of(0, 'NM'))).code).toBe('dose.ct-choice')
  })

  const folder = sharedCase('synthetic-1cycle')
  it.skipIf(folder === null)(
    'kidneys of a case get the dose of what a perfect outline sees, within 2 % (skipped where ../shared/cases is missing)',
    async () => {
      const session = join(folder!, 'cycle1', 'tp2_024h')
      const summary = await dose(
        '--engine',
        'local-energy',
        '--ct',
        join(session, 'CT'),
        '--activity',
        join(session, 'NM'),
        '--structures',
        join(session, 'RTSTRUCT.dcm'),
        '--residence-hours',
        '1',
        '--out',
        at('case'),
      )
      const { regions } = readTruth(folder!).cycles[0]!.sessions[1]!
      for (const name of ['KIDNEY_L', 'KIDNEY_R', 'SPLEEN']) {
        const found = summary.structures.find((structure) => structure.name === name)!
        const seen = regions[name]!.voi_mean_image_bq_ml!
        // Edge voxels hold lung and fat, so that the mass of the outline is not that of the organ: compared per mL.
        const densityGPerMl = (found.massKg * 1000) / found.volumeMl
        const expected = (seen / densityGPerMl) * 3600 * 1e3 * LU177_ELECTRON_MEV * JOULE_PER_MEV
        expect(Math.abs(found.doseGy / expected - 1), name).toBeLessThan(0.02)
        // 1.05 and 1.06 g/mL in the simulation.
        expect(Math.abs(densityGPerMl / 1.055 - 1), name).toBeLessThan(0.05)
      }
    },
  )
})
