/** The tables of monoenergetic kernels (`resources/dosimetry/point-kernels-*.json`), made by `build/tables/pointKernels.ts`. */
import { InputError } from '../../errors/index.ts'
import type { ChargedRow, PhotonRow, PointKernelTable, PositronRow } from './types.ts'

/** The core of an electron's kernel: this many CSDA ranges in this many equal bins. Only bremsstrahlung goes beyond. */
export const CORE_REACH = 1.3
export const CORE_BINS = 130

const steps = (least: number, perDecade: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number((least * 10 ** (i / perDecade)).toPrecision(4)))

/** Bins of bremsstrahlung beyond the core, 0.1 mg/cm² to 100 g/cm². */
export const TAIL_BEYOND_CORE_G_PER_CM2: readonly number[] = steps(1e-4, 8, 49)
/** Bins of photons, 0.1 mg/cm² to 154 g/cm². */
export const PHOTON_RADII_G_PER_CM2: readonly number[] = steps(1e-4, 16, 100)

interface RawCharged {
  readonly energyMev: number
  readonly csdaRangeGPerCm2: number
  readonly core: readonly number[]
  readonly beyondCore: number
  readonly tail: readonly number[]
  readonly annihilation?: readonly number[]
}

interface RawTable {
  readonly schema: string
  readonly name: string
  readonly version: string
  readonly medium: string
  readonly tailBeyondCore: readonly number[]
  readonly photonRadii: readonly number[]
  readonly alphas: { readonly energyMev: readonly number[]; readonly csdaRangeGPerCm2: readonly number[] }
  readonly electrons: readonly RawCharged[]
  readonly positrons: readonly RawCharged[]
  readonly photons: readonly { readonly energyMev: number; readonly deposit: readonly number[] }[]
}

function damaged(what: string): InputError {
  return new InputError(
    'point-kernel.format',
    `The table of point kernels is not of the form "theratwin.point-kernels/1": ${what}.`,
    'Install the program again, or make the table anew with build/tables/pointKernels.ts.',
  )
}

/** Running sums of shares; never above `most`. */
function sums(values: readonly number[], count: number, what: string): Float64Array {
  if (values.length !== count) throw damaged(`${what} has ${values.length} values instead of ${count}`)
  const out = new Float64Array(count)
  let sum = 0
  values.forEach((value, i) => {
    if (!(value >= 0)) throw damaged(`${what} has the value ${value}`)
    out[i] = sum += value
  })
  if (sum > 1.001) throw damaged(`${what} gives ${sum} of the energy`)
  return out.map((value) => Math.min(1, value))
}

function charged(raw: RawCharged, tailCount: number): ChargedRow {
  const what = `the kernel of ${raw.energyMev} MeV`
  const inside = sums(raw.core, CORE_BINS, what)
  const total = inside.at(-1) as number
  const core = new Float64Array(CORE_BINS + 1)
  inside.forEach((value, i) => (core[i + 1] = value / total))
  const outside = sums(raw.tail, tailCount, what)
  const tail = new Float64Array(tailCount + 1)
  tail[0] = 1
  outside.forEach((value, i) => (tail[i + 1] = raw.beyondCore > 0 ? Math.max(0, 1 - value / raw.beyondCore) : 0))
  if (!(raw.csdaRangeGPerCm2 > 0) || !(raw.beyondCore >= 0 && raw.beyondCore < 1)) throw damaged(what)
  return {
    energyMev: raw.energyMev,
    csdaRangeGPerCm2: raw.csdaRangeGPerCm2,
    core,
    beyondCore: raw.beyondCore,
    tail,
  }
}

function ascending(rows: readonly { readonly energyMev: number }[], what: string): void {
  const rising = rows.every((row, i) => row.energyMev > (rows[i - 1]?.energyMev ?? 0))
  if (rows.length < 2 || !rising) throw damaged(`the energies of ${what} do not rise`)
}

/** @throws InputError `point-kernel.format` for JSON of another form. */
export function parsePointKernels(json: unknown): PointKernelTable {
  const raw = json as RawTable
  if (typeof json !== 'object' || json === null || raw.schema !== 'theratwin.point-kernels/1') {
    throw damaged('it says to be something else')
  }
  const radii = raw.photonRadii.length
  const tails = raw.tailBeyondCore.length
  const positrons = raw.positrons.map((row): PositronRow => ({
    ...charged(row, tails),
    annihilation: sums(row.annihilation ?? [], radii, `annihilation of ${row.energyMev} MeV`),
  }))
  const photons = raw.photons.map((row): PhotonRow => ({
    energyMev: row.energyMev,
    enclosed: sums(row.deposit, radii, `the photon of ${row.energyMev} MeV`),
  }))
  const electrons = raw.electrons.map((row) => charged(row, tails))
  ascending(electrons, 'electrons')
  ascending(positrons, 'positrons')
  ascending(photons, 'photons')
  return {
    name: raw.name,
    version: raw.version,
    medium: raw.medium,
    tailBeyondCore: Float64Array.from(raw.tailBeyondCore),
    photonRadii: Float64Array.from(raw.photonRadii),
    electrons,
    positrons,
    photons,
    alphaEnergyMev: Float64Array.from(raw.alphas.energyMev),
    alphaRangeGPerCm2: Float64Array.from(raw.alphas.csdaRangeGPerCm2),
  }
}
