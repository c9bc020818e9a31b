/** What `theratwin register` says and writes about a registration. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mat4 } from '../../native-core/imaging/index.ts'
import { differenceImage } from '../../native-core/imaging/registrationQuality/index.ts'
import { createObjectWriter } from '../adapters/dicom-write/index.ts'
import { encodeDisplacement, encodeNifti } from '../adapters/nifti/index.ts'
import type { Workbench } from '../backend/compose.ts'
import { referencedImages, registrationObjects } from '../services/exportObjects/index.ts'
import type { RegistrationAnswer } from '../services/ports/compute.ts'
import { describeRegistration, landmarkErrors, wholeDisplacement, withoutTwin } from '../services/registration/index.ts'
import type {
  FixedToMoving,
  LandmarkPair,
  RegistrationTask,
  StructureAgreement,
} from '../services/registration/index.ts'
import type { CommandContext } from './context.ts'
import type { LoadedImage, LoadedStructures } from './doseInputs.ts'
import { writeOutputFiles } from './outputFiles.ts'

export interface Registered {
  readonly task: RegistrationTask
  readonly answer: RegistrationAnswer
  readonly fixed: LoadedImage
  readonly moving: LoadedImage
  /** Of a second pair. */
  readonly others: readonly LoadedImage[]
  readonly fixedStructures: LoadedStructures
  readonly movingStructures: LoadedStructures
  readonly landmarks: readonly LandmarkPair[]
  readonly threads: number
}

/** What is there only for some registrations; files of an earlier one are taken away. */
const SOMETIMES = ['displacement.nii.gz', 'jacobian.nii.gz', 'REG.dcm', 'DEFORMABLE_REG.dcm']
const AIR_HU = -1024

export async function tellRegistration(
  all: Registered,
  out: string | undefined,
  bench: Workbench,
  context: CommandContext,
): Promise<void> {
  const { task, answer, fixed, moving, threads } = all
  const { linear, deformable } = answer
  const { signal, progress } = context
  const map: FixedToMoving = deformable?.deformation ?? linear.fixedToMoving
  const grid = fixed.grid
  progress(0.82, 'Measuring the match')
  const warped = await bench.compute.warp(
    { kind: 'image', map, grid, work: { moving, fill: NaN }, threads },
    { signal },
  )
  const { values: difference, mean, rms, correlation } = differenceImage(fixed.values, warped)
  const jacobian = deformable
    ? await bench.compute.warp({ kind: 'jacobian', map, grid, work: {}, threads }, { signal })
    : null
  const work = {
    fixed: all.fixedStructures.structures,
    moving: all.movingStructures.structures,
    sliceThicknessMm: grid.spacingMm[2],
  }
  const structures =
    work.moving.length === 0
      ? []
      : await bench.compute.warp({ kind: 'agreement', map, grid, work, threads }, { signal })
  const found = deformable ?? linear
  const { metricBefore, metricAfter } = found.course.at(-1)!
  const description = describeRegistration(task, answer)
  const unmatched = work.moving.length === 0 ? null : withoutTwin(work.fixed, work.moving)
  const remarks = [
    ...(unmatched === null ? [] : [unmatched]),
    ...new Set([...fixed.remarks, ...moving.remarks, ...linear.remarks, ...(deformable?.remarks ?? [])]),
    'Nobody has looked at this match yet: look at it before it is used.',
  ]
  const document = {
    program: bench.programVersion,
    fixed: inputOf(fixed),
    moving: inputOf(moving),
    secondPair: all.others.map(inputOf),
    structures: [...all.fixedStructures.files, ...all.movingStructures.files].map(inputOf),
    type: task.kind,
    description,
    coordinates: 'patient coordinates, LPS, mm; matrices row-major 4×4',
    movingToFixed: linear.movingToFixed,
    fixedToMoving: linear.fixedToMoving,
    overlapFraction: found.overlapFraction,
    converged: found.converged,
    levels: { linear: courseOf(linear.course), deformable: deformable ? courseOf(deformable.course) : null },
    deformation: deformable
      ? {
          meaning: 'a point x of the fixed image lies at fixedToMoving · (x + u(x)) in the moving one',
          grid: deformable.deformation.grid,
          displacementFile: 'displacement.nii.gz',
          displacementMeaning:
            'at each voxel centre x of the grid: where x lies in the moving image, minus x, in LPS mm (NIfTI intent 1007, as ITK and elastix read it); the matrix is in it',
          controlSpacingMm: deformable.controlSpacingMm,
          regularisationMm2: deformable.regularisation,
        }
      : null,
    quality: {
      metric: task.channels[0].metric,
      metricBefore,
      metricAfter,
      difference: { mean: finite(mean), rms: finite(rms), correlation: finite(correlation) },
      jacobian: jacobian && { ...jacobian.statistics, ...jacobian.folding },
      landmarks: landmarkErrors(all.landmarks, map),
      structures,
    },
    remarks,
  }
  const json = `${JSON.stringify(document, null, 2)}\n`
  let written: string[] = []
  if (out !== undefined) {
    const fill = moving.dicom?.image.modality === 'CT' ? AIR_HU : 0
    const values = warped.map((value) => (Number.isNaN(value) ? fill : value))
    written = await write(out, json, all, { values, difference, jacobian: jacobian?.determinants ?? null }, description)
  }
  progress(1, 'Done')
  context.out(context.json ? json : textOf(document, answer, written, out).join('\n'))
}

/** JSON has no NaN: null where the images do not overlap. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

const courseOf = (course: RegistrationAnswer['linear']['course']) =>
  course.map(({ stop, iterations, metricBefore, metricAfter, lattice }) => ({
    points: lattice.dimensions,
    spacingMm: lattice.spacingMm,
    stop,
    iterations,
    metricBefore,
    metricAfter,
  }))

const inputOf = ({ name, description, sha256 }: Pick<LoadedImage, 'name' | 'description' | 'sha256'>) => ({
  name,
  description,
  sha256,
})

function textOf(
  document: {
    readonly description: string
    readonly overlapFraction: number
    readonly quality: {
      readonly metricBefore: number
      readonly metricAfter: number
      readonly landmarks: ReturnType<typeof landmarkErrors>
      readonly structures: readonly StructureAgreement[]
    }
    readonly remarks: readonly string[]
  },
  { linear, deformable }: RegistrationAnswer,
  written: readonly string[],
  out: string | undefined,
): string[] {
  const { metricBefore, metricAfter, landmarks, structures } = document.quality
  const mm = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2))
  return [
    document.description,
    `Moving to fixed: ${rows(linear.movingToFixed)}`,
    `Overlap ${(100 * document.overlapFraction).toFixed(0)} %, metric on the finest level ${metricBefore.toFixed(4)} → ${metricAfter.toFixed(4)}`,
    ...(deformable
      ? [`Jacobian ${deformable.jacobianMinimum.toFixed(2)} to ${deformable.jacobianMaximum.toFixed(2)}`]
      : []),
    ...(landmarks
      ? [`Landmarks: mean ${landmarks.meanMm.toFixed(2)} mm, at most ${landmarks.maximumMm.toFixed(2)} mm`]
      : []),
    ...structures.map(({ name, dice, distances, problem }) =>
      problem === ''
        ? `  ${name.padEnd(16)} Dice ${dice?.toFixed(3) ?? '–'}   surface: mean ${mm(distances?.meanMm)}, 95 % ${mm(distances?.percentile95Mm)}, at most ${mm(distances?.maximumMm)} mm`
        : `  ${name.padEnd(16)} ${problem}`,
    ),
    ...document.remarks.map((remark) => `  - ${remark}`),
    ...(out === undefined ? [] : [`Written to ${out}: ${written.join(', ')}`]),
  ]
}

const rows = (m: Mat4): string =>
  [0, 1, 2]
    .map((row) =>
      m
        .slice(4 * row, 4 * row + 4)
        .map((v) => v.toFixed(5))
        .join(' '),
    )
    .join(' | ')

async function write(
  out: string,
  json: string,
  { answer: { linear, deformable }, fixed, moving }: Registered,
  maps: { readonly values: Float32Array; readonly difference: Float32Array; readonly jacobian: Float32Array | null },
  description: string,
): Promise<string[]> {
  const { grid } = fixed
  const image = (values: Float32Array, what: string): Promise<Uint8Array> =>
    encodeNifti({ grid, values }, { gzip: true, description: what })
  const files: (readonly [string, string | Uint8Array])[] = [
    ['moving-on-fixed.nii.gz', await image(maps.values, 'Moving image on the fixed grid')],
    ['difference.nii.gz', await image(maps.difference, 'Moving on fixed minus fixed; NaN: outside')],
  ]
  if (deformable)
    files.push([
      'displacement.nii.gz',
      await encodeDisplacement(wholeDisplacement(deformable.deformation), 'Displacement fixed to moving, LPS, mm'),
    ])
  if (maps.jacobian)
    files.push(['jacobian.nii.gz', await image(maps.jacobian, 'Jacobian determinant, fixed to moving')])
  files.push(['registration.json', json])
  await writeOutputFiles(out, files)
  const names = files.map(([name]) => name)
  const [a, b] = [fixed, moving].map(({ dicom }) => (dicom ? referencedImages(dicom.image) : null))
  if (fixed.dicom && a && b) {
    const objects = registrationObjects(
      {
        patient: fixed.dicom.patient,
        fixed: a,
        moving: b,
        studyDescription: fixed.dicom.image.studyDescription,
        createdAt: fixed.dicom.image.acquisitionStart?.local ?? null,
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
  for (const name of SOMETIMES) if (!names.includes(name)) await rm(join(out, name), { force: true })
  return names.sort()
}
