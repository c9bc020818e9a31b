/** When to scan, for the window: the populations that are known, and what each method would miss at each time. */
import { InputError } from '../../../native-core/errors/index.ts'
import { scanTimeAdvice } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { ScanMethod, ScanTimeEntry } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import type { ScanAdvice, ScanPopulation, ScanTimes } from '../../contracts/scanTime.ts'
import { decayDataOf } from '../analysis/decayData.ts'
import { findPopulation } from '../singleTimePoint/index.ts'
import type { KnownPopulation } from '../singleTimePoint/index.ts'

/** Times that are tried: what a clinic can choose from. Designed for this program. */
const TIMES_H = {
  1: Array.from({ length: 48 }, (_, index) => 4 * (index + 1)),
  2: [2, 4, 8, 16, 24, 36, 48, 72, 96, 120, 144, 168, 192],
} as const
const METHODS = {
  1: ['population-map', 'population-half-life', 'hanscheid', 'madsen'],
  2: ['population-map', 'mono-exponential'],
} as const satisfies Record<1 | 2, readonly (ScanMethod & ScanAdvice['method'])[]>

/** All populations, the program's and the site's own: those that fit agent, nuclide and structure first. */
export function scanPopulations(
  populations: readonly KnownPopulation[],
  course: { readonly agent: string; readonly nuclide: string },
  structure: { readonly name: string; readonly isLesion: boolean },
): ScanPopulation[] {
  return populations
    .map((entry) => ({
      populationId: entry.id,
      title: entry.title,
      agent: entry.agent,
      nuclide: entry.nuclide,
      patients: entry.patients,
      evidence: entry.evidence,
      sources: [...entry.sources],
      note: entry.note,
      fits: entry.fits(course, structure.name, structure.isLesion),
    }))
    .sort((a, b) => Number(b.fits) - Number(a.fits))
}

/**
 * The expected error of every method that takes so many scans, with the best time of each. Errors are relative, so the administered
 * activity does not matter.
 *
 * @param noise relative standard deviation of one measured activity
 * @throws InputError `kinetics.population-unknown`, `nuclide.not-in-table`, those of `scanTimeAdvice`
 */
export function adviseScanTime(
  { populationId, scans, noise }: { readonly populationId: string; readonly scans: 1 | 2; readonly noise: number },
  populations: readonly KnownPopulation[],
  nuclides: NuclideTable,
): { physicalHalfLifeS: number; methods: ScanAdvice[] } {
  const entry = findPopulation(populations, populationId)
  const decay = decayDataOf(entry.nuclide, nuclides, null)
  if (!decay)
    throw new InputError(
      'nuclide.not-in-table',
      `There are no decay data for ${entry.nuclide}, the radionuclide of the population "${populationId}".`,
      'Choose a population of another radionuclide.',
    )
  const physicalHalfLifeS = decay.halfLifeS
  // Errors are relative: any activity and mass will do.
  const population = entry.curves(physicalHalfLifeS, 1, 1)
  const timesS = TIMES_H[scans].map(hoursToSeconds)
  return {
    physicalHalfLifeS,
    methods: METHODS[scans].map((method) => {
      const advice = scanTimeAdvice({ population, physicalHalfLifeS, method, timesS, noise, scans })
      return {
        method,
        entries: advice.entries.map(timesOf),
        best: timesOf(advice.best),
        windows: advice.windows.map(({ fromS, toS }) => ({ fromS, toS })),
        patients: advice.patients,
      }
    }),
  }
}

const timesOf = ({ timesS, error }: ScanTimeEntry): ScanTimes => ({
  timesS: [...timesS],
  rms: error.rms,
  bias: error.bias,
  shareOver10: error.shareOver10,
  shareOver20: error.shareOver20,
})
