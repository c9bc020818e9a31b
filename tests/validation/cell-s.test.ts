/**
 * S values of cells. Against chords integrated by SciPy (ray by ray, without geometric reduction factors), and against a track-structure
 * code: M.E. Alcocer-Ávila et al., EJNMMI Phys. 7 (2020) 33 (CELLDOSE): cell of 14 µm, nucleus of 10 µm diameter, 1436 MeV of electron
 * energy released; 1.9 / 3.0 / 10.7 Gy for Lu-177 and 5.0 / 8.3 / 38.6 Gy for Tb-161 on the surface / in the cytoplasm / in the nucleus.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { cellSource, cellStopping, cellSValue } from '../../native-core/dosimetry/cell/index.ts'
import type { CellRegion } from '../../native-core/dosimetry/cell/index.ts'
import {
  chainEmissions,
  emittedEnergyMev,
  findNuclide,
  parseEmissions,
  parseNuclideTable,
} from '../../native-core/physics/index.ts'

const PYTHON = '/usr/bin/python3'
const hasScipy = spawnSync(PYTHON, ['-c', 'import scipy.integrate']).status === 0

const resources = fileResources()
const tables = {
  electron: resources.dosimetryTable('cell-electron-water'),
  alpha: resources.dosimetryTable('cell-alpha-water'),
}
const stopping = cellStopping(tables.electron, tables.alpha)
const geometry = { cellRadiusUm: 7, nucleusRadiusUm: 5, densityGPerMl: 1 }

const PROGRAM = `
import json, sys
import numpy as np
from scipy.integrate import cumulative_trapezoid
data = json.load(sys.stdin)
rc, rn = data['cell'], data['nucleus']
x, w = np.polynomial.legendre.leggauss(400)
def unit(a, b): return (a + b) / 2 + (b - a) / 2 * x, (b - a) / 2 * w
out = []
for case in data['cases']:
    t = data['tables'][case['kind']]
    e, s = np.array(t['energiesMev']), np.array(t['stoppingMevCm2PerG']) * 1e-4
    fine = np.geomspace(1e-7, e[-1], 400001)
    power = np.log(s[1] / s[0]) / np.log(e[1] / e[0])
    slow = np.where(fine < e[0], s[0] * (fine / e[0]) ** power, np.exp(np.interp(np.log(fine), np.log(e), np.log(s))))
    first = fine[0] / slow[0] / (1 - power)
    ranges = first + cumulative_trapezoid(fine / slow, np.log(fine), initial=0)
    full = np.interp(case['energyMev'], fine, ranges)
    left = lambda path: np.where(path < full, np.interp(full - path, ranges, fine, left=0), 0)
    def absorbed(r):
        if r < rn:
            mu, weight = unit(-1, 1)
            path = -r * mu + np.sqrt(rn**2 - r**2 * (1 - mu**2))
            return np.sum(weight / 2 * (case['energyMev'] - left(path)))
        low = np.sqrt(1 - (rn / r) ** 2)
        u, weight = unit(0, 1)
        # The half chord vanishes as a root at mu = low: u is that root.
        mu = low + (1 - low) * u**2
        half = np.sqrt(np.maximum(0, rn**2 - r**2 * (1 - mu**2)))
        enter = r * mu - half
        return np.sum(weight * (1 - low) * 2 * u / 2 * (left(enter) - left(enter + 2 * half)))
    region = case['region']
    if region == 'CS': mean = absorbed(rc)
    else:
        a, b = (0, rn) if region == 'N' else (rn, rc)
        r, weight = unit(a, b)
        mean = np.sum(weight * r**2 * [absorbed(v) for v in r]) * 3 / (b**3 - a**3)
    mass = 4 / 3 * np.pi * rn**3 * 1e-15
    out.append(float(mean * 1.602176634e-13 / mass))
json.dump(out, sys.stdout)
`

const CASES = (['N', 'Cy', 'CS'] as const).flatMap((region) => [
  ...[0.003, 0.012, 0.02, 0.05, 0.3, 1].map((energyMev) => ({ kind: 'electron' as const, energyMev, region })),
  ...[3, 5.87, 8.4].map((energyMev) => ({ kind: 'alpha' as const, energyMev, region })),
])

describe.skipIf(!hasScipy)('S(N ← N, Cy, CS) against chords (skipped where /usr/bin/python3 has no scipy)', () => {
  it('electrons of 3 keV to 1 MeV and alphas of 3 to 8.4 MeV, 0.3 %', () => {
    const run = spawnSync(PYTHON, ['-c', PROGRAM], {
      input: JSON.stringify({ cell: 7, nucleus: 5, tables, cases: CASES }),
      encoding: 'utf8',
      maxBuffer: 1e7,
    })
    expect(run.stderr).toBe('')
    const expected = JSON.parse(run.stdout) as number[]
    CASES.forEach(({ kind, energyMev, region }, i) => {
      const line = [{ energyMev, yield: 1 }]
      const source = cellSource(
        {
          photons: [],
          betas: [],
          recoils: [],
          electrons: kind === 'electron' ? line : [],
          alphas: kind === 'alpha' ? line : [],
        },
        geometry,
        stopping,
      )
      const found = cellSValue(source, 'N', region).sGyPerBqS
      const largest = Math.max(...CASES.flatMap((c, k) => (c.energyMev === energyMev ? [expected[k]!] : [])))
      expect(
        Math.abs(found - expected[i]!),
        `${kind} of ${energyMev} MeV, ${region}: ${found}, ${expected[i]}`,
      ).toBeLessThan(3e-3 * expected[i]! + 1e-5 * largest)
    })
  })
})

describe('against CELLDOSE (Alcocer-Ávila 2020): straight tracks without scattering stay 8 to 25 % below track structure', () => {
  const emissions = parseEmissions(resources.nuclideEmissions())
  const nuclides = parseNuclideTable(resources.nuclideTable())
  const published: [string, Partial<Record<CellRegion, number>>][] = [
    ['Lu-177', { CS: 1.9, Cy: 3.0, N: 10.7 }],
    ['Tb-161', { CS: 5.0, Cy: 8.3, N: 38.6 }],
  ]
  it.each(published)('%s', (name, doses) => {
    const { total } = chainEmissions(nuclides, emissions, findNuclide(nuclides, name), { kind: 'parent-only' })
    const decays = 1436 / emittedEnergyMev(total).electron
    const source = cellSource(total, geometry, stopping)
    for (const [region, gray] of Object.entries(doses)) {
      const ratio = (cellSValue(source, 'N', region as CellRegion).sGyPerBqS * decays) / gray
      expect(ratio, region).toBeGreaterThan(0.75)
      expect(ratio, region).toBeLessThan(0.92)
    }
  })
})
