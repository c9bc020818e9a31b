/** RT Structure Set (PS3.3 A.19): ROIs with their contours. Structures whose data is wrong are refused one by one. */
import { num, nums, seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import type { ScannedStructure } from '../../services/ports/dicomSource.ts'
import { contourItems, readContour } from './contours.ts'
import type { Contour } from './contours.ts'
import { note, refused, shortList, warning } from './problems.ts'
import { distinguishNames } from './structureNames.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import type { DicomFile } from './types.ts'
import { dot } from './vectors.ts'

/** Contours of one structure are parallel within this. */
const PARALLEL_COS = Math.cos((0.5 * Math.PI) / 180)

/** A structure with the planes of its contours, for the checks against images. */
export interface ReadStructure {
  readonly structure: ScannedStructure
  readonly contours: readonly Contour[]
  readonly frameOfReferenceUid: string | null
}

export interface StructureSetReading {
  readonly label: string
  readonly structures: readonly ReadStructure[]
  readonly frameOfReferenceUid: string | null
  readonly referencedSeriesUids: readonly string[]
  readonly findings: readonly Finding[]
}

/** Reads a structure set. `findings` name each structure that was refused or left out. */
export function readStructureSet(file: DicomFile): StructureSetReading {
  const { header } = file
  const findings: Finding[] = []
  const frame = seq(header, TAG.referencedFrameOfReferenceSequence)
  const frameUids = frame.flatMap((item) => str(item, TAG.frameOfReferenceUid) ?? [])
  const series = frame.flatMap((item) =>
    seq(item, TAG.rtReferencedStudySequence).flatMap((study) =>
      seq(study, TAG.rtReferencedSeriesSequence).flatMap((one) => str(one, TAG.seriesInstanceUid) ?? []),
    ),
  )
  const contoursByRoi = new Map<number, DicomDataSet>()
  for (const roi of seq(header, TAG.roiContourSequence)) {
    const number = num(roi, TAG.referencedRoiNumber)
    if (number !== null) contoursByRoi.set(number, roi)
  }
  const types = new Map<number, string>()
  for (const observation of seq(header, TAG.rtRoiObservationsSequence)) {
    const number = num(observation, TAG.referencedRoiNumber)
    if (number !== null) types.set(number, str(observation, TAG.rtRoiInterpretedType) ?? '')
  }

  const structures: ReadStructure[] = []
  for (const roi of seq(header, TAG.structureSetRoiSequence)) {
    const number = num(roi, TAG.roiNumber)
    const name = str(roi, TAG.roiName) ?? ''
    if (number === null) {
      findings.push(
        refused(
          'structure.no-number',
          `The structure "${name}" has no ROI number: its contours cannot be found.`,
          'Export the structure set again.',
        ),
      )
      continue
    }
    const own = str(roi, TAG.referencedFrameOfReferenceUid)
    const read = readRoi(
      number,
      name === '' ? `ROI ${number}` : name,
      types.get(number) ?? '',
      contoursByRoi.get(number),
      findings,
    )
    if (read)
      structures.push({ ...read, frameOfReferenceUid: own ?? frameUids[0] ?? str(header, TAG.frameOfReferenceUid) })
  }
  const known = new Set(seq(header, TAG.structureSetRoiSequence).map((roi) => num(roi, TAG.roiNumber)))
  const orphans = [...contoursByRoi.keys()].filter((number) => !known.has(number))
  if (orphans.length > 0)
    findings.push(
      warning(
        'structure.contours-without-name',
        `Contours of ROI ${orphans.join(', ')} belong to no named structure and were left out.`,
        'Export the structure set again if they are wanted.',
      ),
    )
  return {
    label: str(header, TAG.structureSetLabel) ?? '',
    structures: distinguishNames(structures, 'ROI', findings),
    frameOfReferenceUid: frameUids[0] ?? str(header, TAG.frameOfReferenceUid),
    referencedSeriesUids: [...new Set(series)],
    findings,
  }
}

function readRoi(
  number: number,
  name: string,
  type: string,
  roi: DicomDataSet | undefined,
  findings: Finding[],
): Omit<ReadStructure, 'frameOfReferenceUid'> | null {
  const items = roi ? contourItems(roi) : []
  if (!roi || items.length === 0) {
    findings.push(note('structure.empty', `The structure "${name}" (ROI ${number}) has no contours; it was left out.`))
    return null
  }
  const contours: Contour[] = []
  const skipped = new Map<string, number>()
  for (const item of items) {
    const reading = readContour(item)
    if (reading.kind === 'bad') {
      findings.push(
        refused(
          reading.code,
          `The structure "${name}" (ROI ${number}) cannot be used: ${reading.why}.`,
          'Export the structure set again, or correct the structure in the program that drew it. The other structures are not affected.',
        ),
      )
      return null
    }
    if (reading.kind === 'skipped') skipped.set(reading.why, (skipped.get(reading.why) ?? 0) + 1)
    else contours.push(reading.contour)
  }
  if (skipped.size > 0) {
    const counts = [...skipped].map(([why, count]) => `${count} × ${why}`)
    findings.push(
      note(
        'structure.contours-skipped',
        `The structure "${name}" (ROI ${number}): contours without an area were left out (${shortList(counts)}).`,
      ),
    )
  }
  if (contours.length === 0) {
    findings.push(
      warning(
        'structure.no-closed-contour',
        `The structure "${name}" (ROI ${number}) has no closed contour; it was left out, and is not taken out of structures around it.`,
        'Draw it with closed contours if it is an organ or a lesion.',
      ),
    )
    return null
  }
  const crossing = contours.filter(({ crossesItself }) => crossesItself).length
  if (crossing > 0)
    findings.push(
      warning(
        'structure.contour-crosses-itself',
        `The structure "${name}" (ROI ${number}): ${crossing} of ${contours.length} contours cross themselves; their volume is not certain.`,
        'Correct the contours in the program that drew them.',
      ),
    )
  const first = contours[0]!
  if (contours.some((contour) => Math.abs(dot(contour.normal, first.normal)) < PARALLEL_COS)) {
    findings.push(
      refused(
        'structure.mixed-planes',
        `The structure "${name}" (ROI ${number}) has contours in planes that are not parallel.`,
        'Export the structure with contours in one orientation.',
      ),
    )
    return null
  }
  return {
    structure: {
      number,
      name,
      type,
      colourRgb: colourOf(roi),
      shape: { kind: 'contours', contours: contours.map(({ pointsMm }) => ({ pointsMm })) },
    },
    contours,
  }
}

function colourOf(roi: DicomDataSet): readonly [number, number, number] | null {
  const rgb = nums(roi, TAG.roiDisplayColor)
  if (rgb?.length !== 3 || rgb.some((c) => c < 0 || c > 255)) return null
  return [Math.round(rgb[0]!), Math.round(rgb[1]!), Math.round(rgb[2]!)]
}
