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

/** Tells the words of the point under the pointer; none where the pointer is beside the chart. */
export const readingHooks = (
  read: Read,
  wordsAt: (index: number) => string,
): Pick<uPlot.Hooks.Arrays, 'setCursor'> => ({
  setCursor: [
    ({ cursor: { left = -1, idx } }) => read(left < 0 || idx === null || idx === undefined ? '' : wordsAt(idx)),
  ],
})
