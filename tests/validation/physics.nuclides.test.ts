import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { buildTable } from '../../build/tables/nuclides.ts'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import {
  chainEnergyMev,
  decayChain,
  electronEnergyMev,
  findNuclide,
  parseNuclideTable,
  photonEnergyMev,
} from '../../native-core/physics/index.ts'

const table = parseNuclideTable(fileResources().nuclideTable())
const source = new URL('../../../shared/physics/nuclides.json', import.meta.url)

/** The nuclides that dosimetry must know, with their half-lives in h of DDEP (BIPM monographie 5) or NNDC, to 0.5 %. */
const PUBLISHED_HALF_LIFE_H: readonly (readonly [string, number])[] = [
  ['Lu-177', 6.647 * 24],
  ['Y-90', 64.05],
  ['I-131', 8.0233 * 24],
  ['I-123', 13.2234],
  ['I-124', 4.176 * 24],
  ['In-111', 2.8049 * 24],
  ['Ga-68', 67.83 / 60],
  ['F-18', 1.8289],
  ['Cu-64', 12.7004],
  ['Cu-67', 61.83],
  ['Zr-89', 78.41],
  ['Tb-161', 6.89 * 24],
  ['Tb-152', 17.5],
  ['Sc-47', 3.3492 * 24],
  ['Sm-153', 46.284],
  ['Re-186', 3.7185 * 24],
  ['Re-188', 17.005],
  ['Ho-166', 26.795],
  ['P-32', 14.284 * 24],
  ['Sr-89', 50.57 * 24],
  ['Tc-99m', 6.0067],
  ['Ra-223', 11.43 * 24],
  ['Ra-224', 3.631 * 24],
  ['Ac-225', 9.92 * 24],
  ['Bi-213', 45.59 / 60],
  ['Pb-212', 10.64],
  ['Pb-203', 51.929],
  ['At-211', 7.216],
  ['Th-227', 18.681 * 24],
]

describe('nuclide table', () => {
  it.each(PUBLISHED_HALF_LIFE_H)(
    '%s is there with its published half-life of %f h (DDEP, NNDC; 1 %)',
    (name, hours) => {
      expect(Math.abs(findNuclide(table, name).halfLifeS / 3600 / hours - 1)).toBeLessThan(0.01)
    },
  )

  it('holds every daughter that is not stable: chains end at stable nuclides, or at long-lived ones that are in the table', () => {
    // The ends that are not in the table, for the therapy and imaging nuclides: all stable (NNDC chart of nuclides).
    const stable = new Set(
      'Hf-177 Zr-90 Xe-131 Te-124 Cd-111 Zn-68 O-18 Ni-64 Zn-64 Zn-67 Y-89 Dy-161 Gd-152 Ti-47 Eu-153 Os-186 W-186 Os-188 Er-166 S-32 Ru-99 Pb-207 Pb-208 Tl-203 Tl-205 Te-123'.split(
        ' ',
      ),
    )
    for (const [name] of PUBLISHED_HALF_LIFE_H) {
      for (const end of decayChain(table, findNuclide(table, name)).ends) {
        if (end.reason === 'stable') expect([...stable], `end of ${name}`).toContain(end.name)
        else expect([...table.nuclides.keys()]).toContain(end.name)
      }
    }
  })

  it('no decay gives away more than its Q values (energy conservation), unless the table says that its evaluation does not balance', () => {
    const excess: string[] = []
    for (const nuclide of table.nuclides.values()) {
      const q = nuclide.modes.reduce((s, m) => s + m.branch * m.qMev, 0)
      const total = Object.values(nuclide.energyMev).reduce((s, v) => s + v, 0)
      // 2 % for evaluations whose lines do not balance exactly; 1 keV for rounding.
      if (total > q * 1.02 + 0.001 && !nuclide.note.includes('does not balance')) {
        excess.push(`${nuclide.name}: ${total.toFixed(4)} of ${q.toFixed(4)} MeV`)
      }
    }
    expect(excess).toEqual([])
  })

  it('alpha emitters without beta branches balance their Q value within 1.5 % (no neutrinos; the evaluation of Th-227 is 1.0 % off)', () => {
    for (const name of [
      'Ra-223',
      'Ra-224',
      'Ac-225',
      'Th-227',
      'Po-213',
      'Po-215',
      'Rn-219',
      'Fr-221',
      'At-217',
      'Po-212',
    ]) {
      const nuclide = findNuclide(table, name)
      const q = nuclide.modes.reduce((s, m) => s + m.branch * m.qMev, 0)
      const total = Object.values(nuclide.energyMev).reduce((s, v) => s + v, 0)
      expect(Math.abs(total / q - 1), name).toBeLessThan(0.015)
    }
  })

  it('each positron gives two photons of 0.511 MeV (exact)', () => {
    for (const nuclide of table.nuclides.values()) {
      if (nuclide.positronYield === 0) continue
      const expected = 2 * 0.51099895 * nuclide.positronYield
      expect(Math.abs(nuclide.energyMev.annihilation / expected - 1), nuclide.name).toBeLessThan(2e-3)
    }
  })

  it.each([
    ['Lu-177', 147.9, 35.1],
    ['Y-90', 933, 0],
    ['I-131', 192, 382],
    ['P-32', 695, 0],
    ['Sm-153', 270, 62],
    ['Tc-99m', 16.2, 126.5],
  ])(
    '%s: electrons %f keV to 1 in 40 and photons %f keV to 1 in 16 per decay (ICRP 107, MIRD decay tables)',
    (name, electron, photon) => {
      const energy = findNuclide(table, name).energyMev
      expect(Math.abs(electronEnergyMev(energy) * 1e3 - electron)).toBeLessThan(0.025 * electron + 0.05)
      expect(Math.abs(photonEnergyMev(energy) * 1e3 - photon)).toBeLessThan(0.06 * photon + 0.05)
    },
  )

  it('Ra-223 chain: four alphas of 26.4 MeV in all, Po-215 counted once, Bi-207 not behind At-211, Xe-131m not behind I-131', () => {
    const members = (name: string): Map<string, number> =>
      new Map(decayChain(table, findNuclide(table, name)).members.map((m) => [m.name, m.decaysPerParentDecay]))
    const radium = members('Ra-223')
    for (const name of ['Ra-223', 'Rn-219', 'Po-215']) expect(radium.get(name)).toBeCloseTo(1, 5)
    expect((radium.get('Tl-207') ?? 0) + (radium.get('Po-211') ?? 0)).toBeCloseTo(1, 4)
    expect(chainEnergyMev(table, findNuclide(table, 'Ra-223')).alpha).toBeCloseTo(26.4, 1)
    expect(members('At-211').has('Bi-207')).toBe(false)
    expect(members('I-131').has('Xe-131m')).toBe(false)
    expect(members('Tc-99m').has('Tc-99')).toBe(false)
  })

  it('Pb-212: 36 % of the decays pass Tl-208 with its 2.6 MeV gamma, 64 % Po-212 (NNDC: 35.94 %)', () => {
    const chain = decayChain(table, findNuclide(table, 'Pb-212')).members
    expect(chain.find((m) => m.name === 'Tl-208')?.decaysPerParentDecay).toBeCloseTo(0.3594, 3)
    expect(chain.find((m) => m.name === 'Po-212')?.decaysPerParentDecay).toBeCloseTo(0.6406, 3)
  })
})

describe.skipIf(!existsSync(source))('against the evaluated data (skipped where ../shared/physics is missing)', () => {
  it('the committed table is what its generator makes', () => {
    const made = buildTable(JSON.parse(readFileSync(source, 'utf8')) as Parameters<typeof buildTable>[0])
    const committed = readFileSync(new URL('../../resources/nuclides/endf-b-viii.1.json', import.meta.url), 'utf8')
    expect(made).toBe(committed)
  })

  it('a class whose yields do not sum to the branching is normalised: Bi-213 alphas are 2.2 % of 5.86 MeV, not 2.09 %', () => {
    expect(findNuclide(table, 'Bi-213').energyMev.alpha).toBeCloseTo(0.022 * 5.845, 3)
  })
})
