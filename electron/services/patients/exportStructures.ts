/** A stored set of structures as files that other programs read. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { InputError } from '../../../native-core/errors/index.ts'
import { maskVolumeMl, rasteriseShape, wholeFractions } from '../../../native-core/imaging/index.ts'
import type { Exported, StructureForm } from '../../contracts/exports.ts'
import { namedStructures } from '../analysis/index.ts'
import type { CourseDraft } from '../course/index.ts'
import {
  madeBy,
  ownerOf,
  referencedImages,
  segmentationObject,
  structureSetObject,
  wholeVoxelRemarks,
} from '../exportObjects/index.ts'
import type { StructureToExport } from '../exportObjects/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { DicomObjectWriter } from '../ports/dicomObjects.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { Store } from '../ports/store.ts'
import { nameOf } from './acceptedRegistration.ts'
import type { DoseFiles } from './exportDose.ts'
import { finishedFiles, namePart } from './finishedFiles.ts'
import { protocolOf } from './protocolOf.ts'
import { storedSet } from './storedSet.ts'
import type { StoredSet } from './storedSet.ts'
import { timePointOf } from './timePointOf.ts'

/** What lies outside the images from here on is told. */
const TOLD_OUTSIDE_ML = 0.01

export interface ObjectPorts {
  readonly objects: DicomObjectWriter
  readonly nifti: DoseFiles['nifti']
  readonly programVersion: string
}

/**
 * Writes a set on the voxels of the time point's CT or emission image: SEG, RTSTRUCT (own contours as they are, else the outlines of the mask in
 * each slice), or the part of each voxel as NIfTI. What does not reach the image is left out, and said.
 *
 * @throws InputError `time-point.unknown`, `structures.unknown-set`, `export.no-image`, `export.no-frame` for an RTSTRUCT of images that
 * name no frame of reference, `export.nothing` where nothing reaches the image, `export.cannot-write`, and those of the writer.
 */
export async function exportStructures(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: {
    readonly timePointId: string
    readonly setId: string
    readonly image: 'ct' | 'emission'
    readonly forms: readonly StructureForm[]
  },
  folder: string,
  { objects, nifti, programVersion }: ObjectPorts,
): Promise<Exported> {
  const timePoint = timePointOf(course, ask.timePointId)
  const image = ask.image === 'ct' ? timePoint.ct : timePoint.emission
  const sliceThicknessMm = (timePoint.ct ?? timePoint.emission).grid.spacingMm[2]
  if (!image)
    throw new InputError(
      'export.no-image',
      `${nameOf(course, timePoint)} has no CT.`,
      'Export the structures on the voxels of the emission image.',
    )
  const set = storedSet(store, patient, timePoint, ask.setId)
  const references = referencedImages(image)
  if (references === null && ask.forms.includes('rtstruct'))
    throw new InputError(
      'export.no-frame',
      'The images do not say in which frame of reference they are: an RTSTRUCT could not refer to them.',
      'Export a SEG or masks, or import the series with its Frame of Reference UID.',
    )
  const { exported, remarks } = await onVoxels(store, patient, set, image, sliceThicknessMm)
  const owner = ownerOf(image, patient.patient)
  const common = { label: set.record.label, software: programVersion }
  const stem = ['theratwin', patient.record.mrn, nameOf(course, timePoint), set.record.label].map(namePart).join('-')
  const savedTo = await finishedFiles(
    folder,
    { code: 'export.cannot-write', subject: 'The structures' },
    async (finish) => {
      for (const kind of ['fractional', 'binary'] as const)
        if (ask.forms.includes(`seg-${kind}`))
          await finish(`${stem}-seg-${kind}.dcm`, (name) =>
            objects.writeSegmentation(
              segmentationObject(owner, exported, { ...common, kind, references }),
              folder,
              name,
            ),
          )
      if (ask.forms.includes('rtstruct') && references)
        await finish(`${stem}-rtstruct.dcm`, (name) =>
          objects.writeStructureSet(structureSetObject(owner, exported, { ...common, references }), folder, name),
        )
      if (ask.forms.includes('masks'))
        for (const [position, { name, mask }] of exported.entries()) {
          const volume = { grid: mask.grid, values: wholeFractions(mask) }
          const bytes = await nifti(volume, `${name}: part of each voxel`)
          const number = String(position + 1).padStart(2, '0')
          await finish(`${stem}-${number}-${namePart(name)}.nii.gz`, (file) => writeFile(join(folder, file), bytes))
        }
    },
  )
  return { savedTo, remarks: [...remarks, ...(ask.forms.includes('seg-binary') ? wholeVoxelRemarks(exported) : [])] }
}

async function onVoxels(
  store: Store,
  patient: StoredPatient,
  { set, record, structures }: StoredSet,
  image: ScannedImage,
  sliceThicknessMm: number,
): Promise<{ readonly exported: StructureToExport[]; readonly remarks: string[] }> {
  const protocol = { ...protocolOf(store, patient.record.id), excludedStructures: [] }
  const kinds = new Map(
    namedStructures(set.structures, protocol).map(({ kind, structure }) => [structure.number, kind]),
  )
  const remarks: string[] = []
  const exported: StructureToExport[] = []
  for (const { record: one, shape } of structures) {
    // Other requests are answered in between.
    await setImmediate()
    const mask = rasteriseShape(shape, image.grid, { sliceThicknessMm })
    if (!(maskVolumeMl(mask) > 0)) {
      remarks.push(`"${one.name}" is left out: it does not reach the image.`)
      continue
    }
    if (mask.volumeOutsideMl > TOLD_OUTSIDE_ML)
      remarks.push(
        `${mask.volumeOutsideMl.toFixed(1)} mL of "${one.name}" lie outside the image; SEG and masks lack them.`,
      )
    const { name, type, colourRgb, identity } = one
    const kind = kinds.get(one.number) ?? 'other'
    exported.push({ name: name.trim(), kind, type, colourRgb, shape, mask, made: madeBy(one.method), identity })
  }
  if (exported.length === 0)
    throw new InputError(
      'export.nothing',
      `Nothing of the set "${record.label}" reaches the image.`,
      'Choose the other image, or another set.',
    )
  const open = structures.filter(({ record: one }) => one.review === 'to-review').map(({ record: one }) => one.name)
  if (open.length > 0) remarks.push(`Not reviewed by a person: ${open.join(', ')}.`)
  return { exported, remarks }
}
