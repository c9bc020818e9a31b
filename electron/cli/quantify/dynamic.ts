import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import type { DecayReference } from '../../../native-core/imaging/pet/index.ts'
import { createDicomSource } from '../../adapters/dicom/index.ts'
import { encodeNifti } from '../../adapters/nifti/index.ts'
import { createWorkbench } from '../../backend/compose.ts'
import type { Workbench } from '../../backend/compose.ts'
import { secondsBetween } from '../../services/course/index.ts'
import { dynamicStructures } from '../../services/pet/index.ts'
import type { DynamicFrame } from '../../services/pet/index.ts'
import type { Instant } from '../../contracts/domain.ts'
import type { DicomSource } from '../../services/ports/dicomSource.ts'
import type { Command, CommandContext } from '../context.ts'
import { readStructures, readVolume } from '../doseInputs.ts'
import { numberOption, parseWords } from '../options.ts'
import { ANALYSIS_OPTIONS, ANALYSIS_SYNOPSIS, readAnalysis, runAnalysis } from './dynamicAnalysis.ts'
import { answer, nuclideOf, printedSchema, readRequest } from './requestFile.ts'

const SYNOPSIS = `quantify dynamic FOLDER|REQUEST.json --structures PATH [--nuclide N] [--from-first-frame] [--uncertainty-percent P] [--sum-from-s A --sum-to-s B] ${ANALYSIS_SYNOPSIS} [--out FOLDER] | --schema`

/** Frames as NIfTI files, where there is no DICOM that tells their times. */
const framesSchema = z.strictObject({
  nuclide: z.string().min(1).max(20),
  decayCorrectedTo: z.enum(['frame-average', 'frame-start', 'administration']).meta({
    description: 'What the values are: the average of the frame as it decayed, at its start, or at the administration',
  }),
  frames: z
    .array(
      z.strictObject({
        image: z.string().min(1),
        startS: z.number().meta({ unit: 's', description: 'After the start of the administration' }),
        durationS: z.number().positive(),
      }),
    )
    .min(1)
    .max(1000),
})

interface Frames {
  readonly nuclide: string
  readonly reference: DecayReference
  readonly frames: readonly DynamicFrame[]
  readonly remarks: readonly string[]
}

/** Time–activity curves of structures in a dynamic PET, their tracer kinetics, parametric images, and a sum of the frames. False where a structure cannot be analysed. */
export const command: Command = {
  run: async (context) => {
    if (printedSchema(context, framesSchema)) return true
    const { values, positionals } = parseWords(
      context.arguments,
      {
        structures: { type: 'string' },
        nuclide: { type: 'string' },
        'from-first-frame': { type: 'boolean' },
        'uncertainty-percent': { type: 'string' },
        'sum-from-s': { type: 'string' },
        'sum-to-s': { type: 'string' },
        out: { type: 'string' },
        ...ANALYSIS_OPTIONS,
      },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    if (values.structures === undefined)
      throw new InputError('cli.arguments', 'dynamic needs --structures PATH.', `Usage: theratwin ${SYNOPSIS}`)
    const range = {
      ...numberOption('sum-from-s', values['sum-from-s'], 'fromS'),
      ...numberOption('sum-to-s', values['sum-to-s'], 'toS'),
    }
    const asked = await readAnalysis(values)
    if (asked?.voxelwise && values.out === undefined)
      throw new InputError('cli.arguments', '--voxelwise needs --out FOLDER.', 'Say where the maps are to be written.')
    const path = positionals[0] ?? ''
    const bench = createWorkbench()
    const source = createDicomSource({ dynamicFrames: true })
    try {
      const { structures } = await readStructures(values.structures, bench, context)
      const found = path.endsWith('.json')
        ? await niftiFrames(path, bench, context)
        : await dicomFrames(path, values.nuclide, values['from-first-frame'] === true, source, context)
      const nuclide = nuclideOf(found.nuclide)
      const { value: percent = 0 } = numberOption('uncertainty-percent', values['uncertainty-percent'], 'value')
      const result = await dynamicStructures({
        ...found,
        halfLifeS: nuclide.halfLifeS,
        structures,
        relativeUncertainty: percent / 100,
        sum:
          range.fromS === undefined || range.toS === undefined
            ? null
            : { fromS: range.fromS, toS: range.toS, reference: { kind: 'frame-start' } },
      })
      const analysis =
        asked &&
        (await runAnalysis(
          asked,
          { ...found, structures, halfLifeS: nuclide.halfLifeS },
          result,
          bench.compute,
          context,
        ))
      const remarks = [...found.remarks, ...result.remarks]
      const { sum } = result
      const first = found.frames[0]
      await answer(context, {
        schema: 'theratwin-dynamic/1',
        out: values.out,
        file: 'dynamic.json',
        body: {
          nuclide: nuclide.name,
          unit: 'Bq/mL',
          structures: result.structures,
          sum: sum && {
            startS: sum.startS,
            durationS: sum.durationS,
            decayCorrectedTo: 'start of the sum',
            weights: sum.weights,
          },
          ...(analysis ? { analysis: analysis.json } : {}),
          remarks,
        },
        files: [
          ['dynamic.csv', csvOf(result.structures)],
          ...(analysis?.files ?? []),
          ...(sum && first
            ? [
                [
                  'sum.nii.gz',
                  await encodeNifti(
                    { grid: first.grid, values: sum.values },
                    { gzip: true, description: 'Sum of frames, Bq/mL' },
                  ),
                ] as const,
              ]
            : []),
        ],
        lines: [
          ...result.structures.flatMap(({ name, curve }) => [
            name,
            ...curve.midTimesS.map(
              (t, i) => `  ${t.toFixed(0)} s  ${(curve.average[i]?.value ?? NaN).toPrecision(5)} Bq/mL`,
            ),
          ]),
          ...(analysis?.lines ?? []),
          ...remarks.map((remark) => `  - ${remark}`),
        ],
      })
      return analysis?.isWhole ?? true
    } finally {
      await Promise.all([bench.close(), source.close()])
    }
  },
}

async function niftiFrames(path: string, bench: Workbench, context: CommandContext): Promise<Frames> {
  const request = await readRequest(path, framesSchema)
  const frames: DynamicFrame[] = []
  for (const { image, startS, durationS } of request.frames) {
    const { grid, values } = await readVolume(resolve(dirname(path), image), undefined, bench, context)
    frames.push({ startS, durationS, grid, load: () => Promise.resolve(values) })
  }
  const references = {
    'frame-average': { kind: 'average' },
    'frame-start': { kind: 'frame-start' },
    administration: { kind: 'time', timeS: 0 },
  } as const
  return { nuclide: request.nuclide, reference: references[request.decayCorrectedTo], frames, remarks: [] }
}

/** The PET volumes of a folder as frames; each is read as the activity at its own start. */
async function dicomFrames(
  path: string,
  nuclide: string | undefined,
  isFromFirst: boolean,
  source: DicomSource,
  { signal }: CommandContext,
): Promise<Frames> {
  const scan = await source.scan([path], { signal })
  const images = scan.patients
    .flatMap((patient) => patient.images)
    .filter(({ modality, quantity }) => modality === 'PT' && quantity.kind === 'activity-concentration')
  const [first] = images
  if (!first)
    throw new InputError(
      'dynamic.no-frames',
      `There is no PET image in Bq/mL in ${path}.`,
      'Give the folder of a dynamic PET, or a request with NIfTI files.',
    )
  const question = scan.problems.find(
    ({ severity, seriesUid }) => severity === 'question' && seriesUid === first.seriesUid,
  )
  if (question) throw new InputError('dynamic.question', question.message, question.hint)
  const series = new Set(images.map(({ seriesUid }) => seriesUid))
  if (series.size > 1)
    throw new InputError(
      'dynamic.several-series',
      `There are ${series.size} PET series in ${path}.`,
      'Give the folder of one of them.',
    )
  const name = nuclide ?? first.radiopharmaceutical?.nuclide
  if (name == null) throw new InputError('dynamic.nuclide', 'The files do not name the nuclide.', 'Give --nuclide.')
  const administration = first.radiopharmaceutical?.administrationStart ?? null
  const starts = images.map(({ acquisitionStart }) => acquisitionStart)
  if (
    !starts.every((start) => start !== null) ||
    images.some(({ acquisitionDurationS }) => acquisitionDurationS === null)
  )
    throw new InputError(
      'dynamic.times',
      'Start or duration of some frame is not in the files.',
      'Export the series again with Acquisition Time and Actual Frame Duration (0018,1242).',
    )
  const earliest = starts.reduce<Instant>((a, b) => (secondsBetween(a, b) < 0 ? b : a), starts[0] as Instant)
  if (administration === null && !isFromFirst)
    throw new InputError(
      'dynamic.administration',
      'The files do not give the start of the administration with its date.',
      'Give --from-first-frame, if the scan began with the injection.',
    )
  const zero = isFromFirst ? earliest : (administration as Instant)
  return {
    nuclide: name,
    reference: { kind: 'frame-start' },
    frames: images.map((image) => ({
      startS: secondsBetween(zero, image.acquisitionStart as Instant),
      durationS: image.acquisitionDurationS as number,
      grid: image.grid,
      load: () => source.loadVoxels(image, signal),
    })),
    remarks: [
      ...(isFromFirst ? ['Times count from the start of the first frame.'] : []),
      ...new Set(
        scan.problems
          .filter(({ severity, seriesUid }) => seriesUid === first.seriesUid && severity !== 'note')
          .map(({ message }) => message),
      ),
    ],
  }
}

type Structures = Awaited<ReturnType<typeof dynamicStructures>>['structures']

function csvOf(structures: Structures): string {
  const rows = structures.flatMap(({ name, curve }) =>
    curve.midTimesS.map((mid, i) => {
      const [average, corrected] = [curve.average[i], curve.decayCorrected[i]]
      return [
        `"${name.replaceAll('"', '""')}"`,
        mid,
        curve.decayWeightedTimesS[i],
        average?.value,
        average?.standardUncertainty,
        corrected?.value,
        corrected?.standardUncertainty,
      ].join(',')
    }),
  )
  return `${['structure,mid_s,decay_weighted_s,average_bq_per_ml,average_bq_per_ml_u,decay_corrected_bq_per_ml,decay_corrected_bq_per_ml_u', ...rows].join('\n')}\n`
}
