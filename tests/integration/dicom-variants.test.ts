/** The traps of shared/dicom-variants: each gets the verdict that its expect.json asks for, and its content is right where it is used. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import type { DicomSource, ScannedFolder, ScannedImage } from '../../electron/services/ports/dicomSource.ts'
import { sharedFolder } from './support/dicomOracle.ts'

const variants = join(sharedFolder, 'dicom-variants')
const original = join(sharedFolder, 'cases/synthetic-1cycle/cycle1/tp2_024h')

interface Expectation {
  readonly name: string
  readonly verdict: string
  readonly why: string
  readonly check: string
}

/** The gravest of what was found, in the words of expect.json. */
function verdictOf({ problems, patients }: ScannedFolder): string {
  const has = (severity: string): boolean => problems.some((problem) => problem.severity === severity)
  if (has('refused')) return 'reject'
  const questions = problems.filter(({ severity }) => severity === 'question')
  if (questions.length > 0)
    return questions.every(({ code }) => code === 'activity.needs-calibration') ? 'ask-calibration' : 'ask'
  if (patients.length === 0) return 'ignore'
  return has('warning') ? 'warn' : 'accept'
}

function onlyImage(scan: ScannedFolder): ScannedImage {
  const images = scan.patients.flatMap((patient) => patient.images)
  expect(images).toHaveLength(1)
  return images[0]!
}

describe.skipIf(!existsSync(variants))('dicom-variants (skipped without ../shared/dicom-variants)', () => {
  const source: DicomSource = createDicomSource({ threads: 2 })
  let originals: readonly ScannedImage[] = []
  afterAll(() => source.close())

  const expectations = existsSync(variants)
    ? readdirSync(variants).map(
        (name) => JSON.parse(readFileSync(join(variants, name, 'expect.json'), 'utf8')) as Expectation,
      )
    : []

  /** Voxels of the original series, cut to the slices that the variant has. */
  async function originalVoxels(image: ScannedImage): Promise<Float32Array> {
    const whole = originals.find(({ seriesUid }) => seriesUid === image.seriesUid)!
    expect(whole).toBeDefined()
    const first = Math.round((image.grid.originMm[2] - whole.grid.originMm[2]) / whole.grid.spacingMm[2])
    const [nx, ny, nz] = image.grid.dimensions
    return (await source.loadVoxels(whole)).subarray(first * nx * ny, (first + nz) * nx * ny)
  }

  beforeAll(async () => {
    if (!existsSync(original)) return
    originals = (await source.scan([original], {})).patients.flatMap(({ images }) => images)
  })

  it('has its 29 traps', () => {
    expect(expectations).toHaveLength(29)
  })

  it.each(expectations)('$name: $verdict ($why)', async ({ name, verdict }) => {
    const scan = await source.scan([join(variants, name)], {})
    const found = verdictOf(scan)
    // 'resample' would be an accepted image with a problem that says so; this program refuses instead.
    expect(verdict.split('-or-')).toContain(found)
    for (const problem of scan.problems) expect(problem.message.length).toBeGreaterThan(0)
    for (const problem of scan.problems.filter(({ severity }) => severity === 'refused' || severity === 'question'))
      expect(problem.hint.length).toBeGreaterThan(10)
    if (found === 'reject') expect(scan.patients.flatMap(({ images }) => images)).toEqual([])
  })

  it.each(expectations.filter(({ check }) => /equal to the original|sorted by/.test(check)))(
    '$name: $check',
    async ({ name }) => {
      const image = onlyImage(await source.scan([join(variants, name)], {}))
      const whole = originals.find(({ seriesUid }) => seriesUid === image.seriesUid)!
      expect(image.grid.originMm).toEqual(whole.grid.originMm)
      expect(image.grid.spacingMm).toEqual(whole.grid.spacingMm)
      expect(image.quantity).toEqual(whole.quantity)
      expect(await source.loadVoxels(image)).toEqual(await originalVoxels(image))
    },
  )

  it('no_preamble: loads', async () => {
    const image = onlyImage(await source.scan([join(variants, 'no_preamble')], {}))
    expect(await source.loadVoxels(image)).toEqual(await originalVoxels(image))
  })

  it('id_charset_japanese: name shown as Yamada^Tarou=...', async () => {
    const { patients } = await source.scan([join(variants, 'id_charset_japanese')], {})
    expect(patients[0]?.patient.dicomName).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう')
    expect(patients[0]?.patient.name).toBe('Yamada, Tarou (山田, 太郎)')
  })

  it('nm_head_first_positive_spacing: must not be silently mirrored', async () => {
    const scan = await source.scan([join(variants, 'nm_head_first_positive_spacing')], {})
    expect(onlyImage(scan).verdict).toBe('warn')
    expect(scan.problems.find(({ code }) => code === 'geometry.nm-slice-direction')?.message).toMatch(
      /146\.2.*438\.6.*-146\.2/,
    )
  })

  it('nm_head_first_positive_spacing beside its CT: the CT shows which way the slices go, and the user is asked', async () => {
    const scan = await source.scan([join(variants, 'nm_head_first_positive_spacing'), join(original, 'CT')], {})
    const image = scan.patients[0]!.images.find(({ modality }) => modality === 'NM')!
    const whole = originals.find(({ seriesUid }) => seriesUid === image.seriesUid)!
    expect(image.verdict).toBe('ask')
    for (const axis of [0, 1, 2] as const) expect(image.grid.originMm[axis]).toBeCloseTo(whole.grid.originMm[axis], 9)
    expect(await source.loadVoxels(image)).toEqual(await source.loadVoxels(whole))
  })

  it('q_pt_decay_admin_no_factor: brought from the administration to the start of the scan', async () => {
    const image = onlyImage(await source.scan([join(variants, 'q_pt_decay_admin_no_factor')], {}))
    const whole = originals.find(({ seriesUid }) => seriesUid === image.seriesUid)!
    // 24 h 10 min 19 s at a half-life of 574300.8 s
    const factor = 2 ** -(87_019 / 574_300.8)
    const [found, before] = [await source.loadVoxels(image), await source.loadVoxels(whole)]
    expect(found.reduce((a, b) => a + b, 0) / before.reduce((a, b) => a + b, 0)).toBeCloseTo(factor, 6)
    expect(image.quantity).toMatchObject({ decayCorrectionInFile: 'ADMIN' })
  })

  it('t_start_time_without_date: must not assume the day of the scan', async () => {
    const image = onlyImage(await source.scan([join(variants, 't_start_time_without_date')], {}))
    expect(image.radiopharmaceutical?.administrationStart).toBeNull()
  })

  it('t_wrong_nuclide: the coded nuclide is not taken against half-life, agent and therapy', async () => {
    const scan = await source.scan([join(variants, 't_wrong_nuclide')], {})
    expect(onlyImage(scan).radiopharmaceutical?.nuclide).toBeNull()
    const message = scan.problems.find(({ code }) => code === 'nuclide.conflicts-with-therapy')?.message
    expect(message).toContain('Tc-99m')
    expect(message).toContain('Lu-177')
  })

  it('q_nm_counts_only: counts with the time in which they were counted', async () => {
    const image = onlyImage(await source.scan([join(variants, 'q_nm_counts_only')], {}))
    expect(image.quantity).toEqual({ kind: 'counts', acquisitionDurationS: 1500 })
  })

  it('rs_odd_point_count: only the structure with the broken contour is refused', async () => {
    const scan = await source.scan([join(variants, 'rs_odd_point_count')], {})
    const names = scan.patients[0]?.structureSets[0]?.structures.map(({ name }) => name)
    expect(names).toHaveLength(9)
    expect(names).not.toContain('KIDNEY_R')
    expect(scan.problems.find(({ code }) => code === 'structure.odd-point-count')?.message).toContain('KIDNEY_R')
  })

  it('rs_points_between_slices: found against the CT too, and only for the shifted structure', async () => {
    for (const paths of [['rs_points_between_slices'], ['rs_points_between_slices', original]]) {
      const scan = await source.scan(
        paths.map((path) => (path === original ? join(original, 'CT') : join(variants, path))),
        {},
      )
      const message = scan.problems.find(({ code }) => code === 'structure.contours-between-slices')?.message
      expect(message).toContain('"KIDNEY_R" (by up to 1.30 mm)')
      expect(message).not.toContain('KIDNEY_L')
    }
  })

  it('all variants together with the original case: no crash, and nothing refused is among the images', async () => {
    const scan = await source.scan([variants, original], {})
    expect(scan.filesSeen).toBeGreaterThan(300)
    const keys = scan.patients.flatMap(({ images }) => images.map(({ key }) => key))
    expect(new Set(keys).size).toBe(keys.length)
  })
})
