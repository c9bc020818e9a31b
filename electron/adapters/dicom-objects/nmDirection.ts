/**
 * NM stacks whose direction may be written wrongly. By the standard a positive Spacing Between Slices stacks along the normal, a
 * negative one against it; some writers leave a sign that their slices do not have, and the volume comes out mirrored head to feet beside the CT. Other images of
 * the same frame of reference show which reading is possible; without them a suspicious volume gets a warning. Never decided in silence.
 */
import type { ImageGrid, Vec3 } from '../../../native-core/imaging/types.ts'
import { question, warning } from './problems.ts'
import type { DirectionDoubt, ImageDraft } from './types.ts'
import { add, column, dot, scale } from './vectors.ts'

/** Share of the volume's length by which the other reading must lie better on the other images to be believed. */
const CLEARLY_BETTER = 0.25

/** Checks every doubtful stack of one patient. Where other images contradict the file, the other reading is taken and asked about. */
export function checkNmDirections(drafts: readonly ImageDraft[]): void {
  for (const draft of drafts) {
    const doubt = draft.directionDoubt
    if (!doubt) continue
    const mates = drafts.filter(
      (other) =>
        other !== draft &&
        other.directionDoubt === null &&
        other.image.grid.dimensions[2] > 1 &&
        other.image.frameOfReferenceUid !== null &&
        other.image.frameOfReferenceUid === draft.image.frameOfReferenceUid,
    )
    if (mates.length > 0) compareWithMates(draft, doubt, mates)
    else if (doubt.otherReadingIsCentral) draft.findings.push(ambiguous(doubt))
  }
}

function compareWithMates(draft: ImageDraft, doubt: DirectionDoubt, mates: readonly ImageDraft[]): void {
  const start = dot(doubt.firstPositionMm, doubt.direction)
  const forward = bestOverlap([start, start + doubt.lengthMm], mates, doubt.direction)
  const backward = bestOverlap([start - doubt.lengthMm, start], mates, doubt.direction)
  if (backward < forward + CLEARLY_BETTER) return
  reverse(draft, doubt)
  draft.findings.push(
    question(
      'geometry.nm-slice-direction',
      `The direction of the slices is not certain. By the file (${statement(doubt)}) they go from ${place(doubt, 0)} to ${place(doubt, 1)}, where ${percent(forward)} of the length of the other images of this frame of reference is met; the other way, to ${place(doubt, -1)}, ${percent(backward)} is met. The other way was taken.`,
      'Compare the image with the CT in the viewer: accept it if organs lie right, exclude the series if they are upside down.',
    ),
  )
}

function ambiguous(doubt: DirectionDoubt): ReturnType<typeof warning> {
  return warning(
    'geometry.nm-slice-direction',
    `The direction of the slices is ambiguous. By the file (${statement(doubt)}) they go from ${place(doubt, 0)} to ${place(doubt, 1)}; some writers leave it so for slices that run the other way, here to ${place(doubt, -1)}. The file's statement was followed, and no image of the same frame of reference is there to compare.`,
    'Import the CT of the same session, or compare the image with another one in the viewer before using it.',
  )
}

/** Slices in reverse: the first frame stays where the file places it, the others go the other way. */
function reverse(draft: ImageDraft, doubt: DirectionDoubt): void {
  const lastPositionMm = add(doubt.firstPositionMm, scale(doubt.direction, -doubt.lengthMm))
  // The grid's third axis is the normal: its origin is the end at which the normal starts.
  const grid: ImageGrid = {
    ...draft.image.grid,
    originMm: doubt.isAgainstNormal ? doubt.firstPositionMm : lastPositionMm,
  }
  draft.image = { ...draft.image, grid }
  draft.recipe = { grid, slices: [...draft.recipe.slices].reverse() }
}

/** Largest share of a range along the normal that one of the images covers, or of that image if it is the shorter. */
function bestOverlap(range: readonly [number, number], mates: readonly ImageDraft[], normal: Vec3): number {
  return Math.max(
    ...mates.map(({ image }) => {
      const [low, high] = extentAlong(image.grid, normal)
      const common = Math.min(range[1], high) - Math.max(range[0], low)
      return Math.max(0, common) / Math.max(1e-6, Math.min(range[1] - range[0], high - low))
    }),
  )
}

function extentAlong(grid: ImageGrid, normal: Vec3): readonly [number, number] {
  const base = dot(grid.originMm, normal)
  let [low, high] = [base, base]
  for (const axis of [0, 1, 2] as const) {
    const step = dot(column(grid.direction, axis), normal) * grid.spacingMm[axis] * (grid.dimensions[axis] - 1)
    low += Math.min(0, step)
    high += Math.max(0, step)
  }
  return [low, high]
}

function place(doubt: DirectionDoubt, ends: -1 | 0 | 1): string {
  const at = add(doubt.firstPositionMm, scale(doubt.direction, ends * doubt.lengthMm))
  return `(${at.map((c) => c.toFixed(1)).join(', ')}) mm`
}

function statement(doubt: DirectionDoubt): string {
  return `${doubt.isAgainstNormal ? 'negative' : 'positive'} Spacing Between Slices`
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`
}
