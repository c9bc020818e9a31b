import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { parseNuclideTable } from '../nuclideTable.ts'
import { exactBateman } from './exactOracle.ts'
import { decayNetwork, solveBateman } from './index.ts'
import type { Clearance, NetworkState } from './index.ts'

/** A table of made-up nuclides "A-100", "B-100", … each with its half-life and branches to others by index. */
const NAMES = [...'ABCDEFGHIJ'].map((letter) => `${letter}-100`)
const tableOf = (halfLives: readonly number[], branches: (i: number) => readonly (readonly [number, number])[]) =>
  parseNuclideTable({
    schema: 'theratwin.nuclide-table/1',
    name: 'made-up',
    version: '0',
    provenance: { source: 's', citation: 'c', evidence: 'designed', note: '' },
    nuclides: Object.fromEntries(
      halfLives.map((halfLifeS, i) => [
        NAMES[i],
        {
          z: 50,
          a: 100,
          level: 0,
          halfLifeS,
          halfLifeUncertaintyS: 0,
          modes: branches(i).map(([to, branch]) => ({ mode: 'B-', daughter: NAMES[to] ?? 'X-100', branch, qMev: 1 })),
          energyMev: {},
        },
      ]),
    ),
  })
const line = (halfLives: readonly number[]) => tableOf(halfLives, (i) => [[i + 1 < halfLives.length ? i + 1 : 99, 1]])
/** Every nuclide feeds the next two, unevenly. */
const ladder = (halfLives: readonly number[]) => {
  const to = (i: number): number => (i < halfLives.length ? i : 99)
  return tableOf(halfLives, (i) => [
    [to(i + 1), 0.7],
    [to(i + 2), 0.3],
  ])
}

const relative = (found: number, expected: number): number => Math.abs(found - expected) / Math.abs(expected)

/** Half-lives from 1e-7 s to 1e10 years. */
const halfLife = fc.double({ min: -7, max: 17.5, noNaN: true }).map((p) => 10 ** p)

describe('solveBateman', () => {
  it('one nuclide: N·2^(−t/T), decays N·(1 − 2^(−t/T)) also where next to nothing decays', () => {
    const network = decayNetwork(line([10]), ['A-100'])
    const [half, brief] = solveBateman(network, { 'A-100': 1000 }, 'nuclei', [10, 1e-18])
    expect(half?.members[0]?.nuclei).toBeCloseTo(500, 11)
    expect(half?.members[0]?.decays).toBeCloseTo(500, 11)
    expect(relative(brief?.members[0]?.decays as number, 1000 * Math.LN2 * 1e-19)).toBeLessThan(1e-14)
  })

  it('equal half-lives: the k-th daughter has (λt)^k/k!·e^(−λt) (Erlang), 1e-13', () => {
    const network = decayNetwork(line([1, 1, 1, 1, 1, 1]), ['A-100'])
    for (const timeS of [1e-6, 0.3, 2, 40, 400]) {
      const [state] = solveBateman(network, { 'A-100': 1 }, 'nuclei', [timeS])
      const x = Math.LN2 * timeS
      let expected = Math.exp(-x)
      state?.members.forEach((member, k) => {
        if (k > 0) expected *= x / k
        expect(relative(member.nuclei, expected), `${timeS} s, ${k}`).toBeLessThan(1e-13)
      })
    }
  })

  it('agrees with 1200-digit arithmetic to 1e-12 on any line and ladder: stiff, and degenerate to 1 + 1e-12', () => {
    const nearly = fc.tuple(halfLife, fc.constantFrom(1e-12, 1e-9, 1e-5)).map(([t, d]) => [t, t * (1 + d)])
    const halfLives = fc
      .array(
        fc.oneof(
          halfLife.map((t) => [t]),
          nearly,
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((list) => list.flat())
      .filter((list) => new Set(list).size === list.length)
    const time = fc.double({ min: -9, max: 18, noNaN: true }).map((p) => 10 ** p)
    fc.assert(
      fc.property(halfLives, time, fc.boolean(), (list, timeS, branched) => {
        const network = decayNetwork(branched ? ladder(list) : line(list), ['A-100'])
        const [state] = solveBateman(network, { 'A-100': 1e9 }, 'nuclei', [timeS])
        const exact = exactBateman(network, 1e9, timeS)
        state?.members.forEach((member, i) => {
          const pairs = [
            [member.nuclei, exact.nuclei[i]],
            [member.decays, (exact.integral[i] as number) * (network.members[i]?.decayPerS as number)],
          ] as const
          for (const [found, expected] of pairs) {
            // Below that, doubles underflow on the way.
            if ((expected as number) > 1e-250) expect(relative(found, expected as number)).toBeLessThan(1e-12)
          }
        })
      }),
    )
  }, 30_000)

  it('keeps the number of nuclei: at the site, cleared, and in outlets', () => {
    const policy = fc.record({ retainedFraction: fc.double({ min: 0, max: 1, noNaN: true }) })
    const clearance: fc.Arbitrary<Clearance> = fc.record({
      defaultPerS: fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1e3, noNaN: true })),
    })
    const time = fc.oneof(fc.constant(Infinity), fc.double({ min: 0, max: 1e15, noNaN: true }))
    fc.assert(
      fc.property(
        fc.array(halfLife, { minLength: 1, maxLength: 8 }),
        policy,
        clearance,
        time,
        (list, p, cleared, t) => {
          const network = decayNetwork(ladder(list), ['A-100'], { kind: 'equilibrium', ...p }, cleared)
          const amounts = { 'A-100': 3e9, ...(network.members.length > 1 ? { 'B-100': 1e9 } : {}) }
          const [state] = solveBateman(network, amounts, 'nuclei', [t])
          const { members, outlets } = state as NetworkState
          const all =
            members.reduce((s, m) => s + m.nuclei + m.cleared, 0) + outlets.reduce((s, outlet) => s + outlet.nuclei, 0)
          const started = Object.values(amounts).reduce((s, v) => s + v, 0)
          expect(relative(all, started)).toBeLessThan(1e-12)
          for (const m of members) expect(Math.min(m.nuclei, m.decays, m.cleared)).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })

  it('decays are the integral of the activity, and what is left at infinity is nothing', () => {
    const network = decayNetwork(ladder([5, 3, 3, 20]), ['A-100'], undefined, { defaultPerS: 0.02 })
    const steps = 4000
    const times = Array.from({ length: steps + 1 }, (_, i) => (i * 40) / steps)
    const states = solveBateman(network, { 'A-100': 100, 'C-100': 50 }, 'Bq', times)
    network.members.forEach((_, k) => {
      // Simpson, error h⁴·f⁗·t/180 ≈ 1e-12 of the largest activity.
      const simpson = states.reduce(
        (s, state, i) =>
          s + (state.members[k]?.activityBq as number) * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2),
        0,
      )
      expect(relative((simpson * 40) / steps / 3, states.at(-1)?.members[k]?.decays as number)).toBeLessThan(1e-9)
    })
    const [late, end] = solveBateman(network, { 'A-100': 100 }, 'Bq', [1e5, Infinity])
    end?.members.forEach((m, k) => {
      expect(m.nuclei).toBe(0)
      expect(relative(m.decays, late?.members[k]?.decays as number)).toBeLessThan(1e-12)
    })
  })

  it('is linear in the initial amounts (superposition)', () => {
    const network = decayNetwork(ladder([50, 0.3, 7]), ['A-100'])
    const amount = fc.double({ min: 0, max: 1e12, noNaN: true })
    fc.assert(
      fc.property(amount, amount, fc.double({ min: 0, max: 500, noNaN: true }), (a, c, timeS) => {
        const of = (amounts: Record<string, number>): number[] =>
          solveBateman(network, amounts, 'nuclei', [timeS])[0]!.members.map((m) => m.nuclei)
        const [both, first, second] = [of({ 'A-100': a, 'C-100': c }), of({ 'A-100': a }), of({ 'C-100': c })]
        both.forEach((v, i) => {
          const sum = (first[i] as number) + (second[i] as number)
          expect(Math.abs(v - sum)).toBeLessThanOrEqual(1e-13 * sum + Number.MIN_VALUE * 10)
        })
      }),
    )
  })

  it('lets a share leave by nuclide, and counts it', () => {
    const network = decayNetwork(line([10, 1, 1]), ['A-100'], {
      kind: 'equilibrium',
      retainedFraction: 0.5,
      byNuclide: { 'C-100': 0.2 },
    })
    const [end] = solveBateman(network, { 'A-100': 1000 }, 'nuclei', [Infinity])
    expect(end?.members.map((m) => m.decays)).toEqual([1000, 500, 100].map((v) => expect.closeTo(v, 9)))
    expect(end?.outlets).toEqual([
      { name: 'B-100', outlet: 'left the site', nuclei: expect.closeTo(500, 9) },
      { name: 'C-100', outlet: 'left the site', nuclei: expect.closeTo(400, 9) },
      { name: 'X-100', outlet: 'stable', nuclei: expect.closeTo(100, 9) },
    ])
  })

  it('refuses amounts outside the chain, negative ones, shares above 1, negative clearance and time', () => {
    const table = line([10, 1])
    const network = decayNetwork(table, ['A-100'])
    expect(() => solveBateman(network, { 'Z-1': 1 }, 'Bq', [1])).toThrow(/Z-1/)
    expect(() => solveBateman(network, { 'A-100': -1 }, 'Bq', [1])).toThrow(InputError)
    expect(() => solveBateman(network, { 'A-100': NaN }, 'Bq', [1])).toThrow(InputError)
    expect(() => solveBateman(network, { 'A-100': 1 }, 'Bq', [-1])).toThrow(/time/)
    expect(() => decayNetwork(table, ['A-100'], { kind: 'equilibrium', retainedFraction: 2 })).toThrow(/share/)
    expect(() => decayNetwork(table, ['A-100'], undefined, { defaultPerS: -1 })).toThrow(/clearance/)
    expect(() =>
      decayNetwork(table, ['A-100'], { kind: 'equilibrium', retainedFraction: 1, byNuclide: { 'Q-1': 0.5 } }),
    ).toThrow(/Q-1/)
  })
})
