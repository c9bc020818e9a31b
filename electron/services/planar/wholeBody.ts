/** The whole body's activity relative to the first scan. */
import { InputError } from '../../../native-core/errors/index.ts'
import { geometricMean } from '../../../native-core/imaging/planar/index.ts'
import type { PlanarView } from '../../../native-core/imaging/planar/index.ts'
import { relativeToFirst } from '../../../native-core/kinetics/samples/index.ts'
import type { ScaledSeries } from '../../../native-core/kinetics/samples/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { toMeasured, toRoi } from './fields.ts'
import { primaryCounts } from './measureRegion.ts'
import type { PlanarRequest } from './request.ts'
import type { Scan } from './scans.ts'

/** √(anterior · posterior) of all counts, relative to the first scan. Sweeps at another speed are comparable by their rates. */
export function wholeBodySeries(
  { administeredActivityMbq, background }: NonNullable<PlanarRequest['wholeBody']>,
  scatter: PlanarRequest['scatter'],
  scans: readonly Scan[],
  halfLifeS: number,
): ScaledSeries {
  const points = scans.map(({ timeS, where, views, effectiveS }) => {
    const rate = (view: PlanarView): Measured => {
      const frames = views[view]
      const { columns, rows, pixelSpacingMm } = frames.peak.frame
      const [dx, dy] = pixelSpacingMm
      const edges = [-dx / 2, -dy / 2, (columns - 0.5) * dx, (rows - 0.5) * dy] as const
      const whole = primaryCounts(frames, toRoi('whole body', { rectangleMm: edges }), scatter)
      const beside = background ? primaryCounts(frames, toRoi('beside the patient', background), scatter) : null
      const area = beside ? whole.areaMm2 / beside.areaMm2 : 0
      return {
        value: (whole.primary.value - area * (beside?.primary.value ?? 0)) / effectiveS,
        standardUncertainty:
          Math.hypot(whole.primary.standardUncertainty, area * (beside?.primary.standardUncertainty ?? 0)) / effectiveS,
      }
    }
    try {
      return { timeS, reading: geometricMean(rate('anterior'), rate('posterior')) }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      throw new InputError(error.code, `${where}, whole body: ${error.message}`, error.hint)
    }
  })
  return relativeToFirst({
    label: 'whole body',
    points,
    administeredActivityBq: toMeasured(administeredActivityMbq, 1e6),
    halfLifeS,
  })
}
