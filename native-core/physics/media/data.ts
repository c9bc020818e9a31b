/** The evaluated data of matter as the program holds them, read from parsed JSON of resources/materials. */
import { InputError } from '../../errors/index.ts'
import type { HuMediumTable, Medium } from './types.ts'

export interface PhotonElement {
  readonly z: number
  readonly atomicMass: number
  readonly meanExcitationEnergyEv: number | null
  readonly energyMev: readonly number[]
  readonly coherent: readonly number[]
  readonly incoherent: readonly number[]
  readonly photoelectric: readonly number[]
  readonly pair: readonly number[]
  readonly formFactor: readonly number[]
  readonly incoherentFunction: readonly number[]
  readonly kFluorescence?: {
    readonly edgeMev: number
    readonly yield: number
    readonly lineMev: readonly [number, number]
    readonly firstWeight: number
  }
}

export interface BremsElement {
  readonly z: number
  readonly rows: readonly { readonly energyMev: number; readonly kDsigmaDkBarn: readonly number[] }[]
  readonly lossBarnMev: readonly number[]
}

/** Everything that `buildMediaPack` mixes from. */
export interface MaterialData {
  readonly elements: Readonly<Record<string, PhotonElement>>
  readonly momentumTransferPerAngstrom: readonly number[]
  readonly bremsElements: Readonly<Record<string, BremsElement>>
  readonly bremsFraction: readonly number[]
  readonly bremsEnergyMev: readonly number[]
  readonly electronEnergyMev: readonly number[]
  /** Tabulated media by the id of `Medium` ("icru-water"). */
  readonly electronTables: Readonly<
    Record<string, { readonly collision: readonly number[]; readonly radiative: readonly number[] }>
  >
  readonly alphaEnergyMev: readonly number[]
  readonly alphaTables: Readonly<Record<string, readonly number[]>>
}

export interface MediaTable {
  readonly media: readonly Medium[]
  readonly schneider: HuMediumTable
}

interface Raw {
  readonly schema?: unknown
  readonly [key: string]: unknown
}

function checked(json: unknown, schema: string): Raw {
  if (typeof json === 'object' && json !== null && (json as Raw).schema === schema) return json as Raw
  throw new InputError(
    'materials.format',
    `A table of materials is not of the form "${schema}".`,
    'Install the program again; its data files do not fit it.',
  )
}

/** @throws InputError `materials.format` for JSON of another form. */
export function parseMaterialData(photons: unknown, brems: unknown, stopping: unknown): MaterialData {
  const p = checked(photons, 'theratwin.photon-elements/1')
  const b = checked(brems, 'theratwin.bremsstrahlung/1')
  const s = checked(stopping, 'theratwin.stopping-power/1')
  const electrons = s['electrons'] as Record<string, { collision: number[]; radiative: number[] }>
  return {
    elements: p['elements'] as Record<string, PhotonElement>,
    momentumTransferPerAngstrom: p['momentumTransferPerAngstrom'] as number[],
    bremsElements: b['elements'] as Record<string, BremsElement>,
    bremsFraction: b['photonFraction'] as number[],
    bremsEnergyMev: b['energyMev'] as number[],
    electronEnergyMev: s['electronEnergyMev'] as number[],
    electronTables: Object.fromEntries(
      Object.entries(electrons).map(([name, table]) => [`icru-${name.replaceAll('_', '-')}`, table]),
    ),
    alphaEnergyMev: s['alphaEnergyMev'] as number[],
    alphaTables: s['alphas'] as Record<string, number[]>,
  }
}

interface RawMedium {
  readonly id: string
  readonly name: string
  readonly massFractions: Record<string, number>
  readonly nominalDensityGPerMl: number
  readonly meanExcitationEnergyEv?: number
  readonly huFrom?: number
}

/** @throws InputError `materials.format` for JSON of another form. */
export function parseMedia(json: unknown): MediaTable {
  const raw = checked(json, 'theratwin.media/1')
  const medium = (one: RawMedium, source: string): Medium => ({
    id: one.id,
    name: one.name,
    massFractions: one.massFractions,
    nominalDensityGPerMl: one.nominalDensityGPerMl,
    meanExcitationEnergyEv: one.meanExcitationEnergyEv ?? null,
    source,
  })
  const bins = raw['schneider'] as RawMedium[]
  const source = 'W. Schneider, T. Bortfeld, W. Schlegel, Phys. Med. Biol. 45 (2000) 459-478'
  return {
    media: (raw['icru'] as RawMedium[]).map((one) => medium(one, 'ICRU 44 (1989)')),
    schneider: {
      name: 'Schneider 2000, CT number to tissue',
      version: String(raw['version']),
      huFrom: bins.map((one) => one.huFrom as number),
      mediumIndex: bins.map((_, i) => i),
      media: bins.map((one) => medium(one, source)),
      source,
    },
  }
}

/** "water", "icru-water" or the name of a tissue. @throws InputError `medium.unknown` naming those that there are. */
export function findMedium(table: MediaTable, name: string): Medium {
  const wanted = name.trim().toLowerCase().replaceAll(/[ _]/g, '-')
  const all = [...table.media, ...table.schneider.media]
  const found = all.find((one) => one.id === wanted) ?? all.find((one) => one.id === `icru-${wanted}`)
  if (found) return found
  throw new InputError(
    'medium.unknown',
    `There is no medium "${name}".`,
    `There are: ${table.media.map((one) => one.id.replace('icru-', '')).join(', ')}.`,
  )
}

export interface MediaOfHu {
  readonly mediumIndex: Uint8Array
  /** Voxels below the first bin or above 3072 HU, which take the first or last medium. */
  readonly clamped: number
}

/**
 * Medium of each voxel by its CT number. CT numbers below the table are taken as its first medium (air), all above the last boundary as the
 * last (metal): how many lay outside −1050 to 3072 HU is counted, so that it can be reported.
 *
 * @throws InputError `medium.hu` for voxels that are not finite.
 */
export function mediumIndexFromHu(hu: Float32Array | Int16Array, table: HuMediumTable): MediaOfHu {
  const { huFrom, mediumIndex: media } = table
  const low = Math.ceil(huFrom[0] as number)
  const high = 3072
  const lookup = new Uint8Array(high - low + 1)
  let bin = 0
  for (let value = low; value <= high; value++) {
    while (bin + 1 < huFrom.length && value >= (huFrom[bin + 1] as number)) bin++
    lookup[value - low] = media[bin] as number
  }
  const mediumIndex = new Uint8Array(hu.length)
  let clamped = 0
  for (let i = 0; i < hu.length; i++) {
    const value = hu[i] as number
    if (!Number.isFinite(value)) {
      throw new InputError(
        'medium.hu',
        `Voxel ${i} of the CT is ${value}.`,
        'Load the CT again; its voxels must be numbers.',
      )
    }
    const whole = Math.floor(value) - low
    if (whole < 0 || whole > high - low) clamped++
    mediumIndex[i] = lookup[whole < 0 ? 0 : whole > high - low ? high - low : whole] as number
  }
  return { mediumIndex, clamped }
}
