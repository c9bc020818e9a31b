/** Calculations of absorbed dose. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  countsVolumeSlopeOfSphere,
  doseUncertainty,
  emittedEnergy,
  localDose,
  massScaledDose,
} from '../../../native-core/dosimetry/index.ts'
import { chainEnergyMev, decayChain } from '../../../native-core/physics/index.ts'
import { gramsToKg, massKgOf, mbqHoursToBqSeconds, mbqToBq } from '../../../native-core/units/index.ts'
import { defineCalc } from './define.ts'
import {
  daughterPolicy,
  daughters,
  nonNegativeQuantity,
  nuclideName,
  nuclideOf,
  nuclides,
  positiveQuantity,
  quantity,
} from './fields.ts'

const uncertaintyInput = z
  .strictObject({
    tiaFit: nonNegativeQuantity('1', 'Relative standard uncertainty of the TIA from the fit').default(0),
    calibration: nonNegativeQuantity('1', 'of the calibration factor').default(0),
    recovery: nonNegativeQuantity('1', 'of the recovery coefficient at known volume').default(0),
    volume: nonNegativeQuantity('1', 'of the volume').default(0),
    density: nonNegativeQuantity('1', 'of the density').default(0),
    energyPerDecay: nonNegativeQuantity('1', 'of the energy per decay').default(0),
    recoveryVolumeSlope: quantity('1', 'd ln R / d ln V of the recovery curve at this volume').default(0),
    countsVolumeSlope: quantity('1', 'd ln C / d ln V of the counts in the outline').default(0),
  })
  .meta({ description: 'Relative standard uncertainties (k = 1)' })

const budget = z.array(
  z.strictObject({
    name: z.string(),
    relative: quantity('1', 'Relative standard uncertainty this term alone gives the dose'),
    varianceShare: quantity('1', 'Share of the variance'),
  }),
)

export const doseLocal = defineCalc({
  name: 'dose-local',
  title: 'Mean dose by local energy deposition',
  description:
    'D = TIA·E/m: electrons, positrons, alphas and recoils deposit where they are emitted; photons by a stated share (default none).',
  input: z.strictObject({
    label: z.string().max(200).default('Structure'),
    nuclide: nuclideName,
    tiaMbqH: nonNegativeQuantity('MBq·h', 'Time-integrated activity'),
    massG: positiveQuantity('g', 'Mass; this or volume and density').optional(),
    volumeMl: positiveQuantity('mL', 'Volume').optional(),
    densityGPerMl: positiveQuantity('g/mL', 'Mass density').optional(),
    photonLocalFraction: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .meta({ unit: '1', description: 'Share of the photon energy that stays' }),
    daughters,
    administeredMbq: positiveQuantity('MBq', 'Administered activity, for Gy/GBq').optional(),
    uncertainty: uncertaintyInput.optional(),
  }),
  output: z.strictObject({
    doseGy: quantity('Gy', 'Mean absorbed dose'),
    doseUncertaintyGy: quantity('Gy', 'Standard uncertainty'),
    dosePerActivityGyPerGbq: quantity('Gy/GBq', 'Dose per administered activity; null without it').nullable(),
    massG: quantity('g', 'Mass used'),
    localEnergyMev: quantity('MeV', 'Energy per decay of the parent that counts as local'),
    byRadiationGy: z.strictObject({
      electron: quantity('Gy', 'Electrons and positrons'),
      alpha: quantity('Gy', 'Alphas'),
      recoil: quantity('Gy', 'Recoil nuclei'),
      photon: quantity('Gy', 'Photons'),
    }),
    terms: budget,
    counted: z.array(z.string()).meta({ description: 'Nuclides whose decays count' }),
    assumptions: z.array(z.string()),
  }),
  run: (input, resources) => {
    const byVolume = input.volumeMl !== undefined && input.densityGPerMl !== undefined
    const anyVolume = input.volumeMl !== undefined || input.densityGPerMl !== undefined
    if (input.massG === undefined ? !byVolume : anyVolume) {
      throw new InputError(
        'calc.mass',
        'The mass is not given, or given twice.',
        'Give either massG, or volumeMl and densityGPerMl.',
      )
    }
    const massKg =
      input.massG === undefined
        ? massKgOf(input.volumeMl as number, input.densityGPerMl as number)
        : gramsToKg(input.massG)
    const table = nuclides(resources)
    const nuclide = nuclideOf(input.nuclide, resources)
    const policy = daughterPolicy(input.daughters)
    const chain = decayChain(table, nuclide, policy)
    const dose = localDose({
      label: input.label,
      tiaBqS: mbqHoursToBqSeconds(input.tiaMbqH),
      massKg,
      energy: emittedEnergy(chainEnergyMev(table, nuclide, policy)),
      photonLocalFraction: input.photonLocalFraction,
      ...(input.uncertainty ? { uncertainty: input.uncertainty } : {}),
      ...(input.administeredMbq === undefined ? {} : { administeredActivityBq: mbqToBq(input.administeredMbq) }),
    })
    return {
      doseGy: dose.doseGy,
      doseUncertaintyGy: dose.doseUncertaintyGy,
      dosePerActivityGyPerGbq: dose.dosePerActivityGyPerGbq,
      massG: massKg * 1e3,
      localEnergyMev: dose.localEnergyMev,
      byRadiationGy: { ...dose.byRadiationGy },
      terms: dose.terms.map((t) => ({ ...t })),
      counted: chain.members.map((m) => m.name),
      assumptions: [
        ...dose.assumptions,
        ...chain.ends
          .filter((e) => e.reason !== 'stable')
          .map((e) => `${e.name}, ${e.reason}, is not counted (${e.formedPerParentDecay} per decay).`),
      ],
    }
  },
})

const reference = z.strictObject({
  sMgyPerMbqS: nonNegativeQuantity('mGy/(MBq·s)', 'Reference S value'),
  massG: positiveQuantity('g', 'Mass of the reference'),
  source: z.string().min(1).max(500).meta({ description: 'Where the S value is from' }),
})

export const massScaling = defineCalc({
  name: 'mass-scaling',
  title: 'Mean dose from a reference S value scaled to the mass',
  description:
    'Self-dose: electrons and alphas as (m_ref/m), photons as (m_ref/m)^(2/3); photons from elsewhere unscaled.',
  input: z.strictObject({
    label: z.string().max(200).default('Structure'),
    tiaMbqH: nonNegativeQuantity('MBq·h', 'Time-integrated activity'),
    massG: positiveQuantity('g', 'Mass of the structure'),
    electron: reference.optional(),
    photon: reference.optional(),
    photonCrossMgyPerMbqS: nonNegativeQuantity('mGy/(MBq·s)', 'S value of photons from elsewhere, unscaled').default(0),
  }),
  output: z.strictObject({
    doseGy: quantity('Gy', 'Mean absorbed dose'),
    electronGy: quantity('Gy', 'From electrons and alphas'),
    photonGy: quantity('Gy', 'From photons'),
    sMgyPerMbqS: quantity('mGy/(MBq·s)', 'Scaled S value'),
  }),
  run: (input) => {
    // mGy/MBq = 1e-3 Gy / 1e6 Bq
    const toReference = (r: z.output<typeof reference>) => ({
      sGyPerBqS: r.sMgyPerMbqS * 1e-9,
      massKg: gramsToKg(r.massG),
      source: r.source,
    })
    const result = massScaledDose({
      label: input.label,
      tiaBqS: mbqHoursToBqSeconds(input.tiaMbqH),
      massKg: gramsToKg(input.massG),
      ...(input.electron ? { electron: toReference(input.electron) } : {}),
      ...(input.photon ? { photon: toReference(input.photon) } : {}),
      photonCrossGyPerBqS: input.photonCrossMgyPerMbqS * 1e-9,
    })
    return {
      doseGy: result.doseGy,
      electronGy: result.electronGy,
      photonGy: result.photonGy,
      sMgyPerMbqS: result.sGyPerBqS * 1e9,
    }
  },
})

export const doseBudget = defineCalc({
  name: 'dose-uncertainty',
  title: 'Uncertainty budget of a mean dose',
  description:
    'Gear et al. 2018: relative standard uncertainty of D = E·C/(Q·R(V)·ρ·V) with the correlation of activity and mass through the volume.',
  input: uncertaintyInput.extend({
    sphere: z
      .strictObject({
        volumeMl: positiveQuantity('mL', 'Volume of a sphere of that size'),
        resolutionFwhmMm: positiveQuantity('mm', 'Resolution of the images'),
        recovery: positiveQuantity('1', 'Recovery coefficient'),
      })
      .optional()
      .meta({ description: 'Gives countsVolumeSlope for a sphere in a cold background' }),
  }),
  output: z.strictObject({
    relative: quantity('1', 'Relative standard uncertainty of the dose'),
    countsVolumeSlope: quantity('1', 'd ln C / d ln V used'),
    terms: budget,
  }),
  run: ({ sphere, ...input }) => {
    if (sphere && input.countsVolumeSlope !== 0) {
      throw new InputError(
        'calc.slope',
        'There are both countsVolumeSlope and a sphere that gives it.',
        'Give one of them.',
      )
    }
    const countsVolumeSlope = sphere
      ? countsVolumeSlopeOfSphere(sphere.volumeMl, sphere.resolutionFwhmMm, sphere.recovery)
      : input.countsVolumeSlope
    const { relative, terms } = doseUncertainty({ ...input, countsVolumeSlope })
    return { relative, countsVolumeSlope, terms }
  },
})
