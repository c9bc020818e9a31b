/** The engine `sphere`: mean doses of tumours as uniform spheres, each from its own decays. */
import { InputError } from '../../errors/index.ts'
import {
  nominalDensityGPerMl,
  SPHERE_MASS_G,
  SPHERE_TISSUES,
  sphereMatter,
  sphereSource,
  sphereSValue,
  SPHERE_VERSION,
} from '../sphere/index.ts'
import { RADIATIONS } from './types.ts'
import type { EngineData, EngineParameterValues, TableDose, TableDoseEngine, TableDoseInput } from './types.ts'

/** The parameter's value for "as the tissue has it". */
const NOMINAL = 0
const NONE = 'none'

function compute(input: TableDoseInput, parameters: EngineParameterValues, data: EngineData): TableDose {
  const second = String(parameters.mixedWith)
  const matter = sphereMatter(
    String(parameters.tissue),
    second === NONE ? null : second,
    Number(parameters.mixedMassFraction),
  )
  const given = Number(parameters.densityGPerMl)
  const density = given === NOMINAL ? nominalDensityGPerMl(matter) : given
  if (input.sources.length === 0)
    throw new InputError('dose.source', 'There is no sphere.', 'Give the activity and the mass of at least one.')
  const names = new Set<string>()
  for (const { region, activity, massKg } of input.sources) {
    if (!(activity >= 0 && Number.isFinite(activity)))
      throw new InputError('dose.tia', `${region}: the activity is ${activity}.`, 'Give zero or more.')
    if (massKg === null)
      throw new InputError('dose.sphere-mass', `${region} has no mass.`, 'Give the mass of each sphere.')
    if (names.has(region))
      throw new InputError('dose.source', `${region} is there twice.`, 'Give each sphere a name of its own.')
    names.add(region)
  }
  const source = sphereSource(input.source.parent, input.source.total, matter, data.dosimetryTable)
  const targets = input.sources.map(({ region, activity, massKg }) => {
    const s = sphereSValue(source, massKg!, density)
    return {
      region,
      massKg: massKg!,
      doseGy: activity * s.sGyPerBqS,
      byRadiationGy: Object.fromEntries(RADIATIONS.map((r) => [r, activity * s.byRadiation[r]])),
      bySourceGy: { [region]: activity * s.sGyPerBqS },
    }
  })
  return {
    quantity: input.quantity,
    targets,
    facts: {
      tissue: matter.tissue.name,
      ...(matter.mixedWith
        ? { mixedWith: matter.mixedWith.tissue.name, mixedMassFraction: matter.mixedWith.massFraction }
        : {}),
      densityGPerMl: density,
    },
    remarks: [
      'Each sphere holds its activity evenly and lies in an infinite medium of its own matter; dose from one to another is left out.',
    ],
  }
}

const tissues = SPHERE_TISSUES.map((t) => ({ id: t.id, label: t.name }))

export const sphere: TableDoseEngine = {
  id: 'sphere',
  name: 'Spheres (tumours)',
  version: SPHERE_VERSION,
  scale: 'sphere',
  description: `Mean doses of uniform spheres of ${SPHERE_MASS_G.min} to ${SPHERE_MASS_G.max} g from their own decays: the exact overlap integral of the project's Monte Carlo point kernels for electrons, positrons, bremsstrahlung and photons, straight tracks for alphas. Any mass, density and mixture of two tissues. The surroundings are of the same matter; no dose from elsewhere, no shape but the sphere.`,
  needs: ['activity-table', 'masses'],
  radiations: [...RADIATIONS],
  givesUncertainty: false,
  parameters: [
    {
      id: 'tissue',
      label: 'Tissue',
      description: 'Of the sphere and what surrounds it.',
      kind: 'choice',
      default: 'soft-tissue',
      choices: tissues,
    },
    {
      id: 'mixedWith',
      label: 'Mixed with',
      description: 'A second tissue, for matter between two, as partly ossified metastases.',
      kind: 'choice',
      default: NONE,
      choices: [{ id: NONE, label: 'Nothing' }, ...tissues],
    },
    {
      id: 'mixedMassFraction',
      label: 'Share of the second tissue',
      description: 'By mass.',
      kind: 'number',
      unit: '1',
      min: 0,
      max: 1,
      default: 0.5,
    },
    {
      id: 'densityGPerMl',
      label: 'Density',
      description: 'Of the sphere and what surrounds it; 0 takes that of the tissue.',
      kind: 'number',
      unit: 'g/mL',
      min: 0,
      max: 10,
      default: NOMINAL,
    },
  ],
  sources: [
    { citation: 'M.J. Berger, MIRD Pamphlet 7 (1971): absorbed fractions from point kernels', evidence: 'unverified' },
    { citation: 'Own Monte Carlo point kernels (resources/dosimetry/point-kernels-*.json)', evidence: 'designed' },
    { citation: 'ICRU 44 (1989): compositions and densities of tissues', evidence: 'transcribed' },
  ],
  compute: (input, run, data) => compute(input, run.parameters, data),
}
