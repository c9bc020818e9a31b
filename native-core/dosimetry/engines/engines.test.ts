import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { maskVolumeMl, voxelCount } from '../../imaging/index.ts'
import type { FractionalMask, ImageGrid } from '../../imaging/index.ts'
import type { Medium } from '../../physics/media/types.ts'
import type { ChainEmissions } from '../../physics/emissions/types.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { localEnergy } from './localEnergy.ts'
import { assertFitsMemory, prepareVoxelInput } from './prepareVoxelInput.ts'
import { doseEngines, engineParameters, findEngine, findVoxelEngine } from './registry.ts'
import { structureMeans } from './structureMeans.ts'
import type { EngineData, EngineParameterValues, VoxelDose, VoxelDoseInput } from './types.ts'

const grid: ImageGrid = {
  dimensions: [4, 3, 2],
  spacingMm: [4, 5, 6],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const voxelMl = 0.12
const water: Medium = {
  id: 'water',
  name: 'Water',
  massFractions: { H: 0.112, O: 0.888 },
  nominalDensityGPerMl: 1,
  meanExcitationEnergyEv: 78,
  source: 'test',
}
/** Per decay: a 0.1 MeV photon of yield 0.5, a 0.3 MeV electron, two 5 MeV alphas, a recoil of 0.09 MeV. */
const source: ChainEmissions = {
  parent: 'X-1',
  members: [],
  total: {
    photons: [{ energyMev: 0.1, yield: 0.5 }],
    electrons: [{ energyMev: 0.3, yield: 1 }],
    betas: [],
    alphas: [{ energyMev: 5, yield: 2 }],
    recoils: [{ energyMev: 0.09, yield: 1 }],
  },
}
function input(change: Partial<VoxelDoseInput> = {}): VoxelDoseInput {
  return {
    grid,
    quantity: 'dose',
    activityPerMl: new Float32Array(24).fill(1e9),
    densityGPerMl: new Float32Array(24).fill(1),
    mediumIndex: new Uint8Array(24),
    media: [water],
    source,
    structures: [],
    ...change,
  }
}
const mask = (fractions: readonly number[], volumeOutsideMl = 0): FractionalMask => ({
  grid,
  box: { start: [1, 1, 0], size: [2, 1, 2] },
  fractions: Float32Array.from(fractions),
  volumeOutsideMl,
})
const data: EngineData = {
  dosimetryTable: () => {
    throw new Error('no table is needed')
  },
  materialTable: () => {
    throw new Error('no table is needed')
  },
}
const local = (given: VoxelDoseInput, parameters: EngineParameterValues = {}): VoxelDose =>
  localEnergy.compute(given, { parameters: engineParameters(localEnergy, parameters), threads: 1, control: null }, data)
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0)
function refusal(work: () => unknown): InputError {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return error as InputError
  }
  throw new Error('it was not refused')
}

describe('input of voxel engines', () => {
  it('passes through what is sound', () => {
    const given = input({ structures: [{ name: 'A', mask: mask([1, 0.5, 0, 0]) }] })
    const prepared = prepareVoxelInput(given)
    expect(prepared.remarks).toEqual([])
    expect(prepared.input.activityPerMl).toBe(given.activityPerMl)
    expect(prepared.input.structures).toEqual(given.structures)
  })

  it('sets few negatives to zero and says how many and how much; never changes what was given', () => {
    const activityPerMl = new Float32Array(24).fill(10)
    activityPerMl[3] = -4
    activityPerMl[9] = -6
    const { input: prepared, remarks } = prepareVoxelInput(input({ activityPerMl }))
    expect(sum(prepared.activityPerMl)).toBe(220)
    expect(activityPerMl[3]).toBe(-4)
    expect(remarks).toHaveLength(1)
    // 10 of 210.
    expect(remarks[0]).toMatch(/^2 voxels .* 4\.8 % to the total/)
  })

  it.each([
    ['dose.negative-activity', { activityPerMl: new Float32Array(24).fill(1).fill(-1, 0, 3) }, /3 voxels/],
    ['dose.negative-activity', { activityPerMl: new Float32Array(24).fill(-1) }, /24 voxels/],
    ['dose.no-activity', { activityPerMl: new Float32Array(24) }, /zero/],
    ['dose.activity-voxel', { activityPerMl: new Float32Array(24).fill(NaN, 17, 19) }, /2 voxels.*\(2, 2, 2\) is NaN/],
    ['dose.activity-voxel', { activityPerMl: new Float32Array(24).fill(Infinity, 0, 1) }, /Infinity/],
    ['dose.grid', { activityPerMl: new Float32Array(23) }, /activity map has 23/],
    ['dose.grid', { densityGPerMl: new Float32Array(25) }, /density map has 25/],
    ['dose.grid', { mediumIndex: new Uint8Array(1) }, /medium map has 1/],
    ['dose.density-voxel', { densityGPerMl: new Float32Array(24).fill(1).fill(0, 23) }, /\(4, 3, 2\) is 0/],
    ['dose.density-voxel', { densityGPerMl: new Float32Array(24).fill(NaN) }, /NaN/],
    ['dose.density-voxel', { densityGPerMl: new Float32Array(24).fill(30) }, /30/],
    ['dose.medium-voxel', { mediumIndex: new Uint8Array(24).fill(1, 5, 6) }, /medium 1/],
    ['geometry.invalid-grid', { grid: { ...grid, spacingMm: [4, 0, 6] as const } }, /spacing/],
    [
      'dose.structure',
      { structures: [1, 2].map(() => ({ name: 'A', mask: mask([1, 1, 1, 1]) })) },
      /two structures "A"/,
    ],
    [
      'dose.structure',
      { structures: [{ name: 'A', mask: { ...mask([1, 1, 1, 1]), grid: { ...grid, originMm: [9, 0, 0] as const } } }] },
      /another grid/,
    ],
  ] as [string, Partial<VoxelDoseInput>, RegExp][])('refuses %s before work starts', (code, change, message) => {
    const error = refusal(() => prepareVoxelInput(input(change)))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
  })

  it('leaves out empty structures and tells of cut ones', () => {
    const { input: prepared, remarks } = prepareVoxelInput(
      input({
        structures: [
          { name: 'none', mask: mask([0, 0, 0, 0], 3) },
          { name: 'cut', mask: mask([1, 1, 1, 1], 0.48) },
        ],
      }),
    )
    expect(prepared.structures.map(({ name }) => name)).toEqual(['cut'])
    expect(remarks).toEqual([expect.stringContaining('"none"'), expect.stringContaining('50.0 % of "cut"')])
  })

  it('refuses a grid too large for memory with an estimate, before it is made', () => {
    expect(refusal(() => assertFitsMemory([2000, 2000, 2000])).code).toBe('dose.too-large')
    expect(() => assertFitsMemory([256, 256, 200])).not.toThrow()
    expect(refusal(() => prepareVoxelInput(input(), { memoryLimitBytes: 100 })).hint).toContain('coarser')
  })
})

describe('local-energy', () => {
  it('gives activity times energy over density, by radiation', () => {
    const dose = local(input({ densityGPerMl: new Float32Array(24).fill(2) }))
    const perMev = (1e9 / 2) * 1e3 * JOULE_PER_MEV
    expect(dose.byRadiationGy.electron![5]! / (0.3 * perMev)).toBeCloseTo(1, 6)
    expect(dose.byRadiationGy.alpha![5]! / (10 * perMev)).toBeCloseTo(1, 6)
    expect(dose.byRadiationGy.recoil![5]! / (0.09 * perMev)).toBeCloseTo(1, 6)
    expect(dose.byRadiationGy.photon).toBeUndefined()
    expect(dose.doseGy[5]! / (10.39 * perMev)).toBeCloseTo(1, 6)
    expect(dose.remarks.join()).toContain('Photons')
  })

  it('keeps energy: what is emitted without photons is deposited, with photons all of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1, max: 1e12, noNaN: true })), {
          minLength: 24,
          maxLength: 24,
        }),
        fc.array(fc.double({ min: 0.1001, max: 8, noNaN: true }), { minLength: 24, maxLength: 24 }),
        fc.boolean(),
        (activity, density, photons) => {
          const given = input({ activityPerMl: Float32Array.from(activity), densityGPerMl: Float32Array.from(density) })
          const decays = sum(given.activityPerMl) * voxelMl
          const dose = local(given, { photons })
          const expected = decays * (photons ? 10.44 : 10.39) * JOULE_PER_MEV
          expect(Math.abs(dose.depositedJ - expected)).toBeLessThanOrEqual(1e-6 * expected)
          expect(Math.abs(dose.emittedJ - decays * 10.44 * JOULE_PER_MEV)).toBeLessThanOrEqual(1e-9 * dose.emittedJ)
          const parts = Object.values(dose.byRadiationGy)
          dose.doseGy.forEach((gy, n) =>
            expect(Math.abs(sum(parts.map((part) => part[n]!)) - gy)).toBeLessThanOrEqual(1e-6 * gy),
          )
        },
      ),
    )
  })

  it('gives air no dose and says so; without density all is water', () => {
    const given = input({ densityGPerMl: new Float32Array(24).fill(1).fill(0.05, 0, 6) })
    const dose = local(given)
    expect(dose.doseGy[0]).toBe(0)
    expect(dose.remarks.join()).toContain('25 % of the decays')
    expect(dose.depositedJ / dose.emittedJ).toBeCloseTo((0.75 * 10.39) / 10.44, 6)
    const plain = local(given, { density: false })
    expect(plain.doseGy[0]).toBe(plain.doseGy[20])
    expect(plain.doseGy[0]).toBeCloseTo(1e9 * 10.39 * 1e3 * JOULE_PER_MEV, 4)
    expect(local(given, { smallestDensityGPerMl: 0 }).doseGy[0]! / plain.doseGy[0]!).toBeCloseTo(20, 4)
  })
})

describe('means of structures', () => {
  it('are energy over mass: dense voxels weigh more, partial ones by their fraction', () => {
    const densityGPerMl = new Float32Array(24).fill(1)
    const doseGy = new Float32Array(24)
    // Voxels of the box: (1,1,0), (2,1,0), (1,1,1), (2,1,1).
    const at = [5, 6, 17, 18]
    ;[1, 2, 3, 4].forEach((gy, n) => (doseGy[at[n]!] = gy))
    densityGPerMl[6] = 3
    const structures = [{ name: 'A', mask: mask([1, 1, 0.5, 0]) }]
    const [mean] = structureMeans({ grid, structures }, densityGPerMl, { doseGy, byRadiationGy: { alpha: doseGy } })
    expect(mean!.doseGy).toBeCloseTo((1 * 1 + 3 * 2 + 0.5 * 3) / 4.5, 6)
    expect(mean!.byRadiationGy).toEqual({ alpha: mean!.doseGy })
    expect(mean!.massKg).toBeCloseTo((4.5 * voxelMl) / 1000, 12)
    expect(structureMeans({ grid, structures }, 1, { doseGy, byRadiationGy: {} })[0]!.massKg).toBeCloseTo(
      maskVolumeMl(structures[0]!.mask) / 1000,
      12,
    )
  })

  it('of a uniform dose are that dose', () => {
    const dose = local(input({ structures: [{ name: 'A', mask: mask([0.1, 1, 0.7, 0.3]) }] }))
    expect(dose.structures[0]!.doseGy).toBeCloseTo(dose.doseGy[0]!, 4)
    expect(voxelCount(grid)).toBe(dose.doseGy.length)
  })
})

describe('registry of dose engines', () => {
  it('finds engines by id and lists them for one that is none', () => {
    for (const engine of doseEngines) expect(findEngine(engine.id)).toBe(engine)
    expect(new Set(doseEngines.map(({ id }) => id)).size).toBe(doseEngines.length)
    const error = refusal(() => findEngine('mcnp'))
    for (const { id } of doseEngines) expect(error.hint).toContain(id)
    expect(findVoxelEngine('Local-Energy')).toBe(localEnergy)
    expect(refusal(() => findVoxelEngine('cell')).hint).toContain('local-energy')
  })

  it('every engine takes its own defaults', () => {
    for (const engine of doseEngines) {
      const filled = engineParameters(engine)
      expect(engineParameters(engine, filled)).toEqual(filled)
      expect(engine.sources.length).toBeGreaterThan(0)
    }
  })

  it.each([
    [{ fotons: true }, /no parameter "fotons"/, /photons, density/],
    [{ photons: 1 }, /photons.*is 1/, /true or false/],
    [{ smallestDensityGPerMl: -1 }, /-1/, /from 0 to 1 g\/mL/],
    [{ smallestDensityGPerMl: NaN }, /smallestDensity/, /number/],
    [{ smallestDensityGPerMl: '0.1' }, /"0.1"/, /number/],
  ])('refuses %j', (given, message, hint) => {
    const error = refusal(() => engineParameters(localEnergy, given))
    expect(error.message).toMatch(message)
    expect(error.hint).toMatch(hint)
  })

  it('checks choices', () => {
    expect(engineParameters(findEngine('cell'), { electronModel: 'cole-1969' })['electronModel']).toBe('cole-1969')
    expect(refusal(() => engineParameters(findEngine('cell'), { electronModel: 'x' })).hint).toContain('csda-icru37')
  })
})
