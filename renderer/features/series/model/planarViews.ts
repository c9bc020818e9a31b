/** Views of planar images as they are painted. */
import type { AnswerOf, PlanarViewImage } from '../../../../electron/contracts/index.ts'
import { mirrorFrame } from '../../../../native-core/imaging/planar/index.ts'
import type { PlanarFrame } from '../../../../native-core/imaging/planar/index.ts'

export interface ViewImages {
  readonly anterior: PlanarFrame
  /** As the camera saw it. */
  readonly posterior: PlanarFrame
  /** Left and right exchanged. */
  readonly mirrored: PlanarFrame
}

function frameOf({ columns, rows, pixelSpacingMm, countsBase64 }: PlanarViewImage): PlanarFrame {
  const bytes = Uint8Array.from(atob(countsBase64), (letter) => letter.charCodeAt(0))
  return { columns, rows, pixelSpacingMm, counts: new Float32Array(bytes.buffer) }
}

export function viewImages({ anterior, posterior }: AnswerOf<'planar.views'>): ViewImages {
  const behind = frameOf(posterior)
  return { anterior: frameOf(anterior), posterior: behind, mirrored: mirrorFrame(behind) }
}

/** The most counts of a pixel in both views: they are shown with one scale, so that they can be compared. */
export const mostCounts = ({ anterior, posterior }: ViewImages): number =>
  [anterior, posterior].reduce((most, { counts }) => counts.reduce((a, b) => Math.max(a, b), most), 0)

/** Grey levels of a frame, black for no counts, white for `whiteAt` and more; four bytes for each pixel. */
export function greyLevels({ counts }: PlanarFrame, whiteAt: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(counts.length * 4)
  counts.forEach((n, i) => {
    const level = whiteAt > 0 ? (255 * n) / whiteAt : 0
    pixels.set([level, level, level, 255], 4 * i)
  })
  return pixels
}
