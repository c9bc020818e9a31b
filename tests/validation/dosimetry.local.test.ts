import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { emittedEnergy, localDose } from '../../native-core/dosimetry/index.ts'
import { chainEnergyMev, findNuclide, parseNuclideTable } from '../../native-core/physics/index.ts'

const table = parseNuclideTable(fileResources().nuclideTable())

const doseGy = (nuclide: string, tiaBqS: number, massKg: number): number =>
  localDose({
    label: nuclide,
    tiaBqS,
    massKg,
    energy: emittedEnergy(chainEnergyMev(table, findNuclide(table, nuclide))),
  }).doseGy

describe('local energy deposition', () => {
  it('Y-90 in the adult liver of 1.91 kg: S = 7.82e-5 mGy/(MBq·s) (ORNL/TM-8381 masses with ENDF/B-VIII.1 energies; 0.2 %)', () => {
    const s = (doseGy('Y-90', 1e6, 1.91) * 1e3) / 1
    expect(Math.abs(s / 7.82e-5 - 1)).toBeLessThan(0.002)
  })

  it('1 GBq of Y-90 that decays in 1 kg gives 49.67 Gy (Dezarn et al., Med Phys 2011; 1 %)', () => {
    expect(
      Math.abs(doseGy('Y-90', (1e9 * findNuclide(table, 'Y-90').halfLifeS) / Math.LN2, 1) / 49.67 - 1),
    ).toBeLessThan(0.01)
  })

  it('1 MBq of Ra-223 that decays with its daughters in 1 kg gives 27.9 MeV a decay (closed form; 0.5 %)', () => {
    const decays = (1e6 * findNuclide(table, 'Ra-223').halfLifeS) / Math.LN2
    expect(Math.abs(doseGy('Ra-223', decays, 1) / (decays * 27.9 * 1.602176634e-13) - 1)).toBeLessThan(0.005)
  })
})

interface Region {
  readonly tia_mbq_h: number
  readonly mass_g: number
  readonly mean_dose_led_gy: number
}

for (const name of ['synthetic-1cycle', 'synthetic-2cycles']) {
  const file = new URL(`../../../shared/cases/${name}/truth.json`, import.meta.url)
  describe.skipIf(!existsSync(file))(
    `${name}: dose of the true TIA and mass (skipped where ../shared/cases is missing)`,
    () => {
      const cycles = existsSync(file)
        ? (JSON.parse(readFileSync(file, 'utf8')) as { cycles: { regions: Record<string, Region> }[] }).cycles
        : []
      it.each(
        cycles.flatMap((c, i) =>
          Object.entries(c.regions).map(([region, r]) => [`cycle ${i + 1} ${region}`, r] as const),
        ),
      )('%s: the true dose, which counts 147.9 keV a decay, within 0.3 per cent', (_, region) => {
        const found = doseGy('Lu-177', region.tia_mbq_h * 3.6e9, region.mass_g * 1e-3)
        expect(Math.abs(found / region.mean_dose_led_gy - 1)).toBeLessThan(0.003)
      })
    },
  )
}
