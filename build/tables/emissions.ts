/**
 * Makes resources/nuclides/endf-b-viii.1-emissions.json from ../shared/physics/nuclides.json: lines and beta spectra of every nuclide of
 * endf-b-viii.1.json. Run: node build/tables/emissions.ts [--check]
 *
 * - A class whose yields do not sum to the branching is multiplied by its `norm`, as in the table of mean energies.
 * - Lines under 1e-6 per decay are left out, smallest energy first, as long as all that is left out carries less than 2e-5 of the
 *   energy of its class.
 * - A spectrum keeps its grid, and is tilted (factor a + b·E; it moves less than 1e-3 of the particles) so that straight lines between
 *   the nodes give exactly the number of particles and the energy of the branches it was computed from.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const SOURCE = new URL('../../../shared/physics/nuclides.json', import.meta.url)
const TARGET = new URL('../../resources/nuclides/endf-b-viii.1-emissions.json', import.meta.url)

const LINE_CLASSES = { gamma: 'gamma', xray: 'xray', conversion: 'ce', auger: 'auger', alpha: 'alpha' } as const
const BETA_CLASSES = ['betaMinus', 'betaPlus'] as const

/** End point or transition energy in MeV, yield per decay; for betas also forbiddenness and mean energy. */
type Branch = readonly number[]

interface Spectrum {
  readonly Emax: number
  readonly n: number
  readonly gridPower: number
  readonly dNdE: readonly number[]
}

interface EvaluatedNuclide {
  readonly halfLife_s: number
  readonly norm?: Readonly<Record<string, number>>
  readonly sum_MeV: Readonly<Record<string, number>>
  readonly gamma?: readonly Branch[]
  readonly xray?: readonly Branch[]
  readonly ce?: readonly Branch[]
  readonly auger?: readonly Branch[]
  readonly alpha?: readonly Branch[]
  readonly ec?: readonly Branch[]
  readonly betaMinus?: readonly Branch[]
  readonly betaPlus?: readonly Branch[]
  readonly betaMinusSpectrum?: Spectrum
  readonly betaPlusSpectrum?: Spectrum
}

export interface Evaluation {
  readonly meta: { readonly title: string; readonly citation: readonly string[]; readonly source: string }
  readonly nuclides: Readonly<Record<string, EvaluatedNuclide>>
}

const round = (value: number, digits: number): number => Number(value.toPrecision(digits))
const at = (list: readonly number[], i: number): number => list[i] as number

/** [E, yield, E, yield, …], ascending. */
function lines(list: readonly Branch[], norm: number): number[] {
  const total = list.reduce((s, line) => s + at(line, 0) * at(line, 1), 0)
  const small = list.filter((line) => at(line, 1) * norm < 1e-6)
  small.sort((a, b) => at(a, 0) * at(a, 1) - at(b, 0) * at(b, 1))
  const dropped = new Set<Branch>()
  let without = 0
  for (const line of small) {
    without += at(line, 0) * at(line, 1)
    if (without > 2e-5 * total) break
    dropped.add(line)
  }
  return list
    .filter((line) => !dropped.has(line))
    .sort((a, b) => at(a, 0) - at(b, 0))
    .flatMap((line) => [round(at(line, 0), 8), round(at(line, 1) * norm, 6)])
}

/** Moments 0, 1 and 2 of a function that is linear between nodes. */
function moments(energies: readonly number[], density: readonly number[]): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0]
  for (let i = 1; i < energies.length; i++) {
    const [a, b, f, g] = [at(energies, i - 1), at(energies, i), at(density, i - 1), at(density, i)]
    const h = b - a
    sum[0] += (h * (f + g)) / 2
    sum[1] += (h * (f * (2 * a + b) + g * (a + 2 * b))) / 6
    sum[2] += (h * (f * (3 * a * a + 2 * a * b + b * b) + g * (a * a + 2 * a * b + 3 * b * b))) / 12
  }
  return sum
}

function spectrum(source: Spectrum, particles: number, energyMev: number, name: string): object {
  const { Emax: end, n, gridPower, dNdE } = source
  if (dNdE.length !== n || gridPower !== 1.5) throw new Error(`${name}: the grid of the spectrum has changed.`)
  const energies = dNdE.map((_, i) => end * (i / (n - 1)) ** gridPower)
  // Four passes: a tilted straight line is a parabola, which the straight line between nodes misses by second order.
  let density = [...dNdE]
  for (let pass = 0; pass < 4; pass++) {
    const [m0, m1, m2] = moments(energies, density)
    const determinant = m0 * m2 - m1 * m1
    const a = (particles * m2 - energyMev * m1) / determinant
    const b = (energyMev * m0 - particles * m1) / determinant
    density = density.map((v, i) => v * (a + b * at(energies, i)))
  }
  const [count] = moments(energies, dNdE)
  const difference = density.map((v, i) => Math.abs(v - (at(dNdE, i) * particles) / count))
  const change = moments(energies, difference)[0] / particles
  if (!(change < 1e-3)) throw new Error(`${name}: the spectrum differs by ${change} from its branches.`)
  return { endMev: end, perMevAndDecay: density.map((v) => round(v, 6)) }
}

function entry(name: string, n: EvaluatedNuclide): string {
  const norm = n.norm ?? {}
  const out: Record<string, unknown> = {}
  for (const [kind, source] of Object.entries(LINE_CLASSES)) {
    const list = lines(n[source] ?? [], norm[source] ?? 1)
    if (list.length > 0) out[kind] = list
  }
  for (const kind of BETA_CLASSES) {
    const branches = n[kind]
    const shape = n[`${kind}Spectrum`]
    if (!branches || !shape) continue
    const factor = norm[kind] ?? 1
    const particles = factor * branches.reduce((s, b) => s + at(b, 1), 0)
    const energy = factor * branches.reduce((s, b) => s + at(b, 1) * at(b, 3), 0)
    const stated = factor * (n.sum_MeV[kind] ?? 0)
    if (Math.abs(energy / stated - 1) > 1e-5)
      throw new Error(`${name}: the ${kind} branches have ${energy}, not ${stated}.`)
    out[kind] = {
      ...spectrum(shape, particles, energy, `${name} ${kind}`),
      branches: branches.flatMap((b) => [at(b, 0), round(at(b, 1) * factor, 6), round(at(b, 3), 6)]),
    }
  }
  if (n.ec) out.capture = n.ec.flatMap((b) => [at(b, 0), at(b, 1)])
  return `    ${JSON.stringify(name)}: ${JSON.stringify(out)}`
}

export function buildEmissions(evaluation: Evaluation): string {
  const { meta, nuclides } = evaluation
  const header = {
    schema: 'theratwin.nuclide-emissions/1',
    name: 'ENDF/B-VIII.1 emissions',
    version: '1.0.0',
    provenance: {
      source: meta.title,
      citation: meta.citation.join('; '),
      retrievedFrom: meta.source,
      evidence: 'transcribed',
      note: 'Lines as evaluated, Auger electrons averaged over shells; beta spectra computed from the evaluated end points (allowed and unique forbidden shapes), tilted to the number and energy of the branches, which moves less than 1e-3 of the particles.',
    },
    units: {
      energy: 'MeV',
      yield: 'per decay of the nuclide, daughters not included',
      lines: 'gamma, xray, conversion, auger, alpha: energy, yield, energy, yield, …',
      spectrum: 'dN/dE per MeV and decay at endMev*(i/(n-1))^1.5, i = 0 … n-1, linear between',
      branches: 'end point, yield, mean energy, …',
      capture: 'electron capture: transition energy, yield, …',
    },
  }
  const rows = Object.entries(nuclides)
    .filter(([, n]) => n.halfLife_s > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, n]) => entry(name, n))
  return `${JSON.stringify(header, null, 2).replace(/\n}$/, '')},\n  "nuclides": {\n${rows.join(',\n')}\n  }\n}\n`
}

if (process.argv[1] !== undefined && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  if (!existsSync(SOURCE)) {
    process.stderr.write('The evaluated decay data (shared/physics/nuclides.json beside the project) are not there.\n')
    process.exitCode = 2
  } else {
    const text = buildEmissions(JSON.parse(readFileSync(SOURCE, 'utf8')) as Evaluation)
    if (!process.argv.includes('--check')) writeFileSync(TARGET, text)
    else if (readFileSync(TARGET, 'utf8') !== text) {
      process.stderr.write('resources/nuclides/endf-b-viii.1-emissions.json is not what its source gives.\n')
      process.exitCode = 1
    }
  }
}
