/** The decay data as the window shows them. Energies in MeV, yields per decay, half-lives in s. */
import { z } from './schema.ts'

export const nuclideSummarySchema = z.strictObject({
  name: z.string(),
  z: z.int(),
  a: z.int(),
  halfLifeS: z.number(),
  /** "B-", "EC/B+", "IT", "A", … */
  modes: z.array(z.string()),
})

const lineSchema = z.strictObject({
  energyMev: z.number(),
  yieldPerDecay: z.number(),
  /** The chain member that sends it. */
  from: z.string(),
})

const spectrumSchema = z.strictObject({
  kind: z.enum(['beta-minus', 'beta-plus']),
  from: z.string(),
  energiesMev: z.array(z.number()),
  perMevAndDecay: z.array(z.number()),
})

export const nuclideSheetSchema = z.strictObject({
  name: z.string(),
  z: z.int(),
  a: z.int(),
  halfLifeS: z.number(),
  halfLifeUncertaintyS: z.number(),
  note: z.string(),
  /** Everything reached from the nuclide; the first is the nuclide itself. */
  chain: z.strictObject({
    nodes: z.array(
      z.strictObject({
        name: z.string(),
        /** null: stable on the scale of therapy. */
        halfLifeS: z.number().nullable(),
        /** Decays in place for each decay of the parent; 0 where the chain ends. */
        decaysPerParentDecay: z.number(),
        /** Where it ends here: why. '' where it goes on. */
        end: z.string(),
      }),
    ),
    edges: z.array(
      z.strictObject({ from: z.string(), to: z.string(), mode: z.string(), branch: z.number(), qMev: z.number() }),
    ),
  }),
  /** Per decay of the nuclide, alone or with its daughters as asked; strongest first. */
  lines: z.strictObject({
    photon: z.array(lineSchema),
    electron: z.array(lineSchema),
    alpha: z.array(lineSchema),
  }),
  betas: z.array(spectrumSchema),
  /** Mean energies per decay, MeV. */
  energyMev: z.strictObject({
    electron: z.number(),
    photon: z.number(),
    alpha: z.number(),
    recoil: z.number(),
  }),
  source: z.strictObject({ name: z.string(), version: z.string(), citation: z.string(), evidence: z.string() }),
})

export type NuclideSummary = z.infer<typeof nuclideSummarySchema>
export type NuclideSheet = z.infer<typeof nuclideSheetSchema>
