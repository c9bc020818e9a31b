/** From the files of a series to its volumes: slices read, parted and stacked. */
import type { ImageGrid } from '../../../native-core/imaging/types.ts'
import { refused, shortList, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { readSlices } from './slices.ts'
import type { Slice } from './slices.ts'
import { splitByKind, splitInterleaved, splitRepeats } from './splitting.ts'
import type { SliceGroup } from './splitting.ts'
import { stackPlanes } from './stacking.ts'
import { TAG } from './tags.ts'
import { num } from '../dicom-files/index.ts'
import type { DicomFile } from './types.ts'

export interface Volume {
  /** In the order of the grid's third axis. */
  readonly slices: readonly Slice[]
  readonly grid: ImageGrid
  /** What tells it from the other volumes of the series; '' for the only one. */
  readonly distinction: string
  readonly findings: readonly Finding[]
}

export interface VolumeReading {
  readonly volumes: readonly Volume[]
  readonly findings: readonly Finding[]
}

/** Reads a series of slices (classic or enhanced) into regular volumes; what cannot be one is refused in `findings`. */
export function readVolumes(files: readonly DicomFile[]): VolumeReading {
  const reading = readSlices(files)
  const findings = failuresByCode(reading.failures)
  // A file without place among others leaves a hole in the series: stacking the rest would hide it at the ends.
  if (reading.slices.length === 0 || findings.length > 0) return { volumes: [], findings }
  const splitting = splitByKind(reading.slices)
  if (splitting.kind === 'refused') return { volumes: [], findings: [splitting.finding] }
  if (splitting.orientations > 1)
    findings.push(
      warning(
        'geometry.several-orientations',
        `The slices of the series have ${splitting.orientations} orientations: each became a volume of its own.`,
        'Check that one series was meant to hold them (as a localizer does), and that the volume you use is whole.',
      ),
    )
  const volumes: Volume[] = []
  for (const group of splitting.groups) stackGroup(group, volumes, findings)
  return { volumes, findings }
}

function stackGroup(group: SliceGroup, volumes: Volume[], findings: Finding[]): void {
  const interleaved = splitInterleaved(group.slices)
  if (interleaved) {
    for (const part of interleaved) stackOne(joined(group, part), volumes, findings)
    return
  }
  stackOne(group, volumes, findings)
}

function stackOne(group: SliceGroup, volumes: Volume[], findings: Finding[]): void {
  const { slices } = group
  const first = slices[0]!
  const stack = stackPlanes(
    slices.map((slice) => ({ positionMm: slice.positionMm, name: nameOf(slice) })),
    {
      orientation: first.orientation,
      columns: first.columns,
      rows: first.rows,
      pixelSpacingMm: first.pixelSpacingMm,
      nominalSpacingMm: first.thicknessMm,
    },
  )
  const paths = pathsOf(slices)
  if (stack.kind === 'refused') {
    findings.push({ ...stack.finding, filePaths: paths })
    return
  }
  if (stack.kind === 'duplicates') {
    const parts = splitRepeats(slices)
    if (parts) {
      for (const part of parts) stackOne(joined(group, part), volumes, findings)
      return
    }
    const [a, b] = stack.pairs[0]!
    findings.push(
      refused(
        'geometry.duplicate-position',
        `${stack.pairs.length} position(s) occur more than once in the series, for instance ${nameOf(slices[a]!)} and ${nameOf(slices[b]!)}: it is not certain which slice is meant.`,
        'Import the series without the repeated slices, or one series for each acquisition.',
        paths,
      ),
    )
    return
  }
  volumes.push({
    slices: stack.order.map((i) => slices[i]!),
    grid: stack.grid,
    distinction: group.distinction,
    findings: [...stack.findings, ...tiltFinding(slices)],
  })
}

/** A tilt that is written down but not in the geometry: one of the two is wrong. */
function tiltFinding(slices: readonly Slice[]): Finding[] {
  const tilts = slices.map((slice) => num(slice.file.header, TAG.gantryTilt) ?? 0)
  const worst = tilts.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
  const upright = slices[0]!.orientation.normal.some((c) => Math.abs(Math.abs(c) - 1) < 1e-3)
  if (Math.abs(worst) < 0.5 || !upright) return []
  return [
    warning(
      'geometry.tilt-not-in-positions',
      `Gantry/Detector Tilt (0018,1120) is ${worst}°, but orientation and positions show no tilt.`,
      'Probably the series was straightened after the scan. Check a known structure against another image.',
    ),
  ]
}

function joined(group: SliceGroup, part: SliceGroup): SliceGroup {
  return {
    slices: part.slices,
    distinction: [group.distinction, part.distinction].filter((word) => word !== '').join(', '),
  }
}

function failuresByCode(failures: readonly { readonly file: DicomFile; readonly finding: Finding }[]): Finding[] {
  const byCode = new Map<string, { finding: Finding; paths: string[] }>()
  for (const { file, finding } of failures) {
    const entry = byCode.get(finding.code) ?? { finding, paths: [] }
    entry.paths.push(file.read.displayPath)
    byCode.set(finding.code, entry)
  }
  return [...byCode.values()].map(({ finding, paths }) => ({
    ...finding,
    message: `${finding.message}${paths.length > 1 ? ` (${paths.length} files: ${shortList(paths, 3)})` : ` (${paths[0]!})`}`,
    filePaths: paths,
  }))
}

function nameOf(slice: Slice): string {
  return slice.groups ? `${slice.file.read.displayPath} frame ${slice.frame + 1}` : slice.file.read.displayPath
}

function pathsOf(slices: readonly Slice[]): string[] {
  return [...new Set(slices.map((slice) => slice.file.read.displayPath))]
}
