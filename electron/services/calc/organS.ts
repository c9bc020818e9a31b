/** S values of organs. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  organSValue,
  parseMarrowFractions,
  parseOrganPhantom,
  regionOf,
} from '../../../native-core/dosimetry/organ/index.ts'
import type { MarrowFractions } from '../../../native-core/dosimetry/organ/index.ts'
import { chainEmissions, decayChain } from '../../../native-core/physics/index.ts'
import { gramsToKg, kgToGrams } from '../../../native-core/units/index.ts'
import type { Resources } from '../ports/resources.ts'
import { defineCalc } from './define.ts'
import {
  MGY_PER_MBQ_S,
  daughterPolicy,
  daughters,
  emissionsOf,
  nuclideName,
  nuclideOf,
  nuclides,
  positiveQuantity,
  quantity,
} from './fields.ts'

const s = (description: string) => quantity('mGy/(MBq·s)', description)

/** The project's electron fractions in marrow; null where the program has none. */
function ownMarrow(resources: Resources, wanted: boolean): MarrowFractions | null {
  if (!wanted) return null
  try {
    return parseMarrowFractions(resources.dosimetryTable('marrow-electron-fractions'))
  } catch (error) {
    if (error instanceof InputError && error.code === 'resources.missing') return null
    throw error
  }
}

export const organS = defineCalc({
  name: 'organ-s',
  title: 'S values of organs',
  description:
    'Mean dose in target regions per decay in a source region of the stylised adult of ORNL/TM-8381 (MIRD schema), by radiation, for any nuclide with its chain; self-dose scaled to a patient’s mass where one is given.',
  input: z.strictObject({
    nuclide: nuclideName,
    source: z
      .string()
      .min(1)
      .max(100)
      .meta({ description: 'Source region, e.g. "Liver"', examples: ['Liver'] }),
    target: z.string().min(1).max(100).optional().meta({ description: 'Target region; left out: all' }),
    sourceMassG: positiveQuantity('g', 'Patient’s mass of the source region; left out: the reference').optional(),
    daughters,
    marrow: z.enum(['own', 'icrp-30']).default('icrp-30').meta({
      description:
        'Electrons in the skeleton: ICRP 30 throughout, or own Monte Carlo where computed (its model is unverified and gives marrow less)',
    }),
  }),
  output: z.strictObject({
    phantom: z.strictObject({ name: z.string(), version: z.string(), citation: z.string() }),
    nuclide: z.string(),
    source: z.strictObject({
      region: z.string(),
      referenceMassG: quantity('g', 'Reference mass'),
      massG: quantity('g', 'Mass used'),
    }),
    counted: z.array(z.strictObject({ name: z.string(), decaysPerParentDecay: quantity('1', 'In place') })),
    notCounted: z.array(
      z.strictObject({ name: z.string(), formedPerParentDecay: quantity('1', 'Nuclei'), reason: z.string() }),
    ),
    values: z.array(
      z.strictObject({
        target: z.string(),
        massG: quantity('g', 'Mass of the target'),
        sMgyPerMbqS: s('All radiation'),
        electron: s('Electrons and positrons'),
        photon: s('Photons, with annihilation'),
        alpha: s('Alphas'),
        recoil: s('Recoil nuclei'),
      }),
    ),
    remarks: z.array(z.string()),
  }),
  run: (input, resources) => {
    const phantom = parseOrganPhantom(
      resources.dosimetryTable('organ-saf-ornl-tm8381'),
      resources.dosimetryTable('organ-masses-ornl-tm8381'),
    )
    const source = regionOf(phantom.sources, input.source, phantom.name)
    const targets =
      input.target === undefined
        ? [...phantom.targets.values()]
        : [regionOf(phantom.targets, input.target, phantom.name)]
    const table = nuclides(resources)
    const nuclide = nuclideOf(input.nuclide, resources)
    const policy = daughterPolicy(input.daughters)
    const chain = chainEmissions(table, emissionsOf(resources), nuclide, policy)
    const marrow = ownMarrow(resources, input.marrow === 'own')
    const massKg = input.sourceMassG === undefined ? undefined : gramsToKg(input.sourceMassG)
    const values = targets.map((target) =>
      organSValue(chain, phantom, source, target, {
        marrow,
        ...(massKg === undefined ? {} : { sourceMassKg: massKg }),
      }),
    )
    return {
      phantom: { name: phantom.name, version: phantom.version, citation: phantom.citation },
      nuclide: nuclide.name,
      source: {
        region: source.name,
        referenceMassG: kgToGrams(source.massKg),
        massG: input.sourceMassG ?? kgToGrams(source.massKg),
      },
      counted: chain.members.map((m) => ({ name: m.name, decaysPerParentDecay: m.decaysPerParentDecay })),
      notCounted: decayChain(table, nuclide, policy).ends.map((e) => ({ ...e })),
      values: values.map((v, i) => ({
        target: v.target,
        massG: v.target === source.name && massKg !== undefined ? kgToGrams(massKg) : kgToGrams(targets[i]!.massKg),
        sMgyPerMbqS: v.total * MGY_PER_MBQ_S,
        electron: v.electron * MGY_PER_MBQ_S,
        photon: v.photon * MGY_PER_MBQ_S,
        alpha: v.alpha * MGY_PER_MBQ_S,
        recoil: v.recoil * MGY_PER_MBQ_S,
      })),
      remarks: [...new Set(values.flatMap((v) => (v.missing === null ? [] : [v.missing])))],
    }
  },
})
