import { InputError } from '../../native-core/errors/index.ts'
import {
  applyMat4,
  boxCorners,
  indexToPatient,
  invertAffine,
  rasteriseShape,
  shapeVolumeMl,
} from '../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, StructureShape, Vec3 } from '../../native-core/imaging/index.ts'
import { identitiesOf, MATCH_DEFAULTS, matchLesions } from '../../native-core/imaging/segmentation/lesions/index.ts'
import type { LesionEvent, MatchOptions } from '../../native-core/imaging/segmentation/lesions/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import type { FixedToMoving } from '../services/registration/index.ts'
import type { Command, CommandContext } from './context.ts'
import { readStructures } from './doseInputs.ts'
import type { LoadedStructures } from './doseInputs.ts'
import { numberOption, parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'
import { ofDocument } from './registerApply.ts'

const SYNOPSIS =
  'lesion-match PREVIOUS CURRENT [--registration registration.json] [--names REGEX] [--max-distance-mm D] [--min-overlap-percent P] [--clear-factor F] [--spacing-mm 2] [--out FOLDER]'

/** Cubes in which overlaps are measured. */
const SPACING_MM = 2
/** Around all structures, for what a deformation moves. */
const RIM_MM = 30

/** Which structures of one set are which of another. False where a person must decide on some. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      {
        registration: { type: 'string' },
        names: { type: 'string' },
        'max-distance-mm': { type: 'string' },
        'min-overlap-percent': { type: 'string' },
        'clear-factor': { type: 'string' },
        'spacing-mm': { type: 'string' },
        out: { type: 'string' },
      },
      { positionals: 2, synopsis: SYNOPSIS },
    )
    const overlap = numberOption('min-overlap-percent', values['min-overlap-percent'], 'value').value
    const options: MatchOptions = {
      maximumDistanceMm: MATCH_DEFAULTS.maximumDistanceMm.value,
      clearFactor: MATCH_DEFAULTS.clearFactor.value,
      ...numberOption('max-distance-mm', values['max-distance-mm'], 'maximumDistanceMm'),
      ...numberOption('clear-factor', values['clear-factor'], 'clearFactor'),
      minimumOverlap: overlap === undefined ? MATCH_DEFAULTS.minimumOverlap.value : overlap / 100,
    }
    const spacingMm = numberOption('spacing-mm', values['spacing-mm'], 'value').value ?? SPACING_MM
    if (!(spacingMm >= 0.5 && spacingMm <= 20))
      throw new InputError('cli.arguments', `--spacing-mm is ${spacingMm}.`, 'Give 0.5 to 20 mm.')
    const bench = createWorkbench()
    try {
      const found = await match(positionals, { ...values, spacingMm, options }, bench, context)
      const json = `${JSON.stringify({ schema: 'theratwin-lesion-match/1', program: bench.programVersion, ...found }, null, 2)}\n`
      if (values.out !== undefined) await writeOutputFiles(values.out, [['lesion-match.json', json]])
      context.out(context.json ? json : told(found, values.out))
      return found.events.every(({ kind }) => kind !== 'uncertain')
    } finally {
      await bench.close()
    }
  },
}

interface How {
  readonly registration?: string | undefined
  readonly names?: string | undefined
  readonly spacingMm: number
  readonly options: MatchOptions
}

interface Found {
  readonly options: MatchOptions
  readonly events: readonly LesionEvent[]
  readonly lesions: readonly {
    readonly set: 'previous' | 'current'
    readonly name: string
    readonly volumeMl: number
    readonly identity: string | null
    readonly ancestors: readonly string[]
  }[]
  readonly remarks: readonly string[]
}

async function match(
  [first = '', second = '']: readonly string[],
  { registration, names, spacingMm, options }: How,
  bench: Workbench,
  context: CommandContext,
): Promise<Found> {
  context.progress(0, 'Reading structures')
  const [previous, current] = [
    await readStructures(first, bench, context),
    await readStructures(second, bench, context),
  ]
  const found = registration === undefined ? null : await ofDocument(registration)
  if (!found) assertOneFrame(previous, current)
  const chosen = { previous: named(previous, names, first), current: named(current, names, second) }
  const map = found?.map ?? null
  const grid = gridOf(chosen.previous, chosen.current, map, spacingMm)
  context.progress(0.3, 'Bringing the structures together')
  const masks = {
    previous: chosen.previous.map(({ shape }) => rasteriseShape(shape, grid, { sliceThicknessMm: SLICE_MM })),
    current: await carried(chosen.current, map, grid, bench, context),
  }
  const withId = (set: 'previous' | 'current') =>
    chosen[set].map(({ name }, at) => ({ id: name, mask: masks[set][at]! }))
  const events = matchLesions(withId('previous'), withId('current'), options)
  const sized = (set: 'previous' | 'current') =>
    chosen[set].map(({ name, shape }) => ({ id: name, volumeMl: shapeVolumeMl(shape, { sliceThicknessMm: SLICE_MM }) }))
  const [before, after] = [sized('previous'), sized('current')]
  const identities = identitiesOf(
    events,
    before.map((one) => ({ ...one, identity: one.id })),
    after,
  )
  const lesions = (['previous', 'current'] as const).flatMap((set) =>
    identities[set].map(({ id, identity, ancestors }, at) => ({
      set,
      name: id,
      volumeMl: (set === 'previous' ? before : after)[at]!.volumeMl,
      identity,
      ancestors,
    })),
  )
  const remarks = [
    found
      ? 'The previous structures are taken to be in the coordinates of the fixed image of the registration, the current ones in those of the moving one.'
      : 'Both are taken to be in one patient space, as they lie.',
    'Nobody has looked at this yet: identities count once a person has confirmed them.',
  ]
  return { options, events, lesions, remarks }
}

/** Distance of contour planes to assume for a structure with a single contour. */
const SLICE_MM = 3

function assertOneFrame(previous: LoadedStructures, current: LoadedStructures): void {
  const frames = new Set([...previous.frames, ...current.frames].map(({ frameOfReferenceUid }) => frameOfReferenceUid))
  if (frames.size > 1)
    throw new InputError(
      'lesion-match.frames-differ',
      'The structures are in different frames of reference: their coordinates do not belong together.',
      'Register the images (`theratwin register PREVIOUS CURRENT --out …`) and give its registration.json with --registration.',
    )
}

/** @throws InputError `cli.arguments` for a pattern that is none, `lesion-match.none` where no name fits. */
function named(
  { structures }: LoadedStructures,
  pattern: string | undefined,
  path: string,
): LoadedStructures['structures'] {
  let expression: RegExp
  try {
    expression = new RegExp(pattern ?? '', 'i')
  } catch {
    throw new InputError(
      'cli.arguments',
      `--names "${pattern ?? ''}" is no regular expression.`,
      'Write for example "lesion|tumou?r".',
    )
  }
  const fitting = structures.filter(({ name }) => expression.test(name))
  if (fitting.length > 0) return fitting
  throw new InputError(
    'lesion-match.none',
    `No structure in ${path} has a name that fits "${pattern ?? ''}" (${structures.map(({ name }) => name).join(', ')}).`,
    'Give another pattern with --names, or leave it out for all structures.',
  )
}

async function carried(
  structures: LoadedStructures['structures'],
  map: FixedToMoving | null,
  grid: ImageGrid,
  bench: Workbench,
  { signal }: CommandContext,
): Promise<FractionalMask[]> {
  if (map === null) return structures.map(({ shape }) => rasteriseShape(shape, grid, { sliceThicknessMm: SLICE_MM }))
  const work = { structures, sliceThicknessMm: SLICE_MM }
  const answer = await bench.compute.warp({ kind: 'structures', map, grid, work }, { signal })
  return answer.map(({ mask }) => mask)
}

/** Cubes around all structures, in the space of the previous ones. */
function gridOf(
  previous: LoadedStructures['structures'],
  current: LoadedStructures['structures'],
  map: FixedToMoving | null,
  mm: number,
): ImageGrid {
  const matrix = map === null ? null : 'displacementMm' in map ? map.fixedToMoving : map
  const back = matrix === null ? null : invertAffine(matrix)
  const points = [
    ...previous.flatMap(({ shape }) => cornersOf(shape)),
    ...current.flatMap(({ shape }) =>
      cornersOf(shape).map((point) => (back === null ? point : applyMat4(back, point))),
    ),
  ]
  const axes = [0, 1, 2] as const
  const low = axes.map((axis) => points.reduce((least, point) => Math.min(least, point[axis]), Infinity) - RIM_MM)
  const high = axes.map((axis) => points.reduce((most, point) => Math.max(most, point[axis]), -Infinity) + RIM_MM)
  return {
    dimensions: axes.map((axis) => Math.ceil((high[axis]! - low[axis]!) / mm) + 1) as unknown as Vec3,
    spacingMm: [mm, mm, mm],
    originMm: low as unknown as Vec3,
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
}

function cornersOf(shape: StructureShape): Vec3[] {
  if (shape.kind === 'contours')
    return shape.contours.flatMap(({ pointsMm }) =>
      Array.from({ length: pointsMm.length / 3 }, (_, n): Vec3 => [
        pointsMm[3 * n]!,
        pointsMm[3 * n + 1]!,
        pointsMm[3 * n + 2]!,
      ]),
    )
  const { grid, box } = shape.mask
  const end = box.start.map((start, axis) => start + box.size[axis]! - 0.5) as unknown as Vec3
  const start = box.start.map((value) => value - 0.5) as unknown as Vec3
  return boxCorners(start, end).map((index) => indexToPatient(grid, index))
}

function told({ events, lesions, remarks }: Found, out: string | undefined): string {
  return [
    ...events.map(
      ({ kind, previous, current, reason }) =>
        `${kind}: ${[previous.join(' + '), current.join(' + ')].filter((words) => words !== '').join(' → ')}. ${reason}`,
    ),
    ...lesions
      .filter(({ set }) => set === 'current')
      .map(({ name, volumeMl, identity }) => `  ${name}: ${volumeMl.toFixed(2)} mL, ${identity ?? 'to decide'}`),
    ...remarks.map((remark) => `  - ${remark}`),
    ...(out === undefined ? [] : [`Written to ${out}: lesion-match.json`]),
  ].join('\n')
}
