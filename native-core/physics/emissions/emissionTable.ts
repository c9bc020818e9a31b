import { InputError } from '../../errors/index.ts'
import type { BetaSpectrum, EmissionLine, Emissions } from './types.ts'

/** One beta branch, for the decay scheme. */
export interface BetaBranch {
  readonly kind: BetaSpectrum['kind']
  readonly endPointMev: number
  readonly yield: number
  readonly meanMev: number
}

/** One electron capture branch: the neutrino and the vacancy share the transition energy. */
export interface CaptureBranch {
  readonly transitionMev: number
  readonly yield: number
}

/** What the decay of one nuclide sends out, with the parts of `photons` and `electrons` apart. */
export interface NuclideEmissions extends Emissions {
  readonly name: string
  readonly gamma: readonly EmissionLine[]
  readonly xray: readonly EmissionLine[]
  readonly conversion: readonly EmissionLine[]
  /** Auger and Coster–Kronig electrons, averaged over shells. */
  readonly auger: readonly EmissionLine[]
  readonly betaBranches: readonly BetaBranch[]
  readonly captureBranches: readonly CaptureBranch[]
}

export interface EmissionTable {
  readonly name: string
  readonly version: string
  readonly provenance: { readonly source: string; readonly citation: string; readonly evidence: string }
  readonly nuclides: ReadonlyMap<string, NuclideEmissions>
}

type Json = Readonly<Record<string, unknown>>

/** Exponent of the grid of a spectrum: nodes at endMev·(i/(n−1))^1.5, denser at low energy, where the shape bends. */
const GRID_POWER = 1.5

const bad = (where: string, what: string): InputError =>
  new InputError(
    'nuclides.emissions',
    `The emission data are wrong at ${where}: ${what}.`,
    'Restore the data file of the program.',
  )

function object(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(where, 'an object is expected')
  return value as Json
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw bad(where, 'a text is expected')
  return value
}

/** A flat list of non-negative numbers in groups of `size`; [] where there is none. */
function groups(value: unknown, size: number, where: string): number[][] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length % size !== 0) throw bad(where, `a list in groups of ${size} is expected`)
  const wrong = value.findIndex((v) => typeof v !== 'number' || !Number.isFinite(v) || v < 0)
  if (wrong >= 0) throw bad(`${where}[${wrong}]`, `${String(value[wrong])} is not a non-negative number`)
  const numbers = value as number[]
  return Array.from({ length: numbers.length / size }, (_, i) => numbers.slice(i * size, (i + 1) * size))
}

function lines(value: unknown, where: string): EmissionLine[] {
  const list = groups(value, 2, where).map(([energyMev = 0, perDecay = 0]) => ({ energyMev, yield: perDecay }))
  for (let i = 1; i < list.length; i++) {
    if (list[i]!.energyMev < list[i - 1]!.energyMev) throw bad(where, 'the energies do not ascend')
  }
  return list
}

function beta(value: unknown, kind: BetaSpectrum['kind'], where: string): [BetaSpectrum[], BetaBranch[]] {
  if (value === undefined) return [[], []]
  const entry = object(value, where)
  const density = groups(entry.perMevAndDecay, 1, `${where}.perMevAndDecay`).map(([v = 0]) => v)
  const end = entry.endMev
  if (typeof end !== 'number' || !(end > 0) || !Number.isFinite(end)) throw bad(`${where}.endMev`, 'no positive number')
  if (density.length < 3) throw bad(`${where}.perMevAndDecay`, 'a spectrum has three nodes or more')
  const energiesMev = Float64Array.from(density, (_, i) => end * (i / (density.length - 1)) ** GRID_POWER)
  const branches = groups(entry.branches, 3, `${where}.branches`).map(
    ([endPointMev = 0, perDecay = 0, meanMev = 0]) => ({ kind, endPointMev, yield: perDecay, meanMev }),
  )
  return [[{ kind, energiesMev, perMevAndDecay: Float64Array.from(density) }], branches]
}

/** Lines of several kinds in one list, ascending; lines of exactly the same energy are one. */
export function mergeLines(lists: readonly (readonly EmissionLine[])[]): EmissionLine[] {
  const all = lists.flat().sort((a, b) => a.energyMev - b.energyMev)
  const merged: EmissionLine[] = []
  for (const line of all) {
    const last = merged.at(-1)
    if (last?.energyMev === line.energyMev) merged[merged.length - 1] = { ...last, yield: last.yield + line.yield }
    else merged.push(line)
  }
  return merged
}

/** Mass of the helium atom in u (AME 2020: 4.002 603 254); the daughter's differs from its mass number by less than 1e-3. */
const HELIUM_MASS_U = 4.002603254

/** Kinetic energy of the daughter nucleus from momentum: E_α·m_α/m_daughter, non-relativistic (1e-3 at 8 MeV). */
export const recoilEnergyMev = (alphaMev: number, parentMassNumber: number): number =>
  (alphaMev * HELIUM_MASS_U) / (parentMassNumber - 4)

function readNuclide(name: string, value: unknown): NuclideEmissions {
  const entry = object(value, name)
  const gamma = lines(entry.gamma, `${name}.gamma`)
  const xray = lines(entry.xray, `${name}.xray`)
  const conversion = lines(entry.conversion, `${name}.conversion`)
  const auger = lines(entry.auger, `${name}.auger`)
  const alphas = lines(entry.alpha, `${name}.alpha`)
  const [minus, minusBranches] = beta(entry.betaMinus, 'beta-minus', `${name}.betaMinus`)
  const [plus, plusBranches] = beta(entry.betaPlus, 'beta-plus', `${name}.betaPlus`)
  const massNumber = Number(/-(\d+)/.exec(name)?.[1])
  if (!(massNumber > 0) || (alphas.length > 0 && massNumber <= 4)) throw bad(name, 'the name has no mass number')
  return {
    name,
    gamma,
    xray,
    conversion,
    auger,
    betaBranches: [...minusBranches, ...plusBranches],
    captureBranches: groups(entry.capture, 2, `${name}.capture`).map(([transitionMev = 0, perDecay = 0]) => ({
      transitionMev,
      yield: perDecay,
    })),
    photons: mergeLines([gamma, xray]),
    electrons: mergeLines([conversion, auger]),
    betas: [...minus, ...plus],
    alphas,
    recoils: alphas.map((line) => ({ energyMev: recoilEnergyMev(line.energyMev, massNumber), yield: line.yield })),
  }
}

/**
 * Reads and checks emission data (the JSON of `resources/nuclides/*-emissions.json`): energies in MeV, yields per decay of the nuclide.
 * Recoils are made from the alphas by momentum conservation.
 *
 * @throws InputError `nuclides.emissions` naming the place that is wrong.
 */
export function parseEmissions(json: unknown): EmissionTable {
  const root = object(json, 'the root')
  if (root.schema !== 'theratwin.nuclide-emissions/1') throw bad('schema', `"${String(root.schema)}" is not known`)
  const provenance = object(root.provenance, 'provenance')
  const nuclides = new Map<string, NuclideEmissions>()
  for (const [name, value] of Object.entries(object(root.nuclides, 'nuclides')))
    nuclides.set(name, readNuclide(name, value))
  if (nuclides.size === 0) throw bad('nuclides', 'it is empty')
  return {
    name: text(root.name, 'name'),
    version: text(root.version, 'version'),
    provenance: {
      source: text(provenance.source, 'provenance.source'),
      citation: text(provenance.citation, 'provenance.citation'),
      evidence: text(provenance.evidence, 'provenance.evidence'),
    },
    nuclides,
  }
}
