/** `quantify hybrid`: a planar time course brought to activity by one SPECT/CT. */
import { z } from 'zod'
import { hybridSeries } from '../../../native-core/imaging/planar/index.ts'
import { fitSeries } from '../../../native-core/kinetics/samples/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import { measured, modelField, toMeasured } from './fields.ts'
import { inUnit, seriesJson } from './seriesJson.ts'

/** How far a SPECT may lie outside the planar times where nothing is said: it is often taken right after a planar image. Designed. */
const REACH_H = 2

export const hybridRequestSchema = z.strictObject({
  nuclide: z.string().min(1).max(20),
  reachH: z
    .number()
    .nonnegative()
    .default(REACH_H)
    .meta({ unit: 'h', description: 'How far a SPECT may lie outside the planar times' }),
  fit: modelField.optional(),
  structures: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        planar: z
          .array(
            z.strictObject({
              timeH: z.number().nonnegative(),
              value: measured(
                'any',
                'Relative planar value, not decay-corrected: geometric mean of net counts or planar activity',
              ),
            }),
          )
          .min(1),
        spect: z.strictObject({
          timeH: z.number().nonnegative(),
          activityMbq: measured('MBq', 'Activity from SPECT/CT at that time'),
        }),
      }),
    )
    .min(1)
    .max(500),
})

export type HybridRequest = z.output<typeof hybridRequestSchema>

/** @throws InputError of `hybridSeries` and of the fit. */
export function quantifyHybrid(request: HybridRequest, halfLifeS: number) {
  return request.structures.map(({ name, planar, spect }) => {
    const { series, scaleBqPerUnit, planarAtSpect, remarks } = hybridSeries({
      label: name,
      planar: planar.map(({ timeH, value }) => ({ timeS: hoursToSeconds(timeH), reading: toMeasured(value) })),
      spect: { timeS: hoursToSeconds(spect.timeH), activityBq: toMeasured(spect.activityMbq, 1e6) },
      reachS: hoursToSeconds(request.reachH),
    })
    const fit =
      request.fit === undefined ? null : fitSeries(series, { physicalHalfLifeS: halfLifeS, model: request.fit })
    return {
      ...seriesJson(series, fit),
      scaleMbqPerUnit: inUnit(scaleBqPerUnit, 1e-6),
      planarAtSpect,
      remarks,
    }
  })
}
