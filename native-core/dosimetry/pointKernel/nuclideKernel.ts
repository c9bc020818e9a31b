/** Kernels of nuclides: the tables of single energies, weighted with what a decay sends out. */
import { spectrumMoments } from '../../physics/index.ts'
import type { BetaSpectrum, Emissions } from '../../physics/index.ts'
import { ELECTRON_REST_ENERGY_MEV } from '../../units/index.ts'
import { enclosedOfAlpha, enclosedOfAnnihilation, enclosedOfCharged, enclosedOfPhoton, meanFreePath } from './mono.ts'
import type { Enclosed } from './mono.ts'
import type { NuclidePointKernel, PointKernel, PointKernelTable } from './types.ts'

/** 10 nm to 100 cm of water, 40 to a decade: one bin is 6 % wide. */
const RADII = Float64Array.from({ length: 321 }, (_, i) => (i === 0 ? 0 : 1e-6 * 10 ** ((i - 1) / 40)))
/** Gauss–Legendre of three points on [0, 1]. */
const GAUSS = [
  [0.5 - Math.sqrt(0.15), 5 / 18],
  [0.5, 8 / 18],
  [0.5 + Math.sqrt(0.15), 5 / 18],
] as const
/** A spectrum's kernel is gathered from at least so many energies. */
const SPECTRUM_PIECES = 60

/** Sums kernels, each with its energy per decay. */
class Gathered {
  readonly deposit = new Float64Array(RADII.length)
  energyMev = 0

  add(enclosed: Enclosed, energyMev: number): void {
    if (!(energyMev > 0)) return
    this.energyMev += energyMev
    for (let i = 1; i < RADII.length; i++) {
      this.deposit[i] = (this.deposit[i] as number) + energyMev * enclosed(RADII[i] as number)
    }
  }

  kernel(medium: string): PointKernel | null {
    if (!(this.energyMev > 0)) return null
    // Noise of neighbouring energies must not take energy back with growing radius.
    let most = 0
    const enclosedFraction = this.deposit.map((value) => (most = Math.min(1, Math.max(most, value / this.energyMev))))
    const tailFraction = 1 - (enclosedFraction.at(-1) as number)
    return {
      medium,
      radiiGPerCm2: RADII,
      enclosedFraction,
      tailFraction,
      tailMeanFreePathGPerCm2: meanFreePath(RADII, (i) => 1 - (enclosedFraction[i] as number)),
    }
  }
}

/** Energies of a spectrum with the number of particles per decay at each; their number and energy are exactly the spectrum's. */
function samples(spectrum: BetaSpectrum): { energyMev: number; count: number }[] {
  const { energiesMev: e, perMevAndDecay: f } = spectrum
  const out: { energyMev: number; count: number }[] = []
  const widest = (e.at(-1) as number) / SPECTRUM_PIECES
  for (let i = 1; i < e.length; i++) {
    const [a, b, fa, fb] = [e[i - 1] as number, e[i] as number, f[i - 1] as number, f[i] as number]
    const pieces = Math.max(1, Math.ceil((b - a) / widest))
    for (let p = 0; p < pieces; p++) {
      for (const [x, w] of GAUSS) {
        const at = (p + x) / pieces
        const count = (w * (b - a) * (fa + at * (fb - fa))) / pieces
        if (count > 0) out.push({ energyMev: a + at * (b - a), count })
      }
    }
  }
  return out
}

/**
 * The kernel of all that a decay sends out: Σ over lines and spectra of energy times the kernel of that energy. Energies add up to what
 * is emitted. Annihilation photons are photons, spread about the decay as the positrons travel.
 *
 * @throws InputError `point-kernel.energy` where a particle is more energetic than the tables.
 */
export function nuclidePointKernel(source: string, emissions: Emissions, table: PointKernelTable): NuclidePointKernel {
  const electron = new Gathered()
  const photon = new Gathered()
  const alpha = new Gathered()
  for (const line of emissions.electrons) {
    if (!(line.energyMev > 0)) continue
    electron.add(enclosedOfCharged(table, 'electron', line.energyMev), line.energyMev * line.yield)
  }
  for (const beta of emissions.betas) {
    if (!(spectrumMoments(beta).count > 0)) continue
    const particle = beta.kind === 'beta-plus' ? 'positron' : 'electron'
    for (const { energyMev, count } of samples(beta)) {
      electron.add(enclosedOfCharged(table, particle, energyMev), energyMev * count)
      if (particle === 'positron') {
        photon.add(enclosedOfAnnihilation(table, energyMev), 2 * ELECTRON_REST_ENERGY_MEV * count)
      }
    }
  }
  for (const line of emissions.photons) {
    if (line.energyMev > 0) photon.add(enclosedOfPhoton(table, line.energyMev), line.energyMev * line.yield)
  }
  for (const line of emissions.alphas) {
    if (line.energyMev > 0) alpha.add(enclosedOfAlpha(table, line.energyMev), line.energyMev * line.yield)
  }
  return {
    source,
    medium: table.medium,
    electronMev: electron.energyMev,
    photonMev: photon.energyMev,
    alphaMev: alpha.energyMev,
    recoilMev: emissions.recoils.reduce((sum, line) => sum + line.energyMev * line.yield, 0),
    electron: electron.kernel(table.medium),
    photon: photon.kernel(table.medium),
    alpha: alpha.kernel(table.medium),
  }
}

/** Share of the energy within a radius (g/cm²): linear between the kernel's radii, exponential beyond them. */
export function enclosedFraction(kernel: PointKernel, radiusGPerCm2: number): number {
  const { radiiGPerCm2: radii, enclosedFraction: enclosed } = kernel
  const last = radii.length - 1
  if (radiusGPerCm2 >= (radii[last] as number)) {
    const path = kernel.tailMeanFreePathGPerCm2
    return path > 0
      ? 1 - kernel.tailFraction * Math.exp(-(radiusGPerCm2 - (radii[last] as number)) / path)
      : (enclosed[last] as number)
  }
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((radii[middle] as number) <= radiusGPerCm2) low = middle
    else high = middle
  }
  const width = (radii[high] as number) - (radii[low] as number)
  const weight = Math.max(0, radiusGPerCm2 - (radii[low] as number)) / width
  return (enclosed[low] as number) + weight * ((enclosed[high] as number) - (enclosed[low] as number))
}
