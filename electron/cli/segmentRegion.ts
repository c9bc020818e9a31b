import { InputError } from '../../native-core/errors/index.ts'
import type { SegmentationImage } from '../../native-core/imaging/segmentation/semiautomatic/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import type { SegmentedRegion } from '../services/ports/compute.ts'
import { massOfRegion, measureRegion } from '../services/segmentation/index.ts'
import type { RegionMass, RegionStatistics } from '../services/segmentation/index.ts'
import type { Command, CommandContext } from './context.ts'
import { assertTogether, readCt, readVolume } from './doseInputs.ts'
import type { LoadedImage } from './doseInputs.ts'
import { parseWords } from './options.ts'
import { oneOf } from './registerOptions.ts'
import { METHODS, SEGMENT_OPTIONS, SEGMENT_SYNOPSIS, askOf, fwhmOf } from './segmentOptions.ts'
import type { SegmentValues } from './segmentOptions.ts'
import { writeSegmentation } from './segmentOutput.ts'
import { readMarks } from './segmentScribbles.ts'

const MASK_FILE = 'mask.nii.gz'
const KINDS = ['lesion', 'organ', 'other'] as const

/** One structure of an image, found semi-automatically. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(context.arguments, SEGMENT_OPTIONS, {
      positionals: 1,
      synopsis: SEGMENT_SYNOPSIS,
    })
    const bench = createWorkbench()
    try {
      await segment(positionals[0] ?? '', values, bench, context)
      return true
    } finally {
      await bench.close()
    }
  },
}

async function segment(path: string, values: SegmentValues, bench: Workbench, context: CommandContext): Promise<void> {
  const { signal, progress } = context
  const method = oneOf('method', values.method ?? '', METHODS)
  const kind = oneOf('kind', values.kind ?? 'other', KINDS)
  const name = values.name?.trim() ?? 'REGION'
  if (name === '') throw new InputError('cli.arguments', '--name is empty.', 'Give the name of the structure.')
  progress(0, 'Reading images')
  const loaded = await readVolume(path, values.modality, bench, context)
  const unit = unitOf(loaded, values.unit)
  const fwhmMm = fwhmOf(values, isEmission(loaded, unit))
  const image: SegmentationImage = { grid: loaded.grid, values: loaded.values, unit, fwhmMm }
  const ct = await ctFor(loaded, values.ct, unit, bench, context)
  const marks = { inside: await marksOf('inside'), outside: await marksOf('outside') }
  const ask = askOf(values, image.grid, marks)
  const region = await bench.compute.segmentRegion(
    { image, ask },
    { signal, progress: (fraction) => progress(0.1 + 0.8 * fraction, 'Segmenting') },
  )
  progress(0.9, 'Measuring')
  const statistics = measureRegion(image, region.mask)
  const mass = ct && massOfRegion(region.mask, ct, bench.data.huDensity)
  const document = {
    program: bench.programVersion,
    image: inputOf(loaded),
    ct: ct && ct !== loaded ? inputOf(ct) : null,
    unit,
    name,
    kind,
    method,
    description: region.description,
    coordinates: 'patient coordinates, LPS, mm; the box in voxels of the image',
    seedMm: ask.seedMm,
    box: ask.box,
    parameters: region.parameters,
    isCutByBox: region.isCut,
    resolution: region.resolution,
    statistics,
    mass,
    remarks: remarksOf(),
    mask: { file: MASK_FILE, meaning: 'part of each voxel, 0 to 1' },
  }
  const json = `${JSON.stringify(document, null, 2)}\n`
  const structure = {
    name,
    kind,
    mask: region.mask,
    file: MASK_FILE,
    made: { by: 'SEMIAUTOMATIC', how: method },
  } as const
  const written =
    values.out === undefined
      ? []
      : await writeSegmentation(loaded, [structure], [['segmentation.json', json]], values.out, bench)
  progress(1, 'Done')
  context.out(context.json ? json : told(name, unit, region, statistics, mass, document.remarks, written, values.out))

  async function marksOf(what: 'inside' | 'outside'): Promise<readonly number[]> {
    const file = values[what]
    if (file !== undefined) return await readMarks(file, image.grid, bench, context)
    if (method !== 'random-walker') return []
    throw new InputError(
      'segmentation.marks',
      `Nothing is marked as ${what}: --${what} is missing.`,
      'Give both --inside and --outside: a NIfTI image with values above 0 at the marks, or lines of x,y,z (LPS, mm).',
    )
  }

  function remarksOf(): string[] {
    return [
      ...loaded.remarks,
      ...region.remarks,
      ...(ct && mass === null ? ['Less than half of it lies in the CT: no mass is given.'] : []),
      ...(mass && mass.clampedFraction > 0
        ? [`${(100 * mass.clampedFraction).toFixed(1)} % of it has CT numbers beyond the table of densities.`]
        : []),
      'Nobody has looked at this structure yet: look at it before it is used.',
    ]
  }
}

/**
 * The CT that gives the mass: the image itself where it is one. @throws InputError as `readCt` and `assertTogether`.
 */
async function ctFor(
  image: LoadedImage,
  path: string | undefined,
  unit: string,
  bench: Workbench,
  context: CommandContext,
): Promise<LoadedImage | null> {
  if (path === undefined) return unit === 'HU' ? image : null
  const ct = await readCt(path, bench, context)
  assertTogether(image, ct, null)
  return ct
}

/**
 * What the values are in: DICOM says so; of NIfTI the option may, else ''. @throws InputError `cli.arguments` where
 * both do, and differ.
 */
function unitOf({ dicom }: LoadedImage, given: string | undefined): string {
  const quantity = dicom?.image.quantity
  const unit = {
    HU: 'HU',
    'activity-concentration': 'Bq/mL',
    counts: 'counts',
    'absorbed-dose': 'Gy',
    arbitrary: quantity?.kind === 'arbitrary' ? quantity.unit : '',
  }[quantity?.kind ?? 'arbitrary']
  if (given === undefined || unit === given) return unit
  if (unit === '') return given
  throw new InputError('cli.arguments', `--unit is ${given}, but the image is in ${unit}.`, 'Leave --unit out.')
}

/** Its resolution counts: DICOM says so; of NIfTI the unit of the values does. */
const isEmission = ({ dicom }: LoadedImage, unit: string): boolean =>
  dicom ? dicom.image.modality === 'NM' || dicom.image.modality === 'PT' : unit === 'Bq/mL' || unit === 'counts'

const inputOf = ({ name, description, sha256 }: LoadedImage) => ({ name, description, sha256 })

function told(
  name: string,
  unit: string,
  { description }: SegmentedRegion,
  { volumeMl, mean, sd, minimum, maximum, peak, totalActivityBq }: RegionStatistics,
  mass: RegionMass | null,
  remarks: readonly string[],
  written: readonly string[],
  out: string | undefined,
): string {
  const four = (value: number): string => Number(value.toPrecision(4)).toString()
  const inUnit = unit === '' ? '' : ` ${unit}`
  return [
    `${name}: ${four(volumeMl)} mL`,
    `  ${description}`,
    `  mean ${four(mean)}, standard deviation ${four(sd)}, ${four(minimum)} to ${four(maximum)}${peak === null ? '' : `, 1 mL peak ${four(peak)}`}${inUnit}`,
    ...(totalActivityBq === null ? [] : [`  total activity ${four(totalActivityBq / 1e6)} MBq`]),
    ...(mass === null ? [] : [`  mass ${four(1000 * mass.massKg)} g (${four(mass.densityGPerMl)} g/mL)`]),
    ...remarks.map((remark) => `  - ${remark}`),
    ...(out === undefined ? [] : [`Written to ${out}: ${written.join(', ')}`]),
  ].join('\n')
}
