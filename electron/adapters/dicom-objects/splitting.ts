/** Which slices of one series belong to one volume. */
import { num, str, strs } from '../dicom-files/index.ts'
import { angleBetweenDeg } from './planes.ts'
import { refused, shortList } from './problems.ts'
import type { Finding } from './problems.ts'
import type { Slice } from './slices.ts'
import { TAG } from './tags.ts'
import { dot } from './vectors.ts'

/** Slices of one volume have one orientation; cosines in files are rounded. */
const SAME_ORIENTATION_DEG = 0.06
/** Relative difference of pixel spacings that is rounding. */
const SAME_SPACING = 1e-4
/** More directions than the three of a localizer are not volumes but rotating or freehand slices. */
const MOST_ORIENTATIONS = 3

export interface SliceGroup {
  readonly slices: readonly Slice[]
  /** What tells it from the others of the series, in words; '' for the only one. */
  readonly distinction: string
}

export type Splitting =
  | { readonly kind: 'groups'; readonly groups: readonly SliceGroup[]; readonly orientations: number }
  | { readonly kind: 'refused'; readonly finding: Finding }

/**
 * Parts a series into groups that differ in kind (orientation, image type, echo, kernel, b-value, stack), and refuses groups whose slices
 * do not share one frame of reference, matrix and pixel spacing.
 */
export function splitByKind(slices: readonly Slice[]): Splitting {
  const orientations = clusterOrientations(slices)
  if (orientations.length > MOST_ORIENTATIONS)
    return refuse(
      'geometry.orientations-differ',
      `The slices of the series have ${orientations.length} different orientations: they are not parallel.`,
      'Import a reconstruction with parallel slices.',
    )
  const groups = orientations.flatMap((cluster, i) => {
    const name = orientations.length > 1 ? `orientation ${i + 1}` : ''
    return partition(cluster, kindOf).map(({ key, members }) => ({
      slices: members,
      distinction: [name, key].filter((word) => word !== '').join(', '),
    }))
  })
  for (const group of groups) {
    const finding = inconsistency(group.slices)
    if (finding) return { kind: 'refused', finding }
  }
  const parts = groups.length === 1 ? [{ slices: groups[0]!.slices, distinction: '' }] : groups
  return { kind: 'groups', groups: parts, orientations: orientations.length }
}

function clusterOrientations(slices: readonly Slice[]): Slice[][] {
  const clusters: Slice[][] = []
  for (const slice of slices) {
    const cluster = clusters.find(
      ([first]) => angleBetweenDeg(first!.orientation, slice.orientation) <= SAME_ORIENTATION_DEG,
    )
    if (cluster) cluster.push(slice)
    else clusters.push([slice])
  }
  return clusters
}

function kindOf(slice: Slice): string {
  const { header } = slice.file
  const parts = [
    slice.imageType.join('\\'),
    labelled('echo', str(header, TAG.echoNumbers)),
    labelled('kernel', strs(header, TAG.convolutionKernel).join('/')),
    labelled('b', str(header, TAG.diffusionBValue)),
    labelled('stack', slice.groups ? str(slice.groups, `${TAG.frameContentSequence}.${TAG.stackId}`) : null),
    labelled('echo time', slice.groups ? str(slice.groups, `00189114.${TAG.effectiveEchoTime}`) : null),
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function labelled(label: string, value: string | null): string {
  return value === null || value === '' ? '' : `${label} ${value}`
}

function inconsistency(slices: readonly Slice[]): Finding | null {
  const frames = new Set(slices.map((slice) => slice.frameOfReferenceUid ?? '(none)'))
  if (frames.size > 1)
    return refused(
      'geometry.mixed-frames-of-reference',
      `The slices of the series lie in ${frames.size} different frames of reference (${shortList([...frames])}): their positions cannot be compared.`,
      'Import the series as the scanner made it, one frame of reference for each.',
    )
  const sizes = new Set(slices.map((slice) => `${slice.columns}×${slice.rows}`))
  if (sizes.size > 1)
    return refused(
      'geometry.mixed-matrix',
      `The slices of the series differ in matrix size: ${shortList([...sizes])}.`,
      'Import one series for each reconstruction.',
    )
  const [first] = slices
  const odd = slices.find((slice) =>
    ([0, 1] as const).some(
      (axis) => Math.abs(slice.pixelSpacingMm[axis] / first!.pixelSpacingMm[axis] - 1) > SAME_SPACING,
    ),
  )
  if (odd)
    return refused(
      'geometry.mixed-pixel-spacing',
      `The slices of the series differ in pixel spacing: ${first!.pixelSpacingMm.join('×')} mm and ${odd.pixelSpacingMm.join('×')} mm.`,
      'Import one series for each reconstruction.',
      [odd.file.read.displayPath],
    )
  return null
}

/** What may tell apart slices at one position, in the order in which it is tried. */
const DISCRIMINATORS: readonly { readonly name: string; readonly of: (slice: Slice) => string }[] = [
  { name: 'acquisition', of: (slice) => str(slice.file.header, TAG.acquisitionNumber) ?? '' },
  {
    name: 'temporal position',
    of: (slice) =>
      (slice.groups ? str(slice.groups, `${TAG.frameContentSequence}.${TAG.temporalPositionIndex}`) : null) ??
      str(slice.file.header, TAG.temporalPositionIdentifier) ??
      '',
  },
  { name: 'trigger time', of: (slice) => str(slice.file.header, TAG.triggerTime) ?? '' },
  { name: 'frame time', of: (slice) => String(num(slice.file.header, TAG.frameReferenceTimeMs) ?? '') },
  { name: 'acquired', of: (slice) => slice.acquisition?.start.local ?? '' },
  { name: 'file', of: (slice) => (slice.groups ? slice.file.sopInstanceUid : '') },
]

/**
 * Parts slices that share positions (repeated acquisitions, time frames) by the first element that parts them into stacks without
 * repeated positions; null if none does.
 */
export function splitRepeats(slices: readonly Slice[]): SliceGroup[] | null {
  for (const { name, of } of DISCRIMINATORS) {
    const groups = partition(slices, of)
    if (groups.length > 1 && groups.every(({ members }) => members.length > 1 && !repeatsPosition(members)))
      return groups.map(({ key, members }) => ({ slices: members, distinction: `${name} ${key}` }))
  }
  return null
}

/**
 * Parts slices whose acquisitions (Acquisition Number) overlap along the normal without sharing a position: stacking them as one would
 * interleave two scans. Null where the acquisitions follow one another, as with step-and-shoot CT.
 */
export function splitInterleaved(slices: readonly Slice[]): SliceGroup[] | null {
  const { name, of } = DISCRIMINATORS[0]!
  const groups = partition(slices, of)
  if (groups.length < 2 || groups.some(({ members }) => members.length < 2)) return null
  const ranges = groups.map(({ members }) => {
    const along = members.map((slice) => dot(slice.positionMm, members[0]!.orientation.normal))
    return [Math.min(...along), Math.max(...along)] as const
  })
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const overlap = sorted.some((range, i) => i > 0 && range[0] < sorted[i - 1]![1])
  return overlap ? groups.map(({ key, members }) => ({ slices: members, distinction: `${name} ${key}` })) : null
}

function repeatsPosition(slices: readonly Slice[]): boolean {
  const along = slices.map((slice) => dot(slice.positionMm, slices[0]!.orientation.normal)).sort((a, b) => a - b)
  return along.some((d, i) => i > 0 && d - along[i - 1]! < 0.01)
}

function partition<T>(members: readonly T[], keyOf: (member: T) => string): { key: string; members: T[] }[] {
  const groups = new Map<string, T[]>()
  for (const member of members) {
    const key = keyOf(member)
    const group = groups.get(key)
    if (group) group.push(member)
    else groups.set(key, [member])
  }
  return [...groups].map(([key, group]) => ({ key, members: group }))
}

function refuse(code: string, message: string, hint: string): Splitting {
  return { kind: 'refused', finding: refused(code, message, hint) }
}
