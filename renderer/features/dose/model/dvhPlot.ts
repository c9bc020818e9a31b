/** Cumulative and differential dose–volume histograms as uPlot draws them. Doses in the chart's unit, volumes in per cent of the structure. */
import type uPlot from 'uplot'
import { formatNumber, plotAxis, type AxisLook } from '../../../ui/index.ts'
import type { Plot, Read } from '../../display/index.ts'

export interface DvhCurve {
  readonly structure: string
  readonly doses: readonly number[]
  /** Share of the volume that gets at least that dose (cumulative) or the share per unit of dose (differential), with its 95 % band. */
  readonly share: readonly number[]
  readonly lower: readonly number[] | null
  readonly upper: readonly number[] | null
}

export interface DvhLook extends AxisLook {
  readonly colourOf: (structure: string) => string
  readonly dashOf: (structure: string) => readonly number[]
}

export type DvhKind = 'cumulative' | 'differential'

/** Linear between the given doses; before the first its value, 0 beyond the last. */
function at(doses: readonly number[], values: readonly number[], dose: number): number {
  const last = doses.length - 1
  if (last < 0 || dose > (doses[last] as number)) return 0
  if (dose <= (doses[0] as number)) return values[0] as number
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((doses[middle] as number) <= dose) low = middle
    else high = middle
  }
  const from = doses[low] as number
  const to = doses[high] as number
  const share = to > from ? (dose - from) / (to - from) : 0
  return (values[low] as number) * (1 - share) + (values[high] as number) * share
}

/**
 * All curves on one dose axis of `samples` steps: uPlot needs one axis for all. Columns: dose; for each curve upper and lower end of its
 * band (the curve itself where there is none), then the curve. Cumulative shares become per cent.
 */
export function dvhColumns(curves: readonly DvhCurve[], kind: DvhKind, samples = 600): number[][] {
  const top = Math.max(0, ...curves.map((curve) => curve.doses.at(-1) ?? 0))
  const doses = Array.from({ length: samples + 1 }, (_, index) => (top * index) / samples)
  const factor = kind === 'cumulative' ? 100 : 1
  const sampled = (curve: DvhCurve, values: readonly number[] | null): number[] =>
    doses.map((dose) => factor * at(curve.doses, values ?? curve.share, dose))
  return [
    doses,
    ...curves.flatMap((curve) => [
      sampled(curve, curve.upper),
      sampled(curve, curve.lower),
      sampled(curve, curve.share),
    ]),
  ]
}

export function dvhOptions(
  curves: readonly DvhCurve[],
  kind: DvhKind,
  unit: string,
  look: DvhLook,
  highlighted: string | null,
  read: Read,
): Plot['options'] {
  const hidden: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } }
  return {
    legend: { show: false },
    padding: [8, 14, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false },
      y: kind === 'cumulative' ? { range: [0, 102] } : {},
    },
    axes: [plotAxis(look, unit, 1.9), plotAxis(look, kind === 'cumulative' ? '% of volume' : `share per ${unit}`, 3.6)],
    bands: curves.flatMap((curve, index) =>
      curve.lower && curve.upper
        ? [
            {
              series: [1 + 3 * index, 2 + 3 * index] as [number, number],
              fill: `color-mix(in srgb, ${look.colourOf(curve.structure)} 20%, transparent)`,
            },
          ]
        : [],
    ),
    series: [
      {},
      ...curves.flatMap((curve): uPlot.Series[] => [
        hidden,
        hidden,
        {
          stroke: look.colourOf(curve.structure),
          width: curve.structure === highlighted ? 3.5 : 1.8,
          dash: [...look.dashOf(curve.structure)],
          points: { show: false },
        },
      ]),
    ],
    hooks: {
      setCursor: [
        (plot) => {
          const left = plot.cursor.left ?? -1
          if (left < 0) return read('')
          const dose = plot.posToVal(left, 'x')
          const curve = curves.find((one) => one.structure === highlighted) ?? curves[0]
          if (!curve) return read('')
          const share = at(curve.doses, curve.share, dose)
          read(
            kind === 'cumulative'
              ? `${curve.structure}: ${formatNumber(share * 100, 3)} % get ${formatNumber(dose, 3)} ${unit} or more`
              : `${curve.structure}: ${formatNumber(share, 3)} per ${unit} at ${formatNumber(dose, 3)} ${unit}`,
          )
        },
      ],
    },
  }
}
