import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { buildOrganTables } from '../../build/tables/organSaf.ts'
import type { OrganSources } from '../../build/tables/organSaf.ts'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { organSValue, parseOrganPhantom, regionOf, TOTAL_BODY } from '../../native-core/dosimetry/organ/index.ts'
import { chainEmissions, findNuclide, parseEmissions, parseNuclideTable } from '../../native-core/physics/index.ts'

const resources = fileResources()
const table = parseNuclideTable(resources.nuclideTable())
const emissions = parseEmissions(resources.nuclideEmissions())
const tables = ['organ-saf-ornl-tm8381', 'organ-masses-ornl-tm8381'] as const
const [saf, masses] = tables.map((name) => resources.dosimetryTable(name))
const phantom = parseOrganPhantom(saf, masses)

/** mGy/(MBq·s). */
const s = (nuclide: string, source: string, target = source, sourceMassKg?: number) =>
  organSValue(
    chainEmissions(table, emissions, findNuclide(table, nuclide)),
    phantom,
    regionOf(phantom.sources, source, phantom.name),
    regionOf(phantom.targets, target, phantom.name),
    sourceMassKg === undefined ? {} : { sourceMassKg },
  ).total * 1e9

describe('organ S values', () => {
  it.each([
    ['Tc-99m', 'Liver', 3.21e-6],
    ['Y-90', 'Liver', 7.82e-5],
  ])(
    '%s, %s to itself: %f mGy/(MBq·s) (shared/physics README, from the same tables; 0.5 %)',
    (nuclide, organ, expected) => {
      expect(Math.abs(s(nuclide, organ) / expected - 1)).toBeLessThan(5e-3)
    },
  )

  // rad/(µCi·h), masses of MIRD 5: thyroid 19.6 g, liver 1809 g, kidneys 284 g, spleen 174 g, body 69.9 kg. Written from the pamphlet.
  it.each([
    ['Tc-99m', 'Liver', 4.6e-5, 1.809],
    ['Tc-99m', 'Kidneys', 1.9e-4, 0.2842],
    ['Tc-99m', 'Spleen', 3.3e-4, 0.1736],
    ['Tc-99m', 'Thyroid', 2.3e-3, 0.01963],
    ['Tc-99m', 'Total body', 2.0e-6, 69.88],
    ['I-131', 'Thyroid', 2.2e-2, 0.01963],
  ])(
    '%s, %s to itself: %f rad/(µCi·h) of MIRD Pamphlet 11 (1975), scaled to its mass (8 %)',
    (nuclide, organ, rad, massKg) => {
      const expected = (rad * 0.01 * 1e3) / (0.037 * 3600)
      expect(Math.abs(s(nuclide, organ, organ, massKg) / expected - 1)).toBeLessThan(0.08)
    },
  )

  it('photons between organs of soft tissue are reciprocal at every energy (Loevinger 1968; the report within rounding and 10 %)', () => {
    const organs = [
      'Liver',
      'Kidneys',
      'Spleen',
      'Pancreas',
      'Brain',
      'Thyroid',
      'Adrenals',
      'Uterus',
      'Testes',
      'Thymus',
    ]
    for (const a of organs) {
      for (const b of organs) {
        const [there, back] = [phantom.photon.safPerKg(a, b)!, phantom.photon.safPerKg(b, a)!]
        there.forEach((v, i) => {
          if (v > 1e-6) expect(Math.abs(v / back[i]! - 1), `${a}, ${b}, ${i}`).toBeLessThan(0.1)
        })
      }
    }
  })

  it('no source gives the body more photon energy than it sends out (4 %: tables of two digits)', () => {
    const body = phantom.targets.get(TOTAL_BODY)!
    for (const source of phantom.sources.keys()) {
      for (const v of phantom.photon.safPerKg(source, TOTAL_BODY)!) expect(v * body.massKg).toBeLessThan(1.04)
    }
  })

  it('energy of electrons is kept: over all regions of a source without overlap it is what the decay sends out (1e-12)', () => {
    const chain = chainEmissions(table, emissions, findNuclide(table, 'Lu-177'))
    for (const organ of ['Liver', 'Kidneys', 'Total body']) {
      const of = (target: string) =>
        organSValue(chain, phantom, phantom.sources.get(organ)!, phantom.targets.get(target)!).electron *
        phantom.targets.get(target)!.massKg
      expect(of(organ) / of('Total body')).toBeCloseTo(1, 12)
    }
  })
})

const SHARED = new URL('../../../shared/physics/', import.meta.url)
describe.skipIf(!existsSync(SHARED))('against the sources (skipped where ../shared/physics is missing)', () => {
  it('the committed tables are what their generator makes', () => {
    const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, SHARED), 'utf8'))
    const made = buildOrganTables({
      saf: read('saf_ornl_tm8381_adult.json'),
      stylised: read('stylised_adult.json'),
    } as OrganSources)
    const committed = (name: string): string =>
      readFileSync(new URL(`../../resources/dosimetry/${name}.json`, import.meta.url), 'utf8')
    expect(made.saf).toBe(committed(tables[0]))
    expect(made.masses).toBe(committed(tables[1]))
  })
})
