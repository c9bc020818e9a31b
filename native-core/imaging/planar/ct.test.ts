import { describe, expect, it } from 'vitest'
import { fileResources } from '../../../electron/adapters/resources/index.ts'
import {
  buildMediaPack,
  findMedium,
  massAttenuation,
  parseMaterialData,
  parseMedia,
} from '../../physics/media/index.ts'
import { attenuationMap, attenuationOfHu, attenuationOfRegion, bilinearAttenuation } from './index.ts'
import type { ImageGrid } from '../types.ts'
import type { PlanarRoi } from './index.ts'

const resources = fileResources()
const media = parseMedia(resources.materialTable('media'))
const pack = buildMediaPack(
  [findMedium(media, 'water'), findMedium(media, 'cortical-bone')],
  parseMaterialData(
    resources.materialTable('photon-elements'),
    resources.materialTable('bremsstrahlung'),
    resources.materialTable('stopping-power'),
  ),
)

describe('attenuation from CT numbers', () => {
  it('is zero for air, that of water for water (NIST: 0.1505/cm at 150 keV, 0.2 %), continuous, rising', () => {
    const relation = bilinearAttenuation(pack, 0.15)
    expect(attenuationOfHu(-1000, relation)).toBe(0)
    expect(attenuationOfHu(-1024, relation)).toBe(0)
    expect(Math.abs((attenuationOfHu(0, relation) * 10) / 0.1505 - 1)).toBeLessThan(2e-3)
    expect(attenuationOfHu(1e-9, relation)).toBeCloseTo(attenuationOfHu(-1e-9, relation), 10)
    for (let hu = -1000; hu < 2000; hu += 50)
      expect(attenuationOfHu(hu + 50, relation)).toBeGreaterThan(attenuationOfHu(hu, relation))
  })

  it('gives cortical bone its coefficient where its CT number follows from the energy of the CT', () => {
    const [ct, energy] = [0.075, 0.208]
    const mu = (medium: number, at: number): number =>
      massAttenuation(pack, medium, at) * (pack.nominalDensityGPerMl[medium] as number)
    const hu = 1000 * (mu(1, ct) / mu(0, ct) - 1)
    expect((attenuationOfHu(hu, bilinearAttenuation(pack, energy, ct)) * 10) / mu(1, energy)).toBeCloseTo(1, 10)
    // At the energy of the CT itself the relation is the definition of HU.
    expect((attenuationOfHu(500, bilinearAttenuation(pack, ct, ct)) * 10) / mu(0, ct)).toBeCloseTo(1.5, 10)
  })

  it('refuses energies that nobody images with', () => {
    expect(() => bilinearAttenuation(pack, 208)).toThrow(/208 MeV/)
  })
})

describe('paths through a CT', () => {
  const relation = { waterPerMm: 0.0135, perHuAboveWater: 8e-6, energyMev: 0.208, ctEnergyMev: 0.075 }
  const box: PlanarRoi = {
    name: 'box',
    polygonsMm: [
      [
        [0, 0],
        [20, 0],
        [20, 20],
        [0, 20],
      ],
    ],
  }
  /** 20 × 30 × 20 voxels; water from y index 5 to 24, and 100 mm of it only in the left half (x ≥ 0): index 5 to 14 in the right half. */
  const grid: ImageGrid = {
    dimensions: [20, 30, 20],
    spacingMm: [5, 10, 5],
    originMm: [-47.5, -145, 100],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const hu = Float32Array.from({ length: 12000 }, (_, n) => {
    const [i, j] = [n % 20, Math.floor(n / 20) % 30]
    const last = i >= 10 ? 24 : 14
    return j >= 5 && j <= last ? 0 : -1000
  })

  it('are 200 mm of water on the left and 100 mm on the right of the patient, in the anterior view', () => {
    const map = attenuationMap(grid, hu, relation)
    expect(map).toMatchObject({ columns: 20, rows: 20, pixelSpacingMm: [5, 5], originMm: [-47.5, 195] })
    const left = attenuationOfRegion(map, box, [10, 160], 0.05)
    expect(left.transmission.value).toBeCloseTo(Math.exp(-0.0135 * 200), 6)
    expect(left.transmission.standardUncertainty / left.transmission.value).toBeCloseTo(0.05 * 2.7, 5)
    expect(left.meanThicknessMm).toBeCloseTo(200, 3)
    expect(left.lineIntegralSd).toBeLessThan(1e-3)
    const right = attenuationOfRegion(map, box, [-40, 160], 0)
    expect(right.transmission.value).toBeCloseTo(Math.exp(-1.35), 6)
    // Half of the region in each: the mean of the roots, squared.
    const both = attenuationOfRegion(map, box, [-10, 160], 0)
    const root = (Math.exp(-1.35) + Math.exp(-0.675)) / 2
    expect(both.transmission.value).toBeCloseTo(root ** 2, 6)
    expect(both.lineIntegralSd).toBeCloseTo(0.675, 4)
  })

  it('are the same whatever way the voxels of the CT are stored', () => {
    // Index axes: −z, x, −y.
    const turned: ImageGrid = {
      dimensions: [20, 20, 30],
      spacingMm: [5, 5, 10],
      originMm: [-47.5, 145, 195],
      direction: [0, 1, 0, 0, 0, -1, -1, 0, 0],
    }
    const values = new Float32Array(12000)
    for (let c = 0; c < 30; c++)
      for (let b = 0; b < 20; b++)
        for (let a = 0; a < 20; a++) values[a + 20 * (b + 20 * c)] = hu[b + 20 * (29 - c + 30 * (19 - a))] as number
    const [one, other] = [attenuationMap(grid, hu, relation), attenuationMap(turned, values, relation)]
    expect(other).toEqual(one)
  })

  it('refuse oblique CTs, other sizes, and regions beyond the CT', () => {
    const map = attenuationMap(grid, hu, relation)
    expect(() => attenuationOfRegion(map, box, [40, 160], 0)).toThrow(/outside the CT/)
    expect(() => attenuationMap(grid, hu.subarray(1), relation)).toThrow(/11999/)
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)]
    expect(() => attenuationMap({ ...grid, direction: [c, -s, 0, s, c, 0, 0, 0, 1] }, hu, relation)).toThrow(/axes/)
  })
})
