/** Fields of the calculations of cells. */
import { z } from 'zod'
import { cellStopping } from '../../../native-core/dosimetry/cell/index.ts'
import type { CellStopping, ElectronModelId } from '../../../native-core/dosimetry/cell/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { chainEmissions, emittedEnergyMev } from '../../../native-core/physics/index.ts'
import type { Emissions } from '../../../native-core/physics/index.ts'
import type { Resources } from '../ports/resources.ts'
import { daughterPolicy, daughters, emissionsOf, nuclideName, nuclideOf, nuclides, positiveQuantity } from './fields.ts'

export const cellGeometryFields = {
  cellRadiusUm: positiveQuantity('µm', 'Radius of the cell'),
  nucleusRadiusUm: positiveQuantity('µm', 'Radius of the nucleus, in the middle of the cell'),
  densityGPerMl: positiveQuantity('g/mL', 'Density; ranges in water scale with it').default(1),
}

export const cellRegion = z
  .enum(['N', 'Cy', 'CS', 'C'])
  .meta({ description: 'N nucleus, Cy cytoplasm, CS cell surface, C whole cell' })

export const electronModel = z.enum(['csda-icru37', 'cole-1969']).default('csda-icru37').meta({
  description:
    'Collision stopping powers of ICRU 37, or the relation of Cole (1969) as in the tables of the MIRD monograph',
})

/** A nuclide with its daughters, or particles of one energy: exactly one of them. */
export const emitterFields = {
  nuclide: nuclideName.optional(),
  particle: z
    .strictObject({
      kind: z.enum(['electron', 'alpha']),
      energyMev: positiveQuantity('MeV', 'One particle of this energy per decay'),
    })
    .optional(),
  daughters,
}

export interface Emitter {
  readonly emissions: Emissions
  readonly counted: string[]
  readonly photonMev: number
}

/** @throws InputError `calc.emitter` unless there is a nuclide or a particle; those of the chain. */
export function emitterOf(
  given: {
    nuclide?: string | undefined
    particle?: { kind: 'electron' | 'alpha'; energyMev: number } | undefined
    daughters: z.output<typeof daughters>
  },
  resources: Resources,
): Emitter {
  if ((given.nuclide === undefined) === (given.particle === undefined))
    throw new InputError('calc.emitter', 'What decays is not given, or given twice.', 'Give "nuclide" or "particle".')
  if (given.nuclide === undefined) {
    const { kind, energyMev } = given.particle as { kind: 'electron' | 'alpha'; energyMev: number }
    const line = [{ energyMev, yield: 1 }]
    return {
      emissions: {
        photons: [],
        betas: [],
        recoils: [],
        electrons: kind === 'electron' ? line : [],
        alphas: kind === 'alpha' ? line : [],
      },
      counted: [],
      photonMev: 0,
    }
  }
  const chain = chainEmissions(
    nuclides(resources),
    emissionsOf(resources),
    nuclideOf(given.nuclide, resources),
    daughterPolicy(given.daughters),
  )
  return {
    emissions: chain.total,
    counted: chain.members.map((m) => m.name),
    photonMev: emittedEnergyMev(chain.total).photon,
  }
}

export const cellStoppingOf = (resources: Resources, model: ElectronModelId): CellStopping =>
  cellStopping(resources.dosimetryTable('cell-electron-water'), resources.dosimetryTable('cell-alpha-water'), model)

/** What the model of cells leaves out, in sentences. */
export function cellAssumptions(emitter: Emitter): string[] {
  const { electrons, alphas, recoils } = emitter.emissions
  return [
    'Tracks are straight and slow down continuously in water: no straggling, no delta rays, no scattering of electrons.',
    ...(electrons.length > 0 && emitter.counted.length > 0
      ? ['Auger electrons are averages over shells: the values are means over a region, not doses to DNA.']
      : []),
    ...(alphas.length > 0 && recoils.length > 0
      ? ['Recoil nuclei stop where they start; the MIRD monograph and MIRDcell do not count them.']
      : []),
    ...(emitter.photonMev > 0
      ? [`Photons (${(emitter.photonMev * 1e3).toPrecision(3)} keV per decay) are not counted.`]
      : []),
  ]
}
