/** The serial SPECT/CT cases of shared/cases, read from DICOM: counts of objects, grids, activities and registrations against truth and pydicom. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import type { DicomSource, ScannedFolder } from '../../electron/services/ports/dicomSource.ts'
import {
  askPydicom,
  compareObjects,
  compareVolume,
  expectClose,
  findPydicom,
  sharedFolder,
} from './support/dicomOracle.ts'

interface Grid {
  readonly n: readonly number[]
  readonly spacing_mm: readonly number[]
  readonly origin_mm: readonly number[]
}

interface Session {
  readonly dir: string
  readonly scan_start: string
  readonly acq_duration_s: number
  readonly frame_of_reference_uid: string
  readonly rigid_scanner_to_reference: readonly (readonly number[])[]
  readonly emission_image_total_mbq: number
  readonly nm: { readonly series: string }
  readonly pt: { readonly series: string } | null
}

interface Truth {
  readonly half_life_s: number
  readonly ct_grid: Grid
  readonly emission_grid: Grid & { readonly voxel_ml: number }
  readonly cycles: readonly {
    readonly administered_mbq: number
    readonly injection: string
    readonly sessions: readonly Session[]
  }[]
}

const cases = [
  {
    name: 'synthetic-1cycle',
    objects: { CT: 4, NM: 4, PT: 4, RTDOSE: 1, MR: 0 },
    sets: { RTSTRUCT: 4, SEG: 4 },
    registrations: 3,
  },
  // Eight sessions with one reference: seven registrations.
  {
    name: 'synthetic-2cycles',
    objects: { CT: 8, NM: 8, PT: 0, RTDOSE: 2, MR: 0 },
    sets: { RTSTRUCT: 8, SEG: 0 },
    registrations: 7,
  },
] as const

describe.each(cases)('shared/cases/$name', ({ name, objects, sets, registrations }) => {
  const folder = join(sharedFolder, 'cases', name)
  const present = existsSync(folder)
  const python = findPydicom()
  const source: DicomSource = createDicomSource({ threads: 2 })
  let scan: ScannedFolder
  let truth: Truth
  beforeAll(async () => {
    if (!present) return
    scan = await source.scan([folder], {})
    truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth
  })
  afterAll(() => source.close())

  describe.skipIf(!present)('(skipped without ../shared/cases)', () => {
    const allImages = (): ScannedFolder['patients'][number]['images'] => scan.patients[0]!.images

    it('gives one patient with every object, and nothing but the truth file is left aside', () => {
      expect(scan.patients).toHaveLength(1)
      for (const [modality, count] of Object.entries(objects))
        expect([modality, allImages().filter((image) => image.modality === modality).length]).toEqual([modality, count])
      for (const [origin, count] of Object.entries(sets))
        expect([origin, scan.patients[0]!.structureSets.filter((set) => set.origin === origin).length]).toEqual([
          origin,
          count,
        ])
      expect(scan.patients[0]!.registrations).toHaveLength(registrations)
      expect(scan.patients[0]!.kept).toEqual([])
      expect(scan.problems.filter(({ severity }) => severity !== 'note').map(({ code }) => code)).toEqual(['file.text'])
      for (const image of allImages()) expect([image.key, image.verdict]).toEqual([image.key, 'accept'])
    })

    it('has the grids of the truth', () => {
      for (const image of allImages().filter(({ modality }) => modality !== 'RTDOSE')) {
        const grid = image.modality === 'CT' ? truth.ct_grid : truth.emission_grid
        expect(image.grid.dimensions).toEqual(grid.n)
        expectClose(image.grid.spacingMm, grid.spacing_mm, 1e-6)
        expectClose(image.grid.originMm, grid.origin_mm, 1e-5)
        expect(image.grid.direction).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
      }
    })

    it('has the time, activity and injection of every session, and the total activity within 0.01 %', async () => {
      for (const cycle of truth.cycles)
        for (const session of cycle.sessions)
          for (const series of [session.nm.series, session.pt?.series]) {
            if (series === undefined) continue
            const image = allImages().find(({ seriesUid }) => seriesUid === series)!
            expect(image.frameOfReferenceUid).toBe(session.frame_of_reference_uid)
            expect(Date.parse(image.acquisitionStart!.local)).toBe(Date.parse(session.scan_start))
            expect(image.acquisitionDurationS).toBe(session.acq_duration_s)
            expect(image.radiopharmaceutical).toMatchObject({
              nuclide: 'Lu-177',
              halfLifeS: truth.half_life_s,
              administeredActivityBq: cycle.administered_mbq * 1e6,
            })
            expect(Date.parse(image.radiopharmaceutical!.administrationStart!.local)).toBe(Date.parse(cycle.injection))
            const values = await source.loadVoxels(image)
            const totalMbq = (values.reduce((a, b) => a + b, 0) * truth.emission_grid.voxel_ml) / 1e6
            expect(totalMbq / session.emission_image_total_mbq).toBeCloseTo(1, 4)
          }
    })

    it('has the registrations of the truth, from each session to the reference one', () => {
      const sessions = truth.cycles.flatMap((cycle) => cycle.sessions)
      for (const { transforms } of scan.patients[0]!.registrations)
        for (const transform of transforms) {
          const session = sessions.find((one) => one.frame_of_reference_uid === transform.fromFrameOfReferenceUid)!
          expectClose(transform.matrix, session.rigid_scanner_to_reference.flat(), 1e-6)
        }
    })

    it('scans to the same result whatever the order of the paths', async () => {
      const dirs = truth.cycles.flatMap((cycle) => cycle.sessions.map((session) => join(folder, session.dir)))
      const [a, b] = [await source.scan(dirs, {}), await source.scan([...dirs].reverse(), {})]
      const keys = (one: ScannedFolder): string[] =>
        one.patients
          .flatMap((patient) =>
            [...patient.images, ...patient.structureSets, ...patient.registrations].map(({ key }) => key),
          )
          .sort()
      expect(keys(a)).toEqual(keys(b))
    })

    it.skipIf(python === null)(
      'agrees with pydicom on grids, values, structures and registrations (skipped without pydicom)',
      async () => {
        const oracle = askPydicom(python!, folder)
        expect(Object.keys(oracle.volumes)).toHaveLength(allImages().length)
        for (const image of allImages()) await compareVolume(source, image, oracle.volumes[image.seriesUid]!)
        const compared = compareObjects(scan, oracle)
        expect(compared).toEqual({ sets: sets.RTSTRUCT + sets.SEG, registrations })
      },
    )
  })
})
