/** `--keep`: the answer of `quantify planar|hybrid|samples` is stored as a measured series of a patient. */
import { userInfo } from 'node:os'
import { hashOfJson, openStore } from '../../../db/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { environmentPassphrase } from '../../adapters/keys/index.ts'
import { PROGRAM_VERSION } from '../../backend/version.ts'
import { seriesMassSchema, seriesRegionSchema } from '../../contracts/measuredSeries.ts'
import type { ActivitySeries, SeriesMass, SeriesRegion } from '../../contracts/measuredSeries.ts'
import { addSeries } from '../../services/measuredSeries/index.ts'
import type { DraftFor, MadeFrom } from '../../services/measuredSeries/index.ts'
import type { Store } from '../../services/ports/store.ts'
import { numberOption } from '../options.ts'

export const KEEP_OPTIONS = {
  keep: { type: 'boolean' },
  store: { type: 'string' },
  patient: { type: 'string' },
  cycle: { type: 'string' },
  structure: { type: 'string' },
  region: { type: 'string' },
  from: { type: 'string' },
  'mass-kg': { type: 'string' },
  'mass-u-kg': { type: 'string' },
  'mass-source': { type: 'string' },
  'point-u-percent': { type: 'string' },
} as const

export const KEEP_SYNOPSIS =
  '[--keep --store STORE --patient ID --cycle N --structure NAME --region organ|lesion|whole-body|marrow|blood|other [--from NAME] [--mass-kg M --mass-u-kg U --mass-source TEXT] [--point-u-percent P]]'

export type KeepValues = { readonly [name in keyof typeof KEEP_OPTIONS]?: string | boolean | undefined }

export interface Keep {
  readonly store: string
  readonly patient: string
  /** Which region or structure of the request; left out: the one named as the structure, or the only one. */
  readonly from: string | undefined
  readonly what: DraftFor
}

export interface Kept {
  readonly seriesId: string
  readonly patientId: string
  readonly structure: string
  readonly cycle: number
}

/** What is to be kept; null without --keep. @throws InputError `cli.arguments` naming what is missing or wrong. */
export function keepOf(values: KeepValues, synopsis: string): Keep | null {
  const given = Object.keys(KEEP_OPTIONS).filter(
    (name) => name !== 'keep' && values[name as keyof KeepValues] !== undefined,
  )
  const wrong = (message: string): InputError =>
    new InputError('cli.arguments', message, `Usage: theratwin ${synopsis}`)
  if (values.keep !== true) {
    if (given.length > 0) throw wrong(`--${given.join(', --')} belong${given.length === 1 ? 's' : ''} to --keep.`)
    return null
  }
  const text = (name: keyof KeepValues): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const needed = (name: keyof KeepValues): string => {
    const value = text(name)
    if (value === undefined || value.trim() === '') throw wrong(`--keep needs --${name}.`)
    return value
  }
  const number = (name: keyof KeepValues): number | undefined => numberOption(name, text(name), 'value').value
  const cycle = Number(needed('cycle'))
  if (!Number.isInteger(cycle) || cycle < 1) throw wrong(`--cycle is "${needed('cycle')}", which is no cycle.`)
  const percent = number('point-u-percent')
  if (percent !== undefined && !(percent > 0 && percent <= 100)) throw wrong(`--point-u-percent is ${percent}.`)
  return {
    store: needed('store'),
    patient: needed('patient'),
    from: text('from'),
    what: {
      cycle,
      structure: needed('structure').trim(),
      region: regionOf(needed('region'), wrong),
      mass: massOf(number('mass-kg'), number('mass-u-kg'), text('mass-source'), wrong),
      ...(percent === undefined ? {} : { pointRelativeUncertainty: percent / 100 }),
    },
  }
}

function regionOf(given: string, wrong: (message: string) => InputError): SeriesRegion {
  const parsed = seriesRegionSchema.safeParse(given)
  if (parsed.success) return parsed.data
  throw wrong(`--region is "${given}". There are: ${seriesRegionSchema.options.join(', ')}.`)
}

/** A mass that a person states is as good as its source: unverified here. */
function massOf(
  massKg: number | undefined,
  standardUncertaintyKg: number | undefined,
  source: string | undefined,
  wrong: (message: string) => InputError,
): SeriesMass | null {
  if (massKg === undefined) {
    if (standardUncertaintyKg !== undefined || source !== undefined) throw wrong('--mass-kg is missing.')
    return null
  }
  if (source === undefined) throw wrong('--mass-source is missing: where the mass comes from.')
  return seriesMassSchema.parse({
    massKg,
    standardUncertaintyKg: standardUncertaintyKg ?? 0,
    source,
    evidence: 'unverified',
  })
}

/** Stores the draft. @throws InputError `series.patient`, those of `addSeries` and of opening the store. */
export async function keepSeries(keep: Keep, draft: ActivitySeries): Promise<Kept> {
  const passphrase = environmentPassphrase(process.env, { input: process.stdin, output: process.stderr })
  const store = await openStore(
    keep.store,
    { kind: 'passphrase', passphrase },
    { actor: userInfo().username, programVersion: PROGRAM_VERSION, create: false },
  )
  try {
    const patientId = patientOf(store, keep.patient)
    const seriesId = addSeries(store, patientId, draft)
    return { seriesId, patientId, structure: draft.structure, cycle: draft.cycle }
  } finally {
    store.close()
  }
}

/** By the id in the store or the hospital number. */
function patientOf({ read }: Store, wanted: string): string {
  const found = read.patients().filter(({ id, mrn }) => id === wanted || mrn === wanted)
  const [only] = found
  if (only && found.length === 1) return only.id
  throw new InputError(
    'series.patient',
    found.length === 0
      ? `The store has no patient "${wanted}".`
      : `The store has ${found.length} patients with the number "${wanted}".`,
    'Give the hospital number, or the id of the patient in the store.',
  )
}

/** What the draft is made from. */
export const madeFrom = (nuclide: string, request: unknown, inputHashes: readonly string[] = []): MadeFrom => ({
  nuclide,
  requestHash: hashOfJson(request),
  inputHashes,
  softwareVersion: PROGRAM_VERSION,
})

/** What a person is told; nothing where nothing was kept. */
export const keptLines = (kept: Kept | null): string[] =>
  kept === null ? [] : [`Kept as series ${kept.seriesId} of "${kept.structure}", cycle ${kept.cycle}`]
