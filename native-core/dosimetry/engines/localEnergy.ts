/** The engine `local-energy`: energy stays in the voxel where it is emitted. */
import { voxelVolumeMl } from '../../imaging/index.ts'
import { emittedEnergyMev } from '../../physics/emissions/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { voxelDose } from '../voxelDose.ts'
import { structureMeans } from './structureMeans.ts'
import { RADIATIONS } from './types.ts'
import type { EngineRun, Radiation, VoxelDose, VoxelDoseEngine, VoxelDoseInput } from './types.ts'

export const LOCAL_ENERGY_VERSION = '1.0.0'

/** Density of the water that stands for all matter where the CT's is not used. */
const WATER_G_PER_ML = 1

function compute(input: VoxelDoseInput, { parameters, control }: EngineRun): VoxelDose {
  const usesPhotons = parameters['photons'] === true
  const usesDensity = parameters['density'] !== false
  const smallestDensityGPerMl = usesDensity ? Number(parameters['smallestDensityGPerMl']) : 0
  const emittedMev = emittedEnergyMev(input.source.total)
  const kept = RADIATIONS.filter((radiation) => emittedMev[radiation] > 0 && (radiation !== 'photon' || usesPhotons))
  const localMev = kept.reduce((sum, radiation) => sum + emittedMev[radiation], 0)
  const densityGPerMl = usesDensity ? input.densityGPerMl : WATER_G_PER_ML
  const { doseGy, skippedVoxels } = voxelDose({
    tiaBqSPerMl: input.activityPerMl,
    densityGPerMl,
    localEnergyMev: localMev,
    smallestDensityGPerMl,
  })
  const byRadiationGy: Partial<Record<Radiation, Float32Array>> = {}
  for (const radiation of kept) {
    const share = emittedMev[radiation] / localMev
    byRadiationGy[radiation] = doseGy.map((gy) => gy * share)
  }
  if (control) Atomics.store(control, 1, 1000)

  const voxelMl = voxelVolumeMl(input.grid)
  let [decays, depositedJ, skippedDecays] = [0, 0, 0]
  for (let n = 0; n < doseGy.length; n++) {
    const density = usesDensity ? (input.densityGPerMl[n] as number) : WATER_G_PER_ML
    const inVoxel = (input.activityPerMl[n] as number) * voxelMl
    decays += inVoxel
    if (density < smallestDensityGPerMl) skippedDecays += inVoxel
    else depositedJ += ((doseGy[n] as number) * density * voxelMl) / 1000
  }
  return {
    quantity: input.quantity,
    doseGy,
    byRadiationGy,
    statisticalSdGy: null,
    structures: structureMeans(input, densityGPerMl, { doseGy, byRadiationGy }),
    emittedJ: decays * RADIATIONS.reduce((sum, radiation) => sum + emittedMev[radiation], 0) * JOULE_PER_MEV,
    depositedJ,
    facts: { localEnergyMevPerDecay: localMev, photonEnergyMevPerDecay: emittedMev.photon },
    remarks: [
      ...(emittedMev.photon > 0
        ? [
            usesPhotons
              ? 'All photon energy is deposited where it is emitted, which in a body it is not: an upper bound.'
              : `Photons (${emittedMev.photon.toPrecision(3)} MeV per decay) are left out.`,
          ]
        : []),
      ...(usesDensity ? [] : ['All matter is taken as water of 1 g/mL.']),
      ...(skippedVoxels > 0
        ? [
            `${skippedVoxels} voxels with activity are below ${smallestDensityGPerMl} g/mL and get no dose; ${Number(((100 * skippedDecays) / decays).toPrecision(2))} % of the decays are in them.`,
          ]
        : []),
    ],
  }
}

export const localEnergy: VoxelDoseEngine = {
  id: 'local-energy',
  name: 'Local energy deposition',
  version: LOCAL_ENERGY_VERSION,
  scale: 'voxel',
  description:
    'Electrons, positrons, alphas and recoil nuclei deposit all their energy in the voxel where they are emitted. Nothing is transported: no spill of betas into neighbours, no photons unless they are asked for. Good where voxels and resolution are larger than the ranges and the photon share is small (Lu-177 in SPECT).',
  needs: ['activity-map', 'density-map', 'structures'],
  radiations: RADIATIONS,
  givesUncertainty: false,
  parameters: [
    {
      id: 'photons',
      label: 'Photons too',
      description: 'Deposits photon energy where it is emitted as well: an upper bound of the dose.',
      kind: 'flag',
      default: false,
    },
    {
      id: 'density',
      label: 'Density of the CT',
      description: 'Divides by the density of each voxel; off: water of 1 g/mL everywhere.',
      kind: 'flag',
      default: true,
    },
    {
      id: 'smallestDensityGPerMl',
      label: 'Smallest density',
      description:
        'Voxels below it get no dose: a small mass would make the dose absurd. Only with the density of the CT.',
      kind: 'number',
      unit: 'g/mL',
      default: 0.1,
      min: 0,
      max: 1,
    },
  ],
  sources: [
    {
      citation: 'W.E. Bolch et al., MIRD Pamphlet 21, J. Nucl. Med. 50 (2009) 477: absorbed fraction 1',
      evidence: 'verified',
    },
  ],
  compute: (input, run) => compute(input, run),
}
