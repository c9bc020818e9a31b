/**
 * Nuclear decay data of ICRP Publication 107 (Ann. ICRP 38 (3), 2008) from the files that go with it: ICRP-07.NDX (index, decay modes),
 * ICRP-07.RAD (radiations) and ICRP-07.BET (beta spectra). Record formats after the publication's user guide:
 *
 * - NDX, 226 characters, first line is a header: nuclide A7, half-life A8, unit A2, mode A8, pointers 3×I7 and I6, blank, four times
 *   (daughter A7–A8, index, branch in columns 67–77 and every 25 further), energies of alphas, electrons and photons F7, F8, F8.
 * - RAD: header A7, E11, A2, I9 (nuclide, half-life, unit, number of records); record A2, E12, E12, A3 (code, yield per decay, MeV, letters).
 * - BET: header A7, I10; record energy (MeV), electrons per MeV and decay.
 *
 * The files belong to the ICRP and are not part of the program. This reader was tried on files made by hand in that format only.
 */
import { spectrumMoments } from '../../../native-core/physics/emissions/index.ts'
import type {
  BetaSpectrum,
  DecayEnergyMev,
  DecayMode,
  EmissionLine,
  EmissionTable,
  Nuclide,
  NuclideEmissions,
  NuclideTable,
} from '../../../native-core/physics/index.ts'
import { linesOf, nuclideNumbers, number, wrong } from './text.ts'

export interface Icrp107Files {
  readonly ndx: string
  readonly rad: string
  readonly bet: string
}

const CITATION = 'ICRP Publication 107, Ann. ICRP 38 (3) (2008)'

/** The data say "m" for minutes; a year of 365.25 d, which the publication does not state. */
const UNIT_S: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  y: 31557600,
}

/** Radiation codes of RAD. 3 are annihilation photons, which follow from the positrons; 10 and 11 fission fragments and neutrons. */
const CODE = {
  gamma: 1,
  xray: 2,
  annihilation: 3,
  betaPlus: 4,
  betaMinus: 5,
  conversion: 6,
  auger: 7,
  alpha: 8,
  recoil: 9,
} as const

interface Radiation {
  readonly code: number
  readonly energyMev: number
  readonly yield: number
}

interface IndexEntry {
  readonly name: string
  readonly halfLifeS: number
  readonly modes: readonly DecayMode[]
  /** MeV per decay as the index states it: alphas with recoil, electrons with betas, photons with annihilation. */
  readonly stated: readonly [alpha: number, electron: number, photon: number]
  readonly line: number
}

/** How a nuclide becomes its daughter, from charge and mass. */
function modeOf(parent: string, daughter: string): string {
  if (daughter === 'SF') return 'SF'
  const [p, d] = [nuclideNumbers(parent), nuclideNumbers(daughter)]
  if (!p || !d) return '?'
  if (p.a - d.a === 4) return 'A'
  if (p.a !== d.a) return '?'
  return d.z === p.z + 1 ? 'B-' : d.z === p.z - 1 ? 'EC/B+' : d.z === p.z ? 'IT' : '?'
}

function readIndex(text: string): IndexEntry[] {
  const file = 'ICRP-07.NDX'
  return linesOf(text).flatMap((line, i): IndexEntry[] => {
    if (i === 0 || line.trim() === '') return []
    if (line.length < 175) throw wrong(file, i + 1, `it has ${line.length} characters, not 226`)
    const name = line.slice(0, 7).trim()
    if (!nuclideNumbers(name)) throw wrong(file, i + 1, `"${name}" is no nuclide`)
    const unit = UNIT_S[line.slice(15, 17).trim()]
    if (unit === undefined) throw wrong(file, i + 1, `"${line.slice(15, 17).trim()}" is no unit of time`)
    const modes = [0, 1, 2, 3].flatMap((k): DecayMode[] => {
      const at = 53 + 25 * k
      const daughter = line.slice(at, at + 7).trim()
      if (daughter === '') return []
      const branch = number(line.slice(at + 13, at + 24), file, i + 1, `the branch to ${daughter}`)
      // The files state no Q values.
      return [{ mode: modeOf(name, daughter), daughter: daughter === 'SF' ? null : daughter, branch, qMev: 0 }]
    })
    const energy = (from: number, to: number): number => number(line.slice(from, to) || '0', file, i + 1, 'an energy')
    return [
      {
        name,
        halfLifeS: number(line.slice(7, 15), file, i + 1, 'the half-life') * unit,
        modes,
        stated: [energy(152, 159), energy(159, 167), energy(167, 175)],
        line: i + 1,
      },
    ]
  })
}

/** Blocks of a header and as many records as it says; only those of `wanted`. */
function readBlocks<T>(
  text: string,
  file: string,
  wanted: ReadonlySet<string>,
  count: (header: string) => string,
  record: (line: string, at: number) => T,
): Map<string, T[]> {
  const lines = linesOf(text)
  const blocks = new Map<string, T[]>()
  for (let i = 0; i < lines.length;) {
    const header = lines[i] as string
    if (header.trim() === '') {
      i++
      continue
    }
    const name = header.slice(0, 7).trim()
    if (!nuclideNumbers(name)) throw wrong(file, i + 1, `"${name}" is no nuclide`)
    const n = number(count(header), file, i + 1, 'the number of records')
    if (i + n >= lines.length) throw wrong(file, i + 1, `${name} should have ${n} records, the file ends before`)
    if (wanted.has(name))
      blocks.set(
        name,
        Array.from({ length: n }, (_, k) => record(lines[i + 1 + k] as string, i + 2 + k)),
      )
    i += n + 1
  }
  return blocks
}

function readRadiation(line: string, at: number): Radiation {
  const file = 'ICRP-07.RAD'
  return {
    code: number(line.slice(0, 2), file, at, 'the code'),
    yield: number(line.slice(2, 14), file, at, 'the yield'),
    energyMev: number(line.slice(14, 26), file, at, 'the energy'),
  }
}

function readNode(line: string, at: number): readonly [number, number] {
  const [energy = '', density = ''] = line.trim().split(/\s+/)
  return [number(energy, 'ICRP-07.BET', at, 'the energy'), number(density, 'ICRP-07.BET', at, 'the density')]
}

const linesOfCode = (radiations: readonly Radiation[], code: number): EmissionLine[] =>
  radiations
    .filter((r) => r.code === code)
    .map(({ energyMev, yield: y }) => ({ energyMev, yield: y }))
    .sort((a, b) => a.energyMev - b.energyMev)

const energyOf = (lines: readonly EmissionLine[]): number => lines.reduce((s, l) => s + l.energyMev * l.yield, 0)

/**
 * BET has one spectrum for all betas of a nuclide. Where there are both electrons and positrons (Cu-64) it is shared out by their number,
 * so that both have the shape of the sum: numbers and total energy are right, the mean energies of each are not.
 */
function spectra(radiations: readonly Radiation[], nodes: readonly (readonly [number, number])[]): BetaSpectrum[] {
  if (nodes.length < 2) return []
  const energiesMev = Float64Array.from(nodes, ([e]) => e)
  const density = Float64Array.from(nodes, ([, f]) => f)
  const of = (code: number): number => linesOfCode(radiations, code).reduce((s, l) => s + l.yield, 0)
  const [plus, minus] = [of(CODE.betaPlus), of(CODE.betaMinus)]
  const share = (kind: BetaSpectrum['kind'], part: number): BetaSpectrum[] =>
    part > 0 ? [{ kind, energiesMev, perMevAndDecay: density.map((v) => (v * part) / (plus + minus)) }] : []
  return [...share('beta-minus', minus), ...share('beta-plus', plus)]
}

const merged = (a: readonly EmissionLine[], b: readonly EmissionLine[]): EmissionLine[] =>
  [...a, ...b].sort((x, y) => x.energyMev - y.energyMev)

function emissionsOf(
  name: string,
  radiations: readonly Radiation[],
  nodes: readonly (readonly [number, number])[],
): NuclideEmissions {
  const [gamma, xray] = [linesOfCode(radiations, CODE.gamma), linesOfCode(radiations, CODE.xray)]
  const [conversion, auger] = [linesOfCode(radiations, CODE.conversion), linesOfCode(radiations, CODE.auger)]
  return {
    name,
    gamma,
    xray,
    conversion,
    auger,
    photons: merged(gamma, xray),
    electrons: merged(conversion, auger),
    betas: spectra(radiations, nodes),
    alphas: linesOfCode(radiations, CODE.alpha),
    recoils: linesOfCode(radiations, CODE.recoil),
    // The files state mean energies of beta branches, not their end points.
    betaBranches: [],
    captureBranches: [],
  }
}

function energies(e: NuclideEmissions, radiations: readonly Radiation[]): DecayEnergyMev {
  return {
    betaMinus: energyOf(linesOfCode(radiations, CODE.betaMinus)),
    betaPlus: energyOf(linesOfCode(radiations, CODE.betaPlus)),
    conversionElectron: energyOf(e.conversion),
    auger: energyOf(e.auger),
    alpha: energyOf(e.alphas),
    alphaRecoil: energyOf(e.recoils),
    gamma: energyOf(e.gamma),
    xray: energyOf(e.xray),
    annihilation: energyOf(linesOfCode(radiations, CODE.annihilation)),
  }
}

/** The index and the lines must tell the same energies: a wrong column or unit would show here. 3 % and 2 keV for rounding and trimming. */
function compare(entry: IndexEntry, e: DecayEnergyMev, betas: readonly BetaSpectrum[]): void {
  const found = [
    e.alpha + e.alphaRecoil,
    e.betaMinus + e.betaPlus + e.conversionElectron + e.auger,
    e.gamma + e.xray + e.annihilation,
  ]
  entry.stated.forEach((stated, i) => {
    const value = found[i] as number
    if (Math.abs(value - stated) > 0.03 * stated + 0.002)
      throw wrong(
        'ICRP-07.NDX',
        entry.line,
        `${entry.name} should send out ${stated} MeV, its radiations have ${value}`,
      )
  })
  const spectrum = betas.reduce((s, b) => s + spectrumMoments(b).energyMev, 0)
  const lines = e.betaMinus + e.betaPlus
  if (Math.abs(spectrum - lines) > 0.03 * lines + 0.002)
    throw wrong('ICRP-07.BET', 1, `the spectrum of ${entry.name} has ${spectrum} MeV, its betas ${lines}`)
}

/**
 * Decay data and emissions of some nuclides (all by default) and all their daughters, in the types of the program. Delayed radiation of fission
 * counts as gamma and beta; fission fragments and neutrons are left out. Q values are not in the files: they are zero.
 *
 * @param wanted names as the files write them ("Lu-177")
 * @throws InputError `icrp.file` naming file and line.
 */
export function parseIcrp107(
  files: Icrp107Files,
  wanted?: readonly string[],
): { table: NuclideTable; emissions: EmissionTable } {
  const index = new Map(readIndex(files.ndx).map((entry) => [entry.name, entry]))
  const names = new Set<string>()
  const visit = (name: string): void => {
    const entry = index.get(name)
    if (!entry || names.has(name)) return
    names.add(name)
    for (const mode of entry.modes) if (mode.daughter !== null) visit(mode.daughter)
  }
  const start = wanted ?? [...index.keys()]
  const unknown = start.find((name) => !index.has(name))
  if (unknown !== undefined) throw wrong('ICRP-07.NDX', 1, `there is no ${unknown}`)
  start.forEach(visit)
  const rad = readBlocks(files.rad, 'ICRP-07.RAD', names, (h) => h.slice(20, 29), readRadiation)
  const bet = readBlocks(files.bet, 'ICRP-07.BET', names, (h) => h.slice(7, 17), readNode)
  const nuclides = new Map<string, Nuclide>()
  const emissions = new Map<string, NuclideEmissions>()
  for (const name of names) {
    const entry = index.get(name) as IndexEntry
    const radiations = rad.get(name)
    if (!radiations) throw wrong('ICRP-07.RAD', 1, `there is no ${name}`)
    const sent = emissionsOf(name, radiations, bet.get(name) ?? [])
    const energyMev = energies(sent, radiations)
    compare(entry, energyMev, sent.betas)
    emissions.set(name, sent)
    nuclides.set(name, {
      name,
      ...(nuclideNumbers(name) as { z: number; a: number; level: number }),
      halfLifeS: entry.halfLifeS,
      halfLifeUncertaintyS: 0,
      modes: entry.modes,
      energyMev,
      positronYield: linesOfCode(radiations, CODE.betaPlus).reduce((s, l) => s + l.yield, 0),
      note: 'ICRP 107 states no uncertainty of the half-life and no Q values.',
    })
  }
  const about = { name: 'ICRP 107', version: '2008' }
  return {
    table: {
      ...about,
      provenance: { source: 'Files of the site', citation: CITATION, evidence: 'transcribed', note: '' },
      nuclides,
    },
    emissions: {
      ...about,
      provenance: { source: 'Files of the site', citation: CITATION, evidence: 'transcribed' },
      nuclides: emissions,
    },
  }
}
