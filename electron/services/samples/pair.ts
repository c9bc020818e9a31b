/** `quantify pair`: a diagnostic series with another nuclide re-decayed to the therapy. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { LARGEST_SHARE_AFTER, pairedSeries, pairedTia } from '../../../native-core/kinetics/pair/index.ts'
import type { PairedTia } from '../../../native-core/kinetics/pair/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import { inUnit, measured, modelField, seriesJson, toMeasured } from '../planar/index.ts'

/** What the points hold. Shares per g are decay-corrected to the administration, as biodistributions are published. */
const QUANTITIES = {
  'activity-mbq': { unit: 'MBq', ofBq: 1e-6 },
  'concentration-bq-per-ml': { unit: 'Bq/mL', ofBq: 1 },
  'percent-per-g': { unit: 'Bq/g', ofBq: 1 },
} as const

const partner = z.strictObject({
  nuclide: z.string().min(1).max(20),
  administeredActivityMbq: measured('MBq', 'Net administered activity'),
})

export const pairRequestSchema = z.strictObject({
  diagnostic: partner,
  therapy: partner,
  quantity: z.enum(['activity-mbq', 'concentration-bq-per-ml', 'percent-per-g']).default('activity-mbq').meta({
    description:
      'activity-mbq and concentration-bq-per-ml: as at the time; percent-per-g: % of the administered activity per g, decay-corrected',
  }),
  fit: modelField.default('auto'),
  largestShareAfter: z
    .number()
    .min(0)
    .max(1)
    .default(LARGEST_SHARE_AFTER)
    .meta({ description: "Largest share of the therapy's time-integrated activity after the last diagnostic point" }),
  structures: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        agentFactor: measured('1', 'Retention of the therapy agent over that of the diagnostic one').optional(),
        points: z
          .array(
            z.strictObject({ timeH: z.number().nonnegative(), value: measured('as quantity', 'Diagnostic value') }),
          )
          .min(1),
      }),
    )
    .min(1)
    .max(500),
})

export type PairRequest = z.output<typeof pairRequestSchema>

/** Each structure's therapy series; a structure that cannot be integrated says why in `problem`, and keeps its series. */
export function quantifyPair(
  request: PairRequest,
  halfLifeS: (nuclide: string) => { name: string; halfLifeS: number },
) {
  const side = ({ nuclide, administeredActivityMbq }: PairRequest['diagnostic']) => {
    const found = halfLifeS(nuclide)
    return {
      nuclide: found.name,
      halfLifeS: found.halfLifeS,
      administeredActivityBq: toMeasured(administeredActivityMbq, 1e6),
    }
  }
  const [diagnostic, therapy] = [side(request.diagnostic), side(request.therapy)]
  const { unit, ofBq } = QUANTITIES[request.quantity]
  const lambda = Math.LN2 / diagnostic.halfLifeS
  const toBq = (timeS: number): number =>
    request.quantity === 'percent-per-g'
      ? (diagnostic.administeredActivityBq.value / 100) * Math.exp(-lambda * timeS)
      : 1 / ofBq
  return {
    unit,
    structures: request.structures.map(({ name, agentFactor, points }) => {
      const given = {
        label: name,
        diagnostic,
        therapy,
        agentFactor: agentFactor === undefined ? null : toMeasured(agentFactor),
        points: points.map(({ timeH, value }) => {
          const timeS = hoursToSeconds(timeH)
          return { timeS, activityBq: toMeasured(value, toBq(timeS)) }
        }),
      }
      const paired = pairedSeries(
        // A share per g has no uncertainty of the diagnostic activity left in it.
        request.quantity === 'percent-per-g' ? { ...given, diagnostic: withoutUncertainty(diagnostic) } : given,
      )
      const within = (largestShareAfter: number) =>
        integrated(() => pairedTia(paired, given, { model: request.fit, largestShareAfter }))
      const { tia, problem } = within(request.largestShareAfter)
      // What was refused for its share still says it.
      const share = (tia ?? within(1).tia)?.shareAfterLastPoint ?? null
      const { series } = paired
      return {
        name,
        retention: paired.retention,
        points: series.timesS.map((timeS, i) => ({
          timeH: timeS / 3600,
          value: inUnit({ value: series.activityBq[i] ?? NaN, standardUncertainty: series.sigmaBq[i] ?? NaN }, ofBq),
        })),
        commonRelativeUncertainty: series.commonRelativeUncertainty,
        shareAfterLastPoint: share,
        tia: tia && {
          unit: `${unit}·h`,
          value: inUnit(tia.tiaBqS, ofBq / 3600),
          model: tia.fit.model,
          shareBeforeFirstPoint: tia.shareBeforeFirstPoint,
          diagnosticHalfLivesAtLastPoint: tia.diagnosticHalfLivesAtLastPoint,
        },
        fit: tia && seriesJson(series, tia).fit,
        problem,
        remarks: tia?.remarks ?? paired.remarks,
      }
    }),
  }
}

function withoutUncertainty<P extends { readonly administeredActivityBq: Measured }>(one: P): P {
  return { ...one, administeredActivityBq: { ...one.administeredActivityBq, standardUncertainty: 0 } }
}

function integrated(run: () => PairedTia): { readonly tia: PairedTia | null; readonly problem: string | null } {
  try {
    return { tia: run(), problem: null }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { tia: null, problem: `${error.message} ${error.hint}` }
  }
}
