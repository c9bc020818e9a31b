/** A decay chain in time, with what the body clears and what leaves the site. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { decayNetwork, emittedEnergyMev, solveBateman } from '../../../native-core/physics/index.ts'
import type { Clearance, EmissionTable, NetworkState, Nuclide } from '../../../native-core/physics/index.ts'
import {
  bqSecondsToMbqHours,
  bqToMbq,
  hoursToSeconds,
  JOULE_PER_MEV,
  mbqToBq,
  secondsToHours,
} from '../../../native-core/units/index.ts'
import { defineCalc } from './define.ts'
import {
  canonicalKeys,
  daughterPolicy,
  daughters,
  emissionsOf,
  nonNegativeQuantity,
  nuclideName,
  nuclideOf,
  nuclides,
  positiveQuantity,
  quantity,
} from './fields.ts'

const input = z.strictObject({
  nuclide: nuclideName,
  activityMbq: nonNegativeQuantity('MBq', 'Activity of the nuclide at time zero').default(1),
  daughterActivityMbq: z
    .record(z.string(), z.number().nonnegative())
    .optional()
    .meta({ unit: 'MBq', description: 'Activities of daughters at time zero: { "Bi-212": 1 }' }),
  timesH: z.array(nonNegativeQuantity('h', 'Time')).min(1).max(1000),
  daughters,
  effectiveHalfLifeH: positiveQuantity(
    'h',
    'Effective half-life of the nuclide; this or the biological one',
  ).optional(),
  biologicalHalfLifeH: positiveQuantity('h', 'Biological half-life of all members; left out: none').optional(),
  biologicalHalfLifeByNuclideH: z
    .record(z.string(), z.number().positive().nullable())
    .optional()
    .meta({ unit: 'h', description: 'Of single members, instead; null: none' }),
})

const energies = z.strictObject({
  electronJ: quantity('J', 'Electrons and positrons'),
  photonJ: quantity('J', 'Photons, with annihilation'),
  alphaJ: quantity('J', 'Alphas'),
  recoilJ: quantity('J', 'Recoil nuclei'),
})

const stateFields = {
  members: z.array(
    z.strictObject({
      name: z.string(),
      activityMbq: quantity('MBq', 'Activity at the site'),
      nuclei: quantity('1', 'Nuclei at the site'),
      tiaMbqH: quantity('MBq·h', 'Time-integrated activity from time zero on'),
      cleared: quantity('1', 'Nuclei that the body has cleared'),
    }),
  ),
  outlets: z
    .array(
      z.strictObject({
        name: z.string().nullable(),
        outlet: z.enum(['stable', 'left the site', 'not counted by the policy', 'fission']),
        nuclei: quantity('1', 'Nuclei formed and gone there'),
      }),
    )
    .meta({ description: 'Where nuclei end that are no longer followed' }),
  emitted: energies.meta({ description: 'Energy sent out at the site from time zero on' }),
}

/** Biological rates from half-lives; the effective one of the parent gives the rate of all members that have none of their own. */
function clearanceOf(given: z.output<typeof input>, parent: Nuclide): Clearance {
  const { effectiveHalfLifeH: effective, biologicalHalfLifeH: biological, biologicalHalfLifeByNuclideH: single } = given
  if (effective !== undefined && biological !== undefined) {
    throw new InputError(
      'calc.half-life',
      'There are both an effective and a biological half-life.',
      'Give one of effectiveHalfLifeH and biologicalHalfLifeH.',
    )
  }
  const physicalH = secondsToHours(parent.halfLifeS)
  if (effective !== undefined && effective > physicalH) {
    throw new InputError(
      'calc.half-life',
      `The effective half-life (${effective} h) is longer than the physical one (${physicalH} h).`,
      'Activity cannot stay longer than the nuclide lives; check the numbers or the nuclide.',
    )
  }
  const rate = (halfLifeH: number): number => Math.LN2 / hoursToSeconds(halfLifeH)
  const defaultPerS =
    effective !== undefined ? rate(effective) - rate(physicalH) : biological !== undefined ? rate(biological) : 0
  const byNuclide = Object.entries(single ?? {}).map(([name, h]) => [name, h === null ? 0 : rate(h)] as const)
  return { defaultPerS, byNuclidePerS: canonicalKeys(Object.fromEntries(byNuclide)) }
}

function stateInUserUnits(state: NetworkState, emissions: EmissionTable) {
  const joule = { electronJ: 0, photonJ: 0, alphaJ: 0, recoilJ: 0 }
  for (const member of state.members) {
    const found = emissions.nuclides.get(member.name)
    if (!found) continue
    const energy = emittedEnergyMev(found)
    joule.electronJ += member.decays * energy.electron * JOULE_PER_MEV
    joule.photonJ += member.decays * energy.photon * JOULE_PER_MEV
    joule.alphaJ += member.decays * energy.alpha * JOULE_PER_MEV
    joule.recoilJ += member.decays * energy.recoil * JOULE_PER_MEV
  }
  return {
    members: state.members.map((m) => ({
      name: m.name,
      activityMbq: bqToMbq(m.activityBq),
      nuclei: m.nuclei,
      tiaMbqH: bqSecondsToMbqHours(m.decays),
      cleared: m.cleared,
    })),
    outlets: state.outlets.map((o) => ({ ...o })),
    emitted: joule,
  }
}

export const decayChainInTime = defineCalc({
  name: 'decay-chain',
  title: 'Decay chain in time',
  description:
    'Activities, nuclei, time-integrated activities and energies sent out by every member of a decay chain (Bateman equations with branches, biological clearance and daughters that leave the site), at each time and in the end.',
  input,
  output: z.strictObject({
    nuclide: z.string(),
    members: z.array(
      z.strictObject({
        name: z.string(),
        halfLifeH: quantity('h', 'Physical half-life'),
        clearancePerH: quantity('1/h', 'Biological clearance from the site'),
      }),
    ),
    times: z.array(z.strictObject({ timeH: quantity('h', 'Time'), ...stateFields })),
    end: z.strictObject(stateFields).meta({ description: 'When everything has decayed or left' }),
    assumptions: z.array(z.string()),
  }),
  run: (given, resources) => {
    const table = nuclides(resources)
    const emissions = emissionsOf(resources)
    const parent = nuclideOf(given.nuclide, resources)
    const clearance = clearanceOf(given, parent)
    const network = decayNetwork(table, [parent.name], daughterPolicy(given.daughters), clearance)
    const strange = Object.keys(clearance.byNuclidePerS ?? {}).find((n) => !network.members.some((m) => m.name === n))
    if (strange !== undefined) {
      throw new InputError(
        'nuclide.not-in-chain',
        `There is a biological half-life of ${strange}, which is not in the chain of ${parent.name}.`,
        `In the chain are: ${network.members.map((m) => m.name).join(', ')}.`,
      )
    }
    const amounts = Object.entries(canonicalKeys(given.daughterActivityMbq ?? {}))
    if (amounts.some(([name]) => name === parent.name)) {
      throw new InputError(
        'nuclide.amount',
        `The activity of ${parent.name} is given twice.`,
        'Give it as activityMbq only.',
      )
    }
    const atStart = {
      [parent.name]: mbqToBq(given.activityMbq),
      ...Object.fromEntries(amounts.map(([n, a]) => [n, mbqToBq(a)])),
    }
    const states = solveBateman(network, atStart, 'Bq', [...given.timesH.map(hoursToSeconds), Infinity])
    const end = states.pop() as NetworkState
    return {
      nuclide: parent.name,
      members: network.members.map((m) => ({
        name: m.name,
        halfLifeH: secondsToHours(m.halfLifeS),
        clearancePerH: m.clearancePerS * 3600,
      })),
      times: states.map((state, i) => ({ timeH: given.timesH[i] as number, ...stateInUserUnits(state, emissions) })),
      end: stateInUserUnits(end, emissions),
      assumptions: [
        given.daughters.count
          ? 'Daughters of any half-life are followed; what stays at the site is as given, the rest is listed in the outlets.'
          : 'Daughters are not counted; they are listed in the outlets.',
        ...(given.effectiveHalfLifeH === undefined
          ? []
          : [
              `The clearance behind the effective half-life of ${parent.name} acts on every member without one of its own.`,
            ]),
      ],
    }
  },
})
