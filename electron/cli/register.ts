import { availableParallelism } from 'node:os'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import { assertComparable, channelOf } from '../services/registration/index.ts'
import type { RegistrationTask } from '../services/registration/index.ts'
import type { Command, CommandContext } from './context.ts'
import { readStructures, readVolume } from './doseInputs.ts'
import type { LoadedImage, LoadedStructures } from './doseInputs.ts'
import { numberOption, parseWords } from './options.ts'
import { applyRegistration } from './registerApply.ts'
import { tellRegistration } from './registerAnswer.ts'
import {
  METRICS,
  REGISTER_OPTIONS,
  SYNOPSIS,
  TYPES,
  assertTogetherGiven,
  fixedRegion,
  initialOf,
  numberWithin,
  oneOf,
  readLandmarks,
} from './registerOptions.ts'
import type { RegisterValues } from './registerOptions.ts'

/** Registration of two images, or an image carried by a registration. */
export const command: Command = {
  run: async (context) => {
    const applies = context.arguments.some((word) => word === '--apply' || word.startsWith('--apply='))
    const { values, positionals } = parseWords(context.arguments, REGISTER_OPTIONS, {
      positionals: applies ? 0 : 2,
      synopsis: SYNOPSIS,
    })
    const threads = numberWithin('threads', values.threads, 1, 1024, availableParallelism())
    const bench = createWorkbench({ threads })
    try {
      if (applies) await applyRegistration(values, threads, bench, context)
      else await register(values, [positionals[0] ?? '', positionals[1] ?? ''], threads, bench, context)
      return true
    } finally {
      await bench.close()
    }
  },
}

async function register(
  values: RegisterValues,
  [fixedPath, movingPath]: readonly [string, string],
  threads: number,
  bench: Workbench,
  context: CommandContext,
): Promise<void> {
  const { signal, progress } = context
  assertTogetherGiven(values)
  const kind = oneOf('type', values.type ?? 'rigid', TYPES)
  const metric = oneOf('metric', values.metric ?? 'mutual-information', METRICS)
  const landmarks = values.landmarks === undefined ? [] : await readLandmarks(values.landmarks)
  const initial = await initialOf(values.initial ?? 'centres-of-mass')
  progress(0, 'Reading images')
  const fixed = await readVolume(fixedPath, values.modality, bench, context)
  const moving = await readVolume(movingPath, values.modality, bench, context)
  const none: LoadedStructures = { structures: [], files: [], frames: [] }
  const structuresAt = (path: string | undefined): Promise<LoadedStructures> | LoadedStructures =>
    path === undefined ? none : readStructures(path, bench, context)
  const fixedStructures = await structuresAt(values.structures)
  const movingStructures = await structuresAt(values['moving-structures'])
  const region = await fixedRegion(values, fixed.grid, fixedStructures.structures, bench, context)

  const pairs = [[fixed, moving] as const]
  if (values.with !== undefined && values['with-moving'] !== undefined)
    pairs.push([
      await readVolume(values.with, undefined, bench, context),
      await readVolume(values['with-moving'], undefined, bench, context),
    ])
  const [first, ...others] = pairs.map(([a, b]) => {
    assertComparable(
      [a, b].map(({ name, dicom }) => ({ name, modality: dicom?.image.modality ?? null })),
      metric,
    )
    const channel = channelOf(isCt(a) && isCt(b) ? 'ct' : 'emission', a, b, metric)
    return region === null ? channel : { ...channel, fixedMask: region }
  })
  const task: RegistrationTask = {
    kind,
    channels: [first!, ...others],
    initial,
    threads,
    ...numberOption('control-spacing-mm', values['control-spacing-mm'], 'controlSpacingMm'),
    ...numberOption('regularisation', values.regularisation, 'regularisation'),
  }
  const answer = await bench.compute.registerImages(task, {
    signal,
    progress: (fraction) => progress(0.05 + 0.75 * fraction, 'Registering'),
  })
  await tellRegistration(
    {
      task,
      answer,
      fixed,
      moving,
      others: pairs.slice(1).flat(),
      fixedStructures,
      movingStructures,
      landmarks,
      threads,
    },
    values.out,
    bench,
    context,
  )
}

const isCt = (image: LoadedImage): boolean => image.dicom?.image.modality === 'CT'
