/** What a chart is drawn with: colours and type of the theme as it is, and what uPlot is to draw. */
import type uPlot from 'uplot'
import type { AxisLook } from '../../../ui/index.ts'

export interface PlotLook extends AxisLook {
  readonly line: string
  readonly accent: string
  readonly ink: string
  readonly warn: string
  readonly surface: string
}

/** A chart without its size, which is that of its place. */
export interface Plot {
  readonly options: Omit<uPlot.Options, 'width' | 'height'>
  readonly data: uPlot.AlignedData
}

export type Read = (text: string) => void
