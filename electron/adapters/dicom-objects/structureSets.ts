/** RTSTRUCT and SEG files as structure sets, checked against the images of the patient. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ScannedStructureSet } from '../../services/ports/dicomSource.ts'
import { has, seq } from '../dicom-files/index.ts'
import { checkContourPlanes } from './contourPlanes.ts'
import { objectBase } from './drafts.ts'
import { note, refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { readStructureSet } from './rtstruct.ts'
import type { ReadStructure } from './rtstruct.ts'
import { readSegmentation } from './seg.ts'
import type { PixelLoader } from './seg.ts'
import { TAG } from './tags.ts'
import type { DicomFile, ImageDraft } from './types.ts'

export interface StructureSetResult {
  readonly sets: readonly Omit<ScannedStructureSet, 'patientKey'>[]
  readonly findings: readonly Finding[]
  /** Why the file is only kept; null where it gave structures or was refused. */
  readonly keptReason: string | null
}

/** Reads an RT structure set: one set for each frame of reference that its structures lie in. */
export function structureSetOfRtstruct(file: DicomFile, images: readonly ImageDraft[]): StructureSetResult {
  const reading = readStructureSet(file)
  const findings: Finding[] = [...reading.findings]
  const referenced = images.filter(({ image }) => reading.referencedSeriesUids.includes(image.seriesUid))
  if (reading.referencedSeriesUids.length > 0 && referenced.length === 0)
    findings.push(
      note(
        'structure.reference-missing',
        'The image that the structure set was drawn on is not among the imported files.',
      ),
    )
  if (reading.structures.length === 0) {
    if (!findings.some(({ severity }) => severity === 'refused'))
      findings.push(
        warning(
          'structure.none',
          'The structure set holds no structure with an area.',
          'Import the structure set that was meant.',
        ),
      )
    return { sets: [], findings, keptReason: 'structure set without usable structures' }
  }

  const byFrame = new Map<string | null, ReadStructure[]>()
  for (const read of reading.structures) {
    const uid = read.frameOfReferenceUid
    byFrame.set(uid, [...(byFrame.get(uid) ?? []), read])
  }
  const frameOfImage = referenced.map(({ image }) => image.frameOfReferenceUid).find((uid) => uid !== null) ?? null
  const sets = [...byFrame].map(([uid, members]) => {
    const frame = frameFor(uid, frameOfImage, findings)
    const sameFrame = images.filter(
      ({ image }) => frame !== null && image.frameOfReferenceUid === frame && image.grid.dimensions[2] > 1,
    )
    const backdrops = (referenced.length > 0 ? referenced : sameFrame).map(({ image }) => ({
      name: `${image.modality} "${image.seriesDescription}"`,
      grid: image.grid,
    }))
    findings.push(...checkContourPlanes(members, backdrops))
    return {
      ...objectBase(file),
      files: [file.source],
      key: byFrame.size === 1 ? file.sopInstanceUid : `${file.sopInstanceUid}#${uid ?? ''}`,
      origin: 'RTSTRUCT' as const,
      label: reading.label,
      frameOfReferenceUid: frame,
      referencedSeriesUid: referenced[0]?.image.seriesUid ?? reading.referencedSeriesUids[0] ?? null,
      structures: members.map(({ structure }) => structure),
    }
  })
  return { sets, findings, keptReason: null }
}

/** The frame of reference of a set: its own; that of the image it was drawn on where it names none. */
function frameFor(own: string | null, ofImage: string | null, findings: Finding[]): string | null {
  if (own === null && ofImage !== null) {
    findings.push(
      note(
        'structure.frame-from-image',
        'The structure set names no frame of reference; that of the image it was drawn on was taken.',
      ),
    )
    return ofImage
  }
  if (own !== null && ofImage !== null && own !== ofImage)
    findings.push(
      warning(
        'structure.frame-mismatch',
        `The structure set names the frame of reference ${own}, but the image it was drawn on lies in ${ofImage}. Its own statement was followed.`,
        'Check that structures lie right on the image.',
      ),
    )
  return own
}

/** Reads a segmentation with its voxels. */
export async function structureSetOfSeg(
  file: DicomFile,
  images: readonly ImageDraft[],
  loadPixels: PixelLoader,
): Promise<StructureSetResult> {
  const reason = whyNotInPatient(file)
  if (reason !== null) return { sets: [], findings: [], keptReason: reason }
  let reading
  try {
    reading = await readSegmentation(file, loadPixels)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return {
      sets: [],
      findings: [refused(error.code, error.message, error.hint)],
      keptReason: 'segmentation that cannot be decoded',
    }
  }
  const findings: Finding[] = [...reading.findings]
  const referenced = images.find(({ image }) => reading.referencedSeriesUids.includes(image.seriesUid))
  const base = objectBase(file)
  const frame = frameFor(base.frameOfReferenceUid, referenced?.image.frameOfReferenceUid ?? null, findings)
  if (reading.structures.length === 0) {
    if (!findings.some(({ severity }) => severity === 'refused'))
      findings.push(
        warning(
          'structure.none',
          'The segmentation holds no segment with voxels.',
          'Import the segmentation that was meant.',
        ),
      )
    return { sets: [], findings, keptReason: 'segmentation without usable segments' }
  }
  return {
    sets: [
      {
        ...base,
        files: [file.source],
        frameOfReferenceUid: frame,
        key: file.sopInstanceUid,
        origin: 'SEG',
        label: reading.label,
        referencedSeriesUid: referenced?.image.seriesUid ?? reading.referencedSeriesUids[0] ?? null,
        structures: reading.structures,
      },
    ],
    findings,
    keptReason: null,
  }
}

/** Segmentations of slides, radiographs and photographs have no place in the patient. */
function whyNotInPatient(file: DicomFile): string | null {
  const shared = seq(file.header, TAG.sharedFunctionalGroupsSequence)
  const perFrame = seq(file.header, TAG.perFrameFunctionalGroupsSequence)
  const placed = [...shared, ...perFrame].some((groups) => has(groups, TAG.planeOrientationSequence))
  return placed ? null : 'segmentation of a picture that is not placed in the patient (radiograph, slide)'
}
