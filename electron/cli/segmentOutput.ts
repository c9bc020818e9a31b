/** Segmented structures as files: masks, and DICOM objects where the image is DICOM. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { wholeFractions } from '../../native-core/imaging/index.ts'
import type { FractionalMask } from '../../native-core/imaging/index.ts'
import { createObjectWriter } from '../adapters/dicom-write/index.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import type { Workbench } from '../backend/compose.ts'
import { ownerOf, referencedImages, segmentationObject, structureSetObject } from '../services/exportObjects/index.ts'
import type { StructureToExport } from '../services/exportObjects/index.ts'
import type { LoadedImage } from './doseInputs.ts'
import { writeOutputFiles } from './outputFiles.ts'

/** A structure on the grid of the image that it was found in. */
export interface SegmentedStructure extends Pick<StructureToExport, 'name' | 'kind' | 'made'> {
  readonly mask: FractionalMask
  /** Left out: none of its own. */
  readonly colourRgb?: StructureToExport['colourRgb']
  /** Name of the file of its mask. */
  readonly file: string
}

const OBJECTS = ['SEG.dcm', 'RTSTRUCT.dcm'] as const

/**
 * Writes each structure's mask (part of each voxel), further files, and SEG and RTSTRUCT where the image is DICOM;
 * objects of an earlier run are taken away where there are none now. Answers with the names of the files. @throws
 * InputError `output.cannot-write`, and those of the DICOM writer.
 */
export async function writeSegmentation(
  image: LoadedImage,
  structures: readonly SegmentedStructure[],
  others: readonly (readonly [string, string | Uint8Array])[],
  out: string,
  bench: Workbench,
): Promise<string[]> {
  const files: (readonly [string, string | Uint8Array])[] = []
  for (const { name, mask, file } of structures)
    files.push([
      file,
      await encodeNifti(
        { grid: mask.grid, values: wholeFractions(mask) },
        { gzip: true, description: `${name}: part of each voxel` },
      ),
    ])
  await writeOutputFiles(out, [...files, ...others])
  const names = [...files, ...others].map(([name]) => name)
  if (image.dicom && structures.length > 0) {
    const owner = ownerOf(image.dicom.image, image.dicom.patient)
    const references = referencedImages(image.dicom.image)
    const exported = structures.map(({ name, kind, made, mask, colourRgb = null }): StructureToExport => ({
      name,
      kind,
      made,
      mask,
      type: '',
      colourRgb,
      shape: { kind: 'voxels', mask },
      identity: null,
    }))
    const common = { label: 'SEGMENTATION', software: bench.programVersion }
    const writer = createObjectWriter()
    const seg = segmentationObject(owner, exported, { ...common, kind: 'fractional', references })
    await writer.writeSegmentation(seg, out, 'SEG.dcm')
    names.push('SEG.dcm')
    if (references) {
      await writer.writeStructureSet(
        structureSetObject(owner, exported, { ...common, references }),
        out,
        'RTSTRUCT.dcm',
      )
      names.push('RTSTRUCT.dcm')
    }
  }
  for (const name of OBJECTS) if (!names.includes(name)) await rm(join(out, name), { force: true })
  return names.sort()
}
