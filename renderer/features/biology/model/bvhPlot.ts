/** BED–volume histograms of the structures whose voxel doses are known. */
import uPlot from 'uplot'
import type { StructureEffect } from '../../../../electron/contracts/index.ts'
import { formatNumber, plotAxis } from '../../../ui/index.ts'
import type { Plot, PlotLook, Read } from '../../display/index.ts'

export interface BvhCurve {
  readonly name: string
  readonly bedGy: readonly number[]
  /** Share of the volume with at least that BED. */
  readonly share: readonly number[]
}

export const bvhCurves = (structures: readonly StructureEffect[]): BvhCurve[] =>
  structures.flatMap(({ name, bvh }) => (bvh ? [{ name, bedGy: bvh.bedGy, share: bvh.volumeFraction }] : []))

export function bvhPlot(
  curves: readonly BvhCurve[],
  chosen: string,
  styleOf: (name: string) => { readonly colour: string; readonly dash: readonly number[] },
  look: PlotLook,
  read: Read,
): Plot {
  const data = uPlot.join(curves.map(({ bedGy, share }) => [[...bedGy], share.map((one) => 100 * one)]))
  const at = curves.findIndex(({ name }) => name === chosen)
  return {
    data,
    options: {
      legend: { show: false },
      padding: [8, 14, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false }, y: { range: [0, 102] } },
      axes: [plotAxis(look, 'BED, Gy', 1.9), plotAxis(look, '% of volume', 3.2)],
      series: [
        {},
        ...curves.map(({ name }) => ({
          stroke: styleOf(name).colour,
          dash: [...styleOf(name).dash],
          width: name === chosen ? 3.2 : 1.4,
          spanGaps: true,
          points: { show: false },
        })),
      ],
      hooks: {
        setCursor: [
          (plot) => {
            const left = plot.cursor.left ?? -1
            const curve = curves[at]
            if (left < 0 || !curve) return read('')
            const bed = plot.posToVal(left, 'x')
            read(
              `${curve.name}: ${formatNumber(100 * shareAt(curve, bed), 3)} % get ${formatNumber(bed, 3)} Gy of BED or more`,
            )
          },
        ],
      },
    },
  }
}

/** Linear between the given values; all of the volume below the first, none beyond the last. */
export function shareAt({ bedGy, share }: BvhCurve, bed: number): number {
  const above = bedGy.findIndex((one) => one >= bed)
  if (above < 0) return 0
  if (above === 0) return share[0] ?? 1
  const [from, to] = [bedGy[above - 1] ?? 0, bedGy[above] ?? 0]
  const part = to > from ? (bed - from) / (to - from) : 1
  return (share[above - 1] ?? 0) * (1 - part) + (share[above] ?? 0) * part
}
