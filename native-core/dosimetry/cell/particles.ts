import { InputError } from '../../errors/index.ts'
import type { BetaSpectrum, EmissionLine, Emissions } from '../../physics/index.ts'
import type { PointKernel } from '../pointKernel/types.ts'
import type { CellStopping, RangeModel } from './types.ts'

/** Particles of one kind as energies and numbers per decay. */
export interface ParticleList {
  readonly kind: 'electron' | 'alpha'
  readonly lines: readonly EmissionLine[]
}

/** Three-point Gauss–Legendre on [0, 1]. */
const GAUSS = [
  [0.5 - Math.sqrt(0.15), 5 / 18],
  [0.5, 8 / 18],
  [0.5 + Math.sqrt(0.15), 5 / 18],
] as const

/** A spectrum as lines: three Gauss points between two nodes, so that number, energy and their smooth functions are integrated exactly. */
function spectrumLines({ energiesMev: e, perMevAndDecay: f }: BetaSpectrum): EmissionLine[] {
  const lines: EmissionLine[] = []
  for (let i = 1; i < e.length; i++) {
    const [from, width] = [e[i - 1]!, e[i]! - e[i - 1]!]
    for (const [t, weight] of GAUSS) {
      const density = f[i - 1]! + (f[i]! - f[i - 1]!) * t
      if (density > 0) lines.push({ energyMev: from + width * t, yield: density * weight * width })
    }
  }
  return lines
}

/** Betas and positrons, conversion and Auger electrons as one list. Positrons slow down as electrons do. */
export const electronList = (emissions: Emissions): ParticleList => ({
  kind: 'electron',
  lines: [...emissions.electrons, ...emissions.betas.flatMap(spectrumLines)].filter((l) => l.yield > 0),
})

export const alphaList = (emissions: Emissions): ParticleList => ({
  kind: 'alpha',
  lines: emissions.alphas.filter((l) => l.yield > 0),
})

/**
 * Energy that the particles of a list still have, per decay, after a straight path of `distanceUm` at a density: what the track lays down
 * between two distances is the difference, exactly.
 */
export interface PathEnergy {
  readonly remainingMev: (distanceUm: number) => number
  /** Path of the last particle, µm. */
  readonly maxRangeUm: number
  readonly emittedMev: number
}

/** @throws InputError `dose.cell-energy` for particles beyond the table. */
export function pathEnergy(list: ParticleList, stopping: CellStopping, densityGPerMl: number): PathEnergy {
  const model: RangeModel = list.kind === 'alpha' ? stopping.alpha : stopping.electron
  const fast = list.lines.find((l) => !(l.energyMev <= model.maxEnergyMev))
  if (fast) {
    throw new InputError(
      'dose.cell-energy',
      `An ${list.kind} of ${fast.energyMev} MeV is beyond the stopping powers of the program (${model.maxEnergyMev} MeV).`,
      'Leave it out, or use another engine.',
    )
  }
  const count = list.lines.length
  // By falling range, so that only the particles that still go on are summed.
  const ordered = list.lines
    .map((l) => ({ range: model.rangeUm(l.energyMev), perDecay: l.yield, energyMev: l.energyMev }))
    .sort((a, b) => b.range - a.range)
  const range = Float64Array.from(ordered, (o) => o.range)
  const perDecay = Float64Array.from(ordered, (o) => o.perDecay)
  const emittedMev = ordered.reduce((s, o) => s + o.perDecay * o.energyMev, 0)
  return {
    emittedMev,
    maxRangeUm: count > 0 ? range[0]! / densityGPerMl : 0,
    remainingMev(distanceUm) {
      if (!(distanceUm > 0)) return emittedMev
      const path = distanceUm * densityGPerMl
      let sum = 0
      for (let i = 0; i < count && range[i]! > path; i++) sum += perDecay[i]! * model.energyMev(range[i]! - path)
      return sum
    },
  }
}

/**
 * Electrons of a dose point kernel instead of straight tracks: what lies beyond a radius is what is still to be laid down, so the same
 * integrals hold, with scattering included. As fine as the kernel's radii are.
 */
export function kernelPathEnergy(kernel: PointKernel, emittedMev: number, densityGPerMl: number): PathEnergy {
  const { radiiGPerCm2: radii, enclosedFraction } = kernel
  const last = radii.length - 1
  /** 1 µm at 1 g/mL in g/cm². */
  const perUm = 1e-4 * densityGPerMl
  return {
    emittedMev,
    maxRangeUm: radii[last]! / perUm,
    remainingMev(distanceUm) {
      const r = distanceUm * perUm
      if (!(r > 0)) return emittedMev
      if (r >= radii[last]!) return emittedMev * (1 - enclosedFraction[last]!)
      let low = 0
      let high = last
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (radii[middle]! <= r) low = middle
        else high = middle
      }
      const share = (r - radii[low]!) / (radii[high]! - radii[low]!)
      return emittedMev * (1 - enclosedFraction[low]! - share * (enclosedFraction[high]! - enclosedFraction[low]!))
    },
  }
}
