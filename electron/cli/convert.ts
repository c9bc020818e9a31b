import { InputError } from '../../native-core/errors/index.ts'
import { maskVolumeMl, rasteriseShape, wholeFractions } from '../../native-core/imaging/index.ts'
import { createObjectWriter } from '../adapters/dicom-write/index.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import {
  activityMapObject,
  ownerOf,
  referencedImages,
  segmentationObject,
  structureSetObject,
  wholeVoxelRemarks,
} from '../services/exportObjects/index.ts'
import type { StructureToExport } from '../services/exportObjects/index.ts'
import type { Command, CommandContext } from './context.ts'
import { readActivity, readStructures, readVolume } from './doseInputs.ts'
import type { LoadedImage } from './doseInputs.ts'
import { parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SYNOPSIS =
  'convert PATH --to nifti|masks|seg|rtstruct|parametric-map --out FOLDER [--like DICOM] [--modality CT] [--binary]'

/** Less of a structure than this outside the images is not worth a remark. */
const TOLD_OUTSIDE_ML = 0.01

const KINDS = ['nifti', 'masks', 'seg', 'rtstruct', 'parametric-map'] as const

/** Images and structures from one form to another, geometry kept. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      {
        to: { type: 'string' },
        out: { type: 'string' },
        like: { type: 'string' },
        modality: { type: 'string' },
        binary: { type: 'boolean' },
      },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const to = KINDS.find((kind) => kind === values.to)
    const path = positionals[0] ?? ''
    const { out } = values
    if (!to || out === undefined)
      throw new InputError(
        'cli.arguments',
        to ? '--out is missing.' : `--to is "${values.to ?? ''}": give one of ${KINDS.join(', ')}.`,
        `Usage: theratwin ${SYNOPSIS}`,
      )
    const bench = createWorkbench()
    try {
      const written =
        to === 'nifti'
          ? await imageToNifti(path, values.modality, out, bench, context)
          : to === 'parametric-map'
            ? await activityToMap(path, values.like, out, bench, context)
            : await structuresTo(to, path, values, out, bench, context)
      context.out(context.json ? `${JSON.stringify({ out, ...written })}\n` : told(out, written))
      return true
    } finally {
      await bench.close()
    }
  },
}

interface Written {
  readonly files: readonly string[]
  readonly remarks: readonly string[]
}

const told = (out: string, { files, remarks }: Written): string =>
  [`Written to ${out}: ${files.join(', ')}`, ...remarks.map((remark) => `  - ${remark}`)].join('\n')

async function imageToNifti(
  path: string,
  modality: string | undefined,
  out: string,
  bench: Workbench,
  context: CommandContext,
): Promise<Written> {
  const image = await readVolume(path, modality, bench, context)
  const unit = image.dicom ? unitOf(image) : ''
  const bytes = await encodeNifti(image, { gzip: true, description: [image.description, unit].join(' ').trim() })
  const name = `${image.dicom?.image.modality ?? 'image'}.nii.gz`
  await writeOutputFiles(out, [[name, bytes]])
  return { files: [name], remarks: [...image.remarks, ...(unit === '' ? [] : [`Values are ${unit}.`])] }
}

function unitOf({ dicom }: LoadedImage): string {
  const quantity = dicom?.image.quantity
  switch (quantity?.kind) {
    case 'HU':
      return 'HU'
    case 'activity-concentration':
      return 'Bq/mL at the start of the acquisition'
    case 'counts':
      return 'counts'
    case 'absorbed-dose':
      return 'Gy'
    case 'arbitrary':
      return `in ${quantity.unit}`
    default:
      return ''
  }
}

async function activityToMap(
  path: string,
  like: string | undefined,
  out: string,
  bench: Workbench,
  context: CommandContext,
): Promise<Written> {
  const image = await readActivity(path, bench, context)
  const reference = image.dicom ? image : await likeImage(like, bench, context)
  const dicom = reference.dicom!
  const object = activityMapObject(
    ownerOf(dicom.image, dicom.patient),
    { grid: image.grid, concentrationBqPerMl: image.values },
    {
      modality: dicom.image.modality === 'PT' ? 'PT' : 'NM',
      references: referencedImages(dicom.image),
      acquisitionStart: dicom.image.acquisitionStart?.local ?? null,
      derivation: `Activity concentration of ${image.description}`,
      software: bench.programVersion,
    },
  )
  await createObjectWriter().writeActivityMap(object, out, 'PARAMETRIC_MAP.dcm')
  return { files: ['PARAMETRIC_MAP.dcm'], remarks: image.remarks }
}

async function structuresTo(
  to: 'masks' | 'seg' | 'rtstruct',
  path: string,
  values: { readonly like?: string | undefined; readonly binary?: boolean | undefined },
  out: string,
  bench: Workbench,
  context: CommandContext,
): Promise<Written> {
  const reference = await likeImage(values.like, bench, context)
  const { structures, frames } = await readStructures(path, bench, context)
  const frame = reference.dicom!.image.frameOfReferenceUid
  const stranger = frames.find(({ frameOfReferenceUid }) => frameOfReferenceUid !== frame)
  if (stranger)
    throw new InputError(
      'convert.other-frame',
      `The structures "${stranger.label}" are in another frame of reference than the images of --like.`,
      'Give the images that the structures were drawn on.',
    )
  const drawn = structures.map(({ name, shape }): StructureToExport => ({
    name,
    kind: /tumou?r|lesion|metasta|^gtv/i.test(name) ? 'lesion' : 'organ',
    type: '',
    colourRgb: null,
    shape,
    // The thickness of a slice is known where a structure lies on one alone.
    mask: rasteriseShape(shape, reference.grid, { sliceThicknessMm: reference.grid.spacingMm[2] }),
    made: { by: 'SEMIAUTOMATIC', how: 'converted' },
    identity: null,
  }))
  const exported = drawn.filter(({ mask }) => maskVolumeMl(mask) > 0)
  if (exported.length === 0)
    throw new InputError(
      'convert.nothing',
      'None of the structures reaches the images of --like.',
      'Give the images that the structures were drawn on.',
    )
  const remarks = drawn.flatMap(({ name, mask }) =>
    maskVolumeMl(mask) === 0
      ? [`"${name}" is left out: it does not reach the images.`]
      : mask.volumeOutsideMl > TOLD_OUTSIDE_ML
        ? [`${mask.volumeOutsideMl.toFixed(1)} mL of "${name}" lie outside the images and are left out.`]
        : [],
  )
  if (to === 'masks') {
    const files: [string, Uint8Array][] = []
    for (const [position, { name, mask }] of exported.entries())
      files.push([
        `${String(position + 1).padStart(2, '0')}-${name.replace(/[^\w.-]+/g, '_')}.nii.gz`,
        await encodeNifti(
          { grid: mask.grid, values: wholeFractions(mask) },
          { gzip: true, description: `${name}: part of each voxel` },
        ),
      ])
    await writeOutputFiles(out, files)
    return { files: files.map(([name]) => name), remarks }
  }
  const { image, patient } = reference.dicom!
  const owner = ownerOf(image, patient)
  const references = referencedImages(reference.dicom!.image)
  const common = { label: 'STRUCTURES', software: bench.programVersion }
  const writer = createObjectWriter()
  if (to === 'seg') {
    const kind = values.binary === true ? 'binary' : 'fractional'
    await writer.writeSegmentation(segmentationObject(owner, exported, { ...common, kind, references }), out, 'SEG.dcm')
    return { files: ['SEG.dcm'], remarks: [...remarks, ...(kind === 'binary' ? wholeVoxelRemarks(exported) : [])] }
  }
  if (!references)
    throw new InputError(
      'convert.no-frame',
      'The images of --like do not say in which frame of reference they are: a structure set could not refer to them.',
      'Export the series again with its Frame of Reference UID.',
    )
  await writer.writeStructureSet(structureSetObject(owner, drawn, { ...common, references }), out, 'RTSTRUCT.dcm')
  return { files: ['RTSTRUCT.dcm'], remarks: [] }
}

async function likeImage(like: string | undefined, bench: Workbench, context: CommandContext): Promise<LoadedImage> {
  const image = like === undefined ? null : await readVolume(like, undefined, bench, context)
  if (image?.dicom) return image
  throw new InputError(
    'convert.like',
    'A DICOM object needs a patient, and structures a grid: it is not known whose and which.',
    'Give the folder of the DICOM images that belong to it with --like.',
  )
}
