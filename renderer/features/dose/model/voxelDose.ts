/** A voxel dose in the units of the screen: Gy, or mGy/h for a dose rate. */
import type {
  CycleAnalysis,
  VoxelDoseResult,
  VoxelDoseStructure,
  VoxelDoseSummary,
} from '../../../../electron/contracts/index.ts'
import { GBQ, GRAM_KG, HOUR_S } from '../../../units.ts'
import { formatHours, formatNumber } from '../../../ui/index.ts'
import type { DvhCurve, DvhKind } from './dvhPlot.ts'

export interface DoseUnit {
  readonly unit: string
  /** Divide a stored value (Gy, Gy/s) by it. */
  readonly per: number
}

/** Dose rates of therapies are milligray an hour in most tissues most of the time. */
export const unitOf = (quantity: VoxelDoseSummary['quantity']): DoseUnit =>
  quantity === 'dose' ? { unit: 'Gy', per: 1 } : { unit: 'mGy/h', per: 1e-3 / HOUR_S }

export function titleOf(summary: VoxelDoseSummary): string {
  const what = summary.quantity === 'dose' ? 'dose' : `dose rate, ${formatHours(summary.hoursAfterInjection)}`
  return `${summary.engine.name}: ${what}`
}

/** Words of the activity map's options that may differ between two results. */
const OPTION_LABELS: Readonly<Record<string, string>> = {
  matchStructures: 'structures matched',
  beforeFirst: 'before the first image',
  negligibleShare: 'negligible share',
  steepestFall: 'steepest fall',
  curve: 'curve of a voxel',
  regularisation: 'regularisation',
  order: 'order',
  spread: 'spread',
  noise: 'noise',
}
const valueText = (value: unknown): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value).replaceAll('-', ' ')

/** The options of a run side by side, those of a fit among the others. */
function settingsOf({ engine, activityMap }: VoxelDoseSummary): Record<string, unknown> {
  const { fit, ...map } = activityMap
  const { spread, noise } = fit ?? {}
  return {
    ...engine.parameters,
    ...map,
    curve: fit?.model ?? 'trapezoids',
    ...(fit ? { regularisation: fit.regularisation, order: fit.order } : {}),
    ...(spread && noise
      ? {
          spread: Object.values(spread).map(rounded).join('/'),
          noise: [noise.fraction, noise.absoluteShare]
            .map(rounded)
            .concat(noise.byCounts ? 'by counts' : [])
            .join('/'),
        }
      : {}),
  }
}
const rounded = (value: number): string => String(Number(value.toPrecision(3)))

/**
 * A title for each result: engine and quantity, and where two have the same, the settings that differ between them, else when it was made.
 * @param labelOf the name of an engine's parameter
 */
export function titlesOf(
  summaries: readonly VoxelDoseSummary[],
  labelOf: (engineId: string, parameterId: string) => string = (_, id) => id,
): Map<string, string> {
  const plain = summaries.map(titleOf)
  return new Map(
    summaries.map((summary, at) => {
      const title = plain[at] as string
      const alike = summaries.filter((_, other) => plain[other] === title)
      if (alike.length === 1) return [summary.doseId, title]
      const own = settingsOf(summary)
      const differing = Object.keys(own).filter((id) =>
        alike.some((other) => {
          const others = settingsOf(other)
          return id in others && others[id] !== own[id]
        }),
      )
      const words = differing.map(
        (id) => `${OPTION_LABELS[id] ?? labelOf(summary.engine.id, id)}: ${valueText(own[id])}`,
      )
      return [summary.doseId, `${title} (${words.join(', ') || summary.createdAt.slice(0, 16).replace('T', ' ')})`]
    }),
  )
}

export interface VoxelDoseRow {
  readonly name: string
  readonly kind: VoxelDoseStructure['kind']
  readonly massG: number
  readonly mean: { readonly value: number; readonly u: number | null }
  /** The structure's own dose by the analysis, without voxels; null for a dose rate and where it has none. */
  readonly structureMean: { readonly value: number; readonly u: number } | null
  /** Gy/GBq; null for a dose rate. */
  readonly perGbq: { readonly value: number; readonly u: number | null } | null
  readonly minimum: number
  readonly d98: number
  readonly d50: number
  readonly d2: number
  readonly maximum: number
  readonly homogeneity: number | null
  readonly remarks: readonly string[]
}

/** Rows of the table; `cycle` is the analysis that the dose was made from. */
export function voxelDoseRows(result: VoxelDoseResult, cycle: CycleAnalysis | null): VoxelDoseRow[] {
  const { quantity } = result.summary
  const { per } = unitOf(quantity)
  const administered = cycle?.administration.activityBq ?? null
  return result.structures.map((structure): VoxelDoseRow => {
    const own = cycle?.structures.find(({ name }) => name === structure.name)?.doses[0]?.doseGy
    const u = structure.meanStandardUncertaintyGy
    const matched = result.activity.structures.find(({ name }) => name === structure.name)
    const perGbq = administered && quantity === 'dose' ? structure.meanGy / (administered.value / GBQ) : null
    const relativeActivity = administered ? administered.standardUncertainty / administered.value : 0
    return {
      name: structure.name,
      kind: structure.kind,
      massG: structure.massKg / GRAM_KG,
      mean: { value: structure.meanGy / per, u: u === null ? null : u / per },
      structureMean: own && quantity === 'dose' ? { value: own.value, u: own.standardUncertainty } : null,
      perGbq:
        perGbq === null
          ? null
          : {
              value: perGbq,
              u:
                u === null || structure.meanGy <= 0
                  ? null
                  : perGbq * Math.hypot(u / structure.meanGy, relativeActivity),
            },
      minimum: structure.minimumGy / per,
      d98: structure.d98Gy / per,
      d50: structure.d50Gy / per,
      d2: structure.d2Gy / per,
      maximum: structure.maximumGy / per,
      homogeneity: structure.homogeneity,
      remarks: [
        matched?.note ?? '',
        structure.insideGrid < 0.995
          ? `${formatNumber(100 * (1 - structure.insideGrid), 2)} % of it lies outside the dose grid and counts nowhere here.`
          : '',
      ].filter((remark) => remark !== ''),
    }
  })
}

/** The curves of a chart, in the units of the screen. */
export function dvhCurves(result: VoxelDoseResult, kind: DvhKind): DvhCurve[] {
  const { per } = unitOf(result.summary.quantity)
  return result.structures.map(({ name, histogram }): DvhCurve => {
    const cumulative = kind === 'cumulative'
    return {
      structure: name,
      doses: histogram.doseGy.map((dose) => dose / per),
      share: cumulative ? histogram.cumulative : histogram.differentialPerGy.map((share) => share * per),
      lower: cumulative ? histogram.lower : null,
      upper: cumulative ? histogram.upper : null,
    }
  })
}

/** Images against curves: how far the map of the images alone was from what each structure's curve says, per cent. */
export function agreementRows(result: VoxelDoseResult): {
  readonly name: string
  readonly imagesPercent: number | null
  readonly usedPercent: number | null
  readonly note: string
}[] {
  return result.activity.structures.map(({ name, mapPerMl, expectedPerMl, agreement, note }) => ({
    name,
    imagesPercent:
      mapPerMl !== null && expectedPerMl !== null && expectedPerMl > 0 ? (100 * mapPerMl) / expectedPerMl : null,
    usedPercent: agreement === null ? null : 100 * agreement,
    note,
  }))
}

/** A relative standard uncertainty of each structure's dose, for the value under the cursor. */
export function relativeUncertainties(result: VoxelDoseResult): Map<string, number> {
  return new Map(
    result.structures.flatMap(({ name, meanGy, meanStandardUncertaintyGy, statisticalSdGy }) => {
      if (meanStandardUncertaintyGy === null || !(meanGy > 0)) return []
      // The noise of the engine is that of the voxel there, not that of the mean.
      const systematic = Math.sqrt(Math.max(0, meanStandardUncertaintyGy ** 2 - (statisticalSdGy ?? 0) ** 2))
      return [[name, systematic / meanGy]]
    }),
  )
}
