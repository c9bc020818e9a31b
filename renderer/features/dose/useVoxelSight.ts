import { computed, ref, watch, type Ref } from 'vue'
import type { BedMapResult, BedSum, DoseComparison, VoxelDoseResult } from '../../../electron/contracts/index.ts'
import { formatNumber } from '../../ui/index.ts'
import { roundUp, type ColourMapName, type LevelLine, type SequentialMapName } from '../../viewer/index.ts'
import { isodoseLines, RELATIVE_LEVELS, roundLevels } from './model/isodoses.ts'
import { unitOf } from './model/voxelDose.ts'
import { bedMaps, bedSumMaps } from './model/bedMap.ts'
import { hottestD2, voxelMaps, type VoxelMapId } from './model/voxelMaps.ts'

/** What the views show of a result: the dose, a map of BED or one that its fit left, or a map of a comparison; with its colours, scale and lines. */
export function useVoxelSight(
  result: Ref<VoxelDoseResult | null>,
  bed: () => BedMapResult | null,
  bedSum: () => BedSum | null,
  comparison: () => DoseComparison | null,
) {
  const show = ref<'dose' | 'difference' | 'gamma'>('dose')
  /** Another map instead of the dose. */
  const mapId = ref<VoxelMapId | 'dose'>('dose')
  const lines = ref<'none' | 'relative' | 'absolute'>('absolute')
  const map = ref<SequentialMapName>('ember')
  /** Upper end of the wash, 100 % of relative lines, in the unit shown; null: by the hottest organ, of a map by its largest value. */
  const reference = ref<number | null>(null)

  const unit = computed(() => unitOf(result.value?.summary.quantity ?? 'dose'))
  const maps = computed(() => {
    const [own, sum] = [bed(), bedSum()]
    return [
      ...(own ? bedMaps(own) : []),
      ...(sum ? bedSumMaps(sum) : []),
      ...(result.value ? voxelMaps(result.value) : []),
    ]
  })
  const kept = computed(() => maps.value.find(({ id }) => id === mapId.value) ?? null)
  const top = computed(() => {
    const hottest = hottestD2(result.value?.structures ?? [])
    return roundUp((hottest > 0 ? hottest : (result.value?.dose.maximum ?? 0)) / unit.value.per)
  })
  const referenceShown = computed(() => reference.value ?? kept.value?.high ?? top.value)
  const referenceTitle = computed(() =>
    kept.value
      ? `Upper end of the colours; empty: ${formatNumber(kept.value.high)} ${kept.value.unit}`
      : `Upper end of the colours, 100 % of relative lines; empty: ${formatNumber(top.value)} ${unit.value.unit}, from D2 of the hottest organ`,
  )
  const range = computed(() => ({ low: 0, high: referenceShown.value * (kept.value ?? unit.value).per }))
  const levels = computed(() => {
    const own = kept.value
    if (lines.value === 'none' || (own && !own.isDoseLike)) return []
    const { per } = own ?? unit.value
    return isodoseLines(
      lines.value === 'relative'
        ? { kind: 'relative', reference: range.value.high, percent: RELATIVE_LEVELS }
        : {
            kind: 'absolute',
            levels: roundLevels(((own?.volume ?? result.value?.dose)?.maximum ?? 0) / per).map((level) => level * per),
            ...(own ? { unit: 'Gy', per } : unit.value),
          },
      map.value,
    )
  })
  const sight = computed(() => {
    const compared = comparison()
    const volume = compared?.[show.value === 'gamma' ? 'gamma' : 'difference']
    if (!result.value) return null
    const plain = { map: map.value as ColourMapName, range: range.value }
    if (kept.value) {
      const { volume: own, unit: ownUnit, per, reading } = kept.value
      return {
        ...plain,
        shown: { volume: own, unit: ownUnit, per, isDose: false, ...(reading ? { reading } : {}) },
        levels: levels.value,
      }
    }
    if (show.value === 'dose' || !volume || !compared)
      return { ...plain, shown: { volume: result.value.dose, ...unit.value, isDose: true }, levels: levels.value }
    if (show.value === 'gamma') {
      const line: LevelLine = { value: 1, label: 'γ = 1', colour: '#ffffff', dash: [] }
      return {
        ...plain,
        shown: { volume, unit: 'γ', per: 1, isDose: false },
        levels: [line],
        range: { low: 0, high: 2 },
      }
    }
    // Three times the root mean square: single voxels at edges would take the whole scale.
    const reach = roundUp((3 * compared.rmsDifferenceGy) / unit.value.per) * unit.value.per
    return {
      shown: { volume, ...unit.value, isDose: false },
      levels: [],
      map: 'difference' as ColourMapName,
      range: { low: -reach, high: reach },
    }
  })

  watch([() => result.value?.summary.doseId, mapId], () => (reference.value = null))
  watch(maps, (there) => {
    if (!there.some(({ id }) => id === mapId.value)) mapId.value = 'dose'
  })
  watch(comparison, (found) => (show.value = found ? 'difference' : 'dose'))
  // One thing is seen at a time: what was chosen last.
  watch(show, (seen) => {
    if (seen !== 'dose') mapId.value = 'dose'
  })
  watch(mapId, (seen) => {
    if (seen !== 'dose') show.value = 'dose'
  })

  return { show, mapId, maps, kept, lines, map, unit, reference, referenceShown, referenceTitle, sight }
}
