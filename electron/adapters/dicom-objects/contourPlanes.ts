/** Whether a structure set's contours lie in the slices of an image: contours between slices were drawn on another one. */
import { shortList, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import type { ReadStructure } from './rtstruct.ts'
import type { ImageGrid } from '../../../native-core/imaging/types.ts'
import { column, dot } from './vectors.ts'

/** A contour farther from a slice than this part of the spacing (and this many mm) is not in it. */
const OFF_SLICE_PART = 0.1
const OFF_SLICE_MM = 0.1
/** A step counts as two slices if it is so within this part of one. */
const SKIP_PART = 0.1
/** Fewer steps between contours show no usual one. */
const FEWEST_STEPS = 4
const PARALLEL_COS = Math.cos((0.5 * Math.PI) / 180)

/** An image that the contours may have been drawn on. */
export interface Backdrop {
  readonly name: string
  readonly grid: ImageGrid
}

/**
 * Compares the contours' planes with the slices of the images that the set refers to, or that share its frame of reference. A structure
 * must fit one of them. Without any such image the set is compared with itself: one slice has one position, so contours that refer to
 * the same image in different planes cannot both be right.
 */
export function checkContourPlanes(structures: readonly ReadStructure[], backdrops: readonly Backdrop[]): Finding[] {
  const planes = backdrops.length > 0 ? againstImages(structures, backdrops) : againstEachOther(structures)
  return [...planes, ...skippedSlices(structures)]
}

/** Structures that have contours on both sides of a slice without one: a contour was forgotten, or lost on export. */
function skippedSlices(structures: readonly ReadStructure[]): Finding[] {
  const gapped = structures.flatMap(({ structure, contours }) => {
    const at = contourPositions(contours)
    const steps = at.slice(1).map((planeMm, i) => planeMm - at[i]!)
    if (steps.length < FEWEST_STEPS) return []
    const usualMm = mostCommon(steps)
    const gaps = steps.flatMap((step, i) =>
      Math.abs(step - 2 * usualMm) <= SKIP_PART * usualMm ? [at[i]! + usualMm] : [],
    )
    // One gap is a slip; several are the way the structure is: vertebrae, or contours on every second slice.
    return gaps.length === 1 ? [`"${structure.name}" (at ${gaps[0]!.toFixed(1)} mm)`] : []
  })
  if (gapped.length === 0) return []
  return [
    warning(
      'structure.contour-missing',
      `A slice without a contour lies between slices that have one: ${shortList(gapped)}. The outline is carried on across it.`,
      'Check that no contour was lost; draw it if so.',
    ),
  ]
}

/** Where along the normal of the first contour the others lie, ascending, each position once. */
function contourPositions(contours: ReadStructure['contours']): number[] {
  const [first] = contours
  if (!first) return []
  const all = contours.map((contour) => contour.planeMm * Math.sign(dot(contour.normal, first.normal)))
  return all.sort((a, b) => a - b).filter((mm, i) => i === 0 || mm - all[i - 1]! > OFF_SLICE_MM)
}

function againstImages(structures: readonly ReadStructure[], backdrops: readonly Backdrop[]): Finding[] {
  const off: { name: string; worstMm: number }[] = []
  const outside: string[] = []
  for (const { structure, contours } of structures) {
    const fits = backdrops.map(({ grid }) => placeInGrid(contours, grid))
    if (fits.every((fit) => fit === null)) continue
    const best = fits.filter((fit) => fit !== null).sort((a, b) => a.worstMm - b.worstMm)[0]!
    if (best.isOff) off.push({ name: structure.name, worstMm: best.worstMm })
    if (fits.every((fit) => fit === null || fit.outside > 0)) outside.push(structure.name)
  }
  const images = shortList(
    backdrops.map(({ name }) => name),
    2,
  )
  const findings: Finding[] = []
  if (off.length > 0) findings.push(betweenSlices(off, `the slices of ${images}`))
  if (outside.length > 0)
    findings.push(
      warning(
        'structure.outside-image',
        `Contours of ${shortList(outside)} lie beyond the slices of ${images}.`,
        'Check that the structure set belongs to this image.',
      ),
    )
  return findings
}

interface Fit {
  readonly worstMm: number
  readonly isOff: boolean
  readonly outside: number
}

/** Null where the contours are not parallel to the slices and so cannot lie in them. */
function placeInGrid(contours: ReadStructure['contours'], grid: ImageGrid): Fit | null {
  const normal = column(grid.direction, 2)
  const first = dot(grid.originMm, normal)
  const [spacing, count] = [grid.spacingMm[2], grid.dimensions[2]]
  let worstMm = 0
  let outside = 0
  for (const contour of contours) {
    const cosine = dot(contour.normal, normal)
    if (Math.abs(cosine) < PARALLEL_COS) return null
    const index = (contour.planeMm * Math.sign(cosine) - first) / spacing
    worstMm = Math.max(worstMm, Math.abs(index - Math.round(index)) * spacing)
    if (index < -0.5 || index > count - 0.5) outside++
  }
  return { worstMm, isOff: worstMm > Math.max(OFF_SLICE_MM, OFF_SLICE_PART * spacing), outside }
}

function againstEachOther(structures: readonly ReadStructure[]): Finding[] {
  const planes = new Map<string, { planeMm: number; name: string }[]>()
  for (const { structure, contours } of structures)
    for (const contour of contours) {
      if (contour.imageUid === null) continue
      const sign = Math.sign(contour.normal.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0))
      const entry = { planeMm: contour.planeMm * sign, name: structure.name }
      const known = planes.get(contour.imageUid)
      if (known) known.push(entry)
      else planes.set(contour.imageUid, [entry])
    }
  const worst = new Map<string, number>()
  for (const entries of planes.values()) {
    const usual = mostCommon(entries.map(({ planeMm }) => planeMm))
    for (const { planeMm, name } of entries) {
      const off = Math.abs(planeMm - usual)
      if (off > OFF_SLICE_MM) worst.set(name, Math.max(worst.get(name) ?? 0, off))
    }
  }
  if (worst.size === 0) return []
  return [
    betweenSlices(
      [...worst].map(([name, worstMm]) => ({ name, worstMm })),
      'the slices that they refer to',
    ),
  ]
}

function mostCommon(values: readonly number[]): number {
  const votes = values.map((value) => values.filter((other) => Math.abs(other - value) <= OFF_SLICE_MM).length)
  return values[votes.indexOf(Math.max(...votes))]!
}

function betweenSlices(off: readonly { readonly name: string; readonly worstMm: number }[], what: string): Finding {
  const list = shortList(off.map(({ name, worstMm }) => `"${name}" (by up to ${worstMm.toFixed(2)} mm)`))
  return warning(
    'structure.contours-between-slices',
    `Contours lie between ${what}: ${list}. They are used where they are.`,
    'Check that the structures were drawn on this image and that nothing was shifted on export.',
  )
}
