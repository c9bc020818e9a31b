/** Maps beside the dose: those that a fit of the voxels leaves, and of BED (`bedMap.ts`); each with the unit, the scale and the words that it is shown with. */
import type { DoseVolume, VoxelDoseResult, VoxelDoseStructure } from '../../../../electron/contracts/index.ts'
import { HOUR_S, MBQ_HOUR } from '../../../units.ts'
import { roundUp } from '../../../viewer/index.ts'
import type { DoseUnit } from './voxelDose.ts'

export type VoxelMapId =
  'tia-uncertainty' | 'half-life' | 'dose-uncertainty' | 'bed' | 'eqd2' | 'g-factor' | 'bed-sum' | 'eqd2-sum'

export interface VoxelMap extends DoseUnit {
  readonly id: VoxelMapId
  readonly label: string
  readonly volume: DoseVolume
  /** Upper end of the scale, in `unit`. */
  readonly high: number
  /** Unit beside a single value, where that of the scale is long. */
  readonly reading?: string
  /** Lines of equal value are drawn, as of a dose. */
  readonly isDoseLike?: boolean
  /** What the map says, in a sentence. */
  readonly words: string
}

/** D2 of the hottest organ, or of the hottest lesion where there is none: by the maximum of a tumour, organs would be dark. */
export function hottestD2(structures: readonly Pick<VoxelDoseStructure, 'kind' | 'd2Gy'>[]): number {
  const organs = structures.filter(({ kind }) => kind === 'organ')
  return Math.max(0, ...(organs.length > 0 ? organs : structures).map(({ d2Gy }) => d2Gy))
}

/** Few voxels lie above this share of the largest uncertainty: edges of the hottest structures. */
const SHARE = 0.5

/** Those that a result has; none where its voxels were not fitted. */
export function voxelMaps({ kinetics }: VoxelDoseResult): readonly VoxelMap[] {
  if (!kinetics) return []
  const { tiaUncertainty, halfLife, doseRate } = kinetics
  return [
    {
      id: 'tia-uncertainty',
      label: 'Uncertainty of the TIA',
      volume: tiaUncertainty,
      unit: 'MBq·h/mL',
      per: MBQ_HOUR,
      high: roundUp((SHARE * tiaUncertainty.maximum) / MBQ_HOUR),
      words:
        'One standard uncertainty of the time-integrated activity of a voxel, by the noise of the images and the spread of the voxels; calibration, recovery and outlines are not in it.',
    },
    {
      id: 'half-life',
      label: 'Effective half-life',
      volume: halfLife,
      unit: 'h',
      per: HOUR_S,
      high: roundUp(halfLife.maximum / HOUR_S),
      words:
        'Of the slowest phase, never above the physical half-life. Voxels of little activity have that of their structure; 0 where nothing was measured.',
    },
    ...(doseRate
      ? [
          {
            id: 'dose-uncertainty',
            label: 'Uncertainty of the dose',
            volume: doseRate.uncertainty,
            unit: 'Gy',
            per: 1,
            high: roundUp(SHARE * doseRate.uncertainty.maximum),
            words:
              'One standard uncertainty of the dose of a voxel, by the curve through its dose rates; what the structure shares is in the table.',
          } as const,
        ]
      : []),
  ]
}
