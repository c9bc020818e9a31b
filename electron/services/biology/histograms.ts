/** How uneven the dose of a structure is, from voxel doses of the cycles, and the volume histogram of BED that follows. */
import { distributionOf, relativeSpread } from '../../../native-core/radiobiology/index.ts'
import type { DoseDistribution } from '../../../native-core/radiobiology/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { StructureEffect } from '../../contracts/biology.ts'
import type { VoxelDoseResult } from '../../contracts/doseMaps.ts'

/** A histogram of absorbed dose with the words for what it is from. */
export interface StructureSpread extends DoseDistribution {
  readonly source?: string
}

export interface VoxelSpreads {
  /** Doses over their mean, by name of the structure. */
  readonly histograms: ReadonlyMap<string, StructureSpread>
  /** What a person has to know of them. */
  readonly remarks: readonly string[]
}

/** Less of a structure than this inside the grid of the dose does not say how uneven the whole is. */
export const WHOLLY_INSIDE = 0.995
/** Points of a drawn histogram. */
const POINTS = 400

/**
 * How uneven the structures of `analysis` are by its voxel doses: of each cycle the newest map of absorbed dose counts. Several cycles are added part by
 * part in the order of their doses (`combinedSpread`), each with the mean dose that the analysis has for it; cycles without a map have the
 * spread of the others.
 */
export function spreadsOf(analysis: Analysis, voxelDoses: readonly VoxelDoseResult[]): VoxelSpreads {
  const maps = newestOfCycles(voxelDoses)
  const histograms = new Map<string, StructureSpread>()
  const cut = new Set<string>()
  const names = new Set(analysis.cycles.flatMap((cycle) => cycle.structures.map(({ name }) => name)))
  for (const name of names) {
    const parts = maps.flatMap((map) => {
      const found = map.structures.find((structure) => structure.name === name)
      const weightGy = meanDoseOf(analysis, map.summary.cycle, name)
      if (!found || !(found.meanGy > 0) || !(weightGy > 0)) return []
      if (found.insideGrid < WHOLLY_INSIDE) {
        cut.add(name)
        return []
      }
      return [{ weightGy, dose: histogramDistribution(found.histogram), words: mapWords(map) }]
    })
    if (parts.length > 0)
      histograms.set(name, { ...combinedSpread(parts), source: parts.map(({ words }) => words).join('; ') })
  }
  return { histograms, remarks: remarksOf(analysis, maps, histograms, cut) }
}

function remarksOf(
  analysis: Analysis,
  maps: readonly VoxelDoseResult[],
  histograms: VoxelSpreads['histograms'],
  cut: ReadonlySet<string>,
): string[] {
  const quoted = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(', ')
  const said: string[] = []
  if (histograms.size > 0) {
    const covered = `${maps.length} of ${analysis.cycles.length} cycles`
    said.push(
      `Histograms are of the voxel doses ${maps.map(mapWords).join('; ')} (${covered}), over their mean; the mean is that of the analysis.`,
    )
    if (analysis.cycles.length > 1)
      said.push(
        'In all cycles the same parts of a structure are taken as the hottest, which is the most uneven that the sum can be; a cycle without voxel dose has the spread of the others.',
      )
    if (maps.some(({ statisticalSd }) => statisticalSd !== null))
      said.push('Statistical noise of the engine is in the histograms and makes doses look more uneven than they are.')
  }
  const without = [...cut].filter((name) => !histograms.has(name))
  if (without.length > 0)
    said.push(`The voxel dose does not cover all of ${quoted(without)}: its histogram is not used there.`)
  return said
}

function newestOfCycles(voxelDoses: readonly VoxelDoseResult[]): VoxelDoseResult[] {
  const byCycle = new Map<number, VoxelDoseResult>()
  for (const map of voxelDoses) {
    const { cycle, quantity, createdAt } = map.summary
    const other = byCycle.get(cycle)
    if (quantity === 'dose' && (!other || createdAt > other.summary.createdAt)) byCycle.set(cycle, map)
  }
  return [...byCycle.values()].sort((one, other) => one.summary.cycle - other.summary.cycle)
}

const mapWords = ({ summary: { engine, cycle, doseId } }: VoxelDoseResult): string =>
  `${engine.name} ${engine.version} of cycle ${cycle} (key ${doseId.slice(0, 12)})`

const meanDoseOf = (analysis: Analysis, cycle: number, name: string): number =>
  analysis.cycles.find(({ index }) => index === cycle)?.structures.find((structure) => structure.name === name)
    ?.doses[0]?.doseGy.value ?? 0

/**
 * A histogram with its edges as doses and shares of volume: the middle of each bin.
 *
 * @throws InputError `biology.histogram` for one whose volumes do not add to the whole structure.
 */
export function histogramDistribution({
  doseGy,
  differentialPerGy,
}: {
  readonly doseGy: readonly number[]
  readonly differentialPerGy: readonly number[]
}): DoseDistribution {
  const middles: number[] = []
  const fractions: number[] = []
  for (let bin = 0; bin + 1 < doseGy.length; bin++) {
    const [from, to] = [doseGy[bin] as number, doseGy[bin + 1] as number]
    const fraction = (differentialPerGy[bin] as number) * (to - from)
    if (fraction === 0) continue
    middles.push((from + to) / 2)
    fractions.push(fraction)
  }
  return distributionOf(middles, fractions)
}

/**
 * Spread of the sum of several doses to one structure, over its mean: the hottest tenth of one lies where the hottest tenth of the others does, and so on
 * (comonotone sum, the widest that the sum can be). Each dose counts with its mean `weightGy`.
 */
export function combinedSpread(
  parts: readonly { readonly dose: DoseDistribution; readonly weightGy: number }[],
): DoseDistribution {
  const total = parts.reduce((sum, { weightGy }) => sum + weightGy, 0)
  const sorted = parts.map(({ dose, weightGy }) => ({ ...byDose(relativeSpread(dose)), weight: weightGy / total }))
  const cuts = [...new Set(sorted.flatMap(({ upTo }) => upTo))].sort((a, b) => a - b)
  const place = sorted.map(() => 0)
  const doses: number[] = []
  const fractions: number[] = []
  let from = 0
  for (const to of cuts) {
    doses.push(sorted.reduce((sum, { doses: own, weight }, k) => sum + weight * (own[place[k] as number] as number), 0))
    fractions.push(to - from)
    from = to
    sorted.forEach(({ upTo }, k) => {
      const at = place[k] as number
      if (at + 1 < upTo.length && (upTo[at] as number) <= to) place[k] = at + 1
    })
  }
  const spread = distributionOf(doses, fractions)
  return relativeSpread(spread)
}

/** Doses that ascend, and the share of the volume with no more than each; the last is exactly one. */
function byDose({ doseGy, fraction }: DoseDistribution): { readonly doses: number[]; readonly upTo: number[] } {
  const bins = Array.from(doseGy, (dose, bin) => ({ dose, fraction: fraction[bin] as number }))
    .filter((bin) => bin.fraction > 0)
    .sort((a, b) => a.dose - b.dose)
  let sum = 0
  const upTo = bins.map((bin) => (sum += bin.fraction))
  return { doses: bins.map(({ dose }) => dose), upTo: upTo.map((share, k) => (k + 1 === upTo.length ? 1 : share)) }
}

/** Share of the volume with at least each BED, from 0 Gy to the largest, at no more than 400 places; between bins it is straight. */
export function bedVolumeHistogram(bed: DoseDistribution, source: string): NonNullable<StructureEffect['bvh']> {
  const { doses, upTo } = byDose(bed)
  const every = Math.max(1, Math.ceil(doses.length / (POINTS - 4)))
  const bedGy = [0, doses[0] ?? 0]
  const volumeFraction = [1, 1]
  doses.forEach((dose, k) => {
    const last = k + 1 === doses.length
    if (k % every !== 0 && !last) return
    // Half of a bin lies on each side of its dose.
    const below = k === 0 ? 0 : (upTo[k - 1] as number)
    bedGy.push(dose)
    volumeFraction.push(1 - (below + (upTo[k] as number)) / 2)
  })
  bedGy.push(doses.at(-1) ?? 0)
  volumeFraction.push(0)
  return { bedGy, volumeFraction, source }
}
