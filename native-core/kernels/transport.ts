/**
 * Monte Carlo of photons, electrons, positrons and alphas (C++, `src/transport`): in a patient's voxels, in concentric spheres, around a
 * point, and in a lattice of cells. The same seed gives the same bits on any number of threads. Blocks its thread.
 */
import { CancelledError, InputError } from '../errors/index.ts'
import type { ImageGrid } from '../imaging/index.ts'
import type { Emissions } from '../physics/emissions/types.ts'
import type { MediaPack } from '../physics/media/types.ts'
import { nativeKernels } from './load.ts'
import type { SimulationHandle } from './load.ts'

/** Order of the origins of dose in C++: the radiation that the decay sent out. Annihilation photons count as photons. */
export const ORIGINS = ['electron', 'photon', 'alpha', 'recoil'] as const
export type Origin = (typeof ORIGINS)[number]

/** How finely to transport (`src/transport/settings.hpp`); MeV. */
export interface TransportSettings {
  readonly electronCutMev: number
  readonly photonCutMev: number
  readonly deltaCutMev: number
  readonly bremsCutMev: number
  readonly maxEnergyLossFraction: number
  readonly maxScatteringPerStep: number
  /** Each photon of a decay is followed this many times with a weight of one over it. */
  readonly photonSplitting: number
}

/** For voxels of 1 to 6 mm: within 0.3 % of the fine settings for the source voxel of 3 mm. */
export const PATIENT_SETTINGS: TransportSettings = {
  electronCutMev: 0.01,
  photonCutMev: 0.002,
  deltaCutMev: 0.2,
  bremsCutMev: 0.005,
  maxEnergyLossFraction: 0.15,
  maxScatteringPerStep: 0.15,
  photonSplitting: 1,
}

/** For kernels and small spheres, where micrometres matter. */
export const FINE_SETTINGS: TransportSettings = {
  electronCutMev: 0.001,
  photonCutMev: 0.001,
  deltaCutMev: 0.01,
  bremsCutMev: 0.001,
  maxEnergyLossFraction: 0.06,
  maxScatteringPerStep: 0.06,
  photonSplitting: 1,
}

/** Electrons, positrons or photons of one energy, as a source. */
export interface MonoSource {
  readonly particle: 'electron' | 'positron' | 'photon' | 'alpha'
  readonly energyMev: number
}

interface SourceDescription {
  readonly lines: readonly { kind: string; origin: number; energiesMev: Float64Array; yields: Float64Array }[]
  readonly betas: readonly { positron: number; energiesMev: Float64Array; perMevAndDecay: Float64Array }[]
  readonly recoilMev: number
}

/** What a decay sends out, or one particle of one energy, as C++ takes it. */
export function sourceDescription(source: Emissions | MonoSource): SourceDescription {
  if ('particle' in source) {
    const origin = source.particle === 'photon' ? 1 : source.particle === 'alpha' ? 2 : 0
    return {
      lines: [
        {
          kind: source.particle,
          origin,
          energiesMev: Float64Array.of(source.energyMev),
          yields: Float64Array.of(1),
        },
      ],
      betas: [],
      recoilMev: 0,
    }
  }
  const lines = (kind: string, origin: number, from: Emissions['photons']): SourceDescription['lines'][number] => {
    const kept = from.filter((line) => line.energyMev > 0 && line.yield > 0)
    return {
      kind,
      origin,
      energiesMev: Float64Array.from(kept, (line) => line.energyMev),
      yields: Float64Array.from(kept, (line) => line.yield),
    }
  }
  return {
    lines: [
      lines('photon', 1, source.photons),
      lines('electron', 0, source.electrons),
      lines('alpha', 2, source.alphas),
    ],
    betas: source.betas.map((beta) => ({
      positron: beta.kind === 'beta-plus' ? 1 : 0,
      energiesMev: Float64Array.from(beta.energiesMev),
      perMevAndDecay: Float64Array.from(beta.perMevAndDecay),
    })),
    recoilMev: source.recoils.reduce((sum, line) => sum + line.energyMev * line.yield, 0),
  }
}

export type SimulationGeometry =
  | {
      readonly kind: 'voxels'
      readonly size: Int32Array
      readonly spacingCm: Float64Array
      readonly mediumIndex: Uint8Array
      readonly densityGPerMl: Float32Array
      readonly activity: Float32Array
      readonly structureCount: number
      readonly structureFirst: Uint32Array
      readonly structureIndex: Uint32Array
      readonly structureFraction: Float32Array
    }
  | {
      readonly kind: 'shells'
      /** Ascending; the last may be Infinity. */
      readonly outerRadiiCm: Float64Array
      readonly medium: Int32Array
      /** 0: vacuum. */
      readonly densityGPerMl: Float64Array
      /** Where decays are, uniformly; −1: at the centre. */
      readonly sourceShell: number
    }
  | {
      readonly kind: 'radial'
      readonly medium: number
      readonly densityGPerMl: number
      readonly outerRadiiCm: Float64Array
    }
  | {
      readonly kind: 'lattice'
      readonly medium: number
      readonly densityGPerMl: number
      readonly cellCm: Float64Array
      readonly reach: number
    }

export interface SimulationRequest {
  readonly media: MediaPack
  readonly settings: TransportSettings
  readonly source: Emissions | MonoSource
  readonly geometry: SimulationGeometry
  /** 0 to 2^53. */
  readonly seed: number
}

/** A run that can be gone on with. */
export class Simulation {
  readonly #handle: SimulationHandle
  #histories = 0

  /** @throws TypeError naming a field that C++ cannot take; RangeError where memory is short. */
  constructor(request: SimulationRequest) {
    this.#handle = nativeKernels().createSimulation({ ...request, source: sourceDescription(request.source) })
  }

  get histories(): number {
    return this.#histories
  }

  /** Runs that many more decays. `control` of one slot carries cancel only, of two progress as well. @throws CancelledError when cancelled; the simulation is of no use then. */
  run(count: number, threads: number, control: Int32Array | null): void {
    if (!nativeKernels().runSimulation(this.#handle, this.#histories, count, threads, control)) {
      throw new CancelledError('Monte Carlo')
    }
    this.#histories += count
  }

  describe(): ReturnType<ReturnType<typeof nativeKernels>['describeSimulation']> {
    return nativeKernels().describeSimulation(this.#handle)
  }

  /** MeV deposited per decay in each bin, of one origin or all. */
  energyMev(origin: Origin | 'all'): Float64Array
  energyMev(origin: Origin | 'all', into: Float32Array): Float32Array
  energyMev(origin: Origin | 'all', into?: Float32Array): Float64Array | Float32Array {
    return this.#read(origin === 'all' ? -1 : ORIGINS.indexOf(origin), 0, into)
  }

  /** Standard deviation of the mean energy per decay in each bin, MeV. */
  standardDeviationMev(): Float64Array
  standardDeviationMev(into: Float32Array): Float32Array
  standardDeviationMev(into?: Float32Array): Float64Array | Float32Array {
    return this.#read(-2, 0, into)
  }

  /** The same for structures (Σ fraction · energy). */
  structureEnergyMev(origin: Origin | 'all'): Float64Array {
    return this.#read(origin === 'all' ? -1 : ORIGINS.indexOf(origin), 1) as Float64Array
  }

  structureStandardDeviationMev(): Float64Array {
    return this.#read(-2, 1) as Float64Array
  }

  /** Everything needed to go on in a new simulation of the same request. */
  state(): { readonly histories: number; readonly sums: BigInt64Array } {
    const sums = new BigInt64Array(this.describe().stateLength)
    nativeKernels().copySimulationState(this.#handle, sums, false)
    return { histories: this.#histories, sums }
  }

  /** @throws InputError `monte-carlo.resume` for the state of another simulation. */
  restore(state: { readonly histories: number; readonly sums: BigInt64Array }): void {
    if (this.#histories !== 0 || state.sums.length !== this.describe().stateLength) {
      throw new InputError(
        'monte-carlo.resume',
        'The stored state is not of this simulation.',
        'Go on with the same images, structures, nuclide and seed, or start anew.',
      )
    }
    nativeKernels().copySimulationState(this.#handle, state.sums, true)
    this.#histories = state.histories
  }

  #read(what: number, of: number, into?: Float32Array): Float64Array | Float32Array {
    const described = this.describe()
    const out = into ?? new Float64Array(of === 0 ? described.bins : described.structures)
    if (out.length > 0) nativeKernels().readSimulation(this.#handle, what, of, Math.max(1, this.#histories), out)
    return out
  }
}

/** Spacing of a grid in cm, as transport takes it. */
export const spacingCm = (grid: ImageGrid): Float64Array => Float64Array.from(grid.spacingMm, (mm) => mm / 10)
