/** Volume histograms of BED from stored maps, where these cover all cycles of a structure. */
import type { DoseDistribution } from '../../../native-core/radiobiology/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { BedMapResult } from '../../contracts/bedMaps.ts'
import type { BiologyParameterView } from '../../contracts/biology.ts'
import { combinedSpread, histogramDistribution, WHOLLY_INSIDE } from './histograms.ts'
import { valueOf } from './parameters.ts'

/** BED of all delivered cycles, without external beam. */
export interface StoredBedHistogram extends DoseDistribution {
  readonly source: string
}

type Maps = readonly Pick<BedMapResult, 'bedId' | 'cycle' | 'createdAt' | 'tissues' | 'structures'>[]

/**
 * The histogram of a structure's BED by stored maps, of each cycle the newest; null unless each cycle in which it has a dose has a map that holds all of it
 * and was made with these `parameters`. Several cycles are added part by part in the order of their BED (`combinedSpread`), without
 * what one leaves unrepaired for the next.
 */
export function storedBedHistogram(
  { cycles }: Analysis,
  name: string,
  parameters: readonly BiologyParameterView[],
  maps: Maps,
): StoredBedHistogram | null {
  const dosed = cycles.filter(({ structures }) =>
    structures.some((one) => one.name === name && (one.doses[0]?.doseGy.value ?? 0) > 0),
  )
  const parts = dosed.flatMap(({ index }) => {
    const newest = maps.filter(({ cycle }) => cycle === index).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]
    const found = newest?.structures.find((one) => one.name === name)
    const tissue = newest?.tissues.find(({ structure }) => structure === name)
    if (!newest || !found || !tissue || found.insideGrid < WHOLLY_INSIDE || !(found.meanGy > 0)) return []
    if (['alphaBetaGy', 'repairHalfTimeS'].some((id) => valueOf(parameters, id) !== valueOf(tissue.parameters, id)))
      return []
    return [{ bedId: newest.bedId, cycle: index, weightGy: found.meanGy, dose: histogramDistribution(found.histogram) }]
  })
  if (dosed.length === 0 || parts.length !== dosed.length) return null
  const total = parts.reduce((sum, { weightGy }) => sum + weightGy, 0)
  const spread = combinedSpread(parts)
  return {
    doseGy: Float64Array.from(spread.doseGy, (relative) => relative * total),
    fraction: spread.fraction,
    source: `the stored BED map of ${parts.map(({ cycle, bedId }) => `cycle ${cycle} (key ${bedId.slice(0, 12)})`).join(', ')}, with its own mean${parts.length > 1 ? '; without incomplete repair between cycles' : ''}`,
  }
}
