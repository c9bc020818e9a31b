import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePhantomCase } from './index.ts'
import type { MadeCase, PhantomOptions } from './index.ts'

/** What read_case.py answers. */
interface Reading {
  readonly files: number
  readonly distinct_uids: number
  readonly odd_uids: readonly string[]
  readonly ds_too_long: readonly unknown[]
  readonly sessions: readonly {
    readonly dir: string
    readonly frame: string
    readonly ct: { readonly position: string; readonly hu_at: Record<string, number | null> }
    readonly nm?: Measured & {
      readonly how: string
      readonly first_z: number
      readonly last_z: number
      readonly counts: number
      readonly stored_total: number
    }
    readonly pt?: Measured & { readonly decay: string; readonly slopes: number }
    readonly rtstruct?: Record<
      string,
      {
        readonly volume_ml: number
        readonly centroid_mm: readonly number[]
        readonly off_plane_mm: number
        readonly holes: number
      }
    >
    readonly seg?: Record<string, { readonly volume_ml: number; readonly centroid_mm: readonly number[] }>
    readonly reg?: { readonly matrix: readonly number[]; readonly to: string }
  }[]
}
interface Measured {
  readonly total_mbq: number
  readonly centroid_error_mm: Record<string, number>
  readonly dose: number
}

const PYTHON = ['/usr/bin/python3', 'python3'].find((p) => spawnSync(p, ['-c', 'import pydicom, numpy']).status === 0)
const hasDciodvfy = spawnSync('dciodvfy', ['-h']).error === undefined
const scratch = mkdtempSync(path.join(tmpdir(), 'theratwin-phantoms-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const VARIANTS: Record<string, Partial<PhantomOptions>> = {
  'supine, both images, both kinds of structures': {
    seed: 1,
    emission: 'both',
    structures: 'both',
    cycles: 2,
    timesH: [4, 72],
  },
  'feet first, head-first frames, mapping only, PT corrected to administration': {
    seed: 2,
    emission: 'both',
    structures: 'both',
    orientation: 'FFS',
    nmOrder: 'head-first',
    quantification: 'rwvm',
    decayCorrection: 'ADMIN',
    timesH: [20, 60],
    timezoneOffset: '+0100',
    agent: 'PSMA-617',
    habitus: 'large',
  },
  'prone, counts, PT not corrected, no registration': {
    seed: 3,
    emission: 'both',
    structures: 'seg',
    orientation: 'HFP',
    nmOrder: 'head-first',
    quantification: 'counts',
    decayCorrection: 'NONE',
    timesH: [24],
    reg: false,
    motion: 'none',
    nuclide: 'I-131',
    acquisitionS: 1200,
    habitus: 'slim',
  },
}

const relative = (a: number, b: number): number => Math.abs(a / b - 1)

describe.each(Object.entries(VARIANTS))('simulated case: %s', (name, options) => {
  let made: MadeCase
  let reading: Reading | null = null
  const outDir = path.join(scratch, createHash('sha1').update(name).digest('hex').slice(0, 8))

  beforeAll(async () => {
    made = await makePhantomCase({ seed: 1, sizes: 'tiny', ...options, outDir })
    if (PYTHON) {
      const script = path.join(import.meta.dirname, 'read_case.py')
      reading = JSON.parse(execFileSync(PYTHON, [script, outDir], { encoding: 'utf8', maxBuffer: 1e8 })) as Reading
    }
  })

  it('truth: activities, volumes and means agree with each other', () => {
    for (const cycle of made.truth.cycles) {
      for (const session of cycle.sessions) {
        expect(relative(session.emission_image_total_mbq, session.total_activity_in_fov_mbq)).toBeLessThan(0.005)
        for (const [region, r] of Object.entries(session.regions)) {
          expect(relative((r.conc_bq_ml * r.volume_ml) / 1e6, r.activity_mbq)).toBeLessThan(1e-9)
          expect(r.recovery_coefficient).toBe(r.voi_mean_blurred_bq_ml / r.conc_bq_ml)
          expect(r.density_g_ml, region).toBe(cycle.regions[region]!.density_g_ml)
        }
        for (const [region, r] of Object.entries(cycle.regions)) {
          expect(r.mass_g).toBeCloseTo(r.volume_ml * r.density_g_ml, 9)
          if (!r.whole_in_images) continue
          const a =
            cycle.administered_mbq *
            r.tac_terms.reduce((s, t) => s + t.coef * Math.exp((-Math.LN2 / t.t_eff_h) * session.t_h), 0)
          expect(relative(session.regions[region]!.activity_mbq, a)).toBeLessThan(1e-9)
        }
        const liver = session.rois['LIVER']!
        const inside = ['LIVER', ...made.truth.lesions_inside['LIVER']!]
        expect(liver.activity_mbq).toBeCloseTo(
          inside.reduce((s, n) => s + session.regions[n]!.activity_mbq, 0),
          9,
        )
      }
    }
  })

  it('makes the same bytes again', async () => {
    const again = path.join(scratch, 'again')
    const second = await makePhantomCase({ seed: 1, sizes: 'tiny', ...options, outDir: again })
    expect(second.files.map((f) => path.relative(again, f))).toEqual(made.files.map((f) => path.relative(outDir, f)))
    const digest = (files: readonly string[]): string[] =>
      files.map((f) => createHash('sha256').update(readFileSync(f)).digest('hex'))
    expect(digest(second.files)).toEqual(digest(made.files))
    rmSync(again, { recursive: true })
  })

  it.skipIf(!hasDciodvfy)('passes dciodvfy without an error (skipped aloud where dicom3tools is not installed)', () => {
    const kinds = new Map<string, string>()
    for (const f of made.files) kinds.set(path.basename(f).replace(/_\d+/, ''), f)
    for (const f of [...kinds.values(), made.files[0]!]) {
      const { stderr, stdout } = spawnSync('dciodvfy', [f], { encoding: 'utf8' })
      const errors = `${stdout}${stderr}`.split('\n').filter((l) => l.startsWith('Error'))
      expect(errors, path.relative(outDir, f)).toEqual([])
    }
  })

  it.skipIf(!PYTHON)('pydicom finds what the truth says (skipped aloud where python3-pydicom is not installed)', () => {
    const r = reading!
    expect(r.files).toBe(made.files.length)
    expect(r.distinct_uids).toBe(r.files)
    expect(r.odd_uids).toEqual([])
    expect(r.ds_too_long).toEqual([])
    const sessions = made.truth.cycles.flatMap((cycle) => cycle.sessions.map((s) => ({ cycle, s })))
    expect(r.sessions.map((s) => s.dir)).toEqual(sessions.map(({ s }) => s.dir))
    sessions.forEach(({ cycle, s }, index) => {
      const found = r.sessions[index]!
      expect(found.frame).toBe(s.frame_of_reference_uid)
      expect(found.ct.position).toBe(made.truth.orientation)
      for (const hu of Object.values(found.ct.hu_at)) expect(Math.abs(hu! - 31.65)).toBeLessThan(25)
      for (const image of [found.nm, found.pt]) {
        expect(relative(image!.total_mbq, s.emission_image_total_mbq)).toBeLessThan(2e-4)
        // The lesions are hot spots: the centroid of a 15 mm ball is theirs within the coarseness of 13.6 mm voxels.
        for (const [lesion, mm] of Object.entries(image!.centroid_error_mm))
          expect(mm, `${s.dir} ${lesion}`).toBeLessThan(5)
      }
      expect(found.nm!.dose).toBe(cycle.administered_mbq)
      expect(found.pt!.dose).toBe(cycle.administered_mbq * 1e6)
      expect(found.nm!.how).toBe(s.nm!.quant)
      expect(found.nm!.last_z > found.nm!.first_z).toBe(s.nm!.order === 'feet-first')
      if (s.nm!.quant === 'counts') expect(relative(found.nm!.stored_total, found.nm!.counts)).toBeLessThan(1e-3)
      expect(found.pt!.slopes).toBeGreaterThan(3)
      for (const [structure, c] of Object.entries(found.rtstruct ?? {})) {
        expect(c.off_plane_mm).toBeLessThan(1e-3)
        expect(c.holes, structure).toBe(0)
        if (structure === 'BODY') continue
        const volume = s.rois[structure]!.volume_ml
        // Slices are 8 mm apart: a stack of slabs is a coarse measure of small balls and of bodies with flat ends.
        expect(relative(c.volume_ml, volume), `${s.dir} ${structure}`).toBeLessThan(volume > 100 ? 0.17 : 0.25)
        const landmark = s.landmarks_mm[structure.toLowerCase()]
        if (landmark) expect(Math.hypot(...landmark.map((v, a) => v - c.centroid_mm[a]!)), structure).toBeLessThan(1.5)
      }
      for (const [structure, c] of Object.entries(found.seg ?? {})) {
        const landmark = s.landmarks_mm[structure.toLowerCase()]
        if (landmark) expect(Math.hypot(...landmark.map((v, a) => v - c.centroid_mm[a]!)), structure).toBeLessThan(4)
        else expect(relative(c.volume_ml, s.rois[structure]!.volume_ml), structure).toBeLessThan(0.2)
      }
      if (found.reg) {
        s.rigid_scanner_to_reference.flat().forEach((v, i) => expect(found.reg!.matrix[i]).toBeCloseTo(v, 9))
        expect(found.reg.to).toBe(made.truth.cycles[0]!.sessions[cycle.reference_session - 1]!.frame_of_reference_uid)
      }
    })
    expect(r.sessions.filter((x) => x.reg).length).toBe(options.reg === false ? 0 : sessions.length - 1)
  })
})
