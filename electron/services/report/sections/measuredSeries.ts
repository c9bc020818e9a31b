/** Which measured series the curves are of: how they were measured, used and scaled, and their points. */
import type { CycleAnalysis, StructureResult } from '../../../contracts/analysis.ts'
import type { MeasuredSeriesEntry, MeasuredSeriesResult } from '../../../contracts/measuredSeries.ts'
import { USE_WORDS } from '../../measuredSeries/checkSeries.ts'
import type { Block, Cell } from '../../ports/reportDocument.ts'
import { MISSING, printFixed, printNumber, printPercent, printUncertain } from '../numbers.ts'

const S_PER_H = 3600

type WithSeries = StructureResult & { readonly measuredSeries: MeasuredSeriesResult }

const hasSeries = (structure: StructureResult): structure is WithSeries => structure.measuredSeries !== undefined

/** Tables of a cycle's series; nothing where all curves are of images. */
export function measuredSeriesBlocks(cycle: CycleAnalysis): Block[] {
  const found = cycle.structures.filter(hasSeries)
  if (found.length === 0) return []
  return [
    { kind: 'heading', level: 2, text: 'Measured series' },
    {
      kind: 'table',
      columns: [
        { title: 'Structure', kind: 'text', stretch: 0 },
        { title: 'Measured with', kind: 'text', stretch: 1.2 },
        { title: 'Use', kind: 'text', stretch: 0.8 },
        { title: 'Common to its points', kind: 'text', stretch: 1.2 },
      ],
      rows: found.map(({ name, measuredSeries }): Cell[] => [
        [{ text: name, style: 'strong' }],
        [{ text: measuredSeries.source }, { text: `\n${measuredSeries.method}`, style: 'note' }],
        useWords(measuredSeries),
        commonWords(measuredSeries),
      ]),
      notes: [
        'Relative standard uncertainties that all points of a series share (k = 1); equal sources are one error in all structures and cycles.',
        ...found.flatMap(({ name, measuredSeries: { remarks, isOutlined } }) => [
          ...(isOutlined ? [] : [`${name}: no image outlines it.`]),
          ...remarks.map((remark) => `${name}: ${remark}`),
        ]),
      ],
    },
    {
      kind: 'table',
      columns: [
        { title: 'Structure', kind: 'text', stretch: 0 },
        { title: 'After injection', unit: 'h', kind: 'number', stretch: 0 },
        { title: 'Activity', unit: 'MBq', kind: 'uncertain', stretch: 0 },
        { title: '', kind: 'text', stretch: 1 },
      ],
      rows: found.flatMap(pointRows),
      notes: ['Points of the series at their times; ± is of the point alone.'],
    },
  ]
}

function useWords({ use, seriesPoints, imagePoints, scale }: MeasuredSeriesResult): string {
  const points = `${seriesPoints} of the series${imagePoints > 0 ? ` and ${imagePoints} of images` : ''} in the fit`
  const pairs = scale?.pairs.map(
    ({ seriesTimeS, imageTimeS }) => `${hoursOf(imageTimeS)} h to the point of ${hoursOf(seriesTimeS)} h`,
  )
  return pairs ? `${USE_WORDS[use]}: that of ${pairs.join(', ')}; ${points}` : `${USE_WORDS[use]}; ${points}`
}

function commonWords({ common, scale }: MeasuredSeriesResult): string {
  if (scale)
    return `scale by the images ${printPercent(scale.relativeStandardUncertainty)} %, and what the images share`
  return (
    common
      .map(({ source, relativeStandardUncertainty }) => `${source} ${printPercent(relativeStandardUncertainty)} %`)
      .join(', ') || 'nothing stated'
  )
}

function pointRows({ name, points }: WithSeries): Cell[][] {
  return points
    .filter((point) => point.measuredSeries !== undefined)
    .map((point, i) => [
      i === 0 ? [{ text: name, style: 'strong' }] : '',
      hoursOf(point.timeS),
      printUncertain({ value: point.activityBq / 1e6, standardUncertainty: point.activityStandardUncertaintyBq / 1e6 }),
      point.used ? '' : [{ text: `not in the fit. ${point.note}`, style: 'note' }],
    ])
}

const hoursOf = (timeS: number): string => printFixed(timeS / S_PER_H, 1)

/** What a person decided, in sentences. */
export function seriesSentences(entries: readonly MeasuredSeriesEntry[]): string[] {
  return entries.flatMap(({ structure, cycle, use, toleranceH, series, pointsLeftOut }) => [
    `Measured series of ${structure}, cycle ${cycle} (${series.content.source}) ${USE_WORDS[use]}${use === 'scaled-to-images' ? `, images within ${printNumber(toleranceH)} h of a point` : ''}.`,
    ...pointsLeftOut.map(
      ({ hoursAfterInjection, reason }) =>
        `Point of the series of ${structure}, cycle ${cycle}, at ${printNumber(hoursAfterInjection)} h left out of the fit${reason ? `: ${reason}` : ''}.`,
    ),
  ])
}

/** A number that only an outline gives; a dash without one. */
export const ofOutline = <T>(structure: StructureResult, printed: T): T | string =>
  structure.measuredSeries?.isOutlined === false ? MISSING : printed

/** Whether there is a mass, outlined or stated. */
export const hasMass = ({ massKg, measuredSeries }: StructureResult): boolean =>
  measuredSeries?.isOutlined !== false || massKg.value > 0
