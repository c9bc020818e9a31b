import { describe, expect, it } from 'vitest'
import { CancelledError, InputError } from '../../errors/index.ts'
import type { FractionalMask } from '../../imaging/index.ts'
import { allowMainThread } from '../../kernels/index.ts'
import { blockGrid, engineData, mediumOf, sourceOf } from '../../kernels/transport.test-support.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { monteCarlo } from './monteCarlo.ts'
import type { EngineParameterValues, EngineRun, VoxelDoseInput } from './types.ts'

allowMainThread()

const SIDE = 12
const grid = blockGrid(SIDE, 4)
const at = (x: number, y: number, z: number): number => x + SIDE * (y + SIDE * z)

function ball(name: string, centre: number, radius: number): { name: string; mask: FractionalMask } {
  const fractions = new Float32Array(SIDE ** 3)
  for (let z = 0; z < SIDE; z++)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++)
        if (Math.hypot(x - centre, y - centre, z - centre) <= radius) fractions[at(x, y, z)] = x === centre ? 0.5 : 1
  return {
    name,
    mask: { grid, box: { start: [0, 0, 0], size: [SIDE, SIDE, SIDE] }, fractions, volumeOutsideMl: 0 },
  }
}

function input(change: Partial<VoxelDoseInput> = {}): VoxelDoseInput {
  const activityPerMl = new Float32Array(SIDE ** 3)
  const densityGPerMl = new Float32Array(SIDE ** 3).fill(1)
  const mediumIndex = new Uint8Array(SIDE ** 3).fill(1)
  for (let z = 0; z < SIDE; z++)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        if (x > 3 && x < 8 && y > 3 && y < 8 && z > 3 && z < 8) activityPerMl[at(x, y, z)] = 1e6 * (1 + x)
        if (x > 8) {
          mediumIndex[at(x, y, z)] = 2
          densityGPerMl[at(x, y, z)] = 1.9
        }
      }
  return {
    grid,
    quantity: 'dose',
    activityPerMl,
    densityGPerMl,
    mediumIndex,
    media: [mediumOf('lung'), mediumOf('water'), mediumOf('cortical-bone')],
    source: sourceOf('Lu-177'),
    structures: [ball('Kidney', 5, 2), ball('Far', 10, 1.5)],
    ...change,
  }
}

const run = (parameters: EngineParameterValues = {}, how: Partial<EngineRun> = {}): EngineRun => ({
  parameters: { decays: 40_000, seed: 1, ...parameters },
  threads: 1,
  control: null,
  ...how,
})
const compute = (given: VoxelDoseInput, how: EngineRun) => monteCarlo.compute(given, how, engineData)

describe('monte-carlo', () => {
  const whole = compute(input(), run())

  it('adds up: parts by radiation, structures from voxels, energy from dose and mass', () => {
    const { densityGPerMl, structures } = input()
    let joule = 0
    whole.doseGy.forEach((gy, i) => {
      expect(whole.byRadiationGy.electron![i]! + whole.byRadiationGy.photon![i]!).toBeCloseTo(gy, 4)
      joule += gy * densityGPerMl[i]! * 0.064e-3
    })
    expect(joule / whole.depositedJ).toBeCloseTo(1, 4)
    expect(whole.depositedJ).toBeLessThan(whole.emittedJ)
    structures.forEach(({ mask }, s) => {
      let [energy, mass] = [0, 0]
      mask.fractions.forEach((fraction, i) => {
        energy += fraction * whole.doseGy[i]! * densityGPerMl[i]!
        mass += fraction * densityGPerMl[i]!
      })
      expect(whole.structures[s]!.doseGy / (energy / mass)).toBeCloseTo(1, 4)
      expect(whole.structures[s]!.massKg / (mass * 0.064e-3)).toBeCloseTo(1, 6)
      expect(whole.structures[s]!.statisticalSdGy).toBeGreaterThan(0)
    })
  })

  it('scales with the decays of the map: the emitted energy is theirs times that of a decay', () => {
    const { activityPerMl } = input()
    const decays = activityPerMl.reduce((sum, value) => sum + value, 0) * 0.064
    // Lu-177 sends out 148 keV of electrons and 33 keV of photons (shared/physics README), of which a history is a sample.
    expect(whole.emittedJ / (decays * 0.1815 * JOULE_PER_MEV)).toBeGreaterThan(0.98)
    expect(whole.emittedJ / (decays * 0.1815 * JOULE_PER_MEV)).toBeLessThan(1.02)
    const twice = compute(input({ activityPerMl: activityPerMl.map((value) => 2 * value) }), run())
    twice.doseGy.forEach((gy, i) => expect(gy).toBeCloseTo(2 * whole.doseGy[i]!, 5))
  })

  it('has the same bits on any number of threads, and others with another seed', () => {
    expect(compute(input(), run({}, { threads: 3 })).doseGy).toEqual(whole.doseGy)
    expect(compute(input(), run({ seed: 2 })).doseGy).not.toEqual(whole.doseGy)
  })

  it('goes on where it stopped, to the same bits as in one run', () => {
    const half = compute(input(), run({ decays: 16_384 }, { keepState: true }))
    const rest = compute(input(), run({}, { resumeFrom: structuredClone(half.resumeState) }))
    expect(rest.doseGy).toEqual(whole.doseGy)
    expect(rest.statisticalSdGy).toEqual(whole.statisticalSdGy)
    expect(() => compute(input(), run({ seed: 2 }, { resumeFrom: half.resumeState }))).toThrow(/other images/)
    const other = input({ densityGPerMl: input().densityGPerMl.map((value) => value * 1.01) })
    expect(() => compute(other, run({}, { resumeFrom: half.resumeState }))).toThrow(InputError)
  })

  it('stops at the uncertainty asked for, at the same decay on any number of threads', () => {
    const wanted = { decays: 1e8, uncertaintyPercent: 0.4, uncertaintyStructure: 'Kidney' }
    const one = compute(input(), run(wanted))
    const kidney = one.structures[0]!
    expect(kidney.statisticalSdGy! / kidney.doseGy).toBeLessThanOrEqual(0.004)
    expect(one.facts['stoppedBy']).toBe('uncertainty')
    expect(compute(input(), run(wanted, { threads: 2 })).facts['decaysSimulated']).toBe(one.facts['decaysSimulated'])
  })

  it('stops at the time asked for by the clock it is given, and shows doses on the way', () => {
    let clock = 0
    const shown: number[] = []
    const dose = compute(
      input(),
      run(
        { decays: 1e9, seconds: 3 },
        { nowS: () => clock++, onIntermediate: (one) => shown.push(one.doseGy[at(5, 5, 5)]!) },
      ),
    )
    expect(dose.facts['stoppedBy']).toBe('time')
    expect(shown.length).toBeGreaterThan(0)
    shown.forEach((gy) => expect(Math.abs(gy / dose.doseGy[at(5, 5, 5)]! - 1)).toBeLessThan(0.2))
    expect(() => compute(input(), run({ seconds: 3 }))).toThrow(/no clock/)
  })

  it('answers cancel, and says how far it is', () => {
    const control = new Int32Array(new SharedArrayBuffer(8))
    compute(input(), run({}, { control }))
    expect(control[1]).toBe(1000)
    control[0] = 1
    expect(() => compute(input(), run({}, { control }))).toThrow(CancelledError)
  })

  it('its standard deviations are those of repeated runs (24 seeds, structure means; χ² within 0.1 %)', () => {
    const means = Array.from({ length: 24 }, (_, seed) => compute(input(), run({ decays: 4000, seed })).structures)
    for (const s of [0, 1]) {
      const doses = means.map((one) => one[s]!.doseGy)
      const mean = doses.reduce((a, b) => a + b, 0) / doses.length
      const stated = means.reduce((sum, one) => sum + one[s]!.statisticalSdGy! ** 2, 0) / means.length
      const chi2 = doses.reduce((sum, gy) => sum + (gy - mean) ** 2, 0) / stated
      // 23 degrees of freedom: 0.05 % and 99.95 % of χ².
      expect(chi2).toBeGreaterThan(6.9)
      expect(chi2).toBeLessThan(51.2)
    }
  })

  it('photon splitting changes the noise of photon dose and not its mean (4 σ)', () => {
    const far = (photonSplitting: number) => compute(input(), run({ photonSplitting, seed: 7 })).structures[1]!
    const [plain, split] = [far(1), far(10)]
    const sigma = Math.hypot(plain.statisticalSdGy!, split.statisticalSdGy!)
    expect(Math.abs(plain.doseGy - split.doseGy)).toBeLessThan(4 * sigma)
    expect(split.statisticalSdGy).toBeLessThan(0.5 * plain.statisticalSdGy!)
  })

  it.each([
    ['no activity', { activityPerMl: new Float32Array(SIDE ** 3) }, {}, /zero everywhere/],
    ['a structure outside', { structures: [ball('Nothing', -5, 1)] }, {}, /Nothing of Nothing/],
    ['an unknown structure to stop by', {}, { uncertaintyPercent: 1, uncertaintyStructure: 'Liver' }, /"Liver"/],
  ])('refuses %s', (_, change, parameters, message) => {
    expect(() => compute(input(change), run(parameters))).toThrow(InputError)
    expect(() => compute(input(change), run(parameters))).toThrow(message)
  })
})
