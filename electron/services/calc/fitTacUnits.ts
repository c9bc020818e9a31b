/** Units of parameters of a curve as users see them. */
import type { FittedParameter } from '../../../native-core/kinetics/index.ts'
import { BQ_PER_MBQ, SECONDS_PER_HOUR } from '../../../native-core/units/index.ts'

/** What a value in the core's unit is multiplied by, and the unit it then has. */
export function userFactor(unit: FittedParameter['unit']): { readonly factor: number; readonly unit: string } {
  switch (unit) {
    case 'Bq':
      return { factor: 1 / BQ_PER_MBQ, unit: 'MBq' }
    case 'Bq·s':
      return { factor: 1 / (BQ_PER_MBQ * SECONDS_PER_HOUR), unit: 'MBq·h' }
    case 'Bq/s':
      return { factor: SECONDS_PER_HOUR / BQ_PER_MBQ, unit: 'MBq/h' }
    case '1/s':
      return { factor: SECONDS_PER_HOUR, unit: '1/h' }
    case 's':
      return { factor: 1 / SECONDS_PER_HOUR, unit: 'h' }
    case '1':
      return { factor: 1, unit: '1' }
  }
}
