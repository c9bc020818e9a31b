import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { runCalc } from './index.ts'

const resources = fileResources()
const JOULE_PER_MEV = 1.602176634e-13

interface VoxelS {
  nuclide: string
  counted: { name: string }[]
  spacingMm: number[]
  emittedMev: Record<string, number>
  beyondReachFraction: number
  source: { sGyPerBqS: number; sMgyPerMbqS: number; byRadiationMgyPerMbqS: Record<string, number> }
  faces: { offset: number[]; sMgyPerMbqS: number }[]
  edges: unknown[]
  corners: unknown[]
  values: { offset: number[]; mirrorImages: number; sGyPerBqS: number }[]
}
const voxelS = (input: object): VoxelS => runCalc('voxel-s', input, resources) as VoxelS

interface Kernel {
  source: string
  emittedMev: Record<string, number>
  radii: { radiusMm: number; enclosedFraction: number; enclosedMev: Record<string, number>; shellDoseGy: number }[]
}
const pointKernel = (input: object): Kernel => runCalc('point-kernel', input, resources) as Kernel

describe('voxel-s', () => {
  it('all voxels with their mirror images, and what goes farther, hold what is emitted', () => {
    const answer = voxelS({ nuclide: 'Lu-177', spacingMm: [4.8, 4.8, 3], reach: 4 })
    const massKg = (4.8 * 4.8 * 3) / 1e6
    const emitted = Object.values(answer.emittedMev).reduce((sum, mev) => sum + mev, 0)
    const inside = answer.values.reduce((sum, v) => sum + v.sGyPerBqS * v.mirrorImages, 0) * massKg
    expect(inside / JOULE_PER_MEV / emitted + answer.beyondReachFraction).toBeCloseTo(1, 9)
    expect(answer.values.reduce((sum, v) => sum + v.mirrorImages, 0)).toBe(9 ** 3)
  })

  it('one side stands for three; parts by radiation add up; units agree; faces lie along x, y, z', () => {
    const answer = voxelS({ nuclide: '177Lu', spacingMm: 3, reach: 1 })
    expect(answer.spacingMm).toEqual([3, 3, 3])
    const { sGyPerBqS, sMgyPerMbqS, byRadiationMgyPerMbqS } = answer.source
    expect(sMgyPerMbqS).toBeCloseTo(sGyPerBqS * 1e9, 12)
    expect(Object.values(byRadiationMgyPerMbqS).reduce((sum, s) => sum + s, 0)).toBeCloseTo(sMgyPerMbqS, 12)
    expect(answer.faces.map((face) => face.offset)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
    expect(answer.edges).toHaveLength(3)
    expect(answer.corners).toHaveLength(1)
  })

  it('counts daughters as the policy says', () => {
    const chain = voxelS({ nuclide: 'Ac-225', spacingMm: 3, reach: 0 })
    const alone = voxelS({ nuclide: 'Ac-225', spacingMm: 3, reach: 0, daughters: { count: false } })
    expect(chain.counted.map((one) => one.name)).toContain('Bi-213')
    expect(alone.counted.map((one) => one.name)).toEqual(['Ac-225'])
    expect(chain.source.sGyPerBqS).toBeGreaterThan(3 * alone.source.sGyPerBqS)
    expect(alone.faces).toEqual([])
  })

  it('a large voxel holds all electrons: energy over mass; half the density, twice that', () => {
    const answer = voxelS({ nuclide: 'Y-90', spacingMm: 200, reach: 0 })
    const kept =
      (answer.source.byRadiationMgyPerMbqS['electron']! * 8) / (answer.emittedMev['electron']! * JOULE_PER_MEV * 1e9)
    expect(kept).toBeGreaterThan(0.975)
    expect(kept).toBeLessThan(1)
    const thin = voxelS({ nuclide: 'Tc-99m', spacingMm: 10, reach: 0, densityGPerMl: 0.5 })
    const dense = voxelS({ nuclide: 'Tc-99m', spacingMm: 5, reach: 0, densityGPerMl: 1 })
    expect(thin.source.sGyPerBqS / dense.source.sGyPerBqS).toBeCloseTo(1 / 4, 6)
  })

  it.each<[object, string]>([
    [{ nuclide: 'Xx-1', spacingMm: 3 }, 'nuclide'],
    [{ nuclide: 'Y-90', spacingMm: -3 }, 'spacing'],
    [{ nuclide: 'Y-90', spacingMm: [3, 3] }, 'sides'],
    [{ nuclide: 'Y-90', spacingMm: 0.001 }, 'too small'],
    [{ nuclide: 'Y-90', spacingMm: 3, reach: 1.5 }, 'reach'],
    [{ nuclide: 'Y-90', spacingMm: 3, medium: 'gold' }, 'medium'],
    [{ nuclide: 'Y-90', spacingMm: 3, medium: '../secret' }, 'no name'],
  ])('refuses %j (%s)', (input) => {
    expect(() => voxelS(input)).toThrow(InputError)
  })
})

describe('point-kernel', () => {
  it('the energy within a radius rises to what is emitted, and shells add up to it', () => {
    const answer = pointKernel({ nuclide: 'I-131', radiiMm: [0.1, 1, 3, 10, 100, 1000, 9000] })
    const emitted = Object.values(answer.emittedMev).reduce((sum, mev) => sum + mev, 0)
    let [sum, before] = [0, 0]
    for (const { radiusMm, enclosedFraction, shellDoseGy } of answer.radii) {
      sum += (shellDoseGy * (4 / 3) * Math.PI * (radiusMm ** 3 - before ** 3)) / 1e6 / JOULE_PER_MEV
      before = radiusMm
      expect(sum / emitted).toBeCloseTo(enclosedFraction, 9)
    }
    expect(answer.radii.at(-1)!.enclosedFraction).toBeGreaterThan(0.9999)
  })

  it('an electron of 1 MeV stays within its CSDA range of 4.37 mm, but for bremsstrahlung', () => {
    const answer = pointKernel({ particle: 'electron', energyMev: 1, radiiMm: [2, 4.37, 10] })
    expect(answer.source).toBe('electron of 1 MeV')
    expect(answer.radii[1]!.enclosedFraction).toBeGreaterThan(0.99)
    expect(answer.radii[0]!.enclosedFraction).toBeLessThan(0.7)
    // Radiation yield of 1 MeV in water is 0.36 %, and most of it leaves a ball of 1 cm.
    expect(1 - answer.radii[2]!.enclosedFraction).toBeGreaterThan(0.002)
    expect(1 - answer.radii[2]!.enclosedFraction).toBeLessThan(0.005)
  })

  it.each<[object, string]>([
    [{}, 'no source'],
    [{ nuclide: 'Y-90', particle: 'electron', energyMev: 1 }, 'two sources'],
    [{ particle: 'photon' }, 'no energy'],
    [{ particle: 'electron', energyMev: 50 }, 'beyond the tables'],
    [{ nuclide: 'Y-90', radiiMm: [2, 1] }, 'radii fall'],
  ])('refuses %j (%s)', (input) => {
    expect(() => pointKernel(input)).toThrow(InputError)
  })
})
