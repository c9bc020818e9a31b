/** Lines and spectra as `nuclide-info` gives them to who draws them. */
import { z } from 'zod'
import { decayChain } from '../../../native-core/physics/index.ts'
import type {
  DaughterPolicy,
  EmissionLine,
  EmissionTable,
  Nuclide,
  NuclideEmissions,
  NuclideTable,
} from '../../../native-core/physics/index.ts'
import { quantity } from './fields.ts'

export const minYield = z.number().min(0).max(1).optional().meta({
  unit: '1',
  description: 'Gives lines of at least this yield per decay of the parent, and all spectra; left out: none',
})

const line = z.strictObject({
  from: z.string().meta({ description: 'Nuclide whose decay sends it out' }),
  kind: z.enum(['gamma', 'xray', 'conversion', 'auger', 'alpha', 'recoil']),
  energyMev: quantity('MeV', 'Energy'),
  yield: quantity('1', 'Particles per decay of the parent'),
})

export const emissionFields = z.strictObject({
  table: z.strictObject({ name: z.string(), version: z.string(), citation: z.string(), evidence: z.string() }),
  minYield: quantity('1', 'Yield below which lines are left out'),
  leftOut: z.strictObject({
    lines: z.int(),
    energyMev: quantity('MeV', 'Energy of the lines left out, per decay of the parent'),
  }),
  lines: z.array(line).meta({ description: 'By energy; annihilation photons are not among them' }),
  spectra: z.array(
    z.strictObject({
      from: z.string(),
      kind: z.enum(['beta-minus', 'beta-plus']),
      energyMev: z.array(quantity('MeV', 'Nodes')),
      perMevAndDecay: z.array(quantity('1/MeV', 'Particles per MeV and decay of the parent')),
    }),
  ),
  branches: z.array(
    z.strictObject({
      from: z.string(),
      kind: z.enum(['beta-minus', 'beta-plus', 'capture']),
      endPointMev: quantity('MeV', 'End point, or transition energy of an electron capture'),
      yield: quantity('1', 'Per decay of the parent'),
      meanMev: quantity('MeV', 'Mean energy of the particle; null for a capture').nullable(),
    }),
  ),
})

const KINDS = [
  ['gamma', (e) => e.gamma],
  ['xray', (e) => e.xray],
  ['conversion', (e) => e.conversion],
  ['auger', (e) => e.auger],
  ['alpha', (e) => e.alphas],
  ['recoil', (e) => e.recoils],
] as const satisfies readonly (readonly [string, (e: NuclideEmissions) => readonly EmissionLine[]])[]

/** Everything that the chain sends out, each with the nuclide it is from. */
export function emissionsForDrawing(
  table: NuclideTable,
  emissions: EmissionTable,
  nuclide: Nuclide,
  policy: DaughterPolicy,
  least: number,
): z.input<typeof emissionFields> {
  const members = decayChain(table, nuclide, policy).members.flatMap((m) => {
    const found = emissions.nuclides.get(m.name)
    return found ? [{ from: m.name, weight: m.decaysPerParentDecay, found }] : []
  })
  const all = members.flatMap(({ from, weight, found }) =>
    KINDS.flatMap(([kind, of]) =>
      of(found).map((l) => ({ from, kind, energyMev: l.energyMev, yield: l.yield * weight })),
    ),
  )
  const kept = all.filter((l) => l.yield >= least)
  const energyOf = (list: typeof all): number => list.reduce((s, l) => s + l.energyMev * l.yield, 0)
  return {
    table: {
      name: emissions.name,
      version: emissions.version,
      citation: emissions.provenance.citation,
      evidence: emissions.provenance.evidence,
    },
    minYield: least,
    leftOut: { lines: all.length - kept.length, energyMev: energyOf(all.filter((l) => l.yield < least)) },
    lines: kept.sort((a, b) => a.energyMev - b.energyMev),
    spectra: members.flatMap(({ from, weight, found }) =>
      found.betas.map((b) => ({
        from,
        kind: b.kind,
        energyMev: [...b.energiesMev],
        perMevAndDecay: [...b.perMevAndDecay].map((v) => v * weight),
      })),
    ),
    branches: members.flatMap(({ from, weight, found }) => [
      ...found.betaBranches.map((b) => ({ from, ...b, yield: b.yield * weight })),
      ...found.captureBranches.map((b) => ({
        from,
        kind: 'capture' as const,
        endPointMev: b.transitionMev,
        yield: b.yield * weight,
        meanMev: null,
      })),
    ]),
  }
}
