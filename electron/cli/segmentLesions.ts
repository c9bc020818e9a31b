import { InputError } from '../../native-core/errors/index.ts'
import type { FractionalMask, ImageGrid } from '../../native-core/imaging/index.ts'
import { voxelCount } from '../../native-core/imaging/index.ts'
import { LESION_DEFAULTS, tumourBurden } from '../../native-core/imaging/segmentation/lesions/index.ts'
import type {
  LesionAsk,
  LesionCandidate,
  LesionsFound,
  NamedRegion,
} from '../../native-core/imaging/segmentation/lesions/index.ts'
import { createObjectWriter } from '../adapters/dicom-write/index.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import { ownerOf, referencedImages, segmentationObject } from '../services/exportObjects/index.ts'
import type { Command, CommandContext } from './context.ts'
import { readStructures, readVolume } from './doseInputs.ts'
import type { LoadedImage } from './doseInputs.ts'
import { numberOption, parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SYNOPSIS =
  'segment IMAGE --lesions (--threshold V | --reference STRUCTURE --k K [--mean-factor F] [--shrink-mm S]) [--physiologic PATH] [--structures PATH] [--margin-mm M] [--physiologic-percent P] [--min-volume-ml V] [--split-percent P] [--local-percent P] [--modality NM] [--out FOLDER]'

const OPTIONS = {
  lesions: { type: 'boolean' },
  modality: { type: 'string' },
  threshold: { type: 'string' },
  reference: { type: 'string' },
  k: { type: 'string' },
  'mean-factor': { type: 'string' },
  'shrink-mm': { type: 'string' },
  physiologic: { type: 'string' },
  structures: { type: 'string' },
  'margin-mm': { type: 'string' },
  'physiologic-percent': { type: 'string' },
  'min-volume-ml': { type: 'string' },
  'split-percent': { type: 'string' },
  'local-percent': { type: 'string' },
  out: { type: 'string' },
} as const

type Values = { readonly [K in Exclude<keyof typeof OPTIONS, 'lesions'>]?: string }

/** All regions of an image above a threshold, as candidates. False where there is none. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(context.arguments, OPTIONS, { positionals: 1, synopsis: SYNOPSIS })
    const { lesions: _lesions, ...words } = values
    const bench = createWorkbench()
    try {
      return await search(positionals[0] ?? '', words, bench, context)
    } finally {
      await bench.close()
    }
  },
}

async function search(path: string, values: Values, bench: Workbench, context: CommandContext): Promise<boolean> {
  const { signal, progress } = context
  progress(0, 'Reading images')
  const image = await readVolume(path, values.modality, bench, context)
  const read = async (given: string | undefined): Promise<NamedRegion[]> => {
    if (given === undefined) return []
    const { structures, frames } = await readStructures(given, bench, context)
    const stranger = frames.find(
      ({ frameOfReferenceUid: uid }) => image.dicom !== null && uid !== image.dicom.image.frameOfReferenceUid,
    )
    if (stranger)
      throw new InputError(
        'segment.frames-differ',
        `The structure set "${stranger.label}" has another frame of reference than the image.`,
        'Give structures that were made on the images of this session.',
      )
    return [...structures]
  }
  const physiologic = await read(values.physiologic)
  const others = await read(values.structures)
  const ask = askOf(values, physiologic, others)
  const found = await bench.compute.findLesions(
    { image: { grid: image.grid, values: image.values }, ask },
    { signal, progress: (fraction) => progress(0.1 + 0.8 * fraction, 'Looking for lesions') },
  )
  const document = documentOf(image, ask, found, bench)
  const json = `${JSON.stringify(document, null, 2)}\n`
  const written = values.out === undefined ? [] : await write(image, found, json, values.out, bench)
  progress(1, 'Done')
  context.out(context.json ? json : told(document, values.out, written))
  return found.candidates.length > 0
}

function askOf(values: Values, physiologic: readonly NamedRegion[], others: readonly NamedRegion[]): LesionAsk {
  const number = (option: keyof Values): number | undefined => numberOption(option, values[option], 'value').value
  const percent = (option: keyof Values, fallback: number): number => {
    const given = number(option)
    return given === undefined ? fallback : given / 100
  }
  const local = number('local-percent')
  return {
    threshold: thresholdOf(values, number, [...physiologic, ...others]),
    physiologic,
    landmarks: [...physiologic, ...others],
    marginMm: number('margin-mm') ?? LESION_DEFAULTS.marginMm.value,
    physiologicShare: percent('physiologic-percent', LESION_DEFAULTS.physiologicShare.value),
    minimumVolumeMl: number('min-volume-ml') ?? LESION_DEFAULTS.minimumVolumeMl.value,
    splitDepth: percent('split-percent', LESION_DEFAULTS.splitDepth.value),
    localPart: local === undefined ? null : local / 100,
  }
}

function thresholdOf(
  values: Values,
  number: (option: keyof Values) => number | undefined,
  structures: readonly NamedRegion[],
): LesionAsk['threshold'] {
  const wrong = (why: string): InputError => new InputError('cli.arguments', why, `Usage: theratwin ${SYNOPSIS}`)
  const fixed = number('threshold')
  if ((fixed === undefined) === (values.reference === undefined))
    throw wrong('Give either --threshold, or --reference with --k.')
  if (fixed !== undefined) return { kind: 'fixed', value: fixed }
  const sdFactor = number('k')
  if (sdFactor === undefined) throw wrong('--reference needs --k: the threshold is mean-factor · mean + k · sd.')
  const wanted = values.reference?.trim().toUpperCase()
  const region = structures.find(({ name }) => name.trim().toUpperCase() === wanted)
  if (!region)
    throw new InputError(
      'segment.reference',
      `There is no structure "${values.reference ?? ''}" among ${structures.map(({ name }) => name).join(', ') || 'none'}.`,
      'Name one of the structures of --physiologic or --structures.',
    )
  return {
    kind: 'reference',
    region,
    meanFactor: number('mean-factor') ?? 1,
    sdFactor,
    shrinkMm: number('shrink-mm') ?? 0,
  }
}

type Document = ReturnType<typeof documentOf>

function documentOf(image: LoadedImage, ask: LesionAsk, found: LesionsFound, bench: Workbench) {
  const { threshold } = ask
  const burdenAs = (counts: (candidate: LesionCandidate) => boolean) =>
    tumourBurden(
      found.candidates.filter(counts).map(({ volumeMl, mean }) => ({ review: 'accepted' as const, volumeMl, mean })),
      'common',
    )
  const { name, description, sha256 } = image
  return {
    schema: 'theratwin-lesions/1',
    program: bench.programVersion,
    image: { name, description, sha256 },
    unit: unitOf(image),
    coordinates: 'patient coordinates, LPS, mm',
    threshold: found.threshold,
    reference: found.reference,
    settings: {
      rule: threshold.kind === 'fixed' ? 'fixed' : 'mean-factor · mean + k · sd of the reference region',
      ...(threshold.kind === 'fixed'
        ? {}
        : { meanFactor: threshold.meanFactor, k: threshold.sdFactor, shrinkMm: threshold.shrinkMm }),
      physiologic: ask.physiologic.map((one) => one.name),
      marginMm: ask.marginMm,
      physiologicShare: ask.physiologicShare,
      minimumVolumeMl: ask.minimumVolumeMl,
      splitDepth: ask.splitDepth,
      localPart: ask.localPart,
    },
    tooSmall: found.tooSmall,
    candidates: found.candidates.map(({ mask: _mask, ...candidate }, position) => ({
      label: position + 1,
      ...candidate,
    })),
    /** As if all of them were lesions: what a person rejects has to be taken off. */
    burden: {
      ofAll: burdenAs(() => true),
      withoutPhysiologic: burdenAs(({ flags }) => !flags.includes('physiologic')),
    },
    remarks: [
      ...image.remarks,
      'Nobody has looked at these candidates yet: each is to be accepted or rejected, and the burden counts all of them.',
    ],
  }
}

function unitOf({ dicom }: LoadedImage): string {
  const quantity = dicom?.image.quantity
  if (quantity?.kind === 'activity-concentration') return 'Bq/mL'
  return quantity?.kind === 'arbitrary' ? quantity.unit : (quantity?.kind ?? '')
}

async function write(
  image: LoadedImage,
  { candidates }: LesionsFound,
  json: string,
  out: string,
  bench: Workbench,
): Promise<string[]> {
  const labels = labelsOf(
    image.grid,
    candidates.map(({ mask }) => mask),
  )
  const description = 'Lesion candidates: 0 none, else the label of lesions.json'
  await writeOutputFiles(out, [
    ['lesions.json', json],
    ['lesions.nii.gz', await encodeNifti({ grid: image.grid, values: labels }, { gzip: true, description })],
  ])
  if (image.dicom === null || candidates.length === 0) return ['lesions.json', 'lesions.nii.gz']
  const object = segmentationObject(
    ownerOf(image.dicom.image, image.dicom.patient),
    candidates.map(({ mask }, position) => ({
      name: `Lesion ${position + 1}`,
      kind: 'lesion' as const,
      type: '',
      colourRgb: null,
      shape: { kind: 'voxels' as const, mask },
      mask,
      made: { by: 'AUTOMATIC' as const, how: 'lesion finding' },
      identity: null,
    })),
    {
      label: 'LESIONS',
      software: bench.programVersion,
      kind: 'fractional',
      references: referencedImages(image.dicom.image),
    },
  )
  await createObjectWriter().writeSegmentation(object, out, 'SEG.dcm')
  return ['lesions.json', 'lesions.nii.gz', 'SEG.dcm']
}

/** Whole voxels: each belongs to the candidate that has at least half of it. */
function labelsOf(grid: ImageGrid, masks: readonly FractionalMask[]): Float32Array {
  const labels = new Float32Array(voxelCount(grid))
  const [nx, ny] = grid.dimensions
  for (const [position, { box, fractions }] of masks.entries())
    for (let n = 0; n < fractions.length; n++) {
      if (!(fractions[n]! >= 0.5)) continue
      const x = box.start[0] + (n % box.size[0])
      const y = box.start[1] + (Math.floor(n / box.size[0]) % box.size[1])
      const z = box.start[2] + Math.floor(n / (box.size[0] * box.size[1]))
      labels[x + nx * (y + ny * z)] = position + 1
    }
  return labels
}

function told(
  { candidates, threshold, unit, tooSmall, burden, remarks }: Document,
  out: string | undefined,
  written: readonly string[],
): string {
  const four = (value: number): string => Number(value.toPrecision(4)).toString()
  const { ofAll, withoutPhysiologic } = burden
  return [
    `${candidates.length} candidates above ${four(threshold)} ${unit}; ${tooSmall.count} smaller regions left out (${four(tooSmall.volumeMl)} mL)`,
    ...candidates.map(
      ({ label, volumeMl, mean, maximum, place, flags }) =>
        `  ${label}: ${four(volumeMl)} mL, mean ${four(mean)}, maximum ${four(maximum)}${place ? `, ${place.words}` : ''}${flags.length > 0 ? ` [${flags.join(', ')}]` : ''}`,
    ),
    `Together ${four(ofAll.volumeMl)} mL, total ${four(ofAll.total)}; without those flagged as physiologic ${four(withoutPhysiologic.volumeMl)} mL, ${four(withoutPhysiologic.total)}`,
    ...remarks.map((remark) => `  - ${remark}`),
    ...(out === undefined ? [] : [`Written to ${out}: ${written.join(', ')}`]),
  ].join('\n')
}
