/**
 * Makes the tables of matter in resources/materials from the evaluated data in ../shared/physics: photon cross sections and form factors
 * of the elements, bremsstrahlung spectra, stopping powers, media. Run: node build/tables/materials.ts [--check]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const SOURCE = new URL('../../../shared/physics/', import.meta.url)
const TARGET = new URL('../../resources/materials/', import.meta.url)

interface Meta {
  readonly title: string
  readonly source: string
  readonly citation?: string
}
type ByName<T> = Readonly<Record<string, T>>

interface PhotonData {
  readonly meta: Meta
  readonly elements: ByName<{
    readonly Z: number
    readonly sym: string
    readonly A: number
    readonly E: readonly number[]
    readonly coh: readonly number[]
    readonly incoh: readonly number[]
    readonly pe: readonly number[]
    readonly pairN: readonly number[]
    readonly pairE: readonly number[]
    readonly shells: readonly { readonly mt: number; readonly edge: number }[]
  }>
}
interface FormFactorData {
  readonly x: readonly number[]
  readonly elements: ByName<{ readonly F: readonly number[]; readonly S: readonly number[] }>
}
interface BremsData {
  readonly meta: Meta & { readonly kOverT: readonly number[]; readonly E: readonly number[] }
  readonly elements: ByName<{
    readonly Z: number
    readonly rows: readonly { readonly E: number; readonly kdsdk: readonly number[] }[]
    readonly Eloss: readonly number[]
  }>
}
interface ElectronData {
  readonly meta: Meta & { readonly E: readonly number[] }
  readonly materials: ByName<{
    readonly Scol: readonly number[]
    readonly Srad: readonly number[]
    readonly csda: readonly number[]
  }>
}
interface AlphaData {
  readonly meta: Meta & { readonly E: readonly number[] }
  readonly materials: ByName<{ readonly Sel: readonly number[]; readonly Snuc: readonly number[] }>
}
type Fractions = ByName<number>
interface TissueData {
  readonly meta: { readonly sources: readonly string[]; readonly note: string }
  readonly icru: ByName<{
    readonly title: string
    readonly density: number
    readonly I_eV: number
    readonly massFrac: Fractions
  }>
  readonly schneider2000: {
    readonly bins: readonly { readonly huFrom: number; readonly name: string; readonly massFrac: Fractions }[]
    readonly density: { readonly points: readonly (readonly [number, number])[] }
  }
}

/** The files are the evaluated data of `../shared/physics/README.md`; the types above say what is read of them. */
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`${name}.json`, SOURCE), 'utf8')) as T

/** Elements that tissues, contrast media, implants and phantoms hold; others have photon data only in the source. */
const K_LINES: Readonly<Record<string, readonly [number, number, number, number]>> = {
  // Fluorescence yield; Kα and Kβ mean energies, MeV; share of Kα. Krause 1979 and Bearden 1967, written from memory.
  P: [0.063, 0.002014, 0.002139, 0.95],
  S: [0.078, 0.002307, 0.002464, 0.94],
  Cl: [0.097, 0.002622, 0.002816, 0.92],
  Ar: [0.118, 0.002957, 0.003191, 0.9],
  K: [0.14, 0.003313, 0.00359, 0.89],
  Ca: [0.163, 0.003691, 0.004013, 0.89],
  Ti: [0.214, 0.004508, 0.004932, 0.88],
  Fe: [0.34, 0.0064, 0.007058, 0.88],
  Cu: [0.44, 0.008041, 0.008905, 0.88],
  Zn: [0.474, 0.008631, 0.009572, 0.88],
  I: [0.884, 0.02851, 0.03235, 0.82],
  Ba: [0.902, 0.03204, 0.03645, 0.81],
  Gd: [0.935, 0.0427, 0.0488, 0.8],
  W: [0.958, 0.0589, 0.0674, 0.79],
  Au: [0.964, 0.0682, 0.0781, 0.78],
  Pb: [0.967, 0.0742, 0.0851, 0.78],
}

/** ICRU 37 (1984): mean excitation energies of the elements in compounds and in the condensed state, eV; Bragg's rule. */
const I_EV: Readonly<Record<string, number>> = {
  H: 19.2,
  C: 81,
  N: 82,
  O: 106,
  F: 112,
  Na: 149 * 1.13,
  Mg: 156 * 1.13,
  Al: 166 * 1.13,
  Si: 173 * 1.13,
  P: 173 * 1.13,
  S: 180 * 1.13,
  Cl: 180,
  Ar: 188,
  K: 190 * 1.13,
  Ca: 191 * 1.13,
  Ti: 233 * 1.13,
  Fe: 286 * 1.13,
  Cu: 322 * 1.13,
  Zn: 330 * 1.13,
  I: 491 * 1.13,
  Ba: 491 * 1.13,
  Gd: 591 * 1.13,
  W: 727 * 1.13,
  Au: 790 * 1.13,
  Pb: 823 * 1.13,
}

const one = (value: unknown): string => JSON.stringify(value)

function header(schema: string, name: string, meta: Meta, note: string) {
  return {
    schema,
    name,
    version: '1.0.0',
    provenance: {
      source: meta.title,
      citation: meta.citation ?? meta.source,
      retrievedFrom: meta.source,
      evidence: 'transcribed',
      note,
    },
    units: { energy: 'MeV', perMass: 'cm2/g' },
  }
}

function withRows(head: object, key: string, rows: readonly (readonly [string, unknown])[]): string {
  const text = JSON.stringify(head, null, 2).replace(/\n}$/, '')
  return `${text},\n  "${key}": {\n${rows.map(([name, row]) => `    ${one(name)}: ${one(row)}`).join(',\n')}\n  }\n}\n`
}

export function buildPhotonElements(photons: PhotonData, factors: FormFactorData): string {
  const rows = Object.entries(photons.elements).map(([z, e]) => {
    const k = e.shells.find((shell) => shell.mt === 534)?.edge
    const lines = K_LINES[e.sym]
    const row = {
      z: e.Z,
      atomicMass: e.A,
      meanExcitationEnergyEv: I_EV[e.sym] ?? null,
      energyMev: e.E,
      coherent: e.coh,
      incoherent: e.incoh,
      photoelectric: e.pe,
      pair: e.pairN.map((value, i) => Number((value + e.pairE[i]!).toPrecision(5))),
      formFactor: factors.elements[z]!.F,
      incoherentFunction: factors.elements[z]!.S,
      ...(k !== undefined && lines
        ? { kFluorescence: { edgeMev: k, yield: lines[0], lineMev: [lines[1], lines[2]], firstWeight: lines[3] } }
        : {}),
    }
    return [e.sym, row] as const
  })
  const head = {
    ...header(
      'theratwin.photon-elements/1',
      'EPICS2023 photon interaction data',
      photons.meta,
      'Cross sections cm2/g, log-log interpolation; two energies next to each other bracket an edge. Mean excitation energies: ICRU 37, for compounds. K fluorescence yields (Krause 1979) and line energies (Bearden 1967) are from memory: unverified.',
    ),
    momentumTransferPerAngstrom: factors.x,
  }
  return withRows(head, 'elements', rows)
}

export function buildBrems(brems: BremsData): string {
  const rows = Object.entries(brems.elements).map(
    ([symbol, e]) =>
      [
        symbol,
        {
          z: e.Z,
          rows: e.rows.map((row) => ({ energyMev: row.E, kDsigmaDkBarn: row.kdsdk })),
          lossBarnMev: e.Eloss,
        },
      ] as const,
  )
  const head = {
    ...header(
      'theratwin.bremsstrahlung/1',
      'EEDL bremsstrahlung spectra',
      brems.meta,
      'k·dσ/dk in barn per atom at fractions k/T; lossBarnMev is ∫ k dσ/dk dk on energyMev.',
    ),
    photonFraction: brems.meta.kOverT,
    energyMev: brems.meta.E,
  }
  return withRows(head, 'elements', rows)
}

export function buildStopping(electrons: ElectronData, alphas: AlphaData): string {
  const head = {
    ...header(
      'theratwin.stopping-power/1',
      'Stopping powers of electrons and alphas',
      { ...electrons.meta, source: `${electrons.meta.source}; ${alphas.meta.source}` },
      'Electron collision and radiative stopping power, MeV cm2/g; alpha electronic plus nuclear, MeV cm2/g.',
    ),
    electronEnergyMev: electrons.meta.E,
    alphaEnergyMev: alphas.meta.E,
    alphas: Object.fromEntries(
      Object.entries(alphas.materials).map(([name, m]) => [
        name,
        m.Sel.map((s, i) => Number((s + m.Snuc[i]!).toPrecision(5))),
      ]),
    ),
  }
  const rows = Object.entries(electrons.materials).map(
    ([name, m]) => [name, { collision: m.Scol, radiative: m.Srad, csdaGPerCm2: m.csda }] as const,
  )
  return withRows(head, 'electrons', rows)
}

export function buildMedia(tissues: TissueData): string {
  const { bins } = tissues.schneider2000
  const { points } = tissues.schneider2000.density
  const densityAt = (hu: number): number => {
    const i = Math.max(
      1,
      points.findIndex(([h]) => h >= hu) === -1 ? points.length - 1 : points.findIndex(([h]) => h >= hu),
    )
    const [h0, d0] = points[i - 1]!
    const [h1, d1] = points[i]!
    const f = Math.min(1, Math.max(0, (hu - h0) / (h1 - h0)))
    return Number((d0 + f * (d1 - d0)).toPrecision(4))
  }
  const normalised = (fractions: Fractions): Fractions => {
    const sum = Object.values(fractions).reduce((a, b) => a + b, 0)
    return Object.fromEntries(Object.entries(fractions).map(([k, v]) => [k, Number((v / sum).toPrecision(7))]))
  }
  const icru = Object.entries(tissues.icru).map(([id, m]) => ({
    id: `icru-${id.replaceAll('_', '-')}`,
    name: m.title.replaceAll('_', ' ').replace(/\s+/g, ' ').trim(),
    table: id,
    massFractions: normalised(m.massFrac),
    nominalDensityGPerMl: Number(m.density.toPrecision(6)),
    meanExcitationEnergyEv: Number(m.I_eV.toPrecision(6)),
  }))
  const schneider = bins.map((bin, i) => {
    const to = bins[i + 1]?.huFrom ?? 3072
    return {
      id: `schneider-${String(i + 1).padStart(2, '0')}`,
      name: bin.name.replaceAll('_', ' ').replace('Tissus', ' tissue').replace('Metall', 'Metal '),
      huFrom: bin.huFrom,
      massFractions: normalised(bin.massFrac),
      nominalDensityGPerMl: bin.name === 'MetallImplants' ? 4.54 : densityAt((Math.max(-1000, bin.huFrom) + to) / 2),
    }
  })
  const head = header(
    'theratwin.media/1',
    'Tissues of ICRU 44 and of Schneider 2000',
    {
      title: 'Compositions of tissues',
      citation: tissues.meta.sources.join('; '),
      source: tissues.meta.note,
    },
    'Mass fractions sum to 1. Schneider bins begin at huFrom and end where the next begins.',
  )
  const text = JSON.stringify(head, null, 2).replace(/\n}$/, '')
  const lines = (rows: unknown[]): string => rows.map((row) => `    ${one(row)}`).join(',\n')
  return `${text},\n  "icru": [\n${lines(icru)}\n  ],\n  "schneider": [\n${lines(schneider)}\n  ]\n}\n`
}

/** Every file of this generator with its content. */
export function materialFiles(): Readonly<Record<string, string>> {
  return {
    'photon-elements.json': buildPhotonElements(read('photon_xs'), read('formfactors')),
    'bremsstrahlung.json': buildBrems(read('brems')),
    'stopping-power.json': buildStopping(read('stopping'), read('alpha_stopping')),
    'media.json': buildMedia(read('tissues')),
  }
}

export const sourceIsThere = (): boolean => existsSync(new URL('photon_xs.json', SOURCE))

if (process.argv[1] !== undefined && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  if (!sourceIsThere()) {
    process.stderr.write('The evaluated data (shared/physics beside the project) are not there.\n')
    process.exitCode = 2
  } else {
    for (const [name, text] of Object.entries(materialFiles())) {
      const path = new URL(name, TARGET)
      if (!process.argv.includes('--check')) writeFileSync(path, text)
      else if (readFileSync(path, 'utf8') !== text) {
        process.stderr.write(`resources/materials/${name} is not what its source gives.\n`)
        process.exitCode = 1
      }
    }
  }
}
