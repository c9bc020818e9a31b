/** What the methods are called and where they come from. */
import type { FewScansMethod } from './types.ts'

export interface MethodDescription {
  readonly title: string
  readonly formula: string
  readonly source: string
  /** Whether a population is needed. */
  readonly needsPopulation: boolean
  /** How many scans it takes. */
  readonly mostPoints: number
}

export const FEW_SCANS_METHODS: Record<FewScansMethod, MethodDescription> = {
  hanscheid: {
    title: 'Hänscheid single time point',
    formula: 'TIA = A(t)·2t/ln 2',
    source: 'Hänscheid et al., J Nucl Med 59 (2018) 75',
    needsPopulation: false,
    mostPoints: 1,
  },
  madsen: {
    title: 'Madsen single time point',
    formula: 'TIA = A(t)·exp(kt)/k, k of the population’s median effective half-life',
    source: 'Madsen et al., Med Phys 45 (2018) 2318',
    needsPopulation: true,
    mostPoints: 1,
  },
  'population-half-life': {
    title: 'Population kinetics, median over their spread',
    formula: 'TIA = A(t)·median of ∫f/f(t) over the population’s curves f',
    source: 'log-normal effective half-lives: Hou et al., J Nucl Med 62 (2021) 1006 (PMC8882881)',
    needsPopulation: true,
    mostPoints: 1,
  },
  'prior-cycles': {
    title: 'Shape of an earlier cycle, scaled',
    formula: 'TIA = A(t)·∫f/f(t), f the curve of the earlier cycle',
    source: 'Willowson et al., EJNMMI Phys 5 (2018) 33 (cycle 1 in full, one scan in later cycles)',
    needsPopulation: true,
    mostPoints: 10,
  },
  'population-map': {
    title: 'Most probable curve with a population prior',
    formula: 'TIA = ∫f(φ̂), φ̂ the maximum of the posterior',
    source: 'Devasia et al., J Nucl Med 62 (2021) 1118 (mixed model with one or two scans)',
    needsPopulation: true,
    mostPoints: 10,
  },
}

/** Hänscheid's rule holds for scans between these multiples of the effective half-life. */
export const HANSCHEID_WINDOW = { from: 0.75, to: 2.5 } as const

/** Estimated over true TIA of Hänscheid's rule for a mono-exponential curve at x = t/T_eff: x·2^(1−x); one at 1 and 2. */
export const hanscheidQuotient = (x: number): number => x * 2 ** (1 - x)
