/** The truth.json of a synthetic case: what the analysis must find again. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProtocolInput } from '../../../electron/contracts/protocol.ts'

export interface TruthRegion {
  readonly volume_ml: number
  readonly mass_g: number
  readonly mean_dose_led_gy: number
}
export interface TruthSessionRegion {
  readonly volume_ml: number
  readonly activity_mbq: number
  readonly conc_bq_ml: number
  readonly recovery_coefficient?: number
  readonly voi_mean_image_bq_ml?: number
}
export interface CaseTruth {
  readonly cycles: readonly {
    readonly cycle: number
    readonly administered_mbq: number
    readonly reference_session: number
    readonly regions: Readonly<Record<string, TruthRegion>>
    readonly sessions: readonly {
      readonly t_h: number
      readonly regions: Readonly<Record<string, TruthSessionRegion>>
    }[]
  }[]
}

/** ../shared beside the repository; may be missing. */
export const sharedFolder = fileURLToPath(new URL('../../../../shared/', import.meta.url))

export function sharedCase(name: string): string | null {
  const folder = join(sharedFolder, 'cases', name)
  return existsSync(join(folder, 'truth.json')) ? folder : null
}

export function readTruth(folder: string): CaseTruth {
  return JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as CaseTruth
}

/** Measured over true concentration of one region at each time point: what a perfect outline sees in the image. */
export function recoveries(truth: CaseTruth, cycle: number, region: string): number[] {
  return (truth.cycles[cycle]?.sessions ?? []).map(({ regions }) => {
    const { voi_mean_image_bq_ml: seen, conc_bq_ml: real } = regions[region] ?? { conc_bq_ml: NaN }
    return (seen ?? NaN) / real
  })
}

/** Regions of the simulation that no structure set outlines. */
const NOT_OUTLINED = new Set(['LUNGS', 'REMAINDER'])

/** The true recovery coefficients as a protocol's corrections. */
export function recoveryProtocol(truth: CaseTruth): ProtocolInput {
  return {
    recoveryCoefficients: truth.cycles.flatMap((cycle, position) =>
      Object.entries(cycle.sessions[0]?.regions ?? {})
        .filter(([name, region]) => region.voi_mean_image_bq_ml !== undefined && !NOT_OUTLINED.has(name))
        .map(([structure]) => ({
          structure,
          cycle: cycle.cycle,
          coefficient: recoveries(truth, position, structure),
          relativeUncertainty: 0.01,
        })),
    ),
  }
}
