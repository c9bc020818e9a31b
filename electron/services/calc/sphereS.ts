/** S values of spheres. */
import { z } from 'zod'
import {
  nominalDensityGPerMl,
  SPHERE_MASS_G,
  SPHERE_TISSUES,
  sphereMatter,
  sphereSource,
  sphereSValue,
} from '../../../native-core/dosimetry/sphere/index.ts'
import { gramsToKg, SECONDS_PER_HOUR } from '../../../native-core/units/index.ts'
import { emitterFields, emitterOf } from './cellFields.ts'
import { defineCalc } from './define.ts'
import { MGY_PER_MBQ_S, positiveQuantity, quantity } from './fields.ts'

const tissue = z.enum(SPHERE_TISSUES.map((t) => t.id))
const byRadiation = (unit: string, description: string) =>
  z.strictObject({
    electron: quantity(unit, `${description} of electrons and positrons, with bremsstrahlung`),
    photon: quantity(unit, `${description} of photons, with annihilation`),
    alpha: quantity(unit, `${description} of alphas`),
    recoil: quantity(unit, `${description} of recoil nuclei`),
  })

export const sphereS = defineCalc({
  name: 'sphere-s',
  title: 'S values of spheres',
  description:
    'Mean dose of a uniform sphere (a tumour) from its own decays, in an infinite medium of the same tissue: overlap integral of own Monte Carlo point kernels, by radiation, for any nuclide with its chain or particles of one energy.',
  input: z.strictObject({
    ...emitterFields,
    massesG: z
      .array(
        z.number().min(SPHERE_MASS_G.min).max(SPHERE_MASS_G.max).meta({ unit: 'g', description: 'Mass of a sphere' }),
      )
      .min(1)
      .max(1000),
    tissue: tissue.default('soft-tissue').meta({ description: 'Of the sphere and what surrounds it' }),
    mixedWith: z
      .strictObject({
        tissue,
        massFraction: z.number().min(0).max(1).meta({ unit: '1', description: 'Share by mass' }),
      })
      .optional()
      .meta({ description: 'A second tissue' }),
    densityGPerMl: positiveQuantity('g/mL', 'Density; left out: that of the tissue').optional(),
  }),
  output: z.strictObject({
    tissue: z.string(),
    densityGPerMl: quantity('g/mL', 'Density used'),
    emittedMev: byRadiation('MeV', 'Energy per decay'),
    spheres: z.array(
      z.strictObject({
        massG: quantity('g', 'Mass'),
        radiusMm: quantity('mm', 'Radius'),
        sGyPerBqS: quantity('Gy/(Bq·s)', 'All radiation'),
        sMgyPerMbqS: quantity('mGy/(MBq·s)', 'All radiation'),
        sMgyPerMbqH: quantity('mGy/(MBq·h)', 'All radiation, for each MBq·h of time-integrated activity'),
        byRadiationMgyPerMbqS: byRadiation('mGy/(MBq·s)', 'Part'),
        absorbedFraction: z.strictObject({
          electron: quantity('1', 'Share of the emitted energy; null where none is emitted').nullable(),
          photon: quantity('1', 'of photons').nullable(),
          alpha: quantity('1', 'of alphas').nullable(),
          recoil: quantity('1', 'of recoil nuclei').nullable(),
        }),
      }),
    ),
    counted: z.array(z.string()).meta({ description: 'Nuclides whose decays count' }),
    assumptions: z.array(z.string()),
  }),
  run: (input, resources) => {
    const emitter = emitterOf(input, resources)
    const matter = sphereMatter(input.tissue, input.mixedWith?.tissue ?? null, input.mixedWith?.massFraction ?? 0)
    const density = input.densityGPerMl ?? nominalDensityGPerMl(matter)
    const source = sphereSource(input.nuclide ?? 'particle', emitter.emissions, matter, (name) =>
      resources.dosimetryTable(name),
    )
    const values = input.massesG.map((massG) => sphereSValue(source, gramsToKg(massG), density))
    const second = matter.mixedWith
    return {
      tissue: second
        ? `${matter.tissue.name} with ${(second.massFraction * 100).toPrecision(3)} % of ${second.tissue.name}`
        : matter.tissue.name,
      densityGPerMl: density,
      emittedMev: { ...values[0]!.emittedMev },
      spheres: values.map((v, i) => ({
        massG: input.massesG[i]!,
        radiusMm: v.radiusMm,
        sGyPerBqS: v.sGyPerBqS,
        sMgyPerMbqS: v.sGyPerBqS * MGY_PER_MBQ_S,
        sMgyPerMbqH: v.sGyPerBqS * MGY_PER_MBQ_S * SECONDS_PER_HOUR,
        byRadiationMgyPerMbqS: {
          electron: v.byRadiation.electron * MGY_PER_MBQ_S,
          photon: v.byRadiation.photon * MGY_PER_MBQ_S,
          alpha: v.byRadiation.alpha * MGY_PER_MBQ_S,
          recoil: v.byRadiation.recoil * MGY_PER_MBQ_S,
        },
        absorbedFraction: { ...v.absorbedFraction },
      })),
      counted: emitter.counted,
      assumptions: [
        'The sphere holds its activity evenly and lies in an infinite medium of its own matter.',
        'Only its own decays count.',
        ...(second ? ['Absorbed fractions of the two tissues are mixed by mass.'] : []),
      ],
    }
  },
})
