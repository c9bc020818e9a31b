/** Calculations on radioactive decay. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { chainEnergyMev, decayChain, electronEnergyMev, photonEnergyMev } from '../../../native-core/physics/index.ts'
import { decayConstantPerS, hoursToSeconds, secondsToHours } from '../../../native-core/units/index.ts'
import { defineCalc } from './define.ts'
import { emissionFields, emissionsForDrawing, minYield } from './emissions.ts'
import {
  daughterPolicy,
  daughters,
  emissionsOf,
  halfLifeS,
  nonNegativeQuantity,
  nuclideName,
  nuclideOf,
  nuclides,
  positiveQuantity,
  quantity,
} from './fields.ts'

export const decay = defineCalc({
  name: 'decay',
  title: 'Activity at another time',
  description: 'A·2^(−t/T): activity after (or, with a negative time, before) a time by physical decay alone.',
  input: z.strictObject({
    nuclide: nuclideName.optional(),
    physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
    activityMbq: nonNegativeQuantity('MBq', 'Activity at time zero'),
    elapsedH: quantity('h', 'Time from there'),
  }),
  output: z.strictObject({
    activityMbq: quantity('MBq', 'Activity at that time'),
    factor: quantity('1', 'Decay factor 2^(−t/T)'),
    physicalHalfLifeH: quantity('h', 'Physical half-life used'),
  }),
  run: (input, resources) => {
    const half = halfLifeS(input, resources)
    const factor = Math.exp(-decayConstantPerS(half) * hoursToSeconds(input.elapsedH))
    return { activityMbq: input.activityMbq * factor, factor, physicalHalfLifeH: secondsToHours(half) }
  },
})

/** Half-lives that differ by less, relatively, are the same: there is no biological clearance. */
const ROUNDING = 1e-12

export const effectiveHalfLife = defineCalc({
  name: 'effective-half-life',
  title: 'Effective, biological and physical half-life',
  description: '1/T_eff = 1/T_phys + 1/T_bio: the third from two of them.',
  input: z.strictObject({
    nuclide: nuclideName.optional(),
    physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
    biologicalHalfLifeH: positiveQuantity('h', 'Biological half-life; this or the effective one').optional(),
    effectiveHalfLifeH: positiveQuantity('h', 'Effective half-life; this or the biological one').optional(),
  }),
  output: z.strictObject({
    physicalHalfLifeH: quantity('h', 'Physical half-life'),
    biologicalHalfLifeH: quantity('h', 'Biological half-life; null: no biological elimination').nullable(),
    effectiveHalfLifeH: quantity('h', 'Effective half-life'),
    effectiveRatePerH: quantity('1/h', 'ln 2 / T_eff'),
  }),
  run: (input, resources) => {
    const physical = secondsToHours(halfLifeS(input, resources))
    const { biologicalHalfLifeH: biological, effectiveHalfLifeH: effective } = input
    if ((biological === undefined) === (effective === undefined)) {
      throw new InputError(
        'calc.half-life',
        'One of biological and effective half-life is needed, not both.',
        'Give biologicalHalfLifeH or effectiveHalfLifeH.',
      )
    }
    const isPhysical = effective !== undefined && Math.abs(effective / physical - 1) < ROUNDING
    if (effective !== undefined && effective > physical && !isPhysical) {
      throw new InputError(
        'calc.half-life',
        `The effective half-life (${effective} h) is longer than the physical one (${physical} h).`,
        'Activity cannot stay longer than the nuclide lives; check the numbers or the nuclide.',
      )
    }
    const eff = effective ?? 1 / (1 / (biological as number) + 1 / physical)
    const bio = biological ?? (isPhysical ? null : (eff * physical) / (physical - eff))
    return {
      physicalHalfLifeH: physical,
      biologicalHalfLifeH: bio,
      effectiveHalfLifeH: eff,
      effectiveRatePerH: Math.LN2 / eff,
    }
  },
})

const energyFields = z.strictObject({
  betaMinus: quantity('MeV', 'Beta particles'),
  betaPlus: quantity('MeV', 'Positrons'),
  conversionElectron: quantity('MeV', 'Conversion electrons'),
  auger: quantity('MeV', 'Auger and Coster–Kronig electrons'),
  alpha: quantity('MeV', 'Alpha particles'),
  alphaRecoil: quantity('MeV', 'Nuclei recoiling from alphas'),
  gamma: quantity('MeV', 'Gamma rays'),
  xray: quantity('MeV', 'X rays'),
  annihilation: quantity('MeV', 'Annihilation photons'),
})

export const nuclideInfo = defineCalc({
  name: 'nuclide-info',
  title: 'Decay data of a radionuclide',
  description:
    'Half-life, decay modes and mean energies per decay, of the nuclide and with its daughters; with minYield also lines and spectra; without a nuclide, the names known.',
  input: z.strictObject({ nuclide: nuclideName.optional(), daughters, minYield }),
  output: z.strictObject({
    table: z.strictObject({ name: z.string(), version: z.string(), citation: z.string(), evidence: z.string() }),
    known: z.array(z.string()),
    nuclide: z
      .strictObject({
        name: z.string(),
        z: z.int(),
        a: z.int(),
        halfLifeH: quantity('h', 'Half-life'),
        halfLifeUncertaintyH: quantity('h', 'Standard uncertainty of the half-life'),
        decayConstantPerS: quantity('1/s', 'Decay constant'),
        modes: z.array(
          z.strictObject({
            mode: z.string(),
            daughter: z.string().nullable(),
            branch: quantity('1', 'Share of the decays'),
            qMev: quantity('MeV', 'Energy released'),
          }),
        ),
        positronYield: quantity('1', 'Positrons per decay'),
        energyMev: energyFields,
        electronMev: quantity('MeV', 'Electrons and positrons per decay'),
        photonMev: quantity('MeV', 'Photons per decay'),
        note: z.string(),
      })
      .nullable(),
    chain: z
      .strictObject({
        members: z.array(
          z.strictObject({
            name: z.string(),
            halfLifeH: quantity('h', 'Half-life'),
            decaysPerParentDecay: quantity('1', 'Decays in place for each decay of the parent'),
          }),
        ),
        ends: z.array(
          z.strictObject({
            name: z.string(),
            formedPerParentDecay: quantity('1', 'Nuclei formed for each decay of the parent'),
            reason: z.string(),
          }),
        ),
        energyMev: energyFields,
        electronMev: quantity('MeV', 'Electrons and positrons per decay of the parent'),
        photonMev: quantity('MeV', 'Photons per decay of the parent'),
        totalMev: quantity('MeV', 'All radiation per decay of the parent, without neutrinos'),
      })
      .nullable(),
    emissions: emissionFields.nullable(),
  }),
  run: (input, resources) => {
    const table = nuclides(resources)
    const head = {
      table: {
        name: table.name,
        version: table.version,
        citation: table.provenance.citation,
        evidence: table.provenance.evidence,
      },
    }
    if (input.nuclide === undefined)
      return { ...head, known: [...table.nuclides.keys()], nuclide: null, chain: null, emissions: null }
    const nuclide = nuclideOf(input.nuclide, resources)
    const policy = daughterPolicy(input.daughters)
    const chain = decayChain(table, nuclide, policy)
    const energy = chainEnergyMev(table, nuclide, policy)
    return {
      ...head,
      known: [],
      nuclide: {
        name: nuclide.name,
        z: nuclide.z,
        a: nuclide.a,
        halfLifeH: secondsToHours(nuclide.halfLifeS),
        halfLifeUncertaintyH: secondsToHours(nuclide.halfLifeUncertaintyS),
        decayConstantPerS: decayConstantPerS(nuclide.halfLifeS),
        modes: nuclide.modes.map((m) => ({ ...m })),
        positronYield: nuclide.positronYield,
        energyMev: { ...nuclide.energyMev },
        electronMev: electronEnergyMev(nuclide.energyMev),
        photonMev: photonEnergyMev(nuclide.energyMev),
        note: nuclide.note,
      },
      chain: {
        members: chain.members.map((m) => ({
          name: m.name,
          halfLifeH: secondsToHours(m.halfLifeS),
          decaysPerParentDecay: m.decaysPerParentDecay,
        })),
        ends: chain.ends.map((e) => ({ ...e })),
        energyMev: { ...energy },
        electronMev: electronEnergyMev(energy),
        photonMev: photonEnergyMev(energy),
        totalMev: Object.values(energy).reduce((s, v) => s + v, 0),
      },
      emissions:
        input.minYield === undefined
          ? null
          : emissionsForDrawing(table, emissionsOf(resources), nuclide, policy, input.minYield),
    }
  },
})
