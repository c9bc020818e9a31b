/** Decay data for the window without a backend: shapes, not physics. */
import type { NuclideSheet, NuclideSummary } from '../../electron/contracts/index.ts'

export const fakeNuclides: NuclideSummary[] = [
  { name: 'Y-90', z: 39, a: 90, halfLifeS: 230_400, modes: ['B-'] },
  { name: 'Lu-177', z: 71, a: 177, halfLifeS: 574_300, modes: ['B-'] },
  { name: 'Pb-212', z: 82, a: 212, halfLifeS: 38_300, modes: ['B-'] },
]

const node = (name: string, decaysPerParentDecay: number, halfLifeS: number | null, end = '') => ({
  name,
  halfLifeS,
  decaysPerParentDecay,
  end,
})

const triangle = (from: string, endPointMev: number): NuclideSheet['betas'][number] => ({
  kind: 'beta-minus',
  from,
  energiesMev: [0, endPointMev / 4, endPointMev],
  perMevAndDecay: [1.6 / endPointMev, 1.4 / endPointMev, 0],
})

export function fakeSheet(name: string): NuclideSheet {
  const chained = name === 'Pb-212'
  return {
    name,
    z: 82,
    a: 212,
    halfLifeS: 38_300,
    halfLifeUncertaintyS: 36,
    note: '',
    chain: chained
      ? {
          nodes: [
            node('Pb-212', 1, 38_300),
            node('Bi-212', 1, 3_633),
            node('Po-212', 0.64, 3e-7),
            node('Tl-208', 0.36, 183),
            node('Pb-208', 0, null, 'stable'),
          ],
          edges: [
            { from: 'Pb-212', to: 'Bi-212', mode: 'B-', branch: 1, qMev: 0.57 },
            { from: 'Bi-212', to: 'Po-212', mode: 'B-', branch: 0.64, qMev: 2.25 },
            { from: 'Bi-212', to: 'Tl-208', mode: 'A', branch: 0.36, qMev: 6.2 },
            { from: 'Po-212', to: 'Pb-208', mode: 'A', branch: 1, qMev: 8.95 },
            { from: 'Tl-208', to: 'Pb-208', mode: 'B-', branch: 1, qMev: 5 },
          ],
        }
      : {
          nodes: [node(name, 1, 38_300), node('Hf-177', 0, null, 'stable')],
          edges: [{ from: name, to: 'Hf-177', mode: 'B-', branch: 1, qMev: 0.5 }],
        },
    lines: {
      photon: [
        { energyMev: 0.208, yieldPerDecay: 0.104, from: name },
        { energyMev: 0.113, yieldPerDecay: 0.062, from: name },
      ],
      electron: [{ energyMev: 0.0476, yieldPerDecay: 0.05, from: name }],
      alpha: chained ? [{ energyMev: 8.78, yieldPerDecay: 0.64, from: 'Po-212' }] : [],
    },
    betas: [triangle(name, 0.5)],
    energyMev: { electron: 0.148, photon: 0.033, alpha: chained ? 7.8 : 0, recoil: 0 },
    source: { name: 'Shapes', version: '0', citation: 'none', evidence: 'designed' },
  }
}
