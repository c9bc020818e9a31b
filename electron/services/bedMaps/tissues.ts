/** What the structures of a voxel dose answer with: parameters by the settings of biology, and the time course of each. */
import { findBiologySet, protraction } from '../../../native-core/radiobiology/index.ts'
import type { BiologySet, RepairModel, VoxelTissue } from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import type { Analysis, StructureResult } from '../../contracts/analysis.ts'
import type { BedElsewhere, BedTissue } from '../../contracts/bedMaps.ts'
import type { BiologySettings } from '../../contracts/biology.ts'
import { chosenBiology, defaultBiology } from '../biology/defaults.ts'
import { courseOfCycles, cycleDoses } from '../biology/doseRates.ts'
import { sensitivityOf, valueOf, weakest } from '../biology/parameters.ts'

/**
 * Of each structure of a cycle, in the order of the analysis. G is that of the structure's own curve in this cycle alone; doses from other organs do not
 * change its shape here.
 *
 * @throws InputError `biology.set` for settings that name a set which is none.
 */
export function bedTissues(
  analysis: Analysis,
  cycle: number,
  settings: BiologySettings,
  sets: readonly BiologySet[],
): BedTissue[] {
  const own = { ...analysis, cycles: analysis.cycles.filter(({ index }) => index === cycle) }
  return (own.cycles[0]?.structures ?? []).map((structure) => tissueOf(structure, own, settings, sets))
}

function tissueOf(
  { name, kind }: StructureResult,
  analysis: Analysis,
  settings: BiologySettings,
  sets: readonly BiologySet[],
): BedTissue {
  const own = settings.byStructure[name]
  const chosen = chosenBiology(own, defaultBiology(name, kind))
  const set = chosen.sensitivity === null ? null : findBiologySet(sets, chosen.sensitivity)
  const parameters = sensitivityOf(own, chosen, sets)
  const halfTimeS = valueOf(parameters, 'repairHalfTimeS')
  const [given] = cycleDoses(analysis, name)
  const isKnown = valueOf(parameters, 'alphaBetaGy') !== null && halfTimeS !== null
  return {
    structure: name,
    kind,
    set: set && { id: set.id, title: set.title },
    parameters,
    evidence: weakest(parameters),
    g: given && halfTimeS !== null ? protraction(courseOfCycles([given]), repairOf(halfTimeS)).g : null,
    problem: isKnown
      ? given
        ? ''
        : `"${name}" has no fitted curve with a dose: only voxels with a curve of their own get a BED.`
      : `No α/β and repair half-time are known for "${name}": choose them in Biology, and its BED follows.`,
  }
}

const repairOf = (halfTimeS: number): RepairModel => ({
  kind: 'exponential',
  components: [{ halfTimeS, fraction: 1 }],
})

/** A tissue for the map; null where α/β or half-time are not known. */
export function voxelTissue({ parameters, g }: BedTissue): VoxelTissue | null {
  const [alphaBetaGy, halfTimeS] = [valueOf(parameters, 'alphaBetaGy'), valueOf(parameters, 'repairHalfTimeS')]
  return alphaBetaGy === null || halfTimeS === null ? null : { alphaBetaGy, repair: repairOf(halfTimeS), g }
}

/** Tissue of voxels that no structure with parameters holds; without a curve of their own their dose rate falls by physical decay alone. */
export function elsewhereTissue({ alphaBetaGy, repairHalfTimeH }: BedElsewhere, physicalRatePerS: number): VoxelTissue {
  const repair = repairOf(hoursToSeconds(repairHalfTimeH))
  const decaying = { kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 1, decayPerS: physicalRatePerS }] } as const
  return { alphaBetaGy, repair, g: protraction([decaying], repair).g }
}
