/** Decay data: energy sums that are published or hold in the evaluation. */
import { chainEnergyMev, electronEnergyMev, findNuclide, photonEnergyMev } from '../../../native-core/physics/index.ts'
import type { DecayEnergyMev } from '../../../native-core/physics/index.ts'
import type { Check } from './check.ts'

const ENDF = 'ENDF/B-VIII.1 decay sublibrary (Nobre et al. 2024), energy sums of the evaluation'

const energyCheck = (
  nuclide: string,
  what: string,
  unit: string,
  expected: number,
  tolerance: number,
  source: string,
  read: (energy: DecayEnergyMev) => number,
): Check => ({
  name: `${nuclide} ${what}`,
  source,
  unit,
  expected,
  tolerance: { kind: 'absolute', value: tolerance },
  find: ({ nuclides }) => read(chainEnergyMev(nuclides, findNuclide(nuclides, nuclide))),
})

const total = (e: DecayEnergyMev): number => Object.values(e).reduce((s, v) => s + v, 0)
const RADIUM = 'Xofigo prescribing information (FDA 2013): 28.2 MeV, 95.3 % as alphas'

export const decayChecks: readonly Check[] = [
  energyCheck('Lu-177', 'electrons per decay', 'keV', 148.2, 0.05, ENDF, (e) => electronEnergyMev(e) * 1e3),
  energyCheck('Lu-177', 'photons per decay', 'keV', 33.2, 0.05, ENDF, (e) => photonEnergyMev(e) * 1e3),
  energyCheck('Y-90', 'electrons per decay', 'keV', 932.6, 0.05, ENDF, (e) => electronEnergyMev(e) * 1e3),
  energyCheck('I-131', 'electrons per decay', 'keV', 191.7, 0.05, ENDF, (e) => electronEnergyMev(e) * 1e3),
  energyCheck('I-131', 'photons per decay', 'keV', 381.8, 0.1, ENDF, (e) => photonEnergyMev(e) * 1e3),
  energyCheck(
    'Cu-67',
    'beta energy per decay',
    'keV',
    135.9,
    0.5,
    'ICRP Publication 107: 135.9 keV',
    (e) => e.betaMinus * 1e3,
  ),
  energyCheck('Ra-223', 'with daughters: energy per decay', 'MeV', 28.2, 0.05, RADIUM, total),
  energyCheck(
    'Ra-223',
    'with daughters: share of alphas and their recoils',
    '%',
    95.3,
    0.1,
    RADIUM,
    (e) => (100 * (e.alpha + e.alphaRecoil)) / total(e),
  ),
  energyCheck('Ac-225', 'with daughters: alpha energy per decay', 'MeV', 27.5, 0.05, ENDF, (e) => e.alpha),
]
