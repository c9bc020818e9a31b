/** What the subcommands of `quantify` read: emission images and JSON files. */
import { readFile } from 'node:fs/promises'
import { InputError } from '../../../native-core/errors/index.ts'
import type { Workbench } from '../../backend/compose.ts'
import type { z } from '../../contracts/schema.ts'
import { namedCamera, refuseOpenQuestions } from '../../services/calibrations/index.ts'
import type { PhantomImage } from '../../services/calibrations/index.ts'
import type { CommandContext } from '../context.ts'
import { readVolume } from '../doseInputs.ts'
import type { LoadedImage } from '../doseInputs.ts'

export interface EmissionInput extends PhantomImage {
  readonly image: LoadedImage
}

/**
 * An emission image: SPECT or PET of a DICOM folder or file, in counts or Bq/mL as it says itself, or NIfTI in the unit that is given.
 *
 * @throws InputError `cli.arguments` for NIfTI without `--unit`, `quantify.unit` for an image in neither unit, `calibration.open-question`
 */
export async function readEmission(
  path: string,
  unit: string | undefined,
  bench: Workbench,
  context: CommandContext,
): Promise<EmissionInput> {
  const image = await readVolume(path, undefined, bench, context)
  const base = { image, grid: image.grid, values: image.values }
  if (!image.dicom) {
    if (unit !== 'counts' && unit !== 'Bq/mL')
      throw new InputError(
        'cli.arguments',
        unit === undefined ? `${image.name} does not say whether it holds counts or Bq/mL.` : `--unit is "${unit}".`,
        'Give --unit counts (over the acquisition, reconstructed) or --unit Bq/mL (at acquisition start).',
      )
    return { ...base, unit, durationS: null, camera: null }
  }
  const { quantity, acquisitionDurationS, verdict, seriesUid } = image.dicom.image
  const camera = namedCamera(image.dicom.image)
  if (verdict === 'ask') refuseOpenQuestions((await bench.source.scan([path], context)).problems, seriesUid)
  if (quantity.kind === 'counts')
    return { ...base, unit: 'counts', durationS: quantity.acquisitionDurationS ?? acquisitionDurationS, camera }
  if (quantity.kind === 'activity-concentration')
    return { ...base, unit: 'Bq/mL', durationS: acquisitionDurationS, camera }
  throw new InputError(
    'quantify.unit',
    `${image.description} holds neither counts nor Bq/mL (${quantity.kind}).`,
    'Give the reconstructed emission image.',
  )
}

/** A JSON file that fits a schema. @throws InputError `quantify.cannot-read`, `quantify.not-json`, `quantify.input` naming the fields. */
export async function readJson<T extends z.ZodType>(path: string, schema: T, what: string): Promise<z.output<T>> {
  const parsed = schema.safeParse(parseJson(await readText(path), path, what))
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues
    .slice(0, 5)
    .map(({ path: at, message }) => `${at.join('.') || 'the whole'}: ${message}`)
  throw new InputError(
    'quantify.input',
    `${what} ${path} is wrong: ${issues.join('; ')}.`,
    'Correct it; the README of the command line lists the fields.',
  )
}

function parseJson(text: string, path: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError(
      'quantify.not-json',
      `${what} ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      'JSON knows neither comments nor a comma before a bracket.',
    )
  }
}

/** @throws InputError `quantify.cannot-read`. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new InputError(
      'quantify.cannot-read',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the path and its permissions.',
    )
  }
}
