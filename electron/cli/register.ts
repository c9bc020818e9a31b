import { readFile } from 'node:fs/promises'
import { InputError } from '../../native-core/errors/index.ts'
import type { Mat4, Vec3 } from '../../native-core/imaging/index.ts'
import { createObjectWriter } from '../adapters/dicom-write/index.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import { referencedImages, registrationObjects } from '../services/exportObjects/index.ts'
import { carriedImage, channelOf, describeRegistration, landmarkErrors } from '../services/registration/index.ts'
import type { LandmarkPair, RegistrationTask } from '../services/registration/index.ts'
import type { RegistrationAnswer } from '../services/ports/compute.ts'
import type { Command, CommandContext } from './context.ts'
import { readVolume } from './doseInputs.ts'
import type { LoadedImage } from './doseInputs.ts'
import { numberOption, parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SYNOPSIS =
  'register FIXED MOVING [--type rigid|affine|deformable] [--metric mutual-information|normalised-correlation] [--initial centres-of-mass|centres|identity|MATRIX.json] [--modality CT] [--with FIXED2 --with-moving MOVING2] [--control-spacing-mm 24] [--landmarks PAIRS.csv] [--out FOLDER]'

const TYPES = ['rigid', 'affine', 'deformable'] as const
const METRICS = ['mutual-information', 'normalised-correlation'] as const

/** Registration of two images: matrix or deformation, how well they fit, the moving image on the fixed one, REG objects. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      {
        type: { type: 'string' },
        metric: { type: 'string' },
        initial: { type: 'string' },
        modality: { type: 'string' },
        with: { type: 'string' },
        'with-moving': { type: 'string' },
        'control-spacing-mm': { type: 'string' },
        landmarks: { type: 'string' },
        out: { type: 'string' },
      },
      { positionals: 2, synopsis: SYNOPSIS },
    )
    const kind = oneOf('type', values.type ?? 'rigid', TYPES)
    const metric = oneOf('metric', values.metric ?? 'mutual-information', METRICS)
    if ((values.with === undefined) !== (values['with-moving'] === undefined))
      throw new InputError(
        'cli.arguments',
        'A second pair of images needs both --with and --with-moving.',
        `Usage: theratwin ${SYNOPSIS}`,
      )
    const landmarks = values.landmarks === undefined ? [] : await readLandmarks(values.landmarks)
    const initial = await initialOf(values.initial ?? 'centres-of-mass')
    const bench = createWorkbench()
    try {
      const fixed = await readVolume(positionals[0] ?? '', values.modality, bench, context)
      const moving = await readVolume(positionals[1] ?? '', values.modality, bench, context)
      const second =
        values.with === undefined
          ? []
          : [
              channel(
                await readVolume(values.with, undefined, bench, context),
                await readVolume(values['with-moving'] ?? '', undefined, bench, context),
                metric,
              ),
            ]
      const task: RegistrationTask = {
        kind,
        channels: [channel(fixed, moving, metric), ...second],
        initial,
        ...numberOption('control-spacing-mm', values['control-spacing-mm'], 'controlSpacingMm'),
      }
      const answer = await bench.compute.registerImages(task, {
        signal: context.signal,
        progress: (fraction) => context.progress(fraction, 'Registering'),
      })
      await tell(task, answer, fixed, moving, landmarks, values.out, bench, context)
      return true
    } finally {
      await bench.close()
    }
  },
}

function channel(fixed: LoadedImage, moving: LoadedImage, metric: (typeof METRICS)[number]) {
  const isCt = (image: LoadedImage): boolean => image.dicom?.image.modality === 'CT'
  return channelOf(isCt(fixed) && isCt(moving) ? 'ct' : 'emission', fixed, moving, metric)
}

async function tell(
  task: RegistrationTask,
  answer: RegistrationAnswer,
  fixed: LoadedImage,
  moving: LoadedImage,
  landmarks: readonly LandmarkPair[],
  out: string | undefined,
  bench: Workbench,
  context: CommandContext,
): Promise<void> {
  const { linear, deformable } = answer
  const map = deformable?.deformation ?? linear.fixedToMoving
  const found = deformable ?? linear
  const description = describeRegistration(task, answer)
  const remarks = [...new Set([...fixed.remarks, ...moving.remarks, ...linear.remarks, ...(deformable?.remarks ?? [])])]
  const inputs = { fixed: inputOf(fixed), moving: inputOf(moving) }
  const courseOf = ({ course }: typeof found) =>
    course.map(({ stop, iterations, metricBefore, metricAfter, lattice }) => ({
      points: lattice.dimensions,
      spacingMm: lattice.spacingMm,
      stop,
      iterations,
      metricBefore,
      metricAfter,
    }))
  const document = {
    program: bench.programVersion,
    ...inputs,
    type: task.kind,
    description,
    coordinates: 'patient coordinates, LPS, mm; matrices row-major 4×4',
    movingToFixed: linear.movingToFixed,
    fixedToMoving: linear.fixedToMoving,
    overlapFraction: found.overlapFraction,
    converged: found.converged,
    levels: { linear: courseOf(linear), deformable: deformable ? courseOf(deformable) : null },
    deformation: deformable
      ? {
          meaning: 'a point x of the fixed image lies at fixedToMoving · (x + u(x)) in the moving one',
          grid: deformable.deformation.grid,
          controlSpacingMm: deformable.controlSpacingMm,
          regularisationMm2: deformable.regularisation,
          jacobianMinimum: deformable.jacobianMinimum,
          jacobianMaximum: deformable.jacobianMaximum,
        }
      : null,
    landmarks: landmarkErrors(landmarks, map),
    remarks,
  }
  const json = `${JSON.stringify(document, null, 2)}\n`
  const written = out === undefined ? [] : await write(out, json, answer, fixed, moving, description, context)
  context.out(
    context.json
      ? json
      : [
          description,
          `Moving to fixed: ${rows(linear.movingToFixed)}`,
          `Overlap ${(100 * found.overlapFraction).toFixed(0)} %, metric on the finest level ${found.course.at(-1)!.metricBefore.toFixed(4)} → ${found.course.at(-1)!.metricAfter.toFixed(4)}`,
          ...(deformable
            ? [`Jacobian ${deformable.jacobianMinimum.toFixed(2)} to ${deformable.jacobianMaximum.toFixed(2)}`]
            : []),
          ...(document.landmarks
            ? [
                `Landmarks: mean ${document.landmarks.meanMm.toFixed(2)} mm, at most ${document.landmarks.maximumMm.toFixed(2)} mm`,
              ]
            : []),
          ...remarks.map((remark) => `  - ${remark}`),
          'Look at the match before you use it: nothing here has been seen by a person.',
          ...written,
        ].join('\n'),
  )
}

async function write(
  out: string,
  json: string,
  { linear, deformable }: RegistrationAnswer,
  fixed: LoadedImage,
  moving: LoadedImage,
  description: string,
  { signal }: CommandContext,
): Promise<string[]> {
  const map = deformable?.deformation ?? linear.fixedToMoving
  const fill = moving.dicom?.image.modality === 'CT' ? -1024 : 0
  const values = carriedImage(moving, fixed.grid, map, fill, () => signal.aborted)
  signal.throwIfAborted()
  await writeOutputFiles(out, [
    [
      'moving-on-fixed.nii.gz',
      await encodeNifti({ grid: fixed.grid, values }, { gzip: true, description: 'Moving image on the fixed grid' }),
    ],
    ['registration.json', json],
  ])
  const names = ['registration.json', 'moving-on-fixed.nii.gz']
  if (fixed.dicom && moving.dicom) {
    const [a, b] = [referencedImages(fixed.dicom.image), referencedImages(moving.dicom.image)]
    if (a && b) {
      const objects = registrationObjects(
        {
          patient: fixed.dicom.patient,
          fixed: a,
          moving: b,
          studyDescription: fixed.dicom.image.studyDescription,
          createdAt: fixed.dicom.image.acquisitionStart?.local ?? '1970-01-01T00:00:00',
          description,
        },
        { movingToFixed: linear.movingToFixed, deformation: deformable?.deformation ?? null },
      )
      const writer = createObjectWriter()
      await writer.writeRegistration(objects.linear, out, 'REG.dcm')
      names.push('REG.dcm')
      if (objects.deformable) {
        await writer.writeDeformation(objects.deformable, out, 'DEFORMABLE_REG.dcm')
        names.push('DEFORMABLE_REG.dcm')
      }
    }
  }
  return [`Written to ${out}: ${names.join(', ')}`]
}

const inputOf = ({ name, description, sha256 }: LoadedImage) => ({ name, description, sha256 })

const rows = (m: Mat4): string =>
  [0, 1, 2]
    .map((row) =>
      m
        .slice(4 * row, 4 * row + 4)
        .map((v) => v.toFixed(5))
        .join(' '),
    )
    .join(' | ')

async function initialOf(given: string): Promise<RegistrationTask['initial']> {
  if (given === 'centres-of-mass' || given === 'centres' || given === 'identity') return given
  const wrong = (why: string): InputError =>
    new InputError(
      'register.initial',
      `--initial ${given} cannot be used: ${why}.`,
      'Give centres-of-mass, centres, identity, or a JSON file with "fixedToMoving": 16 numbers, as registration.json has it.',
    )
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(given, 'utf8'))
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
  const matrix: unknown = Array.isArray(parsed) ? parsed : (parsed as { fixedToMoving?: unknown } | null)?.fixedToMoving
  if (
    !Array.isArray(matrix) ||
    matrix.length !== 16 ||
    !matrix.every((v) => typeof v === 'number' && Number.isFinite(v))
  )
    throw wrong('it holds no matrix of 16 finite numbers')
  return matrix as number[]
}

/** One pair a line: name, three coordinates in the fixed image, three in the moving one. */
async function readLandmarks(path: string): Promise<LandmarkPair[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new InputError(
      'register.landmarks',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the path.',
    )
  })
  const pairs: LandmarkPair[] = []
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [name = '', ...cells] = line.split(',').map((cell) => cell.trim())
    const numbers = cells.map((cell) => (cell === '' ? NaN : Number(cell)))
    if (numbers.length === 6 && numbers.every(Number.isFinite)) {
      const [a, b, c, d, e, f] = numbers as [number, number, number, number, number, number]
      pairs.push({ name, fixedMm: [a, b, c] as Vec3, movingMm: [d, e, f] as Vec3 })
    } else if (n > 0 || numbers.some(Number.isFinite))
      throw new InputError(
        'register.landmarks',
        `Line ${n + 1} of ${path} is not a name and six numbers.`,
        'Write: name, x, y, z in the fixed image, x, y, z in the moving one (LPS, mm).',
      )
  }
  return pairs
}

function oneOf<T extends string>(option: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === given)
  if (found !== undefined) return found
  throw new InputError('cli.arguments', `--${option} is "${given}".`, `Give one of ${allowed.join(', ')}.`)
}
