/** The unit that an emission image is shown in: as it is stored, or an SUV. */
import type { SuvKind, SuvTimePoint } from '../../../../electron/contracts/index.ts'
import type { ImageLayer } from '../../../viewer/index.ts'

export type EmissionUnit = 'stored' | SuvKind

export const SUV_NAMES: Readonly<Record<SuvKind, string>> = {
  weight: 'SUVbw',
  'lean-mass': 'SUVlbm',
  surface: 'SUVbsa',
}

export const SUV_KINDS: readonly SuvKind[] = ['weight', 'lean-mass', 'surface']

/** "SUVbw g/mL" */
export const suvUnitText = (kind: SuvKind): string => `${SUV_NAMES[kind]} ${kind === 'surface' ? 'cm²/mL' : 'g/mL'}`

/** The layer in that unit; as it is stored where its time point has no such scale. */
export function layerIn(layer: ImageLayer, unit: EmissionUnit, scales: SuvTimePoint | undefined): ImageLayer {
  const scale = unit === 'stored' ? undefined : scales?.scales.find(({ kind }) => kind === unit)
  return scale ? { ...layer, unit: suvUnitText(scale.kind), perUnit: 1 / scale.suvPerStored.value } : layer
}
