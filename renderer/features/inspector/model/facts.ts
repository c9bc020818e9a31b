import type { ImageQuantity, VolumeRef } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'

/** "128 × 128 × 60, 3.40 × 3.40 × 5.00 mm". */
export function gridText(grid: VolumeRef['grid']): string {
  return `${grid.dimensions.join(' × ')}, ${grid.spacingMm.map((mm) => formatNumber(mm, 3)).join(' × ')} mm`
}

const origins = {
  'real-world-value-mapping': 'real-world value mapping',
  'rescale-units': 'rescale with stated units',
  'pt-units': 'PET units of the file',
  'parametric-map': 'parametric map',
} as const

/** What the values of an image are and how the file says so. */
export function quantityText(quantity: ImageQuantity): string {
  switch (quantity.kind) {
    case 'HU':
      return 'CT numbers in HU'
    case 'activity-concentration':
      return `activity concentration by ${origins[quantity.origin]}`
    case 'counts':
      return quantity.acquisitionDurationS === null
        ? 'counts, acquisition time unknown'
        : `counts in ${formatNumber(quantity.acquisitionDurationS, 4)} s`
    case 'absorbed-dose':
      return 'absorbed dose in Gy'
    case 'arbitrary':
      return `no known unit${quantity.unit ? ` (${quantity.unit})` : ''}`
  }
}
