/** The advice on scan times as it is sent to a worker: plain data in and out. */
import { scanTimeAdvice } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { ScanMethod, ScanTimeEntry } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import type { ScanAdvice, ScanTimes } from '../../contracts/scanTime.ts'
import { populationCurves } from '../singleTimePoint/populationCurves.ts'
import type { PopulationDefinition } from '../singleTimePoint/populationCurves.ts'

/** Times that are tried: what a clinic can choose from. Designed for this program. */
const TIMES_H = {
  1: Array.from({ length: 48 }, (_, index) => 4 * (index + 1)),
  2: [2, 4, 8, 16, 24, 36, 48, 72, 96, 120, 144, 168, 192],
} as const
const METHODS = {
  1: ['population-map', 'population-half-life', 'hanscheid', 'madsen'],
  2: ['population-map', 'mono-exponential'],
} as const satisfies Record<1 | 2, readonly (ScanMethod & ScanAdvice['method'])[]>

export interface ScanTimeTask {
  readonly population: PopulationDefinition
  readonly physicalHalfLifeS: number
  readonly scans: 1 | 2
  /** Relative standard deviation of one measured activity. */
  readonly noise: number
}

/**
 * The expected error of every method that takes so many scans, with the best time of each. Errors are relative, so the administered
 * activity and the mass do not matter.
 *
 * @param isCancelled asked before each time or pair
 * @throws InputError of `populationCurves` and `scanTimeAdvice`; CancelledError
 */
export function runScanTimeTask(
  { population, physicalHalfLifeS, scans, noise }: ScanTimeTask,
  isCancelled: () => boolean = () => false,
): ScanAdvice[] {
  const curves = populationCurves(population, { physicalHalfLifeS, administeredBq: 1, massKg: 1 })
  const timesS = TIMES_H[scans].map(hoursToSeconds)
  return METHODS[scans].map((method) => {
    const advice = scanTimeAdvice({
      ...{ population: curves, physicalHalfLifeS, method, timesS, noise, scans },
      cancelled: isCancelled,
    })
    return {
      method,
      entries: advice.entries.map(timesOf),
      best: timesOf(advice.best),
      windows: advice.windows.map(({ fromS, toS }) => ({ fromS, toS })),
      patients: advice.patients,
    }
  })
}

const timesOf = ({ timesS, error }: ScanTimeEntry): ScanTimes => ({
  timesS: [...timesS],
  rms: error.rms,
  bias: error.bias,
  shareOver10: error.shareOver10,
  shareOver20: error.shareOver20,
})
