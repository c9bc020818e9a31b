import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isBuilt } from '../../kernels/built.test-support.ts'
import { CancelledError, InputError } from '../../errors/index.ts'
import { allowMainThread, CANCEL_SLOT, createControl, PROGRESS_SLOT } from '../../kernels/index.ts'
import {
  chainEmissions,
  emittedEnergyMev,
  findNuclide,
  parseEmissions,
  parseNuclideTable,
} from '../../physics/index.ts'
import { findMedium, parseMedia } from '../../physics/media/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { nuclidePointKernel, parsePointKernels, voxelSValues } from '../pointKernel/index.ts'
import type { EngineData, VoxelDose, VoxelDoseInput } from './types.ts'
import { voxelKernel } from './voxelKernel.ts'

const files = new Map<string, unknown>()
function read(name: string): unknown {
  if (!files.has(name)) files.set(name, JSON.parse(readFileSync(`resources/${name}.json`, 'utf8')))
  return files.get(name)
}
const data: EngineData = {
  dosimetryTable: (name) => read(`dosimetry/${name}`),
  materialTable: (name) => read(`materials/${name}`),
}
const nuclides = parseNuclideTable(read('nuclides/endf-b-viii.1'))
const emissions = parseEmissions(read('nuclides/endf-b-viii.1-emissions'))
const media = parseMedia(read('materials/media'))
const water = findMedium(media, 'water')
const sourceOf = (name: string) => chainEmissions(nuclides, emissions, findNuclide(nuclides, name))

const defaults = Object.fromEntries(voxelKernel.parameters.map((one) => [one.id, one.default]))

interface Phantom {
  readonly nuclide: string
  readonly dimensions: readonly [number, number, number]
  readonly spacingMm: readonly [number, number, number]
  readonly activity: (i: number, j: number, k: number) => number
  readonly densityGPerMl?: (i: number, j: number, k: number) => number
}

function inputOf({ nuclide, dimensions, spacingMm, activity, densityGPerMl }: Phantom): VoxelDoseInput {
  const [nx, ny, nz] = dimensions
  const fill = (of: (i: number, j: number, k: number) => number): Float32Array =>
    Float32Array.from({ length: nx * ny * nz }, (_, n) => of(n % nx, Math.floor(n / nx) % ny, Math.floor(n / nx / ny)))
  return {
    grid: {
      dimensions: [nx, ny, nz],
      spacingMm: [...spacingMm],
      originMm: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    },
    quantity: 'dose',
    activityPerMl: fill(activity),
    densityGPerMl: fill(densityGPerMl ?? (() => 1)),
    mediumIndex: new Uint8Array(nx * ny * nz),
    media: [water],
    source: sourceOf(nuclide),
    structures: [],
  }
}

const computed = (phantom: Phantom, parameters: object = {}, control: Int32Array | null = null): VoxelDose =>
  voxelKernel.compute(inputOf(phantom), { parameters: { ...defaults, ...parameters }, threads: 2, control }, data)

describe.skipIf(!isBuilt)(`voxel kernel engine${isBuilt ? '' : ' (skipped: the native kernels are not built)'}`, () => {
  allowMainThread()

  it('one voxel of activity in water gives S values, whatever the choice of density', () => {
    const at = (i: number, j: number, k: number): number => i + 9 * (j + 7 * k)
    const phantom: Phantom = {
      nuclide: 'I-131',
      dimensions: [9, 7, 5],
      spacingMm: [4, 3, 5],
      activity: (i, j, k) => (i === 4 && j === 3 && k === 2 ? 1e9 : 0),
    }
    const kernel = nuclidePointKernel(
      'I-131',
      sourceOf('I-131').total,
      parsePointKernels(data.dosimetryTable('point-kernels-water')),
    )
    const { values } = voxelSValues({ kernel, spacingMm: [4, 3, 5], densityGPerMl: 1, reach: 4 })
    for (const density of ['none', 'local', 'source']) {
      const dose = computed(phantom, { density })
      for (const { offset, total, byRadiation } of values) {
        if (offset[0] > 4 || offset[1] > 3 || offset[2] > 2) continue
        const voxel = at(4 - offset[0], 3 + offset[1], 2 - offset[2])
        const largest = values[0]!.total
        expect(Math.abs(dose.doseGy[voxel]! / (1e9 * 0.06) - total)).toBeLessThan(1e-6 * largest)
        expect(Math.abs(dose.byRadiationGy.photon![voxel]! / (1e9 * 0.06) / byRadiation.photon - 1)).toBeLessThan(1e-3)
      }
    }
  })

  it('uniform activity: in the middle all electron energy is there, and dose does not vary', () => {
    const dose = computed({ nuclide: 'Y-90', dimensions: [15, 15, 15], spacingMm: [3, 3, 3], activity: () => 1e6 })
    const electron = dose.byRadiationGy.electron!
    const middle = electron[7 + 15 * (7 + 15 * 7)]!
    const { electron: mev } = emittedEnergyMev(sourceOf('Y-90').total)
    // All but 0.4 %: bremsstrahlung that leaves the cube of 45 mm.
    expect(middle / (1e6 * mev * JOULE_PER_MEV * 1e3)).toBeGreaterThan(0.995)
    expect(middle / (1e6 * mev * JOULE_PER_MEV * 1e3)).toBeLessThan(1)
    expect(electron[8 + 15 * (7 + 15 * 7)]! / middle).toBeCloseTo(1, 4)
  })

  it('energy deposited is emitted energy less what leaves the grid; alphas and recoils leave nothing', () => {
    const dose = computed({
      nuclide: 'Ac-225',
      dimensions: [12, 10, 8],
      spacingMm: [4, 4, 4],
      activity: (i, j, k) => (i > 3 && i < 8 && j > 3 && j < 7 && k > 2 && k < 6 ? 1e6 : 0),
    })
    expect(dose.depositedJ).toBeLessThan(dose.emittedJ)
    expect(dose.depositedJ / dose.emittedJ).toBeGreaterThan(0.99)
    const emitted = emittedEnergyMev(sourceOf('Ac-225').total)
    const alpha = dose.byRadiationGy.alpha!.reduce((sum, gy) => sum + gy * 64e-6, 0)
    expect(alpha / (36 * 0.064 * 1e6 * emitted.alpha * JOULE_PER_MEV)).toBeCloseTo(1, 5)
    expect(Object.keys(dose.byRadiationGy).sort()).toEqual(['alpha', 'electron', 'photon', 'recoil'])
    dose.doseGy.forEach((gy) => expect(gy).toBeGreaterThanOrEqual(0))
  })

  it('local: electrons by the mass of each voxel, photons as in water; none: water', () => {
    const phantom: Phantom = {
      nuclide: 'Lu-177',
      dimensions: [9, 9, 9],
      spacingMm: [4, 4, 4],
      activity: () => 1e6,
      densityGPerMl: (i) => (i < 4 ? 0.5 : 1.25),
    }
    const none = computed(phantom, { density: 'none' })
    const local = computed(phantom, { density: 'local' })
    for (const [voxel, density] of [
      [0, 0.5],
      [8, 1.25],
      [364, 1.25],
    ] as const) {
      expect((local.byRadiationGy.electron![voxel]! * density) / none.byRadiationGy.electron![voxel]!).toBeCloseTo(1, 5)
      expect(local.byRadiationGy.photon![voxel]).toBe(none.byRadiationGy.photon![voxel])
    }
  })

  it('source: in a uniform medium of a class density, S values of that density', () => {
    const kernel = nuclidePointKernel(
      'Y-90',
      sourceOf('Y-90').total,
      parsePointKernels(data.dosimetryTable('point-kernels-water')),
    )
    const { values } = voxelSValues({ kernel, spacingMm: [4, 4, 4], densityGPerMl: 0.26, reach: 4 })
    const dose = computed({
      nuclide: 'Y-90',
      dimensions: [9, 9, 9],
      spacingMm: [4, 4, 4],
      activity: (i, j, k) => (i === 4 && j === 4 && k === 4 ? 1e6 : 0),
      densityGPerMl: () => 0.26,
    })
    for (const [i, j, k] of [
      [0, 0, 0],
      [1, 0, 0],
      [2, 1, 3],
    ] as const) {
      const s = values[i + 5 * (j + 5 * k)]!
      const gy = dose.byRadiationGy.electron![4 + i + 9 * (4 + j + 9 * (4 + k))]!
      expect(gy / (1e6 * 0.064) / s.byRadiation.electron).toBeCloseTo(1, 3)
    }
  })

  it('the same bits on one thread and on two; linear in activity', () => {
    const phantom: Phantom = {
      nuclide: 'Lu-177',
      dimensions: [10, 9, 8],
      spacingMm: [4.4, 4.4, 3],
      activity: (i, j, k) => 1e5 * ((7 * i + 3 * j + k) % 5),
      densityGPerMl: (i) => 0.3 + 0.1 * i,
    }
    const run = { parameters: defaults, control: null }
    const two = voxelKernel.compute(inputOf(phantom), { ...run, threads: 2 }, data)
    const one = voxelKernel.compute(inputOf(phantom), { ...run, threads: 1 }, data)
    expect(one.doseGy).toEqual(two.doseGy)
    const twice = computed({ ...phantom, activity: (i, j, k) => 2 * phantom.activity(i, j, k) })
    two.doseGy.forEach((gy, n) => expect(twice.doseGy[n]! / (2 * gy)).toBeCloseTo(1, 5))
  })

  it('photons can be left out or cut, which is said', () => {
    const phantom: Phantom = {
      nuclide: 'I-131',
      dimensions: [15, 3, 3],
      spacingMm: [5, 5, 5],
      activity: (i) => (i === 0 ? 1e6 : 0),
    }
    const without = computed(phantom, { photons: false })
    expect(without.byRadiationGy.photon).toBeUndefined()
    expect(without.remarks.join(' ')).toContain('left out')
    const near = computed(phantom, { photonReachMm: 30 })
    expect(near.byRadiationGy.photon![14]!).toBeLessThan(1e-6 * near.byRadiationGy.photon![0]!)
    expect(computed(phantom).byRadiationGy.photon![14]!).toBeGreaterThan(1e-4 * near.byRadiationGy.photon![0]!)
  })

  it('reports progress, and cancels', () => {
    const phantom: Phantom = { nuclide: 'I-131', dimensions: [5, 5, 5], spacingMm: [5, 5, 5], activity: () => 1e6 }
    const control = createControl()
    computed(phantom, {}, control)
    expect(control[PROGRESS_SLOT]).toBe(1000)
    control[CANCEL_SLOT] = 1
    expect(() => computed(phantom, {}, control)).toThrow(CancelledError)
  })

  it('refuses a density that is none where ranges depend on it', () => {
    const phantom: Phantom = {
      nuclide: 'Y-90',
      dimensions: [3, 3, 3],
      spacingMm: [5, 5, 5],
      activity: () => 1,
      densityGPerMl: () => 0,
    }
    expect(() => computed(phantom)).toThrow(InputError)
  })
})
