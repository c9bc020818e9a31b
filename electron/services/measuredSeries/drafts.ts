/** Answers of `quantify` as series to be stored: drafts, of which nothing is stored yet. */
import { InputError } from '../../../native-core/errors/index.ts'
import { ACTIVITY_METER, activitySeriesSchema } from '../../contracts/measuredSeries.ts'
import type { PlanarOrigin } from '../../contracts/planarRegions.ts'
import type {
  ActivitySeries,
  SeriesCommon,
  SeriesMass,
  SeriesRegion,
  SeriesSource,
} from '../../contracts/measuredSeries.ts'
import { toMeasured } from '../planar/index.ts'
import type { HybridRequest, PlanarRequest, planarJson, quantifyHybrid, SeriesJson } from '../planar/index.ts'

/** What a series is to be, beside what was measured. */
export interface DraftFor {
  readonly cycle: number
  readonly structure: string
  readonly region: SeriesRegion
  readonly mass: SeriesMass | null
  /** Own relative standard uncertainty of points that state none; left out: they keep 0, and are refused when they are stored. */
  readonly pointRelativeUncertainty?: number | undefined
}

/** What it was made from. */
export interface MadeFrom {
  readonly nuclide: string
  readonly requestHash: string
  readonly inputHashes: readonly string[]
  readonly softwareVersion: string
  /** Of planar images: kept with the series, so that its regions can be drawn further. */
  readonly planar?: PlanarOrigin
}

interface Draft {
  readonly series: SeriesJson
  readonly source: SeriesSource
  readonly method: string
  readonly common: readonly SeriesCommon[]
  readonly remarks: readonly string[]
}

/** Longest text of a remark in the contract. */
const LONGEST = 1000

/** A series in MBq as the content of a measured series in Bq. */
export function draftOf(
  { series, source, method, common, remarks }: Draft,
  what: DraftFor,
  from: MadeFrom,
): ActivitySeries {
  const { pointRelativeUncertainty: given } = what
  const unstated = series.points.filter((point) => point.independentStandardUncertaintyMbq === 0).length
  const said =
    given !== undefined && unstated > 0
      ? [
          `${unstated} of ${series.points.length} points state no uncertainty of their own: ${given * 100} % was given by a person.`,
        ]
      : []
  return activitySeriesSchema.parse({
    kind: 'activity',
    cycle: what.cycle,
    structure: what.structure,
    region: what.region,
    source,
    nuclide: from.nuclide,
    curve: {
      quantity: 'activity',
      points: series.points.map(({ timeH, activityMbq, independentStandardUncertaintyMbq: own }) => ({
        hoursAfterInjection: timeH,
        activityBq: activityMbq.value * 1e6,
        standardUncertaintyBq: own > 0 ? own * 1e6 : (given ?? 0) * Math.abs(activityMbq.value) * 1e6,
      })),
    },
    common: common.filter(({ relativeStandardUncertainty }) => relativeStandardUncertainty > 0),
    mass: what.mass,
    origin: {
      method,
      requestHash: from.requestHash,
      inputHashes: [...from.inputHashes],
      softwareVersion: from.softwareVersion,
      ...(from.planar ? { planar: from.planar } : {}),
    },
    remarks: [...new Set([...remarks, ...said])].map((remark) => remark.slice(0, LONGEST)).slice(0, 100),
  } satisfies Record<keyof ActivitySeries, unknown>)
}

/**
 * A region of planar images, or the whole body.
 *
 * @param region of the request; null: the whole body
 * @throws InputError `series.region` where the answer has no such region
 */
export function planarDraft(
  result: ReturnType<typeof planarJson>,
  request: PlanarRequest,
  region: string | null,
  what: DraftFor,
  from: MadeFrom,
): ActivitySeries {
  if (region === null) {
    if (!result.wholeBody)
      throw new InputError(
        'series.region',
        'The request does not ask for the whole body.',
        `Name one of its regions: ${result.regions.map(({ label }) => label).join(', ')}.`,
      )
    const given = toMeasured(request.wholeBody?.administeredActivityMbq ?? 0)
    return draftOf(
      {
        series: result.wholeBody,
        source: 'planar',
        method: 'whole-body geometric mean relative to the first scan (MIRD Pamphlet 16)',
        common: commonOfRelative(result.wholeBody, given, what),
        remarks: result.remarks,
      },
      what,
      from,
    )
  }
  const found = result.regions.find(({ label }) => label === region)
  if (!found)
    throw new InputError(
      'series.region',
      `The request has no region "${region}".`,
      `It has: ${result.regions.map(({ label }) => label).join(', ') || 'only the whole body'}.`,
    )
  const budget = found.times[0]?.relativeBudget
  const { value } = toMeasured(request.sensitivityCpsPerMbq)
  const common: SeriesCommon[] = budget
    ? [
        { source: `planar sensitivity ${value} cps/MBq`, relativeStandardUncertainty: budget.sensitivity },
        { source: `planar attenuation of ${what.structure}`, relativeStandardUncertainty: budget.transmission },
        {
          source: `planar self-attenuation of ${what.structure}`,
          relativeStandardUncertainty: budget.sourceAttenuation,
        },
      ]
    : []
  return draftOf(
    {
      series: found,
      source: 'planar',
      method: `conjugate views of region "${region}" (MIRD Pamphlet 16), scatter: ${request.scatter.method}`,
      common,
      remarks: result.remarks,
    },
    what,
    from,
  )
}

/**
 * A planar course that one SPECT/CT has scaled already.
 *
 * @param name of the request's structure; left out: the one named as the series, or the only one
 * @throws InputError `series.region`
 */
export function hybridDraft(
  structures: ReturnType<typeof quantifyHybrid>,
  request: HybridRequest,
  name: string | undefined,
  what: DraftFor,
  from: MadeFrom,
): ActivitySeries {
  const labels = structures.map(({ label }) => label)
  const wanted = chosen(labels, name, what.structure)
  const found = structures.find(({ label }) => label === wanted)
  if (!found)
    throw new InputError(
      'series.region',
      `The request has no structure "${name ?? what.structure}".`,
      `It has: ${labels.join(', ')}.`,
    )
  const spect = request.structures.find((one) => one.name === wanted)?.spect
  return draftOf(
    {
      series: found,
      source: 'hybrid',
      method: `planar time course scaled by the SPECT/CT of ${spect?.timeH ?? '?'} h (Koral et al., J Nucl Med 41 (2000) 1579)`,
      common: [
        {
          source: `SPECT/CT scale of ${what.structure}, cycle ${what.cycle}`,
          relativeStandardUncertainty: found.commonRelativeUncertainty,
        },
      ],
      remarks: found.remarks,
    },
    what,
    from,
  )
}

/** What of several is meant: the name given, the one named as the series, or the only one. */
export const chosen = (labels: readonly string[], name: string | undefined, structure: string): string | undefined =>
  name ?? (labels.includes(structure) ? structure : labels.length === 1 ? labels[0] : undefined)

/** Of a series relative to the administered activity: its error, and that of the reading that all are relative to. */
export function commonOfRelative(
  { commonRelativeUncertainty: all }: SeriesJson,
  given: { readonly value: number; readonly standardUncertainty: number },
  { structure, cycle }: DraftFor,
): SeriesCommon[] {
  const administered = given.value > 0 ? given.standardUncertainty / given.value : 0
  return [
    { source: ACTIVITY_METER, relativeStandardUncertainty: administered },
    {
      source: `first reading of ${structure}, cycle ${cycle}`,
      relativeStandardUncertainty: Math.sqrt(Math.max(0, all * all - administered * administered)),
    },
  ]
}
