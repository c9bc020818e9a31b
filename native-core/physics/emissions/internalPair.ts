import { ELECTRON_REST_ENERGY_MEV } from '../../units/index.ts'
import type { BetaSpectrum } from './types.ts'

/** An excited 0+ level that decays to a 0+ ground state by a pair of electron and positron (E0), which ENDF does not list. */
export interface InternalPairBranch {
  readonly nuclide: string
  /** Pairs per decay. */
  readonly yield: number
  readonly uncertainty: number
  /** Energy of the level; electron and positron share it less two rest energies. */
  readonly levelMev: number
  readonly citation: string
  readonly evidence: 'verified' | 'transcribed' | 'designed' | 'unverified'
}

/** Zr-90's level is that of the E0 conversion electrons of the same evaluation (1742.70 keV + 18.00 keV K binding). */
export const INTERNAL_PAIRS: readonly InternalPairBranch[] = [
  {
    nuclide: 'Y-90',
    yield: 3.186e-5,
    uncertainty: 0.047e-5,
    levelMev: 1.7607,
    citation: 'R.G. Selwyn et al., Appl. Radiat. Isot. 65 (2007) 318-327: (31.86 ± 0.47)e-6 pairs per decay',
    evidence: 'transcribed',
  },
]

const NODES = 61

/**
 * Spectra of the positron and of the electron of an internal pair, dN/dE per MeV and decay. Both have the same shape, p₊p₋(W₊W₋ − 1) in
 * units of the rest energy: Born approximation of the E0 pair (Oppenheimer and Schwinger, Phys. Rev. 56 (1939) 1066), without Coulomb
 * correction, which moves some energy to the positron. Evidence of the shape: unverified; the number of pairs is that of the branch.
 */
export function internalPairSpectra(branch: InternalPairBranch): readonly BetaSpectrum[] {
  const m = ELECTRON_REST_ENERGY_MEV
  const end = branch.levelMev - 2 * m
  const energiesMev = Float64Array.from({ length: NODES }, (_, i) => (end * i) / (NODES - 1))
  const shape = energiesMev.map((energy) => {
    const [w1, w2] = [1 + energy / m, 1 + Math.max(0, end - energy) / m]
    return Math.sqrt((w1 * w1 - 1) * (w2 * w2 - 1)) * (w1 * w2 - 1)
  })
  // Trapezoids: exact for the straight lines that the spectrum is by definition.
  const area = shape.reduce((s, v) => s + v, 0) * (end / (NODES - 1))
  const perMevAndDecay = shape.map((v) => (v * branch.yield) / area)
  return (['beta-plus', 'beta-minus'] as const).map((kind) => ({ kind, energiesMev, perMevAndDecay }))
}
