/** `theratwin register --apply`: an image carried onto another grid by a registration that was computed before. */
import { dirname, join } from 'node:path'
import { InputError } from '../../native-core/errors/index.ts'
import { assertAffine, invertAffine } from '../../native-core/imaging/index.ts'
import { encodeNifti, readDisplacement } from '../adapters/nifti/index.ts'
import type { Workbench } from '../backend/compose.ts'
import { deformationOfWhole } from '../services/registration/index.ts'
import type { FixedToMoving } from '../services/registration/index.ts'
import type { ScannedRegistration } from '../services/ports/dicomSource.ts'
import type { CommandContext } from './context.ts'
import { readVolume, totalOf } from './doseInputs.ts'
import type { LoadedImage } from './doseInputs.ts'
import { INTERPOLATIONS, SYNOPSIS, isMatrix, numberWithin, oneOf, readJson } from './registerOptions.ts'
import type { RegisterValues } from './registerOptions.ts'
import { writeOutputFiles } from './outputFiles.ts'

const AIR_HU = -1024

export async function applyRegistration(
  values: RegisterValues,
  threads: number,
  bench: Workbench,
  context: CommandContext,
): Promise<void> {
  const { signal } = context
  const needed = (option: 'apply' | 'image' | 'onto' | 'out'): string => {
    const given = values[option]
    if (given !== undefined && given !== '') return given
    throw new InputError('cli.arguments', `register --apply needs --${option}.`, `Usage: theratwin ${SYNOPSIS}`)
  }
  const [path, out] = [needed('apply'), needed('out')]
  const isConservative = values.conservative === true
  if (isConservative && (values.interpolation !== undefined || values.fill !== undefined))
    throw new InputError(
      'cli.arguments',
      '--conservative carries amounts; it has no interpolation and nothing to fill.',
      'Leave out --interpolation and --fill.',
    )
  const moving = await readVolume(needed('image'), values.modality, bench, context)
  const onto = await readVolume(needed('onto'), undefined, bench, context)
  const { map, remarks } = /\.json$/i.test(path)
    ? await ofDocument(path)
    : await ofDicom(path, moving, onto, bench, context)
  const { grid } = onto
  const run = { signal, progress: (fraction: number) => context.progress(fraction, 'Carrying the image') }
  const said = { program: bench.programVersion, image: moving.description, onto: onto.description }
  let carried: Float32Array
  let told: object
  if (isConservative) {
    const answer = await bench.compute.warp({ kind: 'activity', map, grid, work: { moving }, threads }, run)
    carried = answer.values
    const { totalBefore, totalAfter } = answer
    told = {
      ...said,
      kind: 'conservative',
      totalBefore,
      totalAfter,
      remarks: [...remarks, ...beyondGrid(totalBefore, totalAfter)],
    }
  } else {
    const interpolation = oneOf('interpolation', values.interpolation ?? 'trilinear', INTERPOLATIONS)
    const isCt = moving.dicom?.image.modality === 'CT'
    const fill = numberWithin('fill', values.fill, -1e30, 1e30, isCt ? AIR_HU : 0)
    carried = await bench.compute.warp(
      { kind: 'image', map, grid, work: { moving, fill, interpolation }, threads },
      run,
    )
    told = {
      ...said,
      kind: interpolation,
      fill,
      totalBefore: totalOf(moving, 1),
      totalAfter: totalOf({ ...moving, grid, values: carried }, 1),
      remarks,
    }
  }
  const json = `${JSON.stringify(told, null, 2)}\n`
  await writeOutputFiles(out, [
    ['carried.nii.gz', await encodeNifti({ grid, values: carried }, { gzip: true, description: 'Carried image' })],
    ['carried.json', json],
  ])
  context.out(context.json ? json : `${json}Written to ${out}: carried.json, carried.nii.gz`)
}

/** The most that the total may change by rounding and by the faces of voxels; beyond it, it is said. */
const TOTAL_KEPT = 0.005

/** What an amount that is not whole on the grid is told with. */
function beyondGrid(before: number, after: number): string[] {
  const lost = before === 0 ? 0 : 1 - after / before
  return Math.abs(lost) <= TOTAL_KEPT
    ? []
    : [
        `The grid does not take all of the image: ${(100 * lost).toFixed(1)} % of its total lies beyond it and is missing from what was carried.`,
      ]
}

interface Found {
  readonly map: FixedToMoving
  readonly remarks: readonly string[]
}

/** The registration.json of this command, with the displacement file beside it where it deforms. */
export async function ofDocument(path: string): Promise<Found> {
  const wrong = (why: string): InputError =>
    new InputError(
      'register.apply',
      `${path} cannot be applied: ${why}.`,
      'Give the registration.json that `theratwin register` wrote, or a REG object.',
    )
  const document = (await readJson(path, wrong)) as {
    readonly fixedToMoving?: unknown
    readonly deformation?: { readonly displacementFile?: unknown } | null
  } | null
  const matrix = document?.fixedToMoving
  if (!isMatrix(matrix)) throw wrong('it has no "fixedToMoving" of 16 finite numbers')
  assertAffine(matrix, `The matrix of ${path}`)
  const remarks = ['The image is taken to be in the coordinates of the moving one, the grid in those of the fixed one.']
  if (document?.deformation == null) return { map: matrix, remarks }
  const file = document.deformation.displacementFile
  if (typeof file !== 'string') throw wrong('its deformation names no displacement file')
  return { map: deformationOfWhole(await readDisplacement(join(dirname(path), file)), matrix), remarks }
}

/** A Spatial Registration or Deformable Spatial Registration object: that between the frames of reference of the two images. */
async function ofDicom(
  path: string,
  moving: LoadedImage,
  onto: LoadedImage,
  bench: Workbench,
  { signal }: CommandContext,
): Promise<Found> {
  const scan = await bench.source.scan([path], { signal })
  const registrations = scan.patients.flatMap((patient) => patient.registrations)
  const [from, to] = [moving, onto].map(({ dicom }) => dicom?.image.frameOfReferenceUid ?? null)
  const fits = (entry: Entry, a: string | null | undefined, b: string | null | undefined): boolean =>
    (a == null || entry.fromFrameOfReferenceUid === a) && (b == null || entry.toFrameOfReferenceUid === b)
  const transforms = registrations.flatMap((one) => one.transforms)
  const deformations = registrations.flatMap((one) => one.deformations)
  const remarks =
    from === null || to === null
      ? ['An image without a frame of reference is taken to be in that of the registration.']
      : []
  const deformation = only(
    deformations.filter((one) => fits(one, from, to)),
    path,
  )
  if (deformation) return { map: deformation.deformation, remarks }
  const transform = only(
    transforms.filter((one) => fits(one, from, to)),
    path,
  )
  if (transform) return { map: invertAffine(transform.matrix), remarks }
  const reverse = only(
    transforms.filter((one) => fits(one, to, from)),
    path,
  )
  if (reverse)
    return { map: reverse.matrix, remarks: [...remarks, 'The registration leads the other way: it was inverted.'] }
  const refused = scan.problems.find(({ severity }) => severity === 'refused')
  throw new InputError(
    'register.apply',
    `${path} has no registration from the frame of reference of the image to that of the grid${refused ? `: ${refused.message}` : '.'}`,
    'Give the REG object of these two series.',
  )
}

type Entry = Pick<ScannedRegistration['transforms'][number], 'fromFrameOfReferenceUid' | 'toFrameOfReferenceUid'>

/** @throws InputError `register.apply` where there is more than one. */
function only<T>(found: readonly T[], path: string): T | undefined {
  if (found.length <= 1) return found[0]
  throw new InputError(
    'register.apply',
    `${path} has ${found.length} registrations that could be meant.`,
    'Give the file of the one that is meant.',
  )
}
