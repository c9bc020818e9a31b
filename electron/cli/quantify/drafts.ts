/** The answer of `calibrate` and `recovery`: what was found, and the objects that a store would take. */
import { InputError } from '../../../native-core/errors/index.ts'
import { createWorkbench } from '../../backend/compose.ts'
import { calibrationConditionsSchema, phantomSchema } from '../../contracts/calibrations.ts'
import type { Phantom, StoredCalibration } from '../../contracts/calibrations.ts'
import { z } from '../../contracts/schema.ts'
import { analysePhantom, phantomTask } from '../../services/calibrations/index.ts'
import type { DraftLabel, PhantomAnswer } from '../../services/calibrations/index.ts'
import type { CommandContext } from '../context.ts'
import { writeOutputFiles } from '../outputFiles.ts'
import { readEmission, readJson } from './inputs.ts'
import type { EmissionInput } from './inputs.ts'

export const PHANTOM_OPTIONS = {
  phantom: { type: 'string' },
  unit: { type: 'string' },
  name: { type: 'string' },
  date: { type: 'string' },
  conditions: { type: 'string' },
  out: { type: 'string' },
} as const

export interface PhantomWords {
  readonly phantom?: string | undefined
  readonly unit?: string | undefined
  readonly name?: string | undefined
  readonly date?: string | undefined
  readonly conditions?: string | undefined
  readonly out?: string | undefined
}

/** Reads image and phantom and analyses them. @throws InputError `cli.arguments` without --phantom, and what reading and the core throw. */
export async function analysePath(
  path: string,
  words: PhantomWords,
  synopsis: string,
  context: CommandContext,
): Promise<PhantomAnswer & { readonly remarks: string[] }> {
  if (words.phantom === undefined)
    throw new InputError('cli.arguments', 'The phantom is not described.', `Usage: theratwin ${synopsis}`)
  const phantom: Phantom = await readJson(words.phantom, phantomSchema, 'The phantom')
  const bench = createWorkbench()
  try {
    const emission = await readEmission(path, words.unit, bench, context)
    const label = await labelOf(words, emission, phantom)
    const answer = analysePhantom(phantomTask(emission, phantom, label, bench.data.nuclides))
    return { ...answer, remarks: [...emission.image.remarks, ...answer.remarks] }
  } finally {
    await bench.close()
  }
}

async function labelOf(
  words: PhantomWords,
  emission: EmissionInput | null,
  phantom: { readonly source: string },
): Promise<DraftLabel> {
  const conditions =
    words.conditions === undefined
      ? calibrationConditionsSchema.parse({})
      : await readJson(words.conditions, calibrationConditionsSchema, 'The conditions')
  const date = words.date ?? emission?.image.dicom?.image.acquisitionStart?.local.slice(0, 10)
  return { name: words.name ?? `${phantom.source} phantom`, date: dateOf(date), conditions }
}

/** @throws InputError `cli.arguments` for a day that is missing or none. */
export function dateOf(date: string | undefined): string {
  if (date !== undefined && z.iso.date().safeParse(date).success) return date
  throw new InputError(
    'cli.arguments',
    date === undefined ? 'The image does not say on which day it was acquired.' : `--date is "${date}".`,
    'Give --date as 2026-01-20: a calibration holds from its day on.',
  )
}

/** Writes each draft as a file of its kind and prints the answer. */
export async function tell(
  answer: { readonly drafts: readonly StoredCalibration[]; readonly [key: string]: unknown },
  text: string,
  out: string | undefined,
  file: string,
  context: CommandContext,
): Promise<void> {
  const json = `${JSON.stringify(answer, null, 2)}\n`
  const files: [string, string][] = [
    [file, json],
    ...answer.drafts.map((draft): [string, string] => [`${draft.kind}.json`, `${JSON.stringify(draft, null, 2)}\n`]),
  ]
  if (out !== undefined) await writeOutputFiles(out, files)
  const written = out === undefined ? '' : `\nWritten to ${out}: ${files.map(([name]) => name).join(', ')}`
  context.out(context.json ? json : `${text}${written}`)
}

export const percent = (relative: number): string => `${Number((100 * relative).toPrecision(3))} %`
