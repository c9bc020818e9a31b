/** The engine `monte-carlo`: radiation followed through the patient's CT (C++, `native-core/kernels/src/transport`). */
import { InputError } from '../../errors/index.ts'
import { voxelVolumeMl } from '../../imaging/index.ts'
import { PROGRESS_SLOT } from '../../kernels/index.ts'
import { PATIENT_SETTINGS, Simulation, spacingCm } from '../../kernels/transport.ts'
import type { TransportSettings } from '../../kernels/transport.ts'
import { buildMediaPack, parseMaterialData } from '../../physics/media/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import {
  fingerprint,
  maskMassKg,
  nextBatch,
  shareDone,
  stopReason,
  stopRule,
  structureParts,
  usedMedia,
} from '../monteCarlo/index.ts'
import { RADIATIONS } from './types.ts'
import type {
  EngineData,
  EngineParameterValues,
  EngineRun,
  Radiation,
  StructureMeanDose,
  VoxelDose,
  VoxelDoseEngine,
  VoxelDoseInput,
} from './types.ts'

export const MONTE_CARLO_VERSION = '1.0.0'

interface ResumeState {
  readonly of: string
  readonly histories: number
  readonly sums: BigInt64Array
}

function settingsOf(parameters: EngineParameterValues): TransportSettings {
  const of = (name: keyof TransportSettings): number => Number(parameters[name] ?? PATIENT_SETTINGS[name])
  return {
    electronCutMev: of('electronCutMev'),
    photonCutMev: of('photonCutMev'),
    deltaCutMev: of('deltaCutMev'),
    bremsCutMev: of('bremsCutMev'),
    maxEnergyLossFraction: of('maxEnergyLossFraction'),
    maxScatteringPerStep: of('maxScatteringPerStep'),
    photonSplitting: of('photonSplitting'),
  }
}

/** Decays in the whole map (Bq·s), or the activity (Bq). @throws InputError `dose.no-activity`. */
function totalActivity(input: VoxelDoseInput): number {
  let sum = 0
  for (const value of input.activityPerMl) sum += value
  const total = sum * voxelVolumeMl(input.grid)
  if (total > 0) return total
  throw new InputError(
    'dose.no-activity',
    'The activity map is zero everywhere.',
    'Check that it is the right image and that it overlaps the CT.',
  )
}

/** Scales what a simulation has counted, per decay, to the map's decays. */
function doseOf(simulation: Simulation, input: VoxelDoseInput, total: number, massesKg: readonly number[]): VoxelDose {
  const { densityGPerMl } = input
  const voxelMl = voxelVolumeMl(input.grid)
  const { origins, emittedMev, depositedMev } = simulation.describe()
  const jouleOfMev = total * JOULE_PER_MEV
  const inGy = (energy: Float32Array): Float32Array => {
    for (let i = 0; i < energy.length; i++)
      energy[i] = ((energy[i] as number) * jouleOfMev) / ((densityGPerMl[i] as number) * voxelMl * 1e-3)
    return energy
  }
  const voxels = (): Float32Array => new Float32Array(densityGPerMl.length)
  const present = RADIATIONS.filter((_, i) => origins[i])
  const byRadiationGy: Partial<Record<Radiation, Float32Array>> = {}
  for (const radiation of present) byRadiationGy[radiation] = inGy(simulation.energyMev(radiation, voxels()))
  const all = simulation.structureEnergyMev('all')
  const sd = simulation.structureStandardDeviationMev()
  const parts = present.map((radiation) => ({ radiation, energy: simulation.structureEnergyMev(radiation) }))
  const structures = input.structures.map(({ name }, i): StructureMeanDose => {
    const massKg = massesKg[i] as number
    const gyOf = (mev: number): number => (mev * jouleOfMev) / massKg
    return {
      name,
      massKg,
      doseGy: gyOf(all[i] as number),
      statisticalSdGy: gyOf(sd[i] as number),
      byRadiationGy: Object.fromEntries(parts.map(({ radiation, energy }) => [radiation, gyOf(energy[i] as number)])),
    }
  })
  return {
    quantity: input.quantity,
    doseGy: inGy(simulation.energyMev('all', voxels())),
    byRadiationGy,
    statisticalSdGy: inGy(simulation.standardDeviationMev(voxels())),
    structures,
    emittedJ: (emittedMev / simulation.histories) * jouleOfMev,
    depositedJ: (depositedMev / simulation.histories) * jouleOfMev,
    facts: {},
    remarks: [],
  }
}

function compute(input: VoxelDoseInput, run: EngineRun, data: EngineData): VoxelDose {
  const { parameters } = run
  const names = input.structures.map((one) => one.name)
  const rule = stopRule(
    {
      decays: Number(parameters['decays']),
      uncertaintyPercent: Number(parameters['uncertaintyPercent'] ?? 0),
      uncertaintyStructure: String(parameters['uncertaintyStructure'] ?? ''),
      seconds: Number(parameters['seconds'] ?? 0),
    },
    names,
    run.nowS !== undefined,
  )
  const voxelMl = voxelVolumeMl(input.grid)
  const massesKg = input.structures.map(({ mask }) => maskMassKg(mask, input.densityGPerMl, voxelMl))
  const empty = massesKg.findIndex((mass) => !(mass > 0))
  if (empty >= 0)
    throw new InputError(
      'dose.structure-empty',
      `Nothing of ${names[empty]} is inside the images.`,
      'Leave it out, or give images that hold it.',
    )
  const total = totalActivity(input)
  const settings = settingsOf(parameters)
  const seed = Number(parameters['seed'])
  const used = usedMedia(input.mediumIndex, input.media)
  const parts = structureParts(
    input.grid,
    input.structures.map((one) => one.mask),
  )
  const simulation = new Simulation({
    media: buildMediaPack(
      used.media,
      parseMaterialData(
        data.materialTable('photon-elements'),
        data.materialTable('bremsstrahlung'),
        data.materialTable('stopping-power'),
      ),
    ),
    settings,
    source: input.source.total,
    seed,
    geometry: {
      kind: 'voxels',
      size: Int32Array.from(input.grid.dimensions),
      spacingCm: spacingCm(input.grid),
      mediumIndex: used.mediumIndex,
      densityGPerMl: input.densityGPerMl,
      activity: input.activityPerMl,
      structureCount: parts.count,
      structureFirst: parts.first,
      structureIndex: parts.structure,
      structureFraction: parts.fraction,
    },
  })
  const identity = [
    MONTE_CARLO_VERSION,
    JSON.stringify([seed, settings, input.grid, input.source.parent, used.media.map(({ id }) => id), names]),
    fingerprint([input.activityPerMl, input.densityGPerMl, input.mediumIndex, parts.fraction]),
  ].join(' ')
  const before = run.resumeFrom as ResumeState | undefined
  if (before !== undefined) {
    if (before.of !== identity)
      throw new InputError(
        'monte-carlo.resume',
        'The stopped run was made from other images, structures, settings or another seed.',
        'Go on with the same ones, or start anew.',
      )
    simulation.restore(before)
  }

  const started = run.nowS?.() ?? 0
  let shownAt = simulation.histories
  const now = (): { decays: number; relativeSd: number; elapsedS: number } => {
    const of = rule.uncertainty?.of
    const mean = of === undefined ? 0 : (simulation.structureEnergyMev('all')[of] as number)
    const sd = of === undefined ? 0 : (simulation.structureStandardDeviationMev()[of] as number)
    return {
      decays: simulation.histories,
      relativeSd: mean > 0 ? sd / mean : Infinity,
      elapsedS: (run.nowS?.() ?? 0) - started,
    }
  }
  let state = now()
  let reason = stopReason(rule, state)
  while (reason === null) {
    simulation.run(nextBatch(rule, simulation.histories), run.threads, run.control?.subarray(0, 1) ?? null)
    state = now()
    reason = stopReason(rule, state)
    if (run.control && run.control.length > 1)
      Atomics.store(run.control, PROGRESS_SLOT, Math.floor(1000 * shareDone(rule, state)))
    if (reason === null && run.onIntermediate && simulation.histories >= 2 * shownAt) {
      shownAt = simulation.histories
      run.onIntermediate(doseOf(simulation, input, total, massesKg))
    }
  }
  const dose = doseOf(simulation, input, total, massesKg)
  const left = 1 - dose.depositedJ / dose.emittedJ
  const reasons = {
    decays: 'the number of decays asked for was reached',
    uncertainty: `the uncertainty of ${rule.uncertainty?.name ?? ''} reached ${100 * (rule.uncertainty?.relative ?? 0)} %`,
    time: 'the time given was over',
  }
  return {
    ...dose,
    facts: {
      decaysSimulated: simulation.histories,
      seed,
      stoppedBy: reason,
      media: used.media.map(({ id }) => id).join(' '),
      ...settings,
    },
    remarks: [
      `Stopped because ${reasons[reason]}: ${simulation.histories} decays were followed.`,
      `${(100 * left).toFixed(2)} % of the emitted energy left the images.`,
      ...(rule.uncertainty && reason !== 'uncertainty'
        ? [
            `The uncertainty of ${rule.uncertainty.name} is ${(100 * state.relativeSd).toPrecision(2)} %, not the one asked for.`,
          ]
        : []),
    ],
    ...(run.keepState ? { resumeState: { of: identity, ...simulation.state() } satisfies ResumeState } : {}),
  }
}

const MEV = { kind: 'number', unit: 'MeV', min: 0.001, max: 10 } as const

export const monteCarlo: VoxelDoseEngine = {
  id: 'monte-carlo',
  name: 'Monte Carlo in the CT',
  version: MONTE_CARLO_VERSION,
  scale: 'voxel',
  description:
    'Photons, electrons, positrons and alphas of the whole decay chain followed through the media and densities of the CT. Photons: photoelectric absorption with K fluorescence, incoherent scattering with binding, coherent scattering with form factors, pair production. Electrons and positrons: condensed history with hard collisions and bremsstrahlung one by one, multiple scattering of Goudsmit and Saunderson, straggling, exact boundaries of voxels. Alphas: along their range. Uncertainty history by history. Left out: Doppler broadening of incoherent scattering, L fluorescence, angular correlations of a cascade, nuclear reactions.',
  needs: ['activity-map', 'density-map', 'media-map', 'native-kernels'],
  radiations: [...RADIATIONS],
  givesUncertainty: true,
  parameters: [
    {
      id: 'decays',
      label: 'Decays to follow',
      description: 'At most; noise falls with the square root of their number.',
      kind: 'number',
      unit: '',
      default: 1e7,
      min: 1000,
      max: 6e10,
      integer: true,
    },
    {
      id: 'seed',
      label: 'Seed',
      description: 'The same seed gives the same dose, bit by bit, on any number of threads.',
      kind: 'number',
      unit: '',
      default: 1,
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      integer: true,
    },
    {
      id: 'uncertaintyPercent',
      label: 'Stop at an uncertainty of',
      description: 'Relative standard uncertainty of the mean dose of the structure below; 0: do not stop by it.',
      kind: 'number',
      unit: '%',
      default: 0,
      min: 0,
      max: 50,
    },
    {
      id: 'uncertaintyStructure',
      label: 'in the structure',
      description: 'The structure whose mean dose is to be that certain.',
      kind: 'structure',
      default: '',
    },
    {
      id: 'seconds',
      label: 'Stop after',
      description: '0: do not stop by time. A run that stops by time has another number of decays on another machine.',
      kind: 'number',
      unit: 's',
      default: 0,
      min: 0,
      max: 1e6,
    },
    {
      id: 'photonSplitting',
      label: 'Photon splitting',
      description:
        'Photons of each decay are followed this many times with a weight of one over it: less noise where photons make the dose, no bias.',
      kind: 'number',
      unit: '',
      default: PATIENT_SETTINGS.photonSplitting,
      min: 1,
      max: 100,
      integer: true,
    },
    {
      ...MEV,
      id: 'electronCutMev',
      label: 'Electron cut-off',
      description: 'Below this energy an electron deposits it where it is (10 keV: 2.5 µm of tissue).',
      default: PATIENT_SETTINGS.electronCutMev,
    },
    {
      ...MEV,
      id: 'photonCutMev',
      label: 'Photon cut-off',
      description: 'Below this energy a photon deposits it where it is.',
      default: PATIENT_SETTINGS.photonCutMev,
    },
    {
      ...MEV,
      id: 'deltaCutMev',
      label: 'Delta electrons from',
      description:
        'Collisions above this energy make an electron that is followed; others are part of the continuous loss.',
      default: PATIENT_SETTINGS.deltaCutMev,
    },
    {
      ...MEV,
      id: 'bremsCutMev',
      label: 'Bremsstrahlung from',
      description: 'Bremsstrahlung photons above this energy are followed.',
      default: PATIENT_SETTINGS.bremsCutMev,
    },
    {
      id: 'maxEnergyLossFraction',
      label: 'Energy loss on a step',
      description: 'Largest part of its energy that an electron may lose on a step.',
      kind: 'number',
      unit: '',
      default: PATIENT_SETTINGS.maxEnergyLossFraction,
      min: 0.001,
      max: 0.5,
    },
    {
      id: 'maxScatteringPerStep',
      label: 'Scattering on a step',
      description: 'Longest step in units of the transport mean free path.',
      kind: 'number',
      unit: '',
      default: PATIENT_SETTINGS.maxScatteringPerStep,
      min: 0.001,
      max: 1,
    },
  ],
  sources: [
    {
      citation: 'EPICS2023 (Cullen, IAEA-NDS-225, 2023): photon cross sections and form factors',
      evidence: 'transcribed',
    },
    { citation: 'ICRU 37 (1984): electron collision stopping powers', evidence: 'transcribed' },
    { citation: 'NIST ASTAR, ICRU 49 (1993): alpha stopping powers', evidence: 'transcribed' },
    {
      citation: 'S. Goudsmit, J.L. Saunderson, Phys. Rev. 57 (1940) 24: multiple scattering',
      evidence: 'verified',
    },
    {
      citation:
        'J. Sempau, S.J. Wilderman, A.F. Bielajew, Phys. Med. Biol. 45 (2000) 2263 (DPM): random hinge over boundaries',
      evidence: 'verified',
    },
    { citation: 'W. Schneider et al., Phys. Med. Biol. 45 (2000) 459: media from CT numbers', evidence: 'transcribed' },
    { citation: 'J.K. Salmon et al., SC 2011: Philox random numbers', evidence: 'verified' },
  ],
  compute,
}
