/** Which frames of a multi-frame NM file make up a volume, and in which order (PS3.3 C.8.4.8, frame vectors). */
import { num, nums, str, strs } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'

/** What an NM file holds, by the third value of Image Type. */
export type NmKind =
  | { readonly kind: 'volume'; readonly findings: readonly Finding[] }
  /** To be kept, with the reason in words. */
  | { readonly kind: 'other'; readonly reason: string }

const OTHER_KINDS: Readonly<Record<string, string>> = {
  STATIC: 'static planar image: no volume',
  'WHOLE BODY': 'planar whole-body sweep: no volume',
  DYNAMIC: 'dynamic planar frames: no volume',
  GATED: 'gated planar frames: no volume',
  TOMO: 'tomographic projections, not reconstructed',
  'GATED TOMO': 'gated tomographic projections, not reconstructed',
  'RECON GATED TOMO': 'gated reconstruction: one volume for each phase of the heart',
}

/** The kind of an NM file. Only a reconstructed tomographic emission image is a volume. */
export function nmKind(root: DicomDataSet): NmKind {
  const imageType = strs(root, TAG.imageType).map((value) => value.toUpperCase())
  const kind = imageType[2] ?? ''
  if (imageType[3] === 'TRANSMISSION') return { kind: 'other', reason: 'transmission image, not emission' }
  if (kind === 'RECON TOMO') return { kind: 'volume', findings: [] }
  const known = OTHER_KINDS[kind]
  if (known !== undefined) return { kind: 'other', reason: known }
  // Only reconstructions are numbered by slice (C.8.4.8), so the frame pointer tells what Image Type does not.
  const pointer = strs(root, TAG.frameIncrementPointer).map((tag) => tag.toLowerCase())
  if (pointer.length === 1 && pointer[0] === TAG.sliceVector)
    return {
      kind: 'volume',
      findings: [
        warning(
          'image.kind-from-frames',
          `Image Type "${imageType.join('\\')}" does not say what the NM image is; it was read as a reconstructed volume because its frames are numbered by slice.`,
          'Check that it is the emission reconstruction that was meant.',
        ),
      ],
    }
  return { kind: 'other', reason: `NM image of unknown kind (Image Type "${imageType.join('\\')}")` }
}

export interface NmVolumeFrames {
  /** Frame indices (0-based) in slice order. */
  readonly frames: readonly number[]
  /** 1-based detector and energy window of the volume, where the file tells frames apart by them. */
  readonly detector: number
  readonly distinction: string
}

/** Vectors that part frames into volumes, besides the slice itself. */
const OTHER_VECTORS: readonly (readonly [string, string])[] = [
  ['energy window', TAG.energyWindowVector],
  ['detector', TAG.detectorVector],
  ['phase', TAG.phaseVector],
  ['rotation', TAG.rotationVector],
  ['R-R interval', TAG.rrIntervalVector],
  ['time slot', TAG.timeSlotVector],
  ['time slice', TAG.timeSliceVector],
]

/** The volumes of a reconstructed NM file, frames in the order of Slice Vector. */
export function nmVolumeFrames(root: DicomDataSet, frameCount: number): readonly NmVolumeFrames[] | Finding {
  const slices = vectorOf(root, TAG.sliceVector, frameCount)
  if (slices === 'bad') return badVector('Slice Vector (0054,0080)', frameCount)
  const pointer = strs(root, TAG.frameIncrementPointer).map((tag) => tag.toLowerCase())
  if (slices === null && pointer.includes(TAG.sliceVector)) return badVector('Slice Vector (0054,0080)', frameCount)

  const parting: { name: string; vector: readonly number[] }[] = []
  for (const [name, tag] of OTHER_VECTORS) {
    const vector = vectorOf(root, tag, frameCount)
    if (vector === 'bad') continue
    if (vector !== null && new Set(vector).size > 1) parting.push({ name, vector })
  }
  // Without a slice vector the frames are slices in their order, unless something else numbers them.
  if (slices === null && parting.length > 0)
    return refused(
      'geometry.nm-frames',
      `The frames differ in ${parting.map(({ name }) => name).join(', ')}, but the file has no Slice Vector (0054,0080): it is not certain which frame is which slice.`,
      'Export the reconstruction again.',
    )
  const order = slices ?? Array.from({ length: frameCount }, (_, i) => i + 1)
  const detectors = vectorOf(root, TAG.detectorVector, frameCount)
  const groups = new Map<string, number[]>()
  for (let frame = 0; frame < frameCount; frame++) {
    const key = parting.map(({ name, vector }) => `${name} ${vector[frame]}`).join(', ')
    const members = groups.get(key)
    if (members) members.push(frame)
    else groups.set(key, [frame])
  }
  const volumes: NmVolumeFrames[] = []
  for (const [distinction, members] of groups) {
    const sorted = [...members].sort((a, b) => order[a]! - order[b]!)
    const numbers = sorted.map((frame) => order[frame]!)
    if (numbers.some((number, i) => number !== numbers[0]! + i))
      return refused(
        'geometry.nm-slice-vector',
        `Slice Vector (0054,0080) does not number the slices one by one${distinction ? ` (${distinction})` : ''}: ${numbers.slice(0, 6).join(', ')} …: slices are missing or repeated.`,
        'Export the reconstruction again.',
      )
    const detector = Array.isArray(detectors) ? (detectors[members[0]!] ?? 1) : 1
    volumes.push({ frames: sorted, detector, distinction })
  }
  return volumes
}

function vectorOf(root: DicomDataSet, tag: string, frameCount: number): readonly number[] | null | 'bad' {
  if (str(root, tag) === null && num(root, tag) === null) return null
  const vector = nums(root, tag)
  return vector !== null && vector.length === frameCount ? vector : 'bad'
}

function badVector(name: string, frameCount: number): Finding {
  return refused(
    'geometry.nm-slice-vector',
    `${name} does not give a number for each of the ${frameCount} frames: the order of the slices is unknown.`,
    'Export the reconstruction again.',
  )
}
