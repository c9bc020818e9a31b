import { InputError } from '../../errors/index.ts'
import { triangularExponential } from './exponential.ts'
import type { DecayNetwork, NetworkFeed } from './network.ts'

export interface MemberState {
  readonly name: string
  /** Nuclei at the site. */
  readonly nuclei: number
  readonly activityBq: number
  /** Decays at the site from time zero on (Bq·s). */
  readonly decays: number
  /** Nuclei that the body has cleared from the site. */
  readonly cleared: number
}

export interface OutletState {
  readonly name: string | null
  readonly outlet: Exclude<NetworkFeed['outlet'], 'member'>
  /** Nuclei formed by then. */
  readonly nuclei: number
}

export interface NetworkState {
  /** s; Infinity for what is left when all has decayed or been cleared. */
  readonly timeS: number
  readonly members: readonly MemberState[]
  readonly outlets: readonly OutletState[]
}

function initialNuclei(network: DecayNetwork, amounts: Readonly<Record<string, number>>, perBq: boolean): Float64Array {
  const unknown = Object.keys(amounts).find((name) => !network.members.some((m) => m.name === name))
  if (unknown !== undefined) {
    throw new InputError(
      'nuclide.not-in-chain',
      `There is an amount of ${unknown}, which is not in this chain.`,
      `In the chain are: ${network.members.map((m) => m.name).join(', ')}.`,
    )
  }
  return Float64Array.from(network.members, (member) => {
    const amount = amounts[member.name] ?? 0
    if (!(amount >= 0) || !Number.isFinite(amount)) {
      throw new InputError(
        'nuclide.amount',
        `The amount of ${member.name} is ${amount}.`,
        'Amounts and activities are finite and not negative.',
      )
    }
    return perBq ? amount / member.decayPerS : amount
  })
}

function state(network: DecayNetwork, timeS: number, nuclei: Float64Array, integral: Float64Array): NetworkState {
  const outlets = new Map<string, OutletState>()
  for (const feed of network.feeds) {
    if (feed.outlet === 'member') continue
    const key = `${feed.name ?? ''} ${feed.outlet}`
    const formed = feed.share * (network.members[feed.from]?.decayPerS as number) * (integral[feed.from] as number)
    outlets.set(key, { name: feed.name, outlet: feed.outlet, nuclei: (outlets.get(key)?.nuclei ?? 0) + formed })
  }
  return {
    timeS,
    members: network.members.map((m, i) => ({
      name: m.name,
      nuclei: nuclei[i] as number,
      activityBq: m.decayPerS * (nuclei[i] as number),
      decays: m.decayPerS * (integral[i] as number),
      cleared: m.clearancePerS * (integral[i] as number),
    })),
    outlets: [...outlets.values()],
  }
}

/**
 * All that has become of some nuclei in the end, by substitution into the triangular system: decays of a member = λ/(λ + clearance) of
 * its initial nuclei and of those fed. Exact to rounding.
 */
function atInfinity(network: DecayNetwork, initial: Float64Array): NetworkState {
  const total = initial.slice()
  const integral = new Float64Array(initial.length)
  network.members.forEach((member, i) => {
    integral[i] = (total[i] as number) / (member.decayPerS + member.clearancePerS)
    for (const feed of network.feeds) {
      if (feed.from === i && feed.to !== null) total[feed.to]! += feed.share * member.decayPerS * integral[i]
    }
  })
  return state(network, Infinity, new Float64Array(initial.length), integral)
}

/**
 * Nuclei, activities and decays of every member of a network at each time, from amounts at time zero: the Bateman equations of a
 * branching network with biological clearance, dN/dt = A·N, N(t) = e^{At}·N(0) (see `triangularExponential`). Relative accuracy near
 * 1e-13 for any ratio of half-lives and for equal ones; amounts below 1e-300 are lost to underflow.
 *
 * @param amounts what there is at time zero by nuclide: nuclei, or Bq with `unit` 'Bq'
 * @param timesS s, ≥ 0, in any order; Infinity for the end
 * @throws InputError `nuclide.not-in-chain`, `nuclide.amount`, `nuclide.time`.
 */
export function solveBateman(
  network: DecayNetwork,
  amounts: Readonly<Record<string, number>>,
  unit: 'nuclei' | 'Bq',
  timesS: readonly number[],
): NetworkState[] {
  const initial = initialNuclei(network, amounts, unit === 'Bq')
  const n = network.members.length
  const rates = network.members.map((m, i) => {
    const row = new Float64Array(i + 1)
    row[i] = -(m.decayPerS + m.clearancePerS)
    return row
  })
  for (const feed of network.feeds) {
    if (feed.to !== null) rates[feed.to]![feed.from]! += feed.share * (network.members[feed.from]?.decayPerS as number)
  }
  return timesS.map((timeS) => {
    if (!(timeS >= 0)) throw new InputError('nuclide.time', `A time is ${timeS} s.`, 'Times start at zero.')
    if (timeS === Infinity) return atInfinity(network, initial)
    const { exponential, integral } = triangularExponential(rates, timeS)
    const [nuclei, sum] = [new Float64Array(n), new Float64Array(n)]
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        nuclei[i]! += exponential[i]![j]! * initial[j]!
        sum[i]! += integral[i]![j]! * initial[j]!
      }
    }
    return state(network, timeS, nuclei, sum)
  })
}
