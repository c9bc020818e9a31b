import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { runCalc } from './index.ts'

const resources = fileResources()
interface State {
  members: { name: string; activityMbq: number; nuclei: number; tiaMbqH: number; cleared: number }[]
  outlets: { name: string | null; outlet: string; nuclei: number }[]
  emitted: { electronJ: number; photonJ: number; alphaJ: number; recoilJ: number }
}
const chain = (input: object) =>
  runCalc('decay-chain', input, resources) as { times: State[]; end: State; assumptions: string[] }
const member = (state: State | undefined, name: string) => state?.members.find((m) => m.name === name)

describe('decay-chain', () => {
  it('Pb-212 and Bi-212: transient equilibrium, activity ratio λ2/(λ2 − λ1) after some days', () => {
    const { times } = chain({ nuclide: 'Pb-212', timesH: [48] })
    const [lead, bismuth] = [1 / 38304, 1 / 3633]
    const ratio = member(times[0], 'Bi-212')!.activityMbq / member(times[0], 'Pb-212')!.activityMbq
    expect(ratio).toBeCloseTo(bismuth / (bismuth - lead), 3)
  })

  it('with an effective half-life the TIA is A·T_eff/ln 2, and the energy is the emitted one times the decays', () => {
    const { end } = chain({ nuclide: 'Lu-177', activityMbq: 10, timesH: [0], effectiveHalfLifeH: 50 })
    expect(member(end, 'Lu-177')?.tiaMbqH).toBeCloseTo(500 / Math.LN2, 8)
    expect(end.emitted.electronJ).toBeCloseTo((500 / Math.LN2) * 3.6e9 * 0.148194 * 1.602176634e-13, 4)
  })

  it('what leaves the site is in the outlets: 40 % of the Bi-213 of Ac-225', () => {
    const { end } = chain({ nuclide: 'Ac-225', timesH: [1], daughters: { byNuclide: { '213Bi': 0.6 } } })
    const left = end.outlets.find((o) => o.outlet === 'left the site')
    expect(left?.name).toBe('Bi-213')
    const [first, bismuth] = [member(end, 'Ac-225')!.tiaMbqH, member(end, 'Bi-213')!.tiaMbqH]
    // Nearly every decay passes Bi-213 (0.007 % go by Rn-217).
    expect(bismuth / first).toBeCloseTo(0.6, 3)
    expect(left!.nuclei / (first * 3.6e9)).toBeCloseTo(0.4, 3)
  })

  it('ingrowth onto daughters that are there at time zero; single members without clearance', () => {
    const { times } = chain({
      nuclide: 'Pb-212',
      activityMbq: 0,
      daughterActivityMbq: { 'Bi-212': 2 },
      timesH: [3633 / 3600, 0],
      biologicalHalfLifeH: 5,
      biologicalHalfLifeByNuclideH: { 'Bi-212': null },
    })
    expect(member(times[0], 'Bi-212')?.activityMbq).toBeCloseTo(1, 2)
    expect(member(times[1], 'Bi-212')?.activityMbq).toBeCloseTo(2, 12)
    expect(member(times[0], 'Bi-212')?.cleared).toBe(0)
  })

  it.each([
    [{ nuclide: 'Lu-177', timesH: [1], effectiveHalfLifeH: 200 }, /longer than the physical/],
    [{ nuclide: 'Lu-177', timesH: [1], effectiveHalfLifeH: 20, biologicalHalfLifeH: 20 }, /both/],
    [{ nuclide: 'Lu-177', timesH: [1], daughterActivityMbq: { 'Bi-212': 1 } }, /Bi-212/],
    [{ nuclide: 'Lu-177', timesH: [1], daughterActivityMbq: { '177Lu': 1 } }, /twice/],
    [{ nuclide: 'Pb-212', timesH: [1], biologicalHalfLifeByNuclideH: { 'Ra-224': 1 } }, /Ra-224/],
    [{ nuclide: 'Pb-212', timesH: [1], daughters: { byNuclide: { Foo: 0.5 } } }, /Foo/],
    [{ nuclide: 'Pb-212', timesH: [-1] }, /timesH/],
  ])('refuses %j', (input, what) => {
    expect(() => chain(input)).toThrow(what)
  })
})

describe('nuclide-info with lines', () => {
  const info = (input: object) =>
    runCalc('nuclide-info', input, resources) as {
      emissions: {
        lines: { from: string; kind: string; energyMev: number; yield: number }[]
        spectra: { from: string; kind: string; energyMev: number[]; perMevAndDecay: number[] }[]
        branches: { kind: string; yield: number }[]
        leftOut: { lines: number; energyMev: number }
      } | null
      nuclide: { energyMev: { gamma: number } }
    }

  it('gives none unless asked', () => {
    expect(info({ nuclide: 'Lu-177' }).emissions).toBeNull()
  })

  it('gives lines of the least yield, spectra and branches, and says what it leaves out', () => {
    const all = info({ nuclide: 'Lu-177', minYield: 0 })
    const some = info({ nuclide: 'Lu-177', minYield: 0.05 })
    const energy = (list: { energyMev: number; yield: number }[]): number =>
      list.reduce((s, l) => s + l.energyMev * l.yield, 0)
    expect(all.emissions?.leftOut).toEqual({ lines: 0, energyMev: 0 })
    expect(some.emissions?.lines.every((l) => l.yield >= 0.05)).toBe(true)
    expect(some.emissions?.lines.some((l) => l.kind === 'gamma' && Math.abs(l.energyMev - 0.2084) < 1e-4)).toBe(true)
    expect(energy(some.emissions!.lines) + some.emissions!.leftOut.energyMev).toBeCloseTo(
      energy(all.emissions!.lines),
      12,
    )
    expect(energy(all.emissions!.lines.filter((l) => l.kind === 'gamma'))).toBeCloseTo(all.nuclide.energyMev.gamma, 6)
    expect(all.emissions?.spectra.map((s) => s.kind)).toEqual(['beta-minus'])
    expect(all.emissions?.branches.reduce((s, b) => s + b.yield, 0)).toBeCloseTo(1, 3)
  })

  it('weights the lines of daughters: Tl-208 of Pb-212 sends 2.6 MeV in 36 % of the decays', () => {
    const line = info({ nuclide: 'Pb-212', minYield: 0.1 }).emissions?.lines.find((l) => l.energyMev > 2.6)
    expect([line?.from, line?.kind]).toEqual(['Tl-208', 'gamma'])
    expect(line?.yield).toBeCloseTo(0.358, 2)
  })
})
