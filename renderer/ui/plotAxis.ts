/** Axes of charts that uPlot draws, alike in all of them. */
import type uPlot from 'uplot'

export interface AxisLook {
  readonly text: string
  readonly grid: string
  readonly fontPx: number
  readonly family: string
}

/** An axis with its label; numbers to six digits. `sizeInFonts`: room for them, in heights of the font. */
export const plotAxis = ({ text, grid, fontPx, family }: AxisLook, label: string, sizeInFonts: number): uPlot.Axis => ({
  stroke: text,
  grid: { stroke: grid, width: 1 },
  ticks: { stroke: grid, width: 1, size: 4 },
  font: `${fontPx}px ${family}`,
  labelFont: `${fontPx}px ${family}`,
  label,
  labelSize: fontPx * 1.5,
  size: Math.round(fontPx * sizeInFonts),
  // uPlot gives null for ticks of a logarithmic axis that it leaves out.
  values: (_plot, splits) =>
    splits.map((value: number | null) => (value === null ? '' : String(Number(value.toPrecision(6))))),
})
